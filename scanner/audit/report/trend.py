"""A picture of counts over the runs of a period: lines that hold their value until the next run, as numbers to draw.

Lines are told apart by dash and by a name at their end, never by colour alone, and the table of runs says the same in
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scanner.audit.nouns import RunLine, Summary
from scanner.history.metrics import moment

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 220.0, 44.0, 150.0, 12.0, 28.0
LABEL = 15.0
"""Least distance of two names at the ends of lines."""


@dataclass(frozen=True)
class Line:
    """One line of the picture."""

    name: str
    css: str
    dash: str
    path: str
    value: int
    """Its last value."""
    x: float
    y: float
    label_y: float


@dataclass(frozen=True)
class Trend:
    """Everything that the template draws."""

    lines: list[Line]
    ticks: list[tuple[int, float]]
    """Counts and their height."""
    dots: list[float]
    """Where a run stands on the line of time."""
    described: str


SERIES: tuple[tuple[str, str, str, Callable[[RunLine], int]], ...] = (
    ("open", "failed-open", "", lambda run: run.coverage.failed_open),
    ("could not check", "unknown", "6 3", lambda run: run.coverage.unknown),
    ("accepted", "failed-accepted", "2 3", lambda run: run.coverage.failed_accepted),
    ("drifting", "drifts", "9 3 2 3", lambda run: run.drifting),
)


def trend(summary: Summary) -> Trend | None:
    """The picture, or None where there are not two runs to lay a line through."""
    runs = [run for run in summary.runs if run.state == "kept"]
    if len(runs) < 2:
        return None
    values = {name: [count(run) for run in runs] for name, _, _, count in SERIES}
    most = max(1, *(max(found) for found in values.values()))
    xs = _positions(runs, summary)
    ends = _apart([_y(found[-1], most) for found in values.values()])
    lines = [
        Line(name, css, dash, _path(xs, [_y(v, most) for v in values[name]]), values[name][-1], xs[-1], y, label)
        for (name, css, dash, _), y, label in zip(
            SERIES, [_y(found[-1], most) for found in values.values()], ends, strict=True
        )
    ]
    described = "; ".join(f"{name} {found[0]} at first, {found[-1]} at last" for name, found in values.items())
    return Trend(lines, [(value, _y(value, most)) for value in _ticks(most)], xs, described)


def _positions(runs: Sequence[RunLine], summary: Summary) -> list[float]:
    begin, end = moment(summary.begin), min(moment(summary.end), moment(summary.made))
    span = max((end - begin).total_seconds(), 1.0)
    wide = WIDTH - LEFT - RIGHT
    shares = [min(max((moment(run.started) - begin).total_seconds() / span, 0.0), 1.0) for run in runs]
    return [round(LEFT + share * wide, 1) for share in shares]


def _y(value: int, most: int) -> float:
    return round(HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM), 1)


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    steps = [f"M{xs[0]} {ys[0]}"]
    steps += [f"H{x} V{y}" for x, y in zip(xs[1:], ys[1:], strict=True)]
    return " ".join(steps)


def _apart(heights: Sequence[float]) -> list[float]:
    """Heights for names, moved so far apart that none covers another."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    found = list(heights)
    last = TOP - LABEL
    for index in order:
        found[index] = last = max(found[index], last + LABEL)
    over = last - (HEIGHT - 10.0)
    return [round(height - max(over, 0.0), 1) for height in found]


def _ticks(most: int) -> list[int]:
    return sorted({0, most // 2, most}) if most > 1 else [0, 1]
