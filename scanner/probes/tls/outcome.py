"""How a handshake can end, and the versions that can be offered."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scanner.probes.channel import Channel, Deadline, Endpoint

VERSIONS: tuple[tuple[str, ssl.TLSVersion], ...] = (
    ("TLSv1", ssl.TLSVersion.TLSv1),
    ("TLSv1.1", ssl.TLSVersion.TLSv1_1),
    ("TLSv1.2", ssl.TLSVersion.TLSv1_2),
    ("TLSv1.3", ssl.TLSVersion.TLSv1_3),
)
"""Every version that can be asked for, lowest first, by the name that is reported."""

ANY = ("TLSv1", "TLSv1.3")


class Outcome(StrEnum):
    """How a handshake ended."""

    ACCEPTED = "accepted"
    """The server agreed to a version."""
    REFUSED = "refused"
    """The server refused by an alert."""
    POLICY = "policy"
    """The server's operating system refused although its own settings may allow it (alert internal_error)."""
    CLOSED = "closed"
    """The server ended the connection without a word."""
    TIMEOUT = "timeout"
    NO_TLS = "no_tls"
    """The server speaks, but not TLS."""
    UNREACHABLE = "unreachable"
    """No connection at all."""
    CANNOT_ASK = "cannot_ask"
    """This machine's own TLS library does not speak the version."""


class NoTLS(OSError):  # noqa: N818 - named for what it is
    """Raised by a preparing callable when the server says that it has no TLS."""


@dataclass(frozen=True)
class Handshake:
    """What came of one handshake."""

    outcome: Outcome
    version: str = ""
    cipher: str = ""
    certificate: bytes = b""
    """The served certificate as DER, unverified; empty when the handshake did not get that far."""
    finished: bool = False
    """A session was established. An accepted version may still end in a demand for a client certificate."""
    detail: str = ""


Prepare = Callable[[Endpoint, Deadline], Channel]
"""Connects and says whatever comes before TLS. OSError when it fails, NoTLS when the server has none."""
