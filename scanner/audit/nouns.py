"""The nouns of a period report."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.history import Change, Component, Episode, Freshness, Metrics
from scanner.model import Coverage, Waiver


@dataclass(frozen=True)
class RunLine:
    """One run of the population."""

    id: str
    started: str
    finished: str
    command: str
    exit_code: int
    coverage: Coverage
    targets: int
    gaps: int
    drifting: int
    digest: str
    """SHA-256 of its SHA256SUMS, which stands for every file of it."""
    head: str
    """Head of the chain with this run as its last."""
    signed: str = ""
    state: str = "kept"
    """``kept``, ``removed by retention``, or why it cannot be read."""


@dataclass(frozen=True)
class BaselineInForce:
    """A version of a baseline and the runs of the period that were judged by it."""

    id: str
    version: str
    digest: str
    since: str
    """ISO 8601 start of the first run judged by it, the one before the period included."""
    until: str
    """ISO 8601 start of the last one."""
    runs: int
    approved_by: str = ""
    approved_on: str = ""


@dataclass(frozen=True)
class WaiverLine:
    """A waiver that the runs of the period knew."""

    waiver: Waiver
    first_used: str = ""
    """ISO 8601 start of the first run of the period in which it accepted something; empty when it never did."""
    last_used: str = ""
    expired: bool = False
    """It ended within the period."""


@dataclass(frozen=True)
class ControlDay:
    """How the requirements of one control ended in the last run of one day."""

    day: str
    framework: str
    control: str
    runs: int
    counts: Coverage


@dataclass(frozen=True)
class Summary:
    """A period as its report tells it."""

    project: str
    period: str
    begin: str
    end: str
    """ISO 8601 moment after the last one of the period."""
    made: str
    """ISO 8601 time of the making; before ``end`` while the period lasts."""
    tool_version: str
    runs: tuple[RunLine, ...]
    last_run: str
    """Id of the last readable run of the period; empty when there is none."""
    coverage: Coverage
    """Of that run."""
    interval: str
    """The required interval in words; empty where none is stated."""
    freshness: Freshness | None
    longest_pause: float
    """Seconds of the longest time between two runs of the period."""
    changes: tuple[Change, ...]
    episodes: tuple[Episode, ...]
    """Failures that were open at some time of the period."""
    metrics: Metrics
    waivers: tuple[WaiverLine, ...]
    baselines: tuple[BaselineInForce, ...]
    components: tuple[Component, ...]
    days: tuple[ControlDay, ...]
    titles: tuple[tuple[str, str], ...]
    """Rule to its title, for the rules that episodes name."""
    head: str
    """Head of the archive's chain when the report was made."""
    verify: tuple[tuple[str, str], ...]
    """What each command shows, and the command."""
    others: int = 0
    """Runs of the period that asked something else, or for another project, and so are not laid beside these."""
    exit_code: int = 0
    exit_reasons: tuple[str, ...] = ()
    """Everything that keeps the period from being in order, in words."""

    @property
    def unread(self) -> tuple[RunLine, ...]:
        """Runs of the population that could not be taken in."""
        return tuple(run for run in self.runs if run.state != "kept")
