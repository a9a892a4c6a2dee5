"""A running Redis or Valkey server: its configuration, its users, and what it gives to a client without a login.

One read-only connection asks a fixed handful of questions; each that stays without an answer costs its own settings
and nothing else. The probes are connections of their own, without credentials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from scanner.collectors import Collected, Context
from scanner.collectors.redis import facts, served, users
from scanner.collectors.redis.access import DEFAULT_PORT, Access, from_url, from_variable, security
from scanner.collectors.redis.findings import COMPONENT, NAME, Findings
from scanner.collectors.redis.grants import grants
from scanner.collectors.redis.session import Session
from scanner.errors import SilentSource, UserError
from scanner.model import Answer, Plane, Provenance, Target

__all__ = ["Redis", "grants"]


@dataclass(frozen=True)
class Redis:
    """Asks a Redis or Valkey server, read-only, and probes what it serves."""

    url_env: str = ""
    """Name of the variable that holds the URL: redis://USER:PASSWORD@HOST:PORT, or rediss:// for TLS."""
    host: str = ""
    """Host, where no URL is given."""
    port: int = DEFAULT_PORT
    """Port, where no URL is given."""
    username: str = ""
    """User to log in as; empty for the user default."""
    password_env: str = ""
    """Name of the variable that holds the password."""
    tls: bool = False
    """Whether the connection uses TLS (a rediss:// URL says so itself)."""
    ca_file: str = ""
    """PEM file of the authority that signed the server's certificate; empty for those that this system trusts."""
    certificate_file: str = ""
    """PEM file of a client certificate, for servers that ask for one."""
    key_file: str = ""
    """PEM file of its key."""
    server_name: str = ""
    """Name that the certificate must carry where it is not the host."""
    probe: bool = True
    """Whether to ask without a login what a client gets: TLS versions, certificate, plaintext, need of a login."""
    plaintext_port: int = 0
    """A port at which plaintext must be refused, besides the ones that the server names."""
    tls_port: int = 0
    """The port that speaks TLS, where the connection itself does not and the server does not name it."""

    def __post_init__(self) -> None:
        if not (self.url_env or self.host):
            raise ValueError("needs url_env or host")

    def collect(self, context: Context) -> Collected:
        target = context.target
        if target is None:
            raise UserError("a redis source stands below a target", allowed="targets: [{sources: [{redis: …}]}]")
        try:
            access = self._access(context)
        except SilentSource as silence:
            return _unreached(context, target, silence, self.probe)
        found = Findings(context, target, access.user, access.place)
        _ask(access, found)
        if self.probe:
            served.probe(access, self.plaintext_port, self.tls_port, found)
        return _collected(found, access, self.probe)

    def _access(self, context: Context) -> Access:
        """The fields and the URL as one; fields fill what the URL leaves out."""
        variables = context.process_environment
        if self.url_env:
            access = from_url(from_variable(variables, self.url_env), self.url_env)
        else:
            access = Access(self.host, self.port)
        password = from_variable(variables, self.password_env) if self.password_env else access.password
        return replace(
            access,
            username=access.username or self.username,
            password=password,
            tls=access.tls or self.tls,
            ca_file=self.ca_file or access.ca_file,
            certificate_file=self.certificate_file or access.certificate_file,
            key_file=self.key_file or access.key_file,
            server_name=self.server_name,
        )


Step = Callable[[Session, Findings], None]


def _ask(access: Access, found: Findings) -> None:
    """Every question on one connection. Silence at any point hides only what has not been answered."""
    context = found.context
    session = Session(access, None, context.timeout)
    try:
        session = Session(access, security(access, context.root) if access.tls else None, context.timeout)
        session.open()
        for step in _steps():
            step(session, found)
    except SilentSource as silence:
        hidden = [setting.name for setting in found.settings(Plane.RUNNING)]
        found.silent(silence, hidden, access.place)
    finally:
        session.close()


def _steps() -> tuple[Step, ...]:
    return facts.identity, facts.configuration, users.users, facts.commands, facts.modules


def _collected(found: Findings, access: Access, probed: bool) -> Collected:
    provenance = Provenance(NAME, access.place, (), found.context.now)
    planes = [Plane.RUNNING] if any(item.plane is Plane.RUNNING for item in found.observations) else []
    planes += [Plane.SERVED] if probed else []
    answers = tuple(Answer(found.target.id, plane, NAME, False, provenance) for plane in planes)
    platform = _platform(found)
    targets = (replace(found.target, platform=platform),) if platform and not found.target.platform else ()
    return Collected(targets, tuple(found.observations), tuple(found.gaps), answers)


def _platform(found: Findings) -> str:
    """What the server says of where it runs; nothing when it does not say."""
    if "elasticache" in found.facts.get("os", "").lower():
        return "elasticache"
    return "self-managed" if found.configuration else ""


def _unreached(context: Context, target: Target, silence: SilentSource, probed: bool) -> Collected:
    found = Findings(context, target, "", "")
    for plane in (Plane.RUNNING, Plane.SERVED) if probed else (Plane.RUNNING,):
        hidden = [setting.name for setting in found.settings(plane)]
        found.gap(silence.reason, silence.remedy, hidden, COMPONENT, plane)
    return Collected(gaps=tuple(found.gaps))
