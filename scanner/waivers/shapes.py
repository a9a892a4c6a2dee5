"""The shape of a waiver file, as people write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class WaiverEntry:
    """One deviation, asked for or accepted."""

    __pydantic_config__ = FORBID
    id: str
    rule: str
    """The id of the rule, in full."""
    target: str
    """The id of the target, in full."""
    accepted_value: str | bool
    """The value that was accepted, as the report prints it; another one reopens the finding. Never a secret's text."""
    reason: str
    """Why the deviation is needed."""
    requested_by: str
    expires: str
    """A date (until its end in UTC), or a time with its zone such as ``2026-06-30T18:00:00+02:00``."""
    approved_by: str = ""
    """Somebody else than who requested it. Without one the waiver is requested and accepts nothing yet."""
    approved_on: str = ""
    """When it was approved; needed with ``approved_by``, since its longest life counts from here."""
    status: Literal["requested", "approved", "expired", "revoked", ""] = ""
    """Only an approved one accepts anything; when left out, it follows from ``approved_by``."""
    scope: str = ""
    """Whose value it is, such as ``role=app``; the server's own when left out."""
    starts: str = ""
    """When it begins, if later than its approval."""
    approver_role: str = ""
    """The role in which the approver decided."""
    risk: str = ""
    """What remains while it lasts, in the words of who accepts it."""
    review_on: str = ""
    """When somebody looks whether it is still needed."""
    compensating_measure: str = ""
    """What is done instead."""
    ticket: str = ""


@dataclass(frozen=True)
class WaiverFile:
    """The accepted deviations of a project."""

    __pydantic_config__ = FORBID
    waivers: list[WaiverEntry]
