"""Whether runs came as often as they had to. A late scan is a finding: silence must never look like green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scanner.history.metrics import moment


@dataclass(frozen=True)
class Late:
    """A time without a run that was longer than the required interval."""

    since: str
    """ISO 8601 end of the last run before it, or the begin of the period."""
    until: str
    """ISO 8601 start of the next run, or the moment of asking."""
    over: float
    """Seconds beyond the interval."""
    ongoing: bool = False


@dataclass(frozen=True)
class Freshness:
    """The runs of a period held against the interval."""

    interval: float
    """Seconds that may pass between two runs."""
    runs: int
    last: str
    """ISO 8601 end of the last run; empty when there is none."""
    age: float
    """Seconds since then; since the begin of the period when there is none."""
    gaps: tuple[Late, ...]

    @property
    def late(self) -> bool:
        """Whether a run is overdue now."""
        return any(item.ongoing for item in self.gaps)


def freshness(runs: Sequence[tuple[str, str]], interval: timedelta, begin: datetime, now: datetime) -> Freshness:
    """Runs as pairs of ISO 8601 start and end, held against the interval from ``begin`` to ``now``."""
    ordered = sorted((moment(start), moment(end or start)) for start, end in runs)
    inside = [pair for pair in ordered if begin <= pair[0] <= now]
    earlier = [end for start, end in ordered if start < begin]
    # A run shortly before the period covers its first hours: the clock starts at that run's end.
    last = max([end for end in earlier if end <= begin] or [begin]) if earlier else begin
    gaps = []
    for start, end in inside:
        gaps += _late(last, start, interval, False)
        last = max(last, end)
    gaps += _late(last, now, interval, True)
    told = max((end for _, end in inside), default=None)
    return Freshness(
        interval.total_seconds(),
        len(inside),
        told.isoformat(timespec="seconds") if told else "",
        max((now - last).total_seconds(), 0.0),
        tuple(gaps),
    )


def _late(since: datetime, until: datetime, interval: timedelta, ongoing: bool) -> list[Late]:
    over = (until - since) - interval
    if over <= timedelta(0):
        return []
    words = (since.isoformat(timespec="seconds"), until.isoformat(timespec="seconds"))
    return [Late(*words, over.total_seconds(), ongoing)]
