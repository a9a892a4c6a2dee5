"""What ``doctor`` prints for administrators: the IAM policy of AWS sources, and scripts for the accounts on servers."""

from __future__ import annotations

import json
from importlib import import_module

import click

from scanner import catalogue, collectors
from scanner.collectors.aws import policy
from scanner.errors import ExitCode, UserError
from scanner.model import Baseline, ScanResult
from scanner.project import Project
from scanner.wording.plain import plain


def iam_policy(project: Project, baselines: tuple[Baseline, ...]) -> int:
    """Print the policy on standard output, as IAM takes it, and what each statement opens beside it."""
    sources = _sources(project)
    if not sources:
        allowed = ", ".join(sorted(policy.kinds()))
        raise UserError("no source of this project asks AWS", place=project.place or str(project.root), allowed=allowed)
    words = catalogue.shipped()
    click.echo(json.dumps(policy.policy(sources, words), indent=2))
    rules = [rule for item in baselines for rule in item.rules]
    for statement in policy.statements(sources, words):
        opened = [rule.id for rule in rules if (rule.component, rule.setting) in statement.settings]
        told = f"{len(opened)} rules: {', '.join(opened)}" if opened else statement.words or "no rule of this baseline"
        click.echo(f"{statement.sid} opens {plain(told)}", err=True)
    return ExitCode.CONFORMS


def _sources(project: Project) -> list[policy.Source]:
    """The sources of a project that ask AWS."""
    entries = [*project.surveys, *(source for entry in project.targets for source in entry.sources)]
    return [(entry.kind, entry.fields) for entry in entries if entry.kind in policy.kinds()]


def hints(project: Project) -> list[str]:
    """What else an administrator may be given."""
    told = "scanner doctor --iam-policy prints the smallest IAM policy for them, and what each statement opens"
    sources = _sources(project)
    return [f"{len(sources)} sources ask AWS: {told}"] if sources else []


def grants(result: ScanResult) -> list[str]:
    """The least-privilege script of each live component, for the versions and platforms that were seen."""
    lines = []
    seen = {(target.component, target.version, target.platform) for target in result.targets}
    for component, version, platform in sorted(seen):
        if component not in collectors.LIVE:
            continue
        function = getattr(import_module(collectors.paths()[component].partition(":")[0]), "grants", None)
        if function is not None:
            told = " ".join(part for part in (component, version, platform and f"on {platform}") if part)
            lines += [f"-- {told}", *function(version, platform=platform), ""]
    return lines
