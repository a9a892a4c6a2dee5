"""``scanner check``: the gate before a deploy. Sources only, no network, seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scanner import catalogue
from scanner.cli import request, say
from scanner.cli.options import Output, Selection, output, selection, who
from scanner.scan import scan


@click.command(
    epilog="""\b
Examples:
  scanner check                        this directory, with or without scanner.yaml
  scanner check infra --var-file production.tfvars --environment production
  scanner check infra --environment production --plan plan.json
  scanner check . --only 'postgresql-*' --fail-on high
  scanner check . --format json -o result.json --exit-zero
  scanner check . --record             keep the run in the archive, as drift does

\b
Exit codes: 0 all was answered and conforms, 1 an open failure at or above --fail-on, 2 your input, 3 incomplete,
4 only planes disagree, 70 a bug."""
)
@selection
@output
@click.option("--live", is_flag=True, help="Ask live servers too, as drift does.")
@click.option("--record", is_flag=True, help="Keep this run in the archive.")
@click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR", help="Where --record keeps runs.")
@who(default=False)
def check(selection: Selection, output: Output, live: bool, record: bool, place: Path | None, authors: bool) -> int:
    """Judge what DIRECTORY declares, from Terraform, CloudFormation, env files and manifests to server files.

    With a scanner.yaml its targets are judged; without one, everything that is recognised becomes a target.
    """
    asked = replace(request.build("check", selection, output, live), who=authors)
    if not record:
        if place:
            raise click.UsageError("--archive says where --record keeps runs: give both")
        with say.progress(output.quiet) as tell:
            return say.say(scan(asked, catalogue.shipped(), tell), output)
    from scanner.cli import recording  # the archive is loaded only where a run is kept

    kept = recording.Recording.of(asked, selection, place, record=True)
    earlier, troubles = recording.previous(kept, asked.project.name, None)
    with say.progress(output.quiet) as tell:
        result = scan(replace(asked, previous=earlier), catalogue.shipped(), tell)
    return recording.keep_and_say(result, kept, output, troubles)
