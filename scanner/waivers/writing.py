"""A waiver as text at the end of a waiver file, whose comments and order stay as they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import asdict

from scanner import document
from scanner.errors import UserError
from scanner.model import Waiver
from scanner.waivers.reading import read

HEAD = """\
# Deviations that somebody asked for or accepted, until when, and what is done instead. An accepted fail stays a fail
# and is counted apart; when its date has passed or its value changes, it is open again.
waivers:
"""
ORDER = (
    "id", "status", "rule", "target", "scope", "accepted_value", "reason", "risk", "compensating_measure",
    "requested_by", "approved_by", "approver_role", "approved_on", "starts", "expires", "review_on", "ticket",
)  # fmt: skip
_EMPTY = re.compile(r"^waivers:[ \t]*\[[ \t]*\][ \t]*$", re.MULTILINE)


def appended(text: str, waiver: Waiver, place: str, on_secrets: Collection[str] = ()) -> str:
    """The text of a waiver file with one more. UserError when the file is none, or when the waiver is refused."""
    before = read(text, place, on_secrets) if text.strip() else ()
    whole = _EMPTY.sub("waivers:", text) if text.strip() else HEAD
    indent = _indent(text, place) if before else "  "
    entry = document.dump_yaml([_fields(waiver)])
    lines = "".join(f"{indent}{line}\n" if line else "\n" for line in entry.splitlines())
    gap = "\n" if before else ""
    whole = f"{whole.rstrip()}\n{gap}{lines}"
    if len(read(whole, place, on_secrets)) != len(before) + 1:
        raise UserError("cannot be added to this file", place=place, hint="end the list of waivers at the end of it")
    return whole


def free_id(waiver: Waiver, taken: Iterable[str]) -> str:
    """A name for a waiver that no other bears: rule and target, with a number where that is taken."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{waiver.rule}-{waiver.target}-{waiver.scope}".lower()).strip("-")
    used = set(taken)
    numbers = (f"{words}-{number}" for number in range(2, len(used) + 3))
    return words if words not in used else next(name for name in numbers if name not in used)


def _fields(waiver: Waiver) -> dict[str, object]:
    given = asdict(waiver)
    return {key: str(given[key]) for key in ORDER if given[key] or key == "accepted_value"}


def _indent(text: str, place: str) -> str:
    (tree,) = document.trees(text, place)
    number = tree.line(("waivers", 0))
    line = text.splitlines()[number - 1]
    found = re.match(r"([ \t]*)- ", line)
    if not found:
        allowed = "each waiver as an entry of its own that begins with `- id:`"
        raise UserError("the list is not written line by line", place=f"{place}:{number}", allowed=allowed)
    return found[1]
