"""Whether a setting decides the behaviour, or the code that builds the application has a value of its own.

A project may read ``CORS_ORIGINS`` and still hand ``allow_origins=["*"]`` to its middleware. Each middleware call is
told apart by what it is given: the setting, a literal, something computed, or nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from scanner.model import Content, Known, Unresolved
from scanner.readers.python_expressions import Written
from scanner.readers.python_settings import Call

SETTING, HARD_CODED, COMPUTED, AS_TEXT, NONE = "setting", "hard-coded", "computed", "text", "none"

BUILDERS = frozenset({"FastAPI", "Starlette"})
"""Calls that build the application: where one of them was read, what is not wired is not there."""

WIRED_BY = {
    "cors_wiring": "CORSMiddleware",
    "session_secure_wiring": "SessionMiddleware",
    "session_samesite_wiring": "SessionMiddleware",
    "docs_wiring": "FastAPI",
    "debug_wiring": "FastAPI",
}
"""The settings that say how something is wired, and the call that each is read from."""

Means = Callable[[str], str]
"""The catalogue's setting for the name of an attribute; empty when it has none."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a call says of one setting of the catalogue."""

    setting: str
    content: Content
    line: int
    note: str = ""


def left_out(names: Collection[str], whole: bool) -> Iterator[tuple[str, Content]]:
    """What follows for settings whose call is not among ``names``: not wired, or not known from what was read."""
    for setting, needed in WIRED_BY.items():
        if needed in names or (needed in BUILDERS and BUILDERS & set(names) and setting == "debug_wiring"):
            continue
        if whole and BUILDERS & set(names) and needed not in BUILDERS:
            yield setting, Known(NONE)
        else:
            reason = "the code that was read does not build the application"
            yield setting, Unresolved(reason, "name the directory of the application's source in path:")


def facts(call: Call, means: Means, text_fields: frozenset[str]) -> Iterator[Fact]:
    """Everything that a wiring call says."""
    if call.name == "CORSMiddleware":
        yield from _cors(call, means, text_fields)
    elif call.name == "SessionMiddleware":
        secure = {"true": "hard-coded true", "false": "hard-coded false"}
        yield _passed(call, "session_secure_wiring", "https_only", "SESSION_COOKIE_SECURE", means, secure)
        same_site = {"strict": "hard-coded strict", "lax": "hard-coded lax", "none": "hard-coded none"}
        yield _passed(call, "session_samesite_wiring", "same_site", "SESSION_COOKIE_SAMESITE", means, same_site)
    elif call.name in BUILDERS:
        yield _passed(call, "debug_wiring", "debug", "DEBUG", means, {"true": "on", "false": "off"}, "off")
        if call.name == "FastAPI":
            yield _documentation(call, means)


def _cors(call: Call, means: Means, text_fields: frozenset[str]) -> Iterator[Fact]:
    origins = call.keywords.get("allow_origins")
    line = origins.line if origins else call.line
    if origins is None and call.starred:
        yield Fact("cors_wiring", Known(COMPUTED), line, "its arguments are given as **")
        return
    if origins is None or origins.kind == "literal":
        literal = [] if origins is None else origins.value
        listed = literal if isinstance(literal, list) else [literal]
        yield Fact("cors_wiring", Known(AS_TEXT if isinstance(literal, str) else HARD_CODED), line)
        yield Fact("cors_wired_origins", Known(listed), line)
    else:
        wired = _setting(origins, "CORS_ORIGINS", means)
        as_text = wired == SETTING and origins.kind == "setting" and bool(text_fields & set(origins.names))
        yield Fact("cors_wiring", Known(AS_TEXT if as_text else wired), line, origins.source)
    for keyword, setting, missing in (
        ("allow_credentials", "cors_wired_credentials", False),
        ("allow_origin_regex", "cors_wired_regex", ""),
    ):
        written = call.keywords.get(keyword)
        if written is None:
            yield Fact(setting, Known(missing), call.line)
        elif written.kind == "literal":
            yield Fact(setting, Known(missing if written.value is None else written.value), written.line)
        elif _setting(written, _VARIABLE[setting], means) == COMPUTED:
            yield Fact(setting, _expression(written), written.line)


_VARIABLE = {"cors_wired_credentials": "CORS_ALLOW_CREDENTIALS", "cors_wired_regex": "CORS_ORIGIN_REGEX"}


def _passed(
    call: Call,
    setting: str,
    keyword: str,
    variable: str,
    means: Means,
    words: Mapping[str, str],
    missing: str = "not given",
) -> Fact:
    written = call.keywords.get(keyword)
    if written is None:
        return Fact(setting, Known(COMPUTED if call.starred else missing), call.line)
    if written.kind == "literal":
        word = str(written.value).lower()
        return Fact(setting, Known(words.get(word, COMPUTED)), written.line)
    return Fact(setting, Known(_setting(written, variable, means)), written.line, written.source)


def _documentation(call: Call, means: Means) -> Fact:
    """``openapi_url=None`` closes the schema and every page that shows it; nothing else does."""
    written = call.keywords.get("openapi_url")
    if written is None:
        return Fact("docs_wiring", Known(COMPUTED if call.starred else "on"), call.line)
    if written.kind == "literal":
        return Fact("docs_wiring", Known("on" if written.value else "off"), written.line)
    decided = {means(name) for name in written.names} & {"DOCS_ENABLED", "OPENAPI_URL", "DEBUG", "ENVIRONMENT"}
    direct = decided and decided <= {"DOCS_ENABLED", "OPENAPI_URL"}
    return Fact("docs_wiring", Known(SETTING if direct else COMPUTED), written.line, written.source)


def _setting(written: Written, wanted: str, means: Means) -> str:
    """Whether an expression hands on the wanted setting and adds nothing to it."""
    meant = {means(name) for name in written.names} - {""}
    adds = re.search(r"\+|\||\bor\b|\bif\b|\*", written.source)
    return SETTING if meant == {wanted} and not adds else COMPUTED


def _expression(written: Written) -> Unresolved:
    return Unresolved(f"the code computes it: {written.source}", "ask the running application, or write a literal")
