"""A folder or bucket that compliance staff can open: every kept run, a report for each month and quarter, an index.

What is published is a copy of the archive with pages beside it, so the commands that verify the archive verify the copy
too. Runs never change and are copied once. The report of a period is written again while runs can still be added to it.
The index is written last: whatever it names is there before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scanner import document
from scanner.archive import Archive, Run, guide, layout
from scanner.archive.inspect_run import problems
from scanner.archive.recovery import files
from scanner.audit import Asked, Summary, gather
from scanner.audit.report import FORMATS, render
from scanner.errors import UserError
from scanner.history.metrics import moment
from scanner.publish.index import index
from scanner.publish.periods import periods
from scanner.publish.places import Place

INDEX = "index.html"
LISTING = "index.json"


@dataclass(frozen=True)
class Published:
    """What was written."""

    runs: int
    """Runs copied now."""
    present: int
    """Runs that stood there already."""
    periods: tuple[str, ...]
    """Periods whose reports were written now."""


def publish(
    archive: Archive, place: Place, asked: Asked, tell: Callable[[str], None] = lambda _message: None
) -> Published:
    """Copy what is new and write the pages. UserError when the place cannot be written or holds other bytes."""
    known = place.names(f"{layout.RUNS}/")
    copied = 0
    for run in archive.entries:
        tell(f"publishing {run.id}")
        copied += _copy(archive, run, place, known)
    place.write(layout.VERIFY, guide.script())
    place.write(layout.LEDGER, b"".join(line.text.encode() for line in archive.ledger.lines))
    summaries, written = [], []
    for period in periods(archive.runs):
        summary, fresh = _period(archive, replace(asked, period=period), place, tell)
        summaries.append(summary)
        written += [period.name] if fresh else []
    text, listing = index(archive, summaries, known | _named(archive), asked)
    place.write(LISTING, listing.encode())
    place.write(INDEX, text.encode("utf-8", "backslashreplace"))
    return Published(copied, len(archive.entries) - copied, tuple(written))


def _named(archive: Archive) -> set[str]:
    return {f"{layout.RUNS}/{run.id}/{layout.REPORT}" for run in archive.runs if not run.pruned}


def _copy(archive: Archive, run: Run, place: Place, known: set[str]) -> bool:
    """Copy a run whose sums are not there yet; its sums go last, so that a stopped copy is done again."""
    folder = archive.path / layout.RUNS / run.id
    sums = f"{layout.RUNS}/{run.id}/{layout.SUMS}"
    if run.pruned or sums in known:
        return False
    wrong = next(problems(archive.path, folder, run.line), None)
    if run.trouble or wrong is not None:
        told = run.trouble or (f"{wrong.place} {wrong.text}" if wrong else "")
        hint = "`scanner archive verify` tells all; nothing that is not what was kept is published"
        raise UserError(told, key=run.id, hint=hint)
    for name in sorted(files(folder) - {layout.SUMS}):
        place.write(f"{layout.RUNS}/{run.id}/{name}", (folder / name).read_bytes())
    place.write(sums, (folder / layout.SUMS).read_bytes())
    return True


def _period(archive: Archive, asked: Asked, place: Place, tell: Callable[[str], None]) -> tuple[Summary, bool]:
    """The summary of a period, read back where nothing can have been added to it, else made and written."""
    base = f"periods/{asked.period.name}"
    kept = place.read(f"{base}.json")
    if kept is not None:
        summary = _read_back(kept, base)
        if summary is not None and moment(summary.made) >= asked.period.end and _same_runs(summary, archive, asked):
            return summary, False
    summary, last = gather(archive, asked, tell)
    for format_ in sorted(FORMATS, key=lambda name: name == "json"):
        place.write(f"{base}.{format_}", render(format_, summary, last).encode("utf-8", "backslashreplace"))
    return summary, True


def _read_back(data: bytes, place: str) -> Summary | None:
    """A summary of this or another version; None for what this version cannot read, which is then made anew."""
    try:
        return document.from_json(data, Summary, place)
    except UserError:
        return None


def _same_runs(summary: Summary, archive: Archive, asked: Asked) -> bool:
    found: Sequence[str] = [
        run.id
        for run in archive.runs
        if asked.period.holds(moment(run.record.started if run.record else run.kept))
        and (run.record is None or asked.selection is None or run.record.selection == asked.selection)
    ]
    return [run.id for run in summary.runs] == list(found)
