"""The attributes of cookies that an answer sets; their values are not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.model import Content, Known, Unresolved

NAMES = ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE")
_WEAKEST = ("", "none", "lax", "strict")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie's name and attributes."""

    name: str
    secure: bool
    http_only: bool
    same_site: str
    """Empty when the attribute is missing or has no meaning."""


def read(header: str) -> Cookie:
    """One Set-Cookie header. Attribute names ignore case; of a repeated attribute the last counts, as in browsers."""
    first, *rest = header.split(";")
    attributes = {
        name.strip().lower(): value.strip().lower() for name, _, value in (item.partition("=") for item in rest)
    }
    same_site = attributes.get("samesite", "")
    return Cookie(
        first.partition("=")[0].strip()[:100],
        "secure" in attributes,
        "httponly" in attributes,
        same_site if same_site in _WEAKEST else "",
    )


def contents(headers: Sequence[str], name: str) -> tuple[dict[str, Content], str]:
    """What the cookies of one answer say of the three settings, the weakest of them, and which cookies were judged."""
    found = [read(header) for header in headers]
    chosen = [cookie for cookie in found if not name or cookie.name == name]
    if not chosen:
        what = f"no cookie {name} was set" if name and found else "no cookie was set"
        remedy = "set cookie_path: to one that starts a session without credentials, and cookie_name: to its cookie"
        return dict.fromkeys(NAMES, Unresolved(what, remedy)), ""
    same_site = min((cookie.same_site for cookie in chosen), key=_WEAKEST.index)
    return {
        "SESSION_COOKIE_SECURE": Known(all(cookie.secure for cookie in chosen)),
        "SESSION_COOKIE_HTTPONLY": Known(all(cookie.http_only for cookie in chosen)),
        "SESSION_COOKIE_SAMESITE": Known(same_site),
    }, ", ".join(sorted({cookie.name for cookie in chosen}))
