"""Saying a result: reports to standard output and files, progress to the terminal, the exit code last."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from scanner import controls, reports
from scanner.cli.options import Output
from scanner.errors import ExitCode, UserError
from scanner.model import ScanResult


def say(result: ScanResult, output: Output, verification: tuple[tuple[str, str], ...] = ()) -> int:
    """Write every report that was asked for and give the exit code. ``verification`` is how to verify a kept run."""
    for path, name in [destination(str(given), output.format) for given in output.files]:
        told = replace(options(output, terminal=False), verification=verification)
        write(path, reports.render(name, result, told))
        click.echo(f"wrote {path}", err=True)
    if output.format is None or not output.files:
        terminal = (output.format or "console") == "console"
        chosen = replace(options(output, terminal), verification=verification)
        click.echo(reports.render(output.format or "console", result, chosen), nl=False, color=chosen.color)
    if output.exit_zero and result.exit_code not in {ExitCode.USER_ERROR, ExitCode.BUG}:
        return ExitCode.CONFORMS
    return result.exit_code


def options(output: Output, terminal: bool) -> reports.Options:
    """What reports may know of where they go."""
    color = output.color if output.color is not None else sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    map_ = tuple(
        (framework.framework, control.id, control.title)
        for framework in controls.shipped().frameworks.values()
        for control in framework.controls
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return reports.Options(
        now=now,
        color=bool(color) and terminal,
        width=max(width, 40),
        verbose=output.verbose,
        quiet=output.quiet,
        controls=map_,
    )


def destination(given: str, format_: str | None) -> tuple[Path, str]:
    """The file and the format that ``-o`` asks for. UserError when the format cannot be told.

    ``FORMAT:FILE`` says both. Else the name decides, and where it leaves a choice (``.json``, ``.xml``) ``--format``
    does, if it is one of those; a name that tells nothing takes ``--format``.
    """
    named, colon, rest = given.partition(":")
    if colon and rest and named in reports.paths():
        return Path(rest), named
    suffix = Path(given).suffix.lower()
    fitting = reports.SUFFIXES.get(suffix)
    if format_ and (fitting is None or format_ in fitting):
        return Path(given), format_
    if suffix in reports.TOLD_BY_NAME:
        return Path(given), reports.TOLD_BY_NAME[suffix]
    allowed = ", ".join(reports.TOLD_BY_NAME)
    hint = f"or give --format {' or '.join(fitting)}" if fitting else "or give --format"
    raise UserError("the name does not tell a format", place=given, allowed=allowed, hint=f"{hint}, or -o FORMAT:FILE")


def write(path: Path, text: str) -> None:
    """A file, written whole or not at all. UserError when it cannot be written."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as handle:
            handle.write(text)
        Path(handle.name).chmod(0o644 & ~_umask())
        Path(handle.name).replace(path)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", place=str(path)) from None


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


@contextlib.contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A single line on a terminal's standard error that says what is being done; nothing elsewhere."""
    if not sys.stderr.isatty() or quiet:
        yield lambda _message: None
        return
    lock = threading.Lock()
    width = shutil.get_terminal_size((80, 24)).columns - 1

    def tell(message: str) -> None:
        with lock:
            sys.stderr.write(f"\r\x1b[2K{message[:width]}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
