"""What a client gets from the server, asked without a login: TLS versions, certificate, plaintext, need of a login.

Ports come from the connection itself, from the running configuration and from ``plaintext_port``. No other port of the
host is asked: what answers there may be another server. A refusal counts only because something else of the same server
answered in this scan.
"""

from __future__ import annotations

from scanner.collectors.redis.access import Access
from scanner.collectors.redis.findings import Findings
from scanner.model import Content, Known, Plane, Unresolved
from scanner.probes import certificate, tls
from scanner.probes import redis as wire
from scanner.probes.channel import Endpoint, resolve

CERTIFICATE = ("certificate_days_left", "certificate_host_matches", "certificate_self_signed")
SETTINGS = ("plaintext_accepted", "authentication_required", "lowest_tls_accepted", *CERTIFICATE)


def probe(access: Access, plaintext_port: int, tls_port: int, found: Findings) -> None:
    """Ask the wire and note every answer on the served plane."""
    try:
        main = resolve(access.host, access.port)
    except (OSError, UnicodeError):
        found.gap(f"the name {access.host} leads nowhere", "correct the host", SETTINGS, access.place, Plane.SERVED)
        return
    encrypted = _tls_endpoint(access, tls_port, main, found)
    lowest = _encryption(encrypted, access, found)
    control = found.answered or (lowest is not None and lowest.accepted is not None)
    timeout = found.context.timeout
    clear = [wire.ping(endpoint, timeout=timeout) for endpoint in _clear_endpoints(access, plaintext_port, main, found)]
    speaking = next((ping for ping in clear if ping.reply in wire.SPEAKS), None)
    locator = ", ".join(f"plaintext PING to {ping.endpoint}" for ping in clear)
    _note(found, "plaintext_accepted", wire.plaintext_accepted(clear, control=control), locator)
    if encrypted is not None and lowest is not None and lowest.accepted is not None:
        speaking = wire.ping(encrypted, over_tls=True, timeout=timeout)
    shown = speaking or (clear[0] if clear else None)
    if shown is not None:
        _note(found, "authentication_required", wire.authentication_required(shown), f"PING without login, {shown}")


def _tls_endpoint(access: Access, tls_port: int, main: Endpoint, found: Findings) -> Endpoint | None:
    if access.tls:
        return main
    port = tls_port or _number(found.configuration.get("tls-port"))
    return Endpoint(main.host, port, main.address, main.family) if port else None


def _clear_endpoints(access: Access, plaintext_port: int, main: Endpoint, found: Findings) -> list[Endpoint]:
    """Every port at which this server could speak plaintext: of the connection, of its configuration, the named one."""
    known = (access.port, _number(found.configuration.get("port")), plaintext_port)
    return [Endpoint(main.host, port, main.address, main.family) for port in dict.fromkeys(known) if port]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) < 65536 else 0


def _encryption(endpoint: Endpoint | None, access: Access, found: Findings) -> tls.LowestVersion | None:
    """TLS versions and the served certificate; None when no TLS port is known."""
    settings = ("lowest_tls_accepted", *CERTIFICATE)
    if endpoint is None:
        if "tls-port" in found.configuration or _told_absent(found):
            found.know("lowest_tls_accepted", "", "CONFIG GET tls-port", Plane.SERVED, "the server has no TLS port")
            for name in CERTIFICATE:
                found.absent(name, "CONFIG GET tls-port", Plane.SERVED, "the server has no TLS port")
            return None
        reason = "no port is known at which the server speaks TLS"
        found.gap(reason, "name it as tls_port, or open +config|get", settings, access.place, Plane.SERVED)
        return None
    lowest = tls.lowest_tls_accepted(endpoint, timeout=found.context.timeout)
    locator = f"TLS handshake with {endpoint}"
    _note(found, "lowest_tls_accepted", lowest.content, locator)
    served = lowest.accepted
    contents: dict[str, Content] = {}
    if served is not None and not served.certificate:
        served = tls.handshake(endpoint, timeout=found.context.timeout)
    if served is not None and served.certificate:
        contents = certificate.contents(served.certificate, access.server_name or access.host, found.context.now)
    else:
        silence = Unresolved("no handshake got as far as the certificate", f"make {endpoint} reachable over TLS")
        contents = dict.fromkeys(CERTIFICATE, silence)
    for name in CERTIFICATE:
        _note(found, name, contents.get(name, Unresolved("the certificate does not say it")), locator)
    return lowest


def _told_absent(found: Findings) -> bool:
    return any(item.setting == "tls-port" and item.plane is Plane.RUNNING for item in found.observations)


def _note(found: Findings, setting: str, content: Content, locator: str) -> None:
    """An answer is an observation; silence is a gap with its remedy."""
    if isinstance(content, Known) or (isinstance(content, Unresolved) and content.alternatives):
        found.see(setting, content, locator, Plane.SERVED)
    elif isinstance(content, Unresolved):
        found.gap(content.reason, content.remedy, [setting], locator, Plane.SERVED)
