"""A demonstration on real servers: it starts them, lets their configuration drift, scans and tells the story."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def run(directory: Path, color: bool | None = None, tell: Callable[[str], None] | None = None) -> int:
    """Show the main job once, write the reports into ``directory`` and give the exit code.

    0: shown whole; 3: a server could not be had here, the rest was shown. Everything that was started is stopped.
    """
    from scanner.demo.story import show

    return int(show(directory, color, tell))
