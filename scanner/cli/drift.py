"""``scanner drift``: every plane at once, and where they disagree."""

from __future__ import annotations

from pathlib import Path

import click

from scanner import catalogue, document
from scanner.cli import request, say
from scanner.cli.options import Output, Selection, output, selection
from scanner.model import ScanResult
from scanner.scan import scan


@click.command(
    epilog="""\b
Examples:
  scanner drift                        every target of scanner.yaml
  scanner drift --target orders-db -v
  scanner drift -o today.json --since yesterday.json     says what moved
"""
)
@selection
@output
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="RESULT.json",
    help="An earlier result; differences then say what moved.",
)
def drift(selection: Selection, output: Output, since: Path | None) -> int:
    """Compare what DIRECTORY declares with what is provisioned, persisted, running and served."""
    previous = load_result(since) if since else None
    asked = request.build("drift", selection, output, live=True, previous=previous)
    with say.progress(output) as tell:
        result = scan(asked, catalogue.shipped(), tell)
    return say.say(result, output)


def load_result(path: Path) -> ScanResult:
    """A saved result. UserError when it is none."""
    text = document.read_text(path, limit=500_000_000)
    return document.from_json(text, ScanResult, str(path))
