"""The lowest TLS version that a server accepts: asked upwards, so that the one that is accepted is the control."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.model import Content, Known, Unresolved
from scanner.probes.channel import Endpoint, connect
from scanner.probes.tls.asking import handshake
from scanner.probes.tls.outcome import VERSIONS, Handshake, Outcome, Prepare


@dataclass(frozen=True)
class LowestVersion:
    """The lowest TLS version that a server accepts, with every handshake that shows it."""

    content: Content
    handshakes: tuple[tuple[str, Handshake], ...]
    """The version that was offered, and what came of it."""

    @property
    def accepted(self) -> Handshake | None:
        """The handshake that succeeded: the control of all refusals, and the source of the certificate."""
        return next((found for _, found in self.handshakes if found.outcome is Outcome.ACCEPTED), None)

    @property
    def speaks_no_tls(self) -> bool:
        return any(found.outcome is Outcome.NO_TLS for _, found in self.handshakes)


def lowest_tls_accepted(endpoint: Endpoint, *, prepare: Prepare = connect, timeout: float = 10.0) -> LowestVersion:
    """Ask upwards from TLS 1.0 until one version is accepted.

    Refused by alert, by the system's policy, or closed without a word counts as *not accepted* because the handshake
    that ends the search is the control. A version that timed out, or that this machine cannot speak, stays open: then
    the content is unresolved, and its alternatives are the versions that it can still be.
    """
    tried: list[tuple[str, Handshake]] = []
    for name, _ in VERSIONS:
        found = handshake(endpoint, (name, name), prepare=prepare, timeout=timeout)
        if found.outcome is Outcome.ACCEPTED:
            found = replace(found, version=name)
        tried.append((name, found))
        if found.outcome in {Outcome.ACCEPTED, Outcome.NO_TLS, Outcome.UNREACHABLE, Outcome.TIMEOUT}:
            break
    return LowestVersion(_lowest(endpoint, tried), tuple(tried))


def _lowest(endpoint: Endpoint, tried: list[tuple[str, Handshake]]) -> Content:
    last_name, last = tried[-1]
    if last.outcome is not Outcome.ACCEPTED:
        why = last.detail or last.outcome.value
        return Unresolved(f"no TLS handshake succeeded: {why}", f"make {endpoint} reachable from the scanner over TLS")
    still_open = [name for name, found in tried if found.outcome is Outcome.CANNOT_ASK]
    if not still_open:
        return Known(last_name)
    reason = f"{last_name} is accepted; whether {', '.join(still_open)} is too cannot be asked from this machine"
    return Unresolved(reason, "scan from a machine whose OpenSSL policy allows old versions", (*still_open, last_name))
