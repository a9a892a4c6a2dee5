"""The shape of a baseline file, as people write it.

These classes are what ``scanner schema`` prints and what ``document`` holds a file against, so a mistyped key is named
with its line and the keys that exist. What the values mean, and whether they make sense together, is checked afterwards
in ``rules`` and ``operands``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from scanner.model import Severity, Strength
from scanner.records.shapes import ReviewEntry, Versions

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}

Expect: TypeAlias = str | int | float | bool | dict[str, Any]
"""An operator with its operand, several operators that must all hold, or a bare value that must be equal."""


@dataclass(frozen=True)
class WhenEntry:
    """A condition; every part that is given must hold."""

    __pydantic_config__ = FORBID
    environments: list[str] = field(default_factory=list)
    platforms: list[str] = field(default_factory=list)
    not_platforms: list[str] = field(default_factory=list)
    version: str | None = None
    """Comparisons joined by commas, such as ``>=14,<18``."""
    settings: dict[str, Expect] = field(default_factory=dict)
    """Other settings of the same target and what each must be."""


@dataclass(frozen=True)
class ChangeEntry:
    """What a rule asks for instead."""

    __pydantic_config__ = FORBID
    expect: Expect | None = None
    severity: Severity | None = None
    skip: str | None = None
    """The reason why nothing is asked."""


@dataclass(frozen=True)
class VariantEntry(ChangeEntry):
    """What a rule asks for instead when a condition holds; the first variant that matches wins."""

    __pydantic_config__ = FORBID
    when: WhenEntry = WhenEntry()


@dataclass(frozen=True)
class CompareEntry:
    """A rule between targets."""

    __pydantic_config__ = FORBID
    across: Literal["environments"]
    expect: Literal["distinct", "same"]


@dataclass(frozen=True)
class ControlEntry:
    """What a rule is evidence for. Strength and reason come from the control map where they are left out."""

    __pydantic_config__ = FORBID
    id: str = ""
    """A control such as ``sc-8.1`` or ``CC6.7``; older revisions' ids are moved to where they are now."""
    objective: str = ""
    """An assessment objective such as ``cm-6_obj.b``."""
    strength: Strength | None = None
    why: str = ""


@dataclass(frozen=True)
class RuleEntry:
    """One rule."""

    __pydantic_config__ = FORBID
    id: str
    """Words joined by hyphens, such as ``postgresql-tls-1.3``."""
    title: str
    """What holds when the rule passes, as a sentence."""
    setting: str
    """A setting of the catalogue."""
    severity: Severity
    why: str
    """What can happen otherwise."""
    fix: dict[str, str]
    """Where to fix it (``postgresql``, ``pg_hba.conf``, ``env``, a Terraform resource type …) and how."""
    expect: Expect | None = None
    compare: CompareEntry | None = None
    applies: WhenEntry = WhenEntry()
    """Outside these versions and platforms the rule is not applicable."""
    variants: list[VariantEntry] = field(default_factory=list)
    environments: dict[str, ChangeEntry] = field(default_factory=dict)
    """Shorthand for variants by environment; they come after ``variants``."""
    controls: dict[str, list[str | ControlEntry]] = field(default_factory=dict)
    """Framework to the controls, objectives or criteria that the rule is evidence for."""
    references: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LooserEntry:
    """A rule that asks for less than the source of the baseline."""

    __pydantic_config__ = FORBID
    rule: str
    reason: str


@dataclass(frozen=True)
class BaselineFile:
    """A baseline: rules for one component and who stands behind them."""

    __pydantic_config__ = FORBID
    id: str
    version: str
    title: str
    component: str
    rules: list[RuleEntry]
    owner: str = ""
    """Who keeps it."""
    approved_by: str = ""
    approved_on: str = ""
    approver_role: str = ""
    """The role in which the approver decided."""
    review: str = ""
    """How often it is to be reviewed: monthly, quarterly, half-yearly, annually, or a number of days."""
    source: str = ""
    """The guides and standards that it follows."""
    source_kind: Literal["stig", "cis", "vendor", "custom", ""] = ""
    level: str = ""
    """The level or profile of the source."""
    looser: list[LooserEntry] = field(default_factory=list)
    """Every rule that asks for less than the source, with its reason."""
    versions: Versions = field(default_factory=dict)
    """Component or target id to the versions in use at the approval."""
    reviews: list[ReviewEntry] = field(default_factory=list)
