"""``scanner waive``: a deviation written down, pinned to the value that a run saw.

Without an approver it is a request and accepts nothing. Nothing is approved by writing it: the file is reviewed like
any other, and the next run says what holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scanner import catalogue, document, waivers
from scanner.cli import request, say
from scanner.cli.drift import load_result
from scanner.cli.options import Output, Selection
from scanner.errors import UserError
from scanner.model import SERVER, Finding, ScanResult, Verdict, Waiver
from scanner.scan import on_secrets, scan
from scanner.wording.plain import plain


@click.command(
    epilog="""\b
Example:
  scanner waive postgresql-rds-force-ssl orders-db-staging --reason "the import has no TLS yet" \\
      --requested-by "Jonas Weber" --expires 2027-01-31

\b
Exit codes: 0 written, 2 your input, or what no waiver may say."""
)
@click.argument("rule")
@click.argument("target")
@click.option("--reason", required=True, help="Why the deviation is needed.")
@click.option("--requested-by", required=True, metavar="NAME", help="Who asks for it.")
@click.option("--expires", required=True, metavar="DATE", help="Its end: a date (in UTC) or a time with its zone.")
@click.option("--value", default=None, help="The accepted value, held against what the run saw.")
@click.option("--scope", default="", help="Whose value it is, such as role=app (default: the server's).")
@click.option("--approved-by", default="", metavar="NAME", help="Who accepts it; without, it is a request.")
@click.option("--approver-role", default="", metavar="ROLE", help="The role in which the approver decides.")
@click.option("--approved-on", default="", metavar="DATE", help="When (default: today in UTC).")
@click.option("--starts", default="", metavar="DATE", help="When it begins, if later.")
@click.option("--review-on", default="", metavar="DATE", help="When somebody looks whether it is still needed.")
@click.option("--risk", default="", help="What remains while it lasts.")
@click.option("--compensating-measure", default="", help="What is done instead.")
@click.option("--ticket", default="", help="Where it was discussed.")
@click.option("--id", "id_", default="", metavar="NAME", help="Id of the waiver (default: from rule and target).")
@click.option(
    "--result", type=click.Path(path_type=Path), metavar="RESULT.json", help="The run that saw it (default: a check)."
)
@click.option("--directory", type=click.Path(path_type=Path), default=".", show_default=True, help="The project.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="The waiver file (default: the project's).")
def waive(rule: str, target: str, **given: Any) -> int:
    """Write a waiver of RULE on TARGET into the project's waiver file, whose comments stay.

    The value is the one that fails in the run; a waiver holds for it alone.
    """
    directory: Path = given.pop("directory")
    saved, value, file = given.pop("result"), given.pop("value"), given.pop("file")
    project, _ = request.open_project(directory)
    result = load_result(saved) if saved else _check(directory)
    finding = _finding(result, rule, target, given["scope"])
    now = datetime.now(UTC)
    waiver = replace(_waiver(rule, target, given, now), accepted_value=_pinned(finding, value))
    too_long = waivers.limit(
        waiver if waiver.approved_on else replace(waiver, approved_on=f"{now:%Y-%m-%d}"),
        finding.severity,
        project.policy,
    )
    if too_long:
        raise UserError(too_long, key="--expires", hint="policy: waiver_max_days: of scanner.yaml sets the most")
    path = file or project.waivers or (directory if directory.is_dir() else directory.parent) / "waivers.yaml"
    written = _append(path, waiver, result)
    approved = "approved" if waiver.approved_by else "requested: it accepts nothing until it is approved"
    click.echo(f"{path}: {written.id}, pinned to “{plain(written.accepted_value)}”, {approved}")
    if project.waivers is None and (file or not project.place):
        click.echo(f"runs read it with --waivers {path}, or when scanner.yaml names it", err=True)
    return 0


def _check(directory: Path) -> ScanResult:
    """What a check of the sources says of the project now."""
    return scan(request.build("check", Selection(directory), Output(), live=False), catalogue.shipped())


def _finding(result: ScanResult, rule: str, target: str, scope: str) -> Finding:
    named = [item for item in result.findings if (item.rule, item.target) == (rule, target)]
    found = next((item for item in named if item.scope == (scope or SERVER)), None)
    if found is None:
        scopes = [item.scope for item in named]
        allowed = scopes or [item.target for item in result.findings if item.rule == rule]
        hint = "" if allowed else "`scanner baseline show` lists the rules"
        what = "has no such scope" if named else "was not held against this target"
        raise UserError(f"{rule} {what} in this run", key=target, allowed=", ".join(dict.fromkeys(allowed)), hint=hint)
    if found.verdict is not Verdict.FAIL:
        hint = "a run that saw it fail can be given with --result"
        raise UserError(f"does not fail there: {found.verdict}, so there is nothing to accept", key=rule, hint=hint)
    return found


def _pinned(finding: Finding, value: str | None) -> str:
    """The one value that fails. UserError when there are several, or another one was meant."""
    told = waivers.observed(finding)
    if not told:
        raise UserError("the value that fails cannot be told apart, so it cannot be accepted", key=finding.rule)
    if len(told) > 1:
        values = ", ".join(f"“{text}”" for text in told)
        raise UserError(f"the planes have several values, and a waiver holds for one: {values}", key=finding.rule)
    if value is not None and value != told[0]:
        raise UserError("is not the value that fails", key="--value", allowed=f"“{told[0]}”")
    return told[0]


def _waiver(rule: str, target: str, given: dict[str, Any], now: datetime) -> Waiver:
    approved = bool(given["approved_by"].strip())
    named = {name: text for name, text in given.items() if name != "id_"}
    named["approved_on"] = (given["approved_on"] or f"{now:%Y-%m-%d}") if approved else ""
    return Waiver(given["id_"], rule, target, status="approved" if approved else "requested", **named)


def _append(path: Path, waiver: Waiver, result: ScanResult) -> Waiver:
    text = document.read_text(path) if path.exists() else ""
    words = catalogue.shipped()
    secret = on_secrets(result.baselines, words) - {
        rule.id for item in result.baselines for rule in item.rules if rule.compare
    }
    taken = [item.id for item in waivers.read(text, str(path), secret)] if text.strip() else []
    named = waiver if waiver.id else replace(waiver, id=waivers.free_id(waiver, taken))
    say.write(path, waivers.appended(text, named, str(path), secret))
    return named
