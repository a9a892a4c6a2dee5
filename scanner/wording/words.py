"""The vocabulary: one word, one symbol and one meaning for every state, whatever the format.

A state is never told by colour alone, so each has a symbol and a word; the meanings are what glossaries print.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from scanner.model import CellState, Drift, Finding, Plane, Strength, TakesEffect, Verdict
from scanner.wording.plain import plain


class Outcome(StrEnum):
    """The six ends of a finding; the values are the field names of ``Coverage``."""

    OPEN = "failed_open"
    UNKNOWN = "unknown"
    ACCEPTED = "failed_accepted"
    NOT_ASSESSED = "not_assessed"
    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Words:
    """How one state is said: ``shout`` in a terminal, ``heading`` over a column of an audit table."""

    symbol: str
    shout: str
    heading: str
    meaning: str


OUTCOMES: dict[Outcome, Words] = {
    Outcome.OPEN: Words(
        "✗", "FAIL", "Differs, open", "The value differs from the baseline and nobody has accepted it."
    ),
    Outcome.UNKNOWN: Words(
        "?",
        "UNKNOWN",
        "Could not check",
        "A source that was asked did not answer, or its answer cannot be known. This is never counted as a match.",
    ),
    Outcome.ACCEPTED: Words(
        "◐", "ACCEPTED", "Differs, accepted", "The value differs from the baseline under a waiver that is in force."
    ),
    Outcome.NOT_ASSESSED: Words(
        "–",
        "NOT ASSESSED",
        "Not assessed",
        "Nothing that was asked in this run can show the setting, or a parameter of the rule was not given.",
    ),
    Outcome.PASSED: Words(
        "✓",
        "PASS",
        "Matches",
        "Every plane that was asked and can show the setting answered, and every answer conforms.",
    ),
    Outcome.NOT_APPLICABLE: Words(
        "·", "NOT APPLICABLE", "Not applicable", "The rule does not speak of this version, platform or environment."
    ),
}
"""In the order in which a reader needs them."""

TABLE_ORDER = (
    Outcome.PASSED,
    Outcome.OPEN,
    Outcome.ACCEPTED,
    Outcome.UNKNOWN,
    Outcome.NOT_ASSESSED,
    Outcome.NOT_APPLICABLE,
)
"""The order of columns in tables."""

_BY_VERDICT = {
    Verdict.PASS: Outcome.PASSED,
    Verdict.FAIL: Outcome.OPEN,
    Verdict.UNKNOWN: Outcome.UNKNOWN,
    Verdict.NOT_ASSESSED: Outcome.NOT_ASSESSED,
    Verdict.NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
}


def outcome_of(verdict: Verdict) -> Outcome:
    """The outcome of a verdict that no waiver touches."""
    return _BY_VERDICT[verdict]


def outcome(finding: Finding) -> Outcome:
    """Which of the six a finding is."""
    return Outcome.ACCEPTED if finding.accepted else _BY_VERDICT[finding.verdict]


DRIFTS: dict[Drift, Words] = {
    Drift.OVERRIDDEN: Words("≠", "overridden", "Overridden", "Some connections, users or databases get another value."),
    Drift.PENDING: Words(
        "≠",
        "pending",
        "Pending",
        "A newer value stands ready and takes effect at the next reload, restart or maintenance.",
    ),
    Drift.RUNTIME_ONLY: Words(
        "≠", "runtime only", "Runtime only", "The process runs with a value that is gone at its next restart."
    ),
    Drift.UNAPPLIED: Words(
        "≠", "unapplied", "Unapplied", "The source moved last: what it declares has not been applied yet."
    ),
    Drift.CHANGED: Words("≠", "changed", "Changed", "The live side moved last: somebody changed the live system."),
    Drift.DIFFERS: Words("≠", "differs", "Differs", "The planes disagree, and nothing shows which side moved."),
    Drift.UNDECLARED: Words("≠", "undeclared", "Undeclared", "The live system has it and no source declares it."),
    Drift.MISSING: Words("≠", "missing", "Missing", "A source declares it and the live system does not have it."),
    Drift.UNKNOWN: Words(
        "?", "unknown", "Unknown", "A plane that was asked did not answer, so agreement cannot be told."
    ),
    Drift.IN_SYNC: Words("=", "in sync", "In sync", "All planes that answered agree."),
}

PLANES: dict[Plane, tuple[str, str]] = {
    Plane.DECLARED: (
        "declared",
        "what the sources ask for: Terraform, environment files, configuration kept in the repository",
    ),
    Plane.PROVISIONED: ("provisioned", "what the platform holds: its control plane or state"),
    Plane.PERSISTED: ("persisted", "what the server will have after a restart: its files on disk"),
    Plane.RUNNING: ("running", "what the process has now, as it says itself"),
    Plane.SERVED: ("served", "what a client really gets over the network"),
}

CELL_STATES: dict[CellState, str] = {
    CellState.ANSWERED: "answered",
    CellState.SILENT: "asked, no answer",
    CellState.NOT_ASKED: "not asked in this run",
    CellState.CANNOT_SHOW: "cannot show this setting",
}

STRENGTHS: dict[Strength, tuple[str, str]] = {
    Strength.MEASURED: ("measured", "the setting itself is what the objective asks about"),
    Strength.PARTIAL: ("partial", "one part of what the objective asks; the rest needs other evidence"),
    Strength.RECORD: ("record", "shows that a record exists; people judge what it says"),
    Strength.NONE: ("none", "no evidence by itself"),
}

WAITS: dict[TakesEffect, str] = {
    TakesEffect.NOW: "in effect at once",
    TakesEffect.RELOAD: "takes effect at the next reload",
    TakesEffect.RESTART: "takes effect at the next restart",
    TakesEffect.MAINTENANCE: "takes effect in the next maintenance window",
}

EXITS: dict[int, str] = {
    0: "everything that was asked was answered and conforms",
    1: "settings differ from the baseline",
    2: "the input or the usage is wrong",
    3: "incomplete: something could not be checked",
    4: "drift: the settings conform, but the planes disagree",
    70: "an error of the program",
    130: "interrupted",
}

FRAMEWORKS = {
    "nist-800-53r5": "NIST SP 800-53 revision 5",
    "soc2": "SOC 2 trust services criteria",
    "fedramp-ksi": "FedRAMP Key Security Indicators",
}

COMPONENTS = {
    "postgresql": "PostgreSQL",
    "redis": "Redis",
    "fastapi": "FastAPI",
    "baseline": "Record of the baseline",
    "schedule": "Schedule of runs",
}


def component(name: str) -> str:
    """A component as its makers write it."""
    return COMPONENTS.get(name, name)


def framework(name: str) -> str:
    """A control framework as its publisher writes it."""
    return FRAMEWORKS.get(name, name)


def moment(text: str) -> str:
    """An ISO 8601 time as ``21 November 2026 21:00 UTC``; what is none is shown as it stands."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return plain(text)
    if time.tzinfo is None or len(text) <= 10:
        return day(text[:10])
    time = time.astimezone(UTC)
    return f"{time.day} {time:%B %Y %H:%M} UTC"


def day(text: str) -> str:
    """An ISO 8601 date or time as ``21 December 2026``; what is none is shown as it stands."""
    try:
        parsed = date.fromisoformat(text[:10])
    except ValueError:
        return plain(text)
    return f"{parsed.day} {parsed:%B %Y}"


def days_left(expires: str, now: str) -> int | None:
    """Whole days from ``now`` to a date; None when either is no date."""
    try:
        return (date.fromisoformat(expires[:10]) - date.fromisoformat(now[:10])).days
    except ValueError:
        return None
