"""What a server says to pages of other origins: preflights and simple requests, judged by one header.

Only ``Access-Control-Allow-Origin`` counts; status and the credentials header alone say nothing. A refusal is evidence
only while an origin that is allowed, the control, is let in by the same server: otherwise the path may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanner.errors import SilentSource
from scanner.model import Content, Known, Unresolved
from scanner.probes.web import Reply

FOREIGN = "https://foreign-origin.example"

Ask = Callable[[str, dict[str, str]], Reply]
"""Sends a method with headers to the probed path."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said to one origin."""

    origin: str
    allowed: bool
    literal: str = ""
    """The header that let it in."""
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class OriginsReport:
    """All that was heard, and what it says of the derived settings."""

    contents: dict[str, Content]
    allowed: tuple[str, ...]
    """Every origin that was let in, the control included; ``*`` when the header says so."""
    control: str


def lookalikes(allowed: str) -> list[str]:
    """Origins that only resemble an allowed one: a longer host, another first label, a shorter one."""
    parts = urlsplit(allowed)
    host = parts.hostname or ""
    if not host or ":" in host:
        return []
    found = [f"{allowed}.foreign-origin.example", f"{parts.scheme}://foreign{host}", allowed[:-1]]
    if "." in host:
        found.append(f"{parts.scheme}://{host.replace('.', 'x', 1)}" + (f":{parts.port}" if parts.port else ""))
    return list(dict.fromkeys(found))


def listen(ask: Ask, controls: Sequence[str], method: str) -> OriginsReport:
    """Ask with the controls until one is let in, then with origins that must not be. SilentSource passes through."""
    control, heard = "", list[Heard]()
    for origin in controls[:3]:
        heard.append(_hear(ask, origin, method))
        if heard[-1].allowed:
            control = origin
            break
    base = control or (controls[0] if controls else "")
    tries = {
        "foreign_origin_allowed": [FOREIGN],
        "null_origin_allowed": ["null"],
        "lookalike_origin_allowed": [item for item in lookalikes(base) if item not in controls] if base else [],
    }
    answers = {name: [_hear(ask, origin, method) for origin in origins] for name, origins in tries.items()}
    doubt = _doubt(control, controls)
    contents = {name: _content(found, doubt) for name, found in answers.items()}
    contents["credentials_with_wildcard"] = _with_credentials(answers["foreign_origin_allowed"], doubt)
    everything = [*heard, *(item for found in answers.values() for item in found)]
    allowed = tuple(dict.fromkeys("*" if item.literal == "*" else item.origin for item in everything if item.allowed))
    return OriginsReport(contents, allowed, control)


def _hear(ask: Ask, origin: str, method: str) -> Heard:
    """A preflight and a simple request with one origin: either can let it in."""
    replies = [ask("OPTIONS", {"Origin": origin, "Access-Control-Request-Method": method})]
    try:
        replies.append(ask("GET", {"Origin": origin}))
    except SilentSource:
        if not any(_lets_in(reply, origin) for reply in replies):
            raise
    for reply in replies:
        if literal := _lets_in(reply, origin):
            credentials = "true" in [value.lower() for value in reply.all("access-control-allow-credentials")]
            return Heard(origin, True, literal, credentials)
    return Heard(origin, False)


def _lets_in(reply: Reply, origin: str) -> str:
    values = [item.strip() for value in reply.all("access-control-allow-origin") for item in value.split(",")]
    return next((value for value in values if value in (origin, "*")), "")


def _doubt(control: str, controls: Sequence[str]) -> Unresolved | None:
    """Why a refusal proves nothing here; None when the control was let in."""
    if control:
        return None
    if not controls:
        remedy = "give the parameter allowed_origins, or origin: in the source"
        return Unresolved("no allowed origin is known to compare with, so a refusal proves nothing", remedy)
    reason = f"{controls[0]} is not let in either, so a refusal proves nothing"
    return Unresolved(reason, "set path: to one that pages call, or correct allowed_origins")


def _content(heard: Sequence[Heard], doubt: Unresolved | None) -> Content:
    if any(item.allowed for item in heard):
        return Known(True)
    return doubt or (Known(False) if heard else Unresolved("no origin could be made up that resembles the allowed one"))


def _with_credentials(heard: Sequence[Heard], doubt: Unresolved | None) -> Content:
    if any(item.allowed for item in heard):
        return Known(any(item.credentials for item in heard))
    return doubt or Known(False)
