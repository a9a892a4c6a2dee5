"""TLS versions, log levels and web origins: words with an order or an identity of their own."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scanner.model import Raw, Setting
from scanner.values.base import Malformed, Value, short, text_of, value_type
from scanner.values.lists import members

_TLS = re.compile(r"(?:tls|ssl)?[_\-\s]?v?(\d)(?:[._](\d))?", re.IGNORECASE)


@value_type("tls_version")
def _tls_version(setting: Setting, raw: Raw) -> Value:
    text = text_of(raw).strip()
    if not text:
        return Value(0, "")
    match = _TLS.fullmatch(text)
    if not match:
        raise Malformed(f"“{short(text)}” is no TLS version such as TLSv1.2")
    if text.lower().startswith("ssl"):
        return Value(int(match[1]), f"SSLv{match[1]}")
    minor = int(match[2] or 0)
    return Value(int(match[1]) * 10 + minor, f"TLSv{match[1]}" + (f".{minor}" if minor else ""))


_LEVELS = {
    "notset": 0, "trace": 5, "debug": 10, "info": 20, "warning": 30, "warn": 30, "error": 40, "critical": 50,
    "fatal": 50,
}  # fmt: skip
_LEVEL_NAMES = {0: "NOTSET", 5: "TRACE", 10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}


@value_type("log_level")
def _log_level(setting: Setting, raw: Raw) -> Value:
    word = text_of(raw).strip().lower()
    level = _LEVELS.get(word, int(word) if re.fullmatch(r"\d{1,3}", word) else None)
    if level is None:
        raise Malformed(f"“{short(word)}” is no log level such as WARNING")
    return Value(level, _LEVEL_NAMES.get(level, str(level)))


_PORTS = {"http": 80, "https": 443}


def origin(text: str) -> str:
    """An origin (RFC 6454) in one spelling: lower case, no default port, no trailing slash; ``*`` and ``null`` stay."""
    word = text.strip().strip("'\"").strip()
    if word.lower() in {"*", "null", ""}:
        return word.lower()
    try:
        parts = urlsplit(word)
        port = parts.port
    except ValueError:
        return word
    if not parts.scheme or not parts.hostname:
        return word.rstrip("/").lower()
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port is None or port == _PORTS.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host}{shown}{parts.path.rstrip('/')}"


@value_type("origins")
def _origins(setting: Setting, raw: Raw) -> Value:
    found = sorted({origin(item) for item in members(raw, ", ;") if item})
    written = [item for item in members(raw, ", ;") if item]
    slashes = [item for item in written if item.rstrip("'\"").endswith("/")]
    note = "a trailing slash never matches an Origin header" if slashes else ""
    if isinstance(raw, str) and raw.strip().startswith("['"):
        note = "written with single quotes: JSON readers refuse it"
    return Value(tuple(found), ", ".join(found), note)
