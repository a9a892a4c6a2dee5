"""``changes.yaml``: what people record of changes: which were authorised, by whom, under which id, who reviewed them.

A record names one target and setting and the value that was authorised, so that it cannot bless whatever comes next. It
authorises nothing on its approver's own request, and wildcards are refused, as for waivers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scanner import document
from scanner.errors import UserError
from scanner.model import SERVER

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class ChangeRecord:
    """One change that was decided or looked at by people."""

    __pydantic_config__ = FORBID
    id: str
    """The id of the change or ticket."""
    target: str
    setting: str
    value: str | bool
    """The new value, as the report prints it."""
    requested_by: str = ""
    approved_by: str = ""
    """Who authorised it; empty where it was only reviewed."""
    approved_on: str = ""
    reviewed_by: str = ""
    reviewed_on: str = ""
    scope: str = SERVER
    note: str = ""

    def covers(self, key: tuple[str, str, str], new: str) -> bool:
        """Whether a change of this target, setting and scope to this value is the one recorded."""
        text = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return (self.target, self.setting, self.scope or SERVER) == key and text == new


@dataclass(frozen=True)
class ChangeFile:
    """The recorded changes of a project."""

    __pydantic_config__ = FORBID
    changes: list[ChangeRecord]


def load(path: Path) -> tuple[ChangeRecord, ...]:
    """The records of a file. UserError with file and line for one that decides nothing."""
    content, tree = document.read(path, ChangeFile)
    for index, entry in enumerate(content.changes):
        place = f"{tree.place}:{tree.line(('changes', index))}"
        for key in ("id", "target", "setting"):
            if not getattr(entry, key).strip():
                raise UserError("is empty", place=place, key=key)
            if any(sign in getattr(entry, key) for sign in "*?[]"):
                raise UserError("a record names one thing, so wildcards are refused", place=place, key=key)
        if not entry.approved_by and not entry.reviewed_by:
            hint = "a record says who approved a change or who reviewed it"
            raise UserError("names nobody", place=place, key=entry.id, allowed="approved_by, reviewed_by", hint=hint)
        if entry.approved_by and _person(entry.approved_by) == _person(entry.requested_by):
            hint = "somebody else than who requested it must approve"
            raise UserError("nobody approves a request of their own", place=place, key="approved_by", hint=hint)
    return tuple(content.changes)


def _person(name: str) -> str:
    return " ".join(name.casefold().split())
