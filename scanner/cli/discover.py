"""``scanner discover``: what a region of AWS holds, joined with the sources that declare it, as targets to accept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scanner.cli import aws_discovery
from scanner.cli.aws_discovery import Reach
from scanner.cli.init import render


@click.command(
    epilog="""\b
Examples:
  scanner discover --region eu-west-1                      prints a scanner.yaml to accept
  scanner discover infra --region eu-west-1 --profile audit > scanner.yaml
"""
)
@click.argument("directory", type=click.Path(path_type=Path), default=".")
@aws_discovery.options
def discover(directory: Path, regions: tuple[str, ...], profile: str, role_arn: str, endpoint_url: str) -> int:
    """Print a scanner.yaml with the databases, caches and applications that AWS holds and DIRECTORY declares.

    Nothing is written, here or in AWS. What is declared by no source, or declared and not there, is told beside it.
    """
    reach = Reach(regions, profile, role_arn, endpoint_url)
    found, code = aws_discovery.discovered(directory, reach)
    live = [entry for entry in found.project.targets if any("region" in source.fields for source in entry.sources)]
    click.echo(render(replace(found.project, targets=tuple(live))), nl=False)
    return code
