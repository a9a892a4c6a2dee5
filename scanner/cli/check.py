"""``scanner check``: the gate before a deploy. Sources only, no network, seconds."""

from __future__ import annotations

import click

from scanner import catalogue
from scanner.cli import request, say
from scanner.cli.options import Output, Selection, output, selection
from scanner.scan import scan


@click.command(
    epilog="""\b
Examples:
  scanner check                        this directory, with or without scanner.yaml
  scanner check infra --var-file production.tfvars --environment production
  scanner check infra --environment production --plan plan.json
  scanner check . --only 'postgresql-*' --fail-on high
  scanner check . --format json -o result.json --exit-zero
"""
)
@selection
@output
@click.option("--live", is_flag=True, help="Ask live servers too, as drift does.")
def check(selection: Selection, output: Output, live: bool) -> int:
    """Judge what DIRECTORY declares: Terraform, env files, compose, Kubernetes, settings classes, server files.

    With a scanner.yaml its targets are judged; without one, everything that is recognised becomes a target.
    """
    asked = request.build("check", selection, output, live)
    with say.progress(output) as tell:
        result = scan(asked, catalogue.shipped(), tell)
    return say.say(result, output)
