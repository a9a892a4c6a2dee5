"""``scanner baseline``: which baselines there are, what they hold, what changed between two, whether a file of one's
own is sound, and what a target has now as a proposal for one."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from scanner import baselines, catalogue, controls, expectations
from scanner.baselines.capture import Captured, capture
from scanner.baselines.compare import Change, Part, compare
from scanner.cli import request, say
from scanner.cli.drift import load_result
from scanner.cli.options import Output, Selection, selection
from scanner.document import dump_yaml
from scanner.errors import ExitCode, UserError
from scanner.model import Baseline, ScanResult, Target
from scanner.scan import scan
from scanner.wording.plain import plain


@click.group(
    epilog="""\b
Examples:
  scanner baseline list
  scanner baseline show redis-secure
  scanner baseline lint ours.yaml
  scanner baseline diff old.yaml new.yaml
  scanner baseline capture result.json --target orders-db -o proposal.yaml"""
)
def baseline() -> None:
    """List, show, check, compare and capture baselines."""


@baseline.command("list")
def list_() -> int:
    """Name the shipped baselines, each with the digest that an approval can pin."""
    for item in request.load_baselines(()) + request.load_records():
        approved = f"approved by {item.approved_by} {item.approved_on}".strip() if item.approved_by else "not approved"
        click.echo(f"{item.id:28} {item.version:8} {len(item.rules):3} rules  {item.component:11} {approved}")
        click.echo(f"{'':28} {item.title}  [{item.place}]")
        click.echo(f"{'':28} sha256:{item.digest}")
    return 0


@baseline.command("show")
@click.argument("name", required=False)
@click.option("--baseline", "paths", multiple=True, type=click.Path(path_type=Path), help="Look in this file.")
def show(name: str | None, paths: tuple[Path, ...]) -> int:
    """Print every rule of the baseline NAME, or of all."""
    found = request.load_baselines(paths) + request.load_records()
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


@baseline.command("diff")
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> int:
    """Say what changed from baseline OLD to NEW, each a file or the id of a shipped one."""
    before, after = _named(old), _named(new)
    click.echo(f"{_head(before)} → {_head(after)}")
    changes = compare(before, after, catalogue.shipped())
    for change in changes:
        click.echo("\n".join(_change(change)))
    told = [part.direction for change in changes for part in change.parts]
    kinds = [change.kind for change in changes]
    counts = [f"{kinds.count(word)} {word}" for word in ("added", "removed", "changed")]
    click.echo(f"{', '.join(counts)}; {told.count('tightened')} tightened, {told.count('loosened')} loosened")
    return 0


def _named(name: str) -> Baseline:
    """The baseline of a file, or the shipped one of that id."""
    if Path(name).is_file():
        return request.load_baselines((Path(name),))[0]
    shipped = request.load_baselines(()) + request.load_records()
    found = next((item for item in shipped if item.id == name), None)
    if found is None:
        allowed = ", ".join(("a file", *(item.id for item in shipped)))
        raise UserError("there is no such baseline", key=name, allowed=allowed)
    return found


def _head(item: Baseline) -> str:
    return f"{plain(item.id)} {plain(item.version)} (SHA-256 {item.digest[:12]}…)"


def _change(change: Change) -> list[str]:
    mark = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
    return [f"{mark} {change.rule}", *(f"    {_part(part)}" for part in change.parts)]


def _part(part: Part) -> str:
    direction = f"{part.direction}: " if part.direction else ""
    values = " → ".join(plain(text) for text in (part.before, part.after) if text)
    return f"{direction}{part.what}{': ' + values if values else ' changed'}"


@baseline.command("capture")
@selection
@click.option("--id", "name", default="", metavar="NAME", help="Id of the proposal (default: from the target).")
@click.option("--output", "-o", "path", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a file.")
def capture_(selection: Selection, name: str, path: Path | None) -> int:
    """Propose a baseline from what a target has now, for somebody to approve.

    DIRECTORY is a project whose sources and servers are asked, or a saved RESULT.json. Secrets are never written.
    """
    result = _result(selection)
    target = _one(result, selection.targets)
    seen = f"run {result.run_id} of {result.started}"
    found = capture(name or f"{_words(target.id)}-captured", target, result.rows, catalogue.shipped(), seen)
    text = _proposal(found)
    if path is None:
        click.echo(text, nl=False)
    else:
        say.write(path, text)
        click.echo(f"wrote {path}; owner and approval are left to you", err=True)
    return 0


def _result(selection: Selection) -> ScanResult:
    if selection.directory.is_file() and selection.directory.suffix == ".json":
        return load_result(selection.directory)
    return scan(request.build("drift", selection, Output(), live=True), catalogue.shipped())


def _one(result: ScanResult, wanted: tuple[str, ...]) -> Target:
    """The one target that is captured. UserError when there are several or none."""
    found = [item for item in result.targets if not wanted or item.id in wanted]
    if len(found) != 1:
        allowed = ", ".join(item.id for item in result.targets)
        raise UserError("a baseline is captured from one target", key="--target", allowed=allowed)
    return found[0]


def _words(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())


def _proposal(found: Captured) -> str:
    lines = ["A proposal: what was found, not what is right. Read every rule, name an owner, and have it approved."]
    for why in dict.fromkeys(why for _, why in found.left_out):
        lines.append(f"Left out, {why}: {', '.join(plain(name) for name, reason in found.left_out if reason == why)}.")
    wrapped = [line for text in lines for line in textwrap.wrap(text, 110, break_on_hyphens=False)]
    return "".join(f"# {line}\n" for line in wrapped) + dump_yaml(dict(found.baseline))
