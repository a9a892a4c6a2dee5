"""``scanner changes``: the change log over all kept runs (CM-6 d, CM-3(7))."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from scanner import document
from scanner.cli import kept, say
from scanner.errors import ExitCode
from scanner.history import Change, Class, fold
from scanner.history.metrics import moment
from scanner.wording.cells import cell
from scanner.wording.plain import counted, plain
from scanner.wording.words import moment as spoken_moment


@click.command(
    epilog="""\b
Examples:
  scanner changes                          every change that the kept runs saw
  scanner changes --period 2026-Q4 -f csv
  scanner changes --open --unauthorised    what nobody has explained yet

\b
People record what they authorised or reviewed in changes.yaml beside scanner.yaml:
  changes:
    - {id: CHG-7, target: orders-db, setting: ssl_min_protocol_version, value: TLSv1.2,
       requested_by: A, approved_by: B, reviewed_by: C, reviewed_on: 2026-11-20}

\b
Exit codes: 0 every change is authorised or closed, 1 an unauthorised one is open, 3 an unexplained one is, or a run
of the period cannot be read or there is none."""
)
@kept.options
@click.option("--open", "only_open", is_flag=True, help="Only those that are not closed.")
@click.option("--unauthorised", is_flag=True, help="Only those that nothing authorises.")
@click.option("--format", "-f", "format_", type=click.Choice(("console", "csv", "json")), default="console")
def changes(
    directory: Path,
    place: Path | None,
    period_: str | None,
    every_selection: bool,
    only_open: bool,
    unauthorised: bool,
    format_: str,
) -> int:
    """Print what changed between the kept runs of DIRECTORY: old, new, between when, who, and what authorises it.

    Nobody is named without a record of it, and only a record, the source or the baseline authorises a change.
    """
    found = kept.open_kept(directory, place, period_, every_selection)
    with say.progress() as tell:
        history = fold(found.results(tell), found.records)
    chosen = [item for item in history.changes if found.period is None or found.period.holds(moment(item.first_seen))]
    shown = [
        item
        for item in chosen
        if (item.open or not only_open) and (not unauthorised or item.kind is Class.UNAUTHORISED)
    ]
    click.echo(_SAY[format_](shown), nl=False)
    click.echo(_summary(chosen, history.runs, found), err=format_ != "console")
    return _code(chosen, found)


def _code(found: list[Change], asked: kept.Kept) -> int:
    standing = {item.kind for item in found if item.open}
    if Class.UNAUTHORISED in standing:
        return ExitCode.FAILS
    unseen = asked.unread or not asked.inside
    return ExitCode.INCOMPLETE if unseen or Class.UNKNOWN in standing else ExitCode.CONFORMS


def _summary(found: list[Change], runs: int, asked: kept.Kept) -> str:
    kinds = ", ".join(f"{sum(item.kind is kind for item in found)} {kind}" for kind in Class)
    standing = sum(item.open for item in found)
    when = f" in {asked.period.name}" if asked.period else ""
    hidden = "may hide a change; `scanner archive verify` tells more"
    more = f"; {counted(asked.unread, 'run')} cannot be read and {hidden}" if asked.unread else ""
    more += "" if asked.inside else "; no run was kept in this period, so nothing is known of it"
    return f"{counted(len(found), 'change')}{when} over {counted(runs, 'run')}: {kinds}; {standing} open{more}"


def _console(found: list[Change]) -> str:
    return "".join(f"{line}\n" for item in found for line in (*_lines(item), ""))


def _lines(item: Change) -> list[str]:
    scope = "" if item.scope == "server" else f" [{plain(item.scope)}]"
    planes = ", ".join(item.planes)
    by = plain(item.actor) + (f" ({plain(item.actor_source)})" if item.actor_source else "")
    ended = f"closed {spoken_moment(item.closed_at)}: {plain(item.closed_by)}" if item.closed_at else "open"
    old, new = (plain(text) or "nothing" for text in (item.old, item.new))
    between = f"between {spoken_moment(item.last_seen)} and {spoken_moment(item.first_seen)}"
    return [
        f"{plain(item.target)}: {plain(item.setting)}{scope}  {old} → {new}",
        *(f"  - {plain(text)}" for text in item.gone),
        *(f"  + {plain(text)}" for text in item.came),
        f"  {planes}, {between}, {plain(item.where)}",
        f"  {item.kind}: {plain(item.why)}; changed by: {by}; reviewed by: {plain(item.reviewer)}",
        f"  {ended}",
    ]


_FIELDS = (
    *("target", "setting", "scope", "planes", "old", "new", "last_seen", "first_seen", "run", "where"),
    *("actor", "actor_source", "kind", "why", "reviewer", "reviewed_on", "reference", "closed_at", "closed_by"),
    *("gone", "came"),
)


def _csv(found: list[Change]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FIELDS)
    for item in found:
        told = {"planes": " ".join(item.planes), "gone": "; ".join(item.gone), "came": "; ".join(item.came)}
        values = [told.get(name, str(getattr(item, name))) for name in _FIELDS]
        writer.writerow([cell(value) for value in values])
    return text.getvalue()


def _json(found: list[Change]) -> str:
    return document.to_json(found, list[Change]) + "\n"


_SAY = {"console": _console, "csv": _csv, "json": _json}
