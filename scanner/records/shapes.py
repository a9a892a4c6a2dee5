"""The shapes of records as people write them, in ``scanner.yaml`` and in the head of a baseline."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.model import Severity

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}

Versions = dict[str, str | list[str]]
"""Component or target id to the version, or versions, in use."""


@dataclass(frozen=True)
class ReviewEntry:
    """One review of a baseline."""

    __pydantic_config__ = FORBID
    on: str
    """The date of the review."""
    reviewer: str
    trigger: str
    """What led to it: the interval, an incident, a new version of a component, …"""
    versions: Versions = field(default_factory=dict)
    """Component or target id to the versions in use then; a later change of version calls for another review."""


@dataclass(frozen=True)
class ApprovalEntry:
    """The approval of one version of a baseline."""

    __pydantic_config__ = FORBID
    baseline: str
    """The id of the baseline."""
    version: str
    """The version that was approved; any other is not."""
    approved_by: str
    approved_on: str
    digest: str = ""
    """SHA-256 of the approved file, which pins it byte by byte; ``scanner baseline list`` prints it."""
    owner: str = ""
    """Who keeps the baseline; the file's own owner when left out."""
    role: str = ""
    """The role in which the approver decided."""
    review: str = ""
    """How often it is to be reviewed: monthly, quarterly, half-yearly, annually, or a number of days."""
    versions: Versions = field(default_factory=dict)
    """Component or target id to the versions in use at the approval."""
    reviews: list[ReviewEntry] = field(default_factory=list)


@dataclass(frozen=True)
class PolicySection:
    """Limits by severity; what is left out keeps its default."""

    __pydantic_config__ = FORBID
    due: dict[Severity, str] = field(default_factory=dict)
    """Time to close a failure, such as ``24 hours`` (critical), ``3 days`` (high), ``14 days``, ``30 days``."""
    waiver_max_days: dict[Severity, int] = field(default_factory=dict)
    """The longest life of a waiver in days (critical 30, high 90, medium 180, low 365)."""
    scan_interval: str = ""
    """How often `drift` has to run, such as ``24 hours`` or ``7 days``; a later run is a finding."""
