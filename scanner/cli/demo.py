"""``scanner demo``: the main job on real throw-away servers."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.help_text import example


@click.command(
    epilog=example("scanner demo -o /tmp/scanner-demo", codes="0 shown, 2 your input, 3 an engine is missing.")
)
@click.option(
    "--output",
    "-o",
    "directory",
    type=click.Path(path_type=Path),
    default=Path("scanner-demo"),
    show_default=True,
    help="Where the reports go.",
)
@click.option("--color/--no-color", default=None, help="Colour (default: on a terminal, unless NO_COLOR is set).")
def demo(directory: Path, color: bool | None) -> int:
    """Start a strong and a weak PostgreSQL, Redis and application, let them drift, scan them, and stop them all."""
    from scanner.demo import run

    return run(directory, color=color)
