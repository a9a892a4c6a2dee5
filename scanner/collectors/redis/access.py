"""How to reach a Redis server: the fields of a source, or the URL that a variable holds, as one value.

Passwords come from variables of the process and never stand in ``scanner.yaml``. The certificate of the server is
always verified before a password is sent; a private authority is named by ``ca_file``.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from scanner.errors import SilentSource

DEFAULT_PORT = 6379


@dataclass(frozen=True)
class Access:
    """Where the server is and who asks."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    server_name: str = ""

    @property
    def user(self) -> str:
        """The user that rules and remedies speak of."""
        return self.username or "default"

    @property
    def place(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def from_url(url: str, variable: str) -> Access:
    """The parts of a ``redis://`` or ``rediss://`` URL. SilentSource, without any of its text, when it is none."""
    wrong = SilentSource(
        f"the variable {variable} holds no URL of a Redis server",
        f"set {variable} to redis://USER:PASSWORD@HOST:PORT, or rediss:// for TLS",
    )
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname
        query = {name: values[-1] for name, values in parse_qs(parts.query, max_num_fields=50).items()}
    except ValueError:
        raise wrong from None
    if parts.scheme.lower() not in {"redis", "rediss", "valkey", "valkeys"} or not host:
        raise wrong
    return Access(
        host=host,
        port=port or DEFAULT_PORT,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme.lower() in {"rediss", "valkeys"},
        ca_file=query.get("ssl_ca_certs", ""),
        certificate_file=query.get("ssl_certfile", ""),
        key_file=query.get("ssl_keyfile", ""),
    )


def from_variable(variables: Mapping[str, str], name: str) -> str:
    """A variable of this process. SilentSource when it is not set."""
    if not variables.get(name):
        raise SilentSource(f"the variable {name} is not set", f"set {name} for the scanner")
    return variables[name]


def security(access: Access, root: Path) -> ssl.SSLContext:
    """One context for the connection that carries the password. SilentSource for files that cannot be used.

    Only the named authority is loaded: the system's whole collection costs far more than the handshake.
    """
    try:
        context = ssl.create_default_context(cafile=str(root / access.ca_file) if access.ca_file else None)
        # From Python 3.13 on, authorities without key identifiers are refused by default; servers and clients in
        # the field accept them, and a private authority is often made without.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if access.certificate_file:
            context.load_cert_chain(root / access.certificate_file, root / access.key_file if access.key_file else None)
    except (OSError, ValueError):
        raise SilentSource(
            "the certificate files for the connection cannot be read",
            "name readable PEM files as ca_file, certificate_file and key_file",
        ) from None
    return context
