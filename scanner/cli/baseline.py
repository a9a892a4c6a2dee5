"""``scanner baseline``: which baselines there are, what they hold, and whether a file of one's own is sound."""

from __future__ import annotations

from pathlib import Path

import click

from scanner import baselines, catalogue, controls, expectations
from scanner.cli import request
from scanner.errors import ExitCode, UserError


@click.group(
    epilog="""\b
Examples:
  scanner baseline list
  scanner baseline show redis-secure
  scanner baseline lint ours.yaml"""
)
def baseline() -> None:
    """List, show and check baselines."""


@baseline.command("list")
def list_() -> int:
    """Name the shipped baselines."""
    for item in request.load_baselines(()):
        approved = f"approved by {item.approved_by} {item.approved_on}".strip() if item.approved_by else "not approved"
        click.echo(f"{item.id:28} {item.version:8} {len(item.rules):3} rules  {item.component:11} {approved}")
        click.echo(f"{'':28} {item.title}  [{item.place}]")
    return 0


@baseline.command("show")
@click.argument("name", required=False)
@click.option("--baseline", "paths", multiple=True, type=click.Path(path_type=Path), help="Look in this file.")
def show(name: str | None, paths: tuple[Path, ...]) -> int:
    """Print every rule of the baseline NAME, or of all."""
    found = request.load_baselines(paths)
    chosen = [item for item in found if name in {None, item.id}]
    if not chosen:
        raise UserError("there is no such baseline", key=str(name), allowed=", ".join(item.id for item in found))
    for item in chosen:
        click.echo(f"{item.title} ({item.id} {item.version})")
        for rule in item.rules:
            asked = expectations.describe(rule.expectation) if rule.expectation else "compared across environments"
            click.echo(f"  {rule.id:48} {rule.severity:9} {rule.setting}: {asked}")
    return 0


@baseline.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def lint(files: tuple[Path, ...]) -> int:
    """Check baseline FILES and name every mistake by file and line."""
    words = catalogue.shipped()
    mistakes = [item for path in files for item in baselines.lint(path, words, controls.shipped())]
    for mistake in mistakes:
        click.echo(f"error: {mistake}", err=True)
    if mistakes:
        return ExitCode.USER_ERROR
    click.echo(f"{len(files)} {'file is' if len(files) == 1 else 'files are'} sound")
    return 0
