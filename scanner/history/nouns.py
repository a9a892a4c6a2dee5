"""The nouns of a history: a change of a setting, and a failure from its first sight to its last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.model import Plane, Severity

NOT_RECORDED = "not recorded"


class Class(StrEnum):
    """Whether something authorised a change. Only a record, the source or the baseline can."""

    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that one run saw and a later run saw no more (CM-6 d, CM-3(7))."""

    target: str
    setting: str
    scope: str
    planes: tuple[Plane, ...]
    """Where it changed between the same two runs, in the order in which a change travels."""
    old: str
    new: str
    last_seen: str
    """ISO 8601 end of the last run that saw the old value."""
    first_seen: str
    """ISO 8601 start of the first run that saw the new one: it happened between the two."""
    run: str
    """Id of that run."""
    where: str
    """The place, ARN or server view that showed the new value."""
    actor: str = NOT_RECORDED
    actor_source: str = ""
    kind: Class = Class.UNKNOWN
    why: str = ""
    """What authorises it, or why nothing does as far as is known."""
    reviewer: str = NOT_RECORDED
    reviewed_on: str = ""
    reference: str = ""
    """The id of the change record that names it."""
    closed_at: str = ""
    """ISO 8601 start of the run that saw it settled; empty while it is open."""
    closed_by: str = ""
    gone: tuple[str, ...] = ()
    """Records that stood in the old value and stand in the new one no more, where the value is a list of records."""
    came: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return not self.closed_at

    @property
    def key(self) -> tuple[str, str, str]:
        return self.target, self.setting, self.scope


@dataclass(frozen=True, slots=True)
class Episode:
    """A rule that failed on a target and scope, from the run that first saw it on."""

    fingerprint: str
    rule: str
    target: str
    scope: str
    severity: Severity
    opened_at: str
    """ISO 8601 start of the run that first saw it fail."""
    opened_in: str
    """Id of that run."""
    last_right: str = ""
    """ISO 8601 end of the last run that saw it pass before; empty when none did."""
    due: str = ""
    waivers: tuple[str, ...] = ()
    """Ids of the waivers under which it was accepted at some time."""
    accepted: bool = False
    """Accepted in the last run that saw it fail."""
    unsure: int = 0
    """Runs in which it could not be checked; they end nothing."""
    closed_at: str = ""
    closed_by: str = ""
    """What the closing run saw: ``pass``, ``not_applicable``, or that rule or target are gone."""

    @property
    def open(self) -> bool:
        return not self.closed_at
