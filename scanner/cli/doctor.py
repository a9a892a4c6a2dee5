"""``scanner doctor``: can every target be reached, which rules are blind, and what exactly would open them?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import click

from scanner import catalogue
from scanner.cli import permissions, request, say
from scanner.cli.options import Output, Selection, output, selection
from scanner.errors import ExitCode
from scanner.model import Finding, ScanResult, Target, Verdict
from scanner.scan import scan


@click.command(
    epilog="\b\nExamples:\n  scanner doctor\n  scanner doctor --target orders-db --grants\n"
    "  scanner doctor --iam-policy > policy.json"
)
@selection
@output
@click.option("--grants", is_flag=True, help="Print the whole least-privilege script of every component.")
@click.option("--iam-policy", is_flag=True, help="Print the smallest IAM policy for the AWS sources; nothing is asked.")
def doctor(selection: Selection, output: Output, grants: bool, iam_policy: bool) -> int:
    """Reach every target of DIRECTORY and say which rules cannot be judged, and the grant that would open them."""
    asked = replace(request.build("doctor", selection, output, live=True), record_rules=())  # nobody to reach
    if iam_policy:
        return permissions.iam_policy(asked.project, asked.baselines)
    with say.progress(output.quiet) as tell:
        result = scan(asked, catalogue.shipped(), tell)
    for target in result.targets:
        click.echo("\n".join(_target(target, result)))
    if grants:
        click.echo("\n".join(permissions.grants(result)))
    click.echo("".join(f"{line}\n" for line in permissions.hints(asked.project)), nl=False)
    blind = [item for item in result.findings if item.verdict is Verdict.UNKNOWN]
    click.echo(f"{len(result.targets)} targets, {len(result.gaps)} gaps, {len(blind)} rules blind")
    return ExitCode.INCOMPLETE if blind or result.gaps else ExitCode.CONFORMS


def _target(target: Target, result: ScanResult) -> list[str]:
    gaps = [gap for gap in result.gaps if gap.target == target.id]
    answers = [answer for answer in result.answers if answer.target == target.id]
    spoken = ", ".join(dict.fromkeys(f"{item.collector} ({item.plane})" for item in answers)) or "no source answered"
    version = f" {target.version}" if target.version else ""
    lines = [f"{target.id}: {target.component}{version}, {target.environment}", f"  answered: {spoken}"]
    lines += [f"  gap: {gap.collector} ({gap.plane}): {gap.reason}" for gap in gaps]
    blind: dict[str, list[Finding]] = defaultdict(list)
    for finding in result.findings:
        if finding.target == target.id and finding.verdict is Verdict.UNKNOWN:
            blind[finding.remedy or "no remedy is known; see the reason in the report"].append(finding)
    for remedy, findings in sorted(blind.items(), key=lambda item: -len(item[1])):
        lines.append(f"  {len(findings)} blind: {', '.join(sorted({item.rule for item in findings}))}")
        lines += [f"    do: {line}" for line in remedy.splitlines()]
    return [*lines, ""]
