"""``scanner drift``: every plane at once, and where they disagree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scanner import catalogue
from scanner.cli import recording, request, say
from scanner.cli.options import Output, Selection, output, selection, who
from scanner.cli.saved import load_result
from scanner.scan import scan

__all__ = ["drift", "load_result"]


@click.command(
    epilog="""\b
Examples:
  scanner drift                        every target of scanner.yaml, compared with the last kept run and kept
  scanner drift --target orders-db -v --no-record
  scanner drift --since yesterday.json -o today.html     says what moved since then

\b
Exit codes: 0 all was answered and conforms, 1 an open failure at or above --fail-on, 2 your input, 3 incomplete,
4 only planes disagree, 70 a bug."""
)
@selection
@output
@click.option(
    "--since",
    metavar="RESULT.json|RUN",
    help="An earlier result, by its file or its id in the archive (default: the last kept run of this selection).",
)
@click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR", help="Where runs are kept.")
@click.option("--no-record", is_flag=True, help="Keep nothing of this run.")
@who(default=True)
def drift(
    selection: Selection, output: Output, since: str | None, place: Path | None, no_record: bool, authors: bool
) -> int:
    """Compare what DIRECTORY declares with what is provisioned, persisted, running and served.

    With a scanner.yaml the run is kept in its archive (.scanner/archive unless it names another).
    """
    asked = request.build("drift", selection, output, live=True)
    kept = recording.Recording.of(asked, selection, place, False if no_record else None)
    earlier, troubles = recording.previous(kept, asked.project.name, since)
    with say.progress(output.quiet) as tell:
        result = scan(replace(asked, previous=earlier, who=authors), catalogue.shipped(), tell)
    if not kept.wanted and not no_record and not output.quiet:
        click.echo(recording.NOT_KEPT, err=True)
    return recording.keep_and_say(result, kept, output, troubles)
