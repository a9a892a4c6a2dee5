"""Figures by control for each day, as frameworks ask for them that look at a year of daily values.

The last run of a day speaks for it. A day without a run has no line: a value that nobody measured is not carried on.
"""

from __future__ import annotations

from scanner import controls, matrix
from scanner.audit.nouns import ControlDay
from scanner.history.metrics import moment
from scanner.model import ScanResult


class Days:
    """The days of the runs that were taken in."""

    def __init__(self) -> None:
        self._days: dict[str, tuple[ControlDay, ...]] = {}
        self._runs: dict[str, int] = {}

    def take(self, result: ScanResult) -> None:
        """Take in the next run; a later one of the same day takes its place."""
        day = moment(result.started).date().isoformat()
        self._runs[day] = self._runs.get(day, 0) + 1
        self._days[day] = tuple(
            ControlDay(day, line.framework, line.label, self._runs[day], line.counts)
            for line in matrix.matrix(result.baselines, controls.shipped(), result=result)
            if line.counts is not None and line.counts.expected
        )

    @property
    def lines(self) -> tuple[ControlDay, ...]:
        """Every day in order, with the controls that a rule of it speaks for."""
        return tuple(line for day in sorted(self._days) for line in self._days[day])
