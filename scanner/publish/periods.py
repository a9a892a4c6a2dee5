"""The periods that an archive has something to say of: each month and each quarter with a run, oldest first."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.archive import Run
from scanner.history.metrics import moment
from scanner.history.period import Period, period


def periods(runs: Iterable[Run]) -> list[Period]:
    """Months and quarters in the order of their end, a quarter after its months."""
    names: dict[str, None] = {}
    for run in runs:
        start = moment(run.record.started if run.record and run.record.started else run.kept)
        names[f"{start:%Y-%m}"] = None
        names[f"{start.year:04}-Q{(start.month + 2) // 3}"] = None
    return sorted((period(name) for name in names), key=lambda item: (item.end, item.end - item.begin))
