"""Who made a change: asked last, for the rows that drift, moved or fail, and for no others, since asking costs.

Collectors say what is; which rows disagree is known only when all of them have spoken and were joined. So this step
stands on the floor of ``collect``, is called by ``scan`` after judging, and changes nothing but ``changed_by`` and
``changed_by_source`` of readings: no verdict, no drift. The declared side is asked of git (``blame``). For the other
planes a collector may be a ``collectors.Witness``: one whose platform keeps a record of changes. Without a record the
words are "not recorded"; nobody is ever named by guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scanner.collect import Job
from scanner.collectors import Context, Witness
from scanner.model import (
    Cell,
    Drift,
    Finding,
    Known,
    Notice,
    Observation,
    Plane,
    Present,
    Reading,
    Row,
    ScanResult,
    Unresolved,
    Verdict,
)
from scanner.readers.secrecy import redact
from scanner.who.blame import Author, Blame

Key = tuple[str, str, str, str]
"""Target, collector, setting and scope."""

AGREEING = frozenset({Drift.UNKNOWN, Drift.IN_SYNC})
"""States in which no plane was seen to say anything else."""


def named(result: ScanResult, jobs: Sequence[Job], context: Context, since: str) -> ScanResult:
    """The result with authors of what drifts, moved or fails, where something records them.

    ``since`` is when the run before this one started; empty where there was none.
    """
    wanted = _wanted(result.rows, result.findings)
    readings = [reading.observation for row in result.rows if row.id in wanted for reading in _readings(row)]
    if not readings:
        return result
    context.progress("asking who changed what differs")
    places = {item.provenance.locator for item in readings if _written(item)}
    blame = Blame(context.root)
    authors = blame.authors(sorted(places))
    recorded, notices = _witnessed(readings, jobs, context, since)
    if blame.left_out:
        text = f"{blame.left_out} files were not looked up in git, since time or number ran out"
        notices = (*notices, Notice("who", text))
    rows = tuple(_row(row, authors, recorded) if row.id in wanted else row for row in result.rows)
    return replace(result, rows=rows, notices=result.notices + notices)


def _wanted(rows: Iterable[Row], findings: Iterable[Finding]) -> set[str]:
    """Rows of which somebody will ask who it was."""
    failing = {name for item in findings if item.verdict is Verdict.FAIL for name in item.rows}
    return {row.id for row in rows if row.moved or row.id in failing or set(row.drift) - AGREEING}


def _readings(row: Row) -> list[Reading]:
    return [reading for cell in row.cells for reading in cell.readings]


def _written(observation: Observation) -> bool:
    """Whether somebody wrote the value in a source; what a source leaves out has no line of its own."""
    return observation.plane is Plane.DECLARED and isinstance(observation.content, Known | Present | Unresolved)


def _witnessed(
    readings: Sequence[Observation], jobs: Sequence[Job], context: Context, since: str
) -> tuple[dict[Key, Author], tuple[Notice, ...]]:
    """What the platforms of the run's own collectors record of their readings."""
    found: dict[Key, Author] = {}
    notices: dict[Notice, None] = {}
    for job in jobs:
        target, kind = job.target.id if job.target else "", job.entry.kind
        own = [item for item in readings if (item.target, item.provenance.collector) == (target, kind)]
        if own and isinstance(job.collector, Witness):
            told = job.collector.who(replace(context, target=job.target), own, since)
            found |= {(target, kind, *place): Author(*words) for place, words in told.authors.items()}
            notices.update(dict.fromkeys(told.notices))
    return found, tuple(notices)


def _row(row: Row, authors: Mapping[str, Author], recorded: Mapping[Key, Author]) -> Row:
    return replace(row, cells=tuple(_cell(cell, authors, recorded) for cell in row.cells))


def _cell(cell: Cell, authors: Mapping[str, Author], recorded: Mapping[Key, Author]) -> Cell:
    return replace(cell, readings=tuple(_reading(item, authors, recorded) for item in cell.readings))


def _reading(reading: Reading, authors: Mapping[str, Author], recorded: Mapping[Key, Author]) -> Reading:
    seen, place = reading.observation, reading.observation.provenance
    key = (seen.target, place.collector, seen.setting, seen.scope)
    own = authors.get(place.locator) if _written(seen) else recorded.get(key)
    if own is None or not own.by or place.changed_by:
        return reading
    told = replace(place, changed_by=redact(own.by), changed_by_source=redact(own.source))
    return replace(reading, observation=replace(seen, provenance=told))
