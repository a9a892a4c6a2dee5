"""What a connection string says: its parts by name, the password apart from the rest.

Applications carry one text that holds a scheme (encrypted or not), query options such as ``sslmode`` and a password.
The parts are settings of their own in the catalogue, written ``DATABASE_URL#scheme``, ``DATABASE_URL#password`` or
``DATABASE_URL?sslmode``. Both the URL form and the ``keyword=value`` form of libpq are read.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

_URL = re.compile(
    r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://(?:(?P<userinfo>[^/?#]*)@)?[^/?#]*(?:/[^?#]*)?(?:\?(?P<query>[^#]*))?"
)
_KEYWORD = re.compile(r"(?P<key>\w+)\s*=\s*(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s']*))")


def parts(text: str) -> dict[str, str] | None:
    """``#scheme``, ``#password`` and ``?option`` of a connection string; None when it is none."""
    stripped = text.strip()
    match = _URL.match(stripped)
    if match:
        return _of_url(match)
    pairs = {
        found["key"].lower(): found["bare"] if found["quoted"] is None else re.sub(r"\\(.)", r"\1", found["quoted"])
        for found in _KEYWORD.finditer(stripped)
    }
    if not pairs or not pairs.keys() & {"host", "hostaddr", "dbname", "service", "user"}:
        return None
    password = pairs.pop("password", None)
    return {f"?{key}": value for key, value in pairs.items()} | ({} if password is None else {"#password": password})


def _of_url(match: re.Match[str]) -> dict[str, str]:
    found = {"#scheme": match["scheme"].lower()}
    for key, value in parse_qsl(match["query"] or "", keep_blank_values=True, max_num_fields=200):
        found[f"?{key.lower()}"] = value
    password = found.pop("?password", None)
    _, colon, given = (match["userinfo"] or "").partition(":")
    if colon:
        password = unquote(given)
    if password is not None:
        found["#password"] = password
    return found
