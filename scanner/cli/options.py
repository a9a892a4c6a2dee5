"""The options that commands share, each with one meaning everywhere."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from scanner import reports
from scanner.model import Severity

FORMATS = tuple(reports.paths())
"""Those of the table, entry points of other packages last."""


@dataclass(frozen=True)
class Selection:
    """Which part of a project is scanned and with which values."""

    directory: Path
    only: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    plan: Path | None = None
    state: Path | None = None
    parameters: tuple[str, ...] = ()
    baselines: tuple[Path, ...] = ()
    waivers: Path | None = None
    timeout: float = 10.0


def who(default: bool) -> Callable[..., Any]:
    """The option that asks for authors, on or off by default."""
    text = "Ask git, and AWS CloudTrail where AWS is asked, who changed what drifts, moved or fails."
    return click.option("--who/--no-who", "authors", default=default, show_default=True, help=text)


@dataclass(frozen=True)
class Output:
    """Where and how results are said, and what fails the run."""

    format: str | None = None
    files: tuple[Path, ...] = ()
    fail_on: Severity = Severity.LOW
    require_complete: bool = False
    exit_zero: bool = False
    verbose: bool = False
    quiet: bool = False
    color: bool | None = None


def _cache(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Switch the cache on or off, and have what is new written when the command is done."""
    from scanner import kept
    from scanner.collectors.terraform import cache

    kept.use(wanted)
    context.call_on_close(cache.use(wanted).close)


_SELECTION = (
    click.argument("directory", type=click.Path(path_type=Path), default="."),
    click.option("--only", multiple=True, metavar="RULE", help="Only these rules (ids or patterns like 'redis-*')."),
    click.option(
        "--environment",
        "environments",
        multiple=True,
        metavar="NAME",
        help="Only this environment; names it where nothing else does.",
    ),
    click.option("--target", "targets", multiple=True, metavar="ID", help="Only these targets (ids or patterns)."),
    click.option(
        "--var-file",
        "var_files",
        multiple=True,
        metavar="FILE",
        help="Terraform variables or CloudFormation parameters, relative to their root or template, or to here.",
    ),
    click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        help="A Terraform variable or CloudFormation parameter.",
    ),
    click.option(
        "--plan",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A Terraform plan of the one root and environment scanned, from terraform show -json.",
    ),
    click.option(
        "--state",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A Terraform state of the one root and environment scanned: terraform.tfstate or terraform show -json.",
    ),
    click.option(
        "--parameter",
        "parameters",
        multiple=True,
        metavar="NAME=VALUE",
        help="A value that rules take by name; commas make a list.",
    ),
    click.option(
        "--baseline",
        "baselines",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Judge by this baseline instead of the shipped ones.",
    ),
    click.option(
        "--waivers",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Accepted deviations (default: waivers.yaml).",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0.1, 600),
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="Limit for one connection or call.",
    ),
    click.option(
        "--cache/--no-cache",
        default=True,
        expose_value=False,
        callback=_cache,
        help="Keep the structure of parsed Terraform in SCANNER_CACHE_DIR (default: the user's cache directory).",
    ),
)

_OUTPUT = (
    click.option(
        "--format", "-f", "format_", type=click.Choice(FORMATS), help="What goes to standard output (default: console)."
    ),
    click.option(
        "--output",
        "-o",
        "files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write a file; its name tells the format (.json .html .md .csv .sarif .prom), or --format, or "
        "FORMAT:FILE. Repeatable.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice([item.value for item in Severity]),
        default="low",
        show_default=True,
        help="Lowest severity of an open failure that gives exit code 1.",
    ),
    click.option("--require-complete", is_flag=True, help="Exit with 3 when a requirement was not assessed."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 unless the input is wrong or there is a bug."),
    click.option("--verbose", "-v", is_flag=True, help="Tell passes, what does not apply, and calls to services too."),
    click.option("--quiet", "-q", is_flag=True, help="Tell the last lines only."),
    click.option("--color/--no-color", default=None, help="Colour (default: on a terminal, unless NO_COLOR is set)."),
)


def selection(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``Selection`` and pass them as one argument."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        names = list(Selection.__dataclass_fields__)
        chosen = Selection(**{name: given.pop(name) for name in names})
        return function(selection=chosen, **given)

    return _decorated(wrapped, _SELECTION)


def output(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``Output`` and pass them as one argument."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        chosen = Output(
            format=given.pop("format_"),
            files=given.pop("files"),
            fail_on=Severity(given.pop("fail_on")),
            require_complete=given.pop("require_complete"),
            exit_zero=given.pop("exit_zero"),
            verbose=given.pop("verbose"),
            quiet=given.pop("quiet"),
            color=given.pop("color"),
        )
        return function(output=chosen, **given)

    return _decorated(wrapped, _OUTPUT)


def _decorated(function: Callable[..., Any], decorators: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
    for decorate in reversed(decorators):
        function = decorate(function)
    return function
