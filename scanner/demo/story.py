"""The demonstration told from beginning to end: deploy, scan, let reality drift, scan again, show, clean up."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from scanner import baselines, catalogue, controls, project, records, reports, waivers
from scanner.demo.drifts import Change, possible
from scanner.demo.servers.processes import ending_in_order
from scanner.demo.stage import Stage, stage
from scanner.errors import ExitCode, UserError
from scanner.model import SERVER, CellState, Drift, Row, ScanResult, Verdict
from scanner.scan import Request, scan

Tell = Callable[[str], None]


def show(directory: Path, color: bool | None, tell: Tell | None) -> ExitCode:
    """The whole demonstration; reports go into ``directory``."""
    started = time.monotonic()
    say = tell or click.echo
    colored = color if color is not None else sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    _writable(directory)
    with ending_in_order(), tempfile.TemporaryDirectory(prefix="scanner-demo-") as place:
        say(_title("A small company, GhostQuant, has this Terraform, these servers and this application.", colored))
        say("  Real ones are started for it on loopback, in a strong form (production) and a weak one (staging):")
        with stage(Path(place), say) as set_:
            for line in set_.missing:
                say(f"  missing: {line}")
            before, after, changes = _play(set_, say, colored)
            engine_missing = bool(set_.missing)
    say(reports.render("console", after, _options(colored)).rstrip("\n"))
    written = _write(directory, before, after)
    say(_title("What to look at", colored))
    for change in changes:
        say(f"  {_seen(change, after)}")
    say(_title("Written", colored))
    for path, what in written:
        say(f"  {path}  {what}")
    say(f"  Everything that was started is stopped; this took {time.monotonic() - started:.0f} s.")
    if engine_missing:
        say("  Not everything could be shown: see the lines that begin with `missing` above.")
    return ExitCode.INCOMPLETE if engine_missing else ExitCode.CONFORMS


def _play(set_: Stage, say: Tell, colored: bool) -> tuple[ScanResult, ScanResult, list[Change]]:
    """Scan, change, scan again."""
    say(_title("It is scanned as it was deployed, to have something to compare with.", colored))
    before = _scanned(set_, None)
    covered = before.coverage
    say(
        f"  {covered.expected} requirements: {covered.passed} pass, {covered.failed_open} fail, "
        f"{covered.failed_accepted} fail but accepted, {covered.unknown} unknown, "
        f"{covered.not_assessed} not assessed, {covered.not_applicable} not applicable."
    )
    say(_title("Then life goes on.", colored))
    changes = possible(set_)
    for number, change in enumerate(changes, 1):
        change.act(set_)
        say(f"  {number}. {change.who}: {change.did}")
    say(_title("And it is scanned again: every plane, compared with the first scan.", colored))
    return before, _scanned(set_, before), changes


def _scanned(set_: Stage, previous: ScanResult | None) -> ScanResult:
    words = catalogue.shipped()
    with _variables(set_.variables):
        found = project.load(set_.project / "scanner.yaml", words)
        request = Request(
            project=found,
            baselines=baselines.load(tuple(baselines.shipped_paths()), words, controls.shipped()),
            waivers=waivers.load(found.waivers) if found.waivers else (),
            command="drift",
            live=True,
            previous=previous,
            record_rules=baselines.load(records.rule_paths(), words, controls.shipped()),
        )
        return scan(request, words)


@contextlib.contextmanager
def _variables(more: Mapping[str, str]) -> Iterator[None]:
    """The connection strings stand in the environment of this process while it scans, and only then."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _seen(change: Change, result: ScanResult) -> str:
    """What the report says of a change: its row's drift or else its verdict, or that no row shows it."""
    rows = [row for row in result.rows if (row.target, row.setting) == (change.target, change.setting)]
    rows = [row for row in rows if change.scope in row.scope] or rows
    drifting = [row for row in rows if set(row.drift) - {Drift.IN_SYNC, Drift.UNKNOWN}]
    row = next(iter(drifting or rows), None)
    if row is None:
        return f"{change.target} {change.setting}: no row of this scan shows it"
    found = next((item for item in result.findings if row.id in item.rows and item.verdict is Verdict.FAIL), None)
    state = row.headline if drifting and row.headline else found.verdict if found else "no finding"
    scope = "" if row.scope == SERVER else f" ({row.scope})"
    place = f", at {found.fix_at}" if found and not drifting else ""
    return f"{state.replace('_', ' '):<13} {row.target} {row.setting}{scope}: {_planes(row)}{place}"


def _planes(row: Row) -> str:
    told = []
    for cell in row.cells:
        if cell.state is CellState.ANSWERED and cell.effective:
            text = " ".join(cell.effective.text.split())
            told.append(f"{cell.plane} {text if len(text) <= _SHORT else text[: _SHORT - 1] + '…'}")
    return ", ".join(told)


_SHORT = 40


def _write(directory: Path, before: ScanResult, after: ScanResult) -> list[tuple[Path, str]]:
    texts = (
        ("report.html", reports.render("html", after, _options(False)), "the report for people: open it in a browser"),
        (
            "report.json",
            reports.render("json", after, _options(False)),
            "the same for machines: scanner report takes it",
        ),
        (
            "before.json",
            reports.render("json", before, _options(False)),
            "the first scan: scanner drift --since takes it",
        ),
    )
    written = []
    for name, text, what in texts:
        path = directory / name
        try:
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UserError(f"cannot be written: {error.strerror}", place=str(path)) from None
        written.append((path, what))
    return written


def _writable(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", place=str(directory), key="--output") from None


def _options(colored: bool) -> reports.Options:
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    titles = tuple(
        (framework.framework, control.id, control.title)
        for framework in controls.shipped().frameworks.values()
        for control in framework.controls
    )
    return reports.Options(color=colored, width=max(width, 40), controls=titles)


def _title(text: str, colored: bool) -> str:
    return "\n" + (click.style(text, bold=True) if colored else text)
