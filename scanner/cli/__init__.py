"""The command line: the only part that prints and the only part that exits.

Commands are loaded when they are called, so ``--help`` starts without a driver, a parser or a template engine. Every
way out ends here: a person's mistake is one line and 2, a bug is one line that asks for a report and 70 (the traceback
with ``--debug``), Ctrl-C is 130.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import click

from scanner.errors import ExitCode, UserError

COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("scanner.cli.check:check", "Judge the sources of a directory before a deploy; no network."),
    "drift": ("scanner.cli.drift:drift", "Ask every plane, live servers too, and say where they disagree."),
    "archive": ("scanner.cli.archive:archive", "List, show, compare, verify and copy the runs that were kept."),
    "report": ("scanner.cli.report:report", "Render a saved result again, or the kept runs of a period."),
    "init": ("scanner.cli.init:init", "Write a commented scanner.yaml from what a directory holds."),
    "discover": ("scanner.cli.discover:discover", "List what AWS holds, joined with what declares it, as targets."),
    "doctor": ("scanner.cli.doctor:doctor", "Reach every target; say which rules are blind and what opens them."),
    "explain": ("scanner.cli.explain:explain", "Say what a rule asks, why, and how to fix it."),
    "controls": ("scanner.cli.controls:controls", "Say what is held as evidence for each control, and what is not."),
    "baseline": ("scanner.cli.baseline:baseline", "List, show, check, compare and capture baselines."),
    "waive": ("scanner.cli.waive:waive", "Write down a deviation that somebody asks for or accepts."),
    "changes": ("scanner.cli.changes:changes", "What changed between kept runs, who, and what authorises it."),
    "inventory": ("scanner.cli.inventory:inventory", "The components of a project: declared, found, since when."),
    "publish": ("scanner.cli.publish:publish", "Copy kept runs and period reports to a folder or bucket."),
    "schema": ("scanner.cli.schema:schema", "Print the JSON Schema of a file that people write."),
    "demo": ("scanner.cli.demo:demo", "Start real throw-away servers, let them drift, and scan them."),
}

EXAMPLES = """\b
Examples:
  scanner check infra/                     judge Terraform and env files
  scanner check . --environment staging --format json
  scanner drift --since last.json -o report.html
  scanner explain postgresql-tls-1.3
  scanner demo

\b
Exit codes: 0 conforms, 1 fails, 2 your input, 3 incomplete, 4 drift only, 70 a bug."""


class Commands(click.Group):
    """A group that knows the names of its commands and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        try:
            click.echo(f"scanner {version('scanner')}")
        except PackageNotFoundError:
            click.echo("scanner (not installed)")
        ctx.exit()


@click.command(cls=Commands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Print the version."
)
@click.option("--debug", is_flag=True, help="Show the traceback of a bug.")
def main(debug: bool) -> None:
    """One row per setting of PostgreSQL, Redis and FastAPI: what it must be, what is declared, provisioned, persisted,
    running and served to a client, and where these disagree."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    debug = "--debug" in arguments or bool(os.environ.get("SCANNER_DEBUG"))
    try:
        code = main.main(args=[item for item in arguments if item != "--debug"], standalone_mode=False)
        return int(code) if isinstance(code, int) else 0
    except UserError as error:
        from scanner.wording.plain import plain

        click.echo("error: " + "\n".join(plain(line) for line in str(error).split("\n")), err=True)
        return ExitCode.USER_ERROR
    except click.ClickException as error:
        error.show()
        return ExitCode.USER_ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.USER_ERROR
    except Exception as error:  # noqa: BLE001 - the last door: what comes here is a bug of ours
        return _bug(error, debug)


def _bug(error: Exception, debug: bool) -> int:
    from scanner.readers.secrecy import redact

    if debug:
        click.echo(redact("".join(traceback.format_exception(error))), err=True)
    told = redact(f"{type(error).__name__}: {error}".splitlines()[0][:300])
    click.echo(f"this is a bug in scanner, please report it ({told}); --debug shows where", err=True)
    return ExitCode.BUG
