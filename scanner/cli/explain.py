"""``scanner explain``: what a rule asks, of whom, why, and how to close it."""

from __future__ import annotations

import difflib
import textwrap
from pathlib import Path

import click

from scanner import catalogue, controls, expectations
from scanner.cli import request
from scanner.cli.help_text import example
from scanner.errors import UserError
from scanner.model import Rule, Variant

INDENT = "  "


@click.command(epilog=example("scanner explain redis-no-plaintext-port", codes="0 told, 2 no such rule."))
@click.argument("rule")
@click.option("--baseline", "baselines", multiple=True, type=click.Path(path_type=Path), help="Look in this file.")
def explain(rule: str, baselines: tuple[Path, ...]) -> int:
    """Say what RULE asks in each environment, why, how to fix it, and which controls it is evidence for."""
    loaded = request.load_baselines(baselines) + request.load_records()
    known = {item.id: item for found in loaded for item in found.rules}
    if rule not in known:
        near = difflib.get_close_matches(rule, known, n=3, cutoff=0.4)
        hint = "`scanner baseline show` lists all"
        raise UserError("there is no such rule", key=rule, allowed=", ".join(near), hint=hint)
    click.echo(text(known[rule]), nl=False)
    return 0


def text(rule: Rule) -> str:
    """The whole explanation as text."""
    lines = [f"{rule.title}", f"{rule.id}   severity {rule.severity}   {rule.component}   {rule.place}", ""]
    lines += _block("Setting", _setting(rule))
    lines += _block("Must be", _demands(rule))
    lines += _block("Why", _wrapped(rule.why))
    lines += _block("How to fix it", [line for where, how in rule.fix for line in (f"{where}:", *_code(how))])
    lines += _block("Evidence for", _controls(rule))
    lines += _block("See", list(rule.references))
    return "\n".join(lines) + "\n"


def _block(title: str, body: list[str]) -> list[str]:
    return [title, *(INDENT + line for line in body), ""] if body else []


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(" ".join(words.split()), 96)


def _code(how: str) -> list[str]:
    return [INDENT + line for line in how.strip().splitlines()]


def _setting(rule: Rule) -> list[str]:
    setting = catalogue.shipped().setting(rule.component, rule.setting)
    if setting is None:
        return [rule.setting]
    shown = "; ".join(f"{kind}: {', '.join(planes)}" for kind, planes in setting.shown_by)
    lines = [f"{setting.name} ({setting.type}){': ' + setting.summary if setting.summary else ''}"]
    lines += [f"seen by {shown}"] if shown else []
    lines += [f"follows from {', '.join(setting.derived.inputs)}"] if setting.derived else []
    for default in setting.defaults:
        where = " ".join(filter(None, (default.versions, ", ".join(default.platforms))))
        lines.append(f"default {default.value}{' for ' + where if where else ''} [{default.source}]")
    return lines


def _demands(rule: Rule) -> list[str]:
    if rule.compare:
        return [f"{rule.compare.expect} across {rule.compare.across}"]
    lines = [expectations.describe(rule.expectation)] if rule.expectation else []
    applies = rule.applies
    if applies.version or applies.platforms or applies.not_platforms:
        not_on = f"not on {', '.join(applies.not_platforms)}" if applies.not_platforms else ""
        on = f"on {', '.join(applies.platforms)}" if applies.platforms else ""
        version = f"versions {applies.version}" if applies.version else ""
        lines.append(f"only {', '.join(filter(None, (version, on, not_on)))}")
    lines += [_variant(variant) for variant in rule.variants]
    needed = expectations.parameters(rule)
    return lines + ([f"needs the parameter {', '.join(needed)}"] if needed else [])


def _variant(variant: Variant) -> str:
    when = variant.when
    settings = [f"{name} is {expectations.describe(item)}" for name, item in when.settings]
    parts = [*when.environments, *when.platforms, *([f"version {when.version}"] if when.version else []), *settings]
    parts += [f"not {name}" for name in when.not_platforms]
    told = f"not asked ({variant.skip})" if variant.skip else ""
    if variant.expectation:
        told = expectations.describe(variant.expectation)
    severity = f"severity {variant.severity}" if variant.severity else ""
    return f"{', '.join(parts)}: {', '.join(filter(None, (told, severity)))}"


def _controls(rule: Rule) -> list[str]:
    known = controls.shipped()
    lines = []
    for reference in rule.controls:
        control = known.control(reference.framework, reference.id)
        title = f" {control.title}" if control else ""
        lines.append(f"{reference.framework} {reference.id}{title}: {reference.strength}")
        lines += [INDENT + line for line in _wrapped(reference.why)]
    return lines
