"""Derived settings of applications: which origins get in, and whether the interface description is published.

Where the code hands values of its own to the CORS middleware, those decide and the variable decides nothing. A list of
origins that is read whole answers for the plane it stands on; what an edge or a second middleware adds is only seen by
a probe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scanner.derive import derivation, truth
from scanner.model import Content, Default, Known, Unresolved
from scanner.values import Malformed, members, origin

Inputs = Mapping[str, Content]


@dataclass(frozen=True, slots=True)
class _Policy:
    """What decides about origins on a plane: None where it cannot be known."""

    origins: frozenset[str] | None
    credentials: bool | None
    regex: str | None
    as_text: bool
    reason: str


def _policy(inputs: Inputs) -> _Policy:
    wiring = _word(inputs.get("cors_wiring"))
    fixed = wiring == "hard-coded" or ("cors_wired_origins" in inputs and _known(inputs["cors_wired_origins"]))
    if wiring == "none":
        return _Policy(frozenset(), False, "", False, "")
    source = inputs.get("cors_wired_origins" if fixed else "CORS_ORIGINS")
    origins = _origins(source)
    reason = _reason(source, "CORS_ORIGINS is not set here, and what holds then is not known")
    if wiring == "computed":
        origins = origins if origins and "*" in origins else None
        reason = "the code computes the origins, the variable alone is not the list"
    credentials = _fixed(inputs, "cors_wired_credentials", "CORS_ALLOW_CREDENTIALS")
    pattern = _fixed(inputs, "cors_wired_regex", "CORS_ORIGIN_REGEX")
    allowed = truth(credentials) if credentials is not None else None
    return _Policy(origins, allowed, _pattern(pattern), wiring == "text", reason)


def _fixed(inputs: Inputs, wired: str, variable: str) -> Content | None:
    """The code's own value where it has one, else the variable's."""
    content = inputs.get(wired)
    if content is not None and (_known(content) or _computed(content)):
        return content
    return inputs.get(variable)


def _computed(content: Content) -> bool:
    return isinstance(content, Unresolved) and content.reason.startswith("the code computes it")


def _known(content: Content | None) -> bool:
    return isinstance(content, Known | Default)


def _word(content: Content | None) -> str:
    return str(content.raw).strip().lower() if isinstance(content, Known | Default) else ""


def _origins(content: Content | None) -> frozenset[str] | None:
    if not isinstance(content, Known | Default):
        return None
    try:
        return frozenset(found for item in members(content.raw, ", ;") if (found := origin(item)))
    except Malformed:
        return None


def _pattern(content: Content | None) -> str | None:
    """The regular expression, empty where none is set, None where it cannot be known."""
    if isinstance(content, Known | Default):
        return "" if content.raw is None else str(content.raw)
    return None if content is not None and _computed(content) else ""


def _reason(content: Content | None, otherwise: str) -> str:
    return content.reason if isinstance(content, Unresolved) else otherwise


def _answer(decided: bool | None, policy: _Policy) -> Content:
    if decided is None:
        return Unresolved(policy.reason, "set CORS_ORIGINS as a list of origins, or ask the running application")
    return Known(decided)


def _judge(inputs: Inputs, listed: Callable[[frozenset[str]], bool], tried: Callable[[str], bool | None]) -> Content:
    """True as soon as the list or the pattern lets it in, false when both are known and neither does."""
    policy = _policy(inputs)
    if policy.origins is not None and listed(policy.origins):
        return Known(True)
    by_pattern = tried(policy.regex) if policy.regex else (False if policy.regex == "" else None)
    if by_pattern:
        return Known(True)
    if policy.origins is None or by_pattern is None:
        return _answer(None, policy)
    return Known(False)


@derivation
def foreign_origin_allowed(inputs: Inputs) -> Content:
    """A wildcard, or a pattern that an unrelated name matches."""
    return _judge(inputs, lambda origins: "*" in origins, lambda pattern: _matches(pattern, "https://evil.example"))


@derivation
def null_origin_allowed(inputs: Inputs) -> Content:
    """``null`` in the list, a wildcard, or a pattern that matches it."""
    return _judge(inputs, lambda origins: bool(origins & {"*", "null"}), lambda pattern: _matches(pattern, "null"))


@derivation
def lookalike_origin_allowed(inputs: Inputs) -> Content:
    """A wildcard, one text where a list belongs (every part of it then matches), or a pattern that is not tight."""
    policy = _policy(inputs)
    if policy.as_text:
        return Known(True)
    return _judge(inputs, lambda origins: "*" in origins, _loose)


@derivation
def credentials_with_wildcard(inputs: Inputs) -> Content:
    """Every origin, with cookies: the middleware then reflects whatever origin asks."""
    policy = _policy(inputs)
    wildcard = None if policy.origins is None else "*" in policy.origins
    if wildcard is False or policy.credentials is False:
        return Known(False)
    if wildcard and policy.credentials:
        return Known(True)
    missing = "CORS_ALLOW_CREDENTIALS" if wildcard else "CORS_ORIGINS"
    return Unresolved(f"{missing} is not known here: {policy.reason}", f"set {missing}")


MAX_PATTERN = 500
_NESTED = re.compile(r"[*+}]\s*\)\s*[*+{]")


def _matches(pattern: str, candidate: str) -> bool | None:
    """Whether the whole candidate matches; None for a pattern that is invalid or could run without end."""
    if len(pattern) > MAX_PATTERN or _NESTED.search(pattern):
        return None
    try:
        return re.fullmatch(pattern, candidate) is not None
    except (re.error, RecursionError, OverflowError):
        return None


def _loose(pattern: str) -> bool | None:
    """Whether a name that only resembles the intended hosts gets in; None where the pattern cannot be tried."""
    if (foreign := _matches(pattern, "https://evil.example")) is not False:
        return foreign
    host = pattern.removeprefix("^").partition("://")[2] or pattern
    open_start = re.match(r"\(?\??:?(\.|\\w|\\S|\[[^\]]*\])[*+](?!\\\.)(?!\)?\\\.)", host)
    return bool(open_start) or _unescaped_dot(host)


def _unescaped_dot(host: str) -> bool:
    """A bare dot between letters stands for any character, so ``a.com`` also admits ``axcom``."""
    return bool(re.search(r"[A-Za-z0-9]\.(?![*+?{])[A-Za-z0-9]", host))


@derivation
def cors_origins_spelling(inputs: Inputs) -> Content:
    """How the list is written: an origin has a scheme, no path and no slash at its end, and JSON has double quotes."""
    content = inputs.get("CORS_ORIGINS")
    if not isinstance(content, Known | Default):
        return Unresolved(_reason(content, "CORS_ORIGINS is not set here"), "set CORS_ORIGINS as a list of origins")
    if isinstance(content.raw, str) and re.match(r"\s*\[\s*'", content.raw):
        return Known("single quotes")
    try:
        written = [item for item in members(content.raw, ", ;") if item not in ("*", "null", "")]
    except Malformed as problem:
        return Unresolved(str(problem), "write a list of origins")
    for item in written:
        scheme, separator, rest = item.partition("://")
        host, slash, path = rest.partition("/")
        if not separator or not scheme or not host:
            return Known("no scheme")
        if slash:
            return Known("path" if path else "trailing slash")
    return Known("usable")


@derivation
def docs_exposed(inputs: Inputs) -> Content:
    """Fixed in code, or decided by a variable where the code leaves it to one."""
    wiring = _word(inputs.get("docs_wiring"))
    if wiring in {"on", "off"}:
        return Known(wiring == "on")
    enabled, address = inputs.get("DOCS_ENABLED"), inputs.get("OPENAPI_URL")
    if wiring != "computed":
        told = [truth(enabled)] if enabled is not None and _known(enabled) else []
        if isinstance(address, Known | Default):
            told.append(_word(address) not in {"", "none", "null", "false"})
        if told and None not in told:
            return Known(all(told))
    reason = "the code computes it" if wiring == "computed" else "no source says whether it is published"
    return Unresolved(reason, "give the address of the running application, or set openapi_url in code")
