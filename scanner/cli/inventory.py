"""``scanner inventory``: the components of a project, declared and found side by side (CM-8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import click

from scanner import document, reports
from scanner.archive import layout
from scanner.cli import kept, recording, say
from scanner.cli.drift import load_result
from scanner.errors import ExitCode, UserError
from scanner.history import Component, components, fold
from scanner.model import ScanResult
from scanner.wording.cells import cell
from scanner.wording.plain import counted, plain
from scanner.wording.words import day

FORMATS = ("console", "csv", "json", "cyclonedx")


@click.command(
    epilog="""\b
Examples:
  scanner inventory                       over the kept runs: since when each is known, when last seen
  scanner inventory --result result.json  of one run
  scanner inventory -f cyclonedx > inventory.cdx.json

\b
Exit codes: 0 every component that was looked for is declared and found, 3 one was asked and gave no answer, or a run
cannot be read, 4 one is found but not declared, or declared but not found."""
)
@kept.options
@click.option("--result", "saved", type=click.Path(path_type=Path), metavar="FILE", help="One saved run instead.")
@click.option("--format", "-f", "format_", type=click.Choice(FORMATS), default="console", show_default=True)
def inventory(
    directory: Path, place: Path | None, period_: str | None, every_selection: bool, saved: Path | None, format_: str
) -> int:
    """List the components of DIRECTORY: what each is, where it is declared, what found it, its version and waivers.

    Only the kinds that the scanner can scan are seen, and only where a source was asked for them.
    """
    if saved is not None:
        if place is not None or period_ or every_selection:
            raise UserError(
                "go with kept runs", key="--archive, --period, --every-selection", hint="leave out --result"
            )
        last, unread = load_result(saved), 0
        found = components(last)
    else:
        last, found, unread = _of_archive(directory, place, period_, every_selection)
    if unread:
        click.echo(f"warning: {counted(unread, 'run')} cannot be read: `scanner archive verify` tells more", err=True)
    text = reports.render("cyclonedx", last) if format_ == "cyclonedx" else _SAY[format_](found)
    click.echo(text, nl=False)
    return _code(found, unread)


def _code(found: tuple[Component, ...], unread: int) -> int:
    """Silence and runs that cannot be read make it incomplete; what lies on one side only is drift."""
    if unread or not found or any(item.silent for item in found):
        return ExitCode.INCOMPLETE
    alone = any(_undeclared(item) or _missing(item) for item in found)
    return ExitCode.DRIFT if alone else ExitCode.CONFORMS


def _undeclared(item: Component) -> bool:
    return bool(item.found_by) and not item.declared_at


def _missing(item: Component) -> bool:
    return bool(item.declared_at) and not item.found_by and item.asked


def _of_archive(
    directory: Path, place: Path | None, period_: str | None, every_selection: bool
) -> tuple[ScanResult, tuple[Component, ...], int]:
    project = kept.project_of(directory)
    if not (recording.place_of(project, place) / layout.LEDGER).is_file():
        hint = "give --result FILE, or keep runs with `scanner drift` or `scanner check --record`"
        raise UserError("no run is kept here", place=str(directory), hint=hint)
    opened = kept.open_kept(directory, place, period_, every_selection)
    latest: list[ScanResult] = []

    def remember() -> Iterator[ScanResult]:
        for result in opened.results(tell):
            latest[:] = [result]
            yield result

    with say.progress() as tell:
        found = fold(remember(), opened.records).components
    if not latest:
        raise UserError("no run of this period can be read", place=str(directory))
    return latest[0], found, opened.unread


def _console(found: tuple[Component, ...]) -> str:
    lines = []
    for item in found:
        what = " ".join(filter(None, (item.component, plain(item.version), plain(item.platform))))
        standing = "asked, no answer" if item.silent else item.standing
        lines.append(f"{plain(item.id)}: {what}, {plain(item.environment)}; {standing}")
        lines += [f"  declared at {plain(place)}" for place in item.declared_at]
        lines += [f"  found by {plain(view)}" for view in item.found_by]
        if item.declared_version and item.version and item.declared_version != item.version:
            lines.append(f"  version {plain(item.version)} found, {plain(item.declared_version)} declared")
        lines += [f"  holds {part.kind} {plain(part.name)} {plain(part.version)}".rstrip() for part in item.parts]
        lines += [f"  shares an identifier with {plain(other)}" for other in item.same_as]
        lines += [f"  accepted deviations: {', '.join(plain(name) for name in item.waivers)}"] if item.waivers else []
        lines.append(f"  first seen {day(item.first_seen)}, last seen {day(item.last_seen)}")
    undeclared = sum(_undeclared(item) for item in found)
    missing = sum(_missing(item) for item in found)
    told = f"{counted(len(found), 'component')}: {undeclared} found but not declared, {missing} declared but not found"
    unasked = sum(not item.asked and not item.found_by for item in found)
    told += f", {unasked} not looked for (only sources were asked)" if unasked else ""
    return "\n".join([*lines, "", told, ""]) if lines else f"{told}\n"


_FIELDS = (
    *("id", "component", "environment", "platform", "version", "declared_version", "standing", "silent"),
    *("declared_at", "found_by", "baselines", "waivers", "same_as", "first_seen", "last_seen"),
)


def _csv(found: tuple[Component, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FIELDS)
    for item in found:
        values = [getattr(item, name) for name in _FIELDS]
        writer.writerow([cell(" ".join(value) if isinstance(value, tuple) else str(value)) for value in values])
    return text.getvalue()


def _json(found: tuple[Component, ...]) -> str:
    return document.to_json(found, tuple[Component, ...]) + "\n"


_SAY = {"console": _console, "csv": _csv, "json": _json}
