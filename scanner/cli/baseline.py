"""``scanner baseline``: which baselines there are, what they hold, what changed between two, whether a file of one's
own is sound, and what a target has now as a proposal for one."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from scanner import baselines, catalogue, controls, expectations
from scanner.baselines.capture import NO_ANSWER, Captured, capture
from scanner.baselines.compare import Change, Part, compare
from scanner.cli import baseline_kept, request, say
from scanner.cli.drift import load_result
from scanner.cli.help_text import example
from scanner.cli.options import Output, Selection, selection
from scanner.document import dump_yaml
from scanner.errors import ExitCode, UserError
from scanner.model import Baseline, ScanResult, Target
from scanner.records import COMPONENTS
from scanner.scan import scan
from scanner.wording.plain import counted, plain
from scanner.wording.words import day, moment


@click.group(
    epilog="""\b
Examples:
  scanner baseline list
  scanner baseline show redis-secure
  scanner baseline lint ours.yaml
  scanner baseline diff old.yaml new.yaml
  scanner baseline history
  scanner baseline capture result.json --target orders-db -o proposal.yaml

\b
Exit codes: 0 done, 2 your input (for lint a mistake in a file), 3 something could not be read."""
)
def baseline() -> None:
    """List, show, check, compare and capture baselines."""


@baseline.command("list", short_help="Name the shipped baselines.", epilog=example("scanner baseline list"))
def list_() -> int:
    """Name the shipped baselines, each with the digest that an approval can pin."""
    for item in request.load_baselines(()) + request.load_records():
        approved = f"approved by {item.approved_by} {item.approved_on}".strip() if item.approved_by else "not approved"
        click.echo(f"{item.id:28} {item.version:8} {len(item.rules):3} rules  {item.component:11} {approved}")
        click.echo(f"{'':28} {item.title}  [{item.place}]")
        click.echo(f"{'':28} sha256:{item.digest}")
    return 0


@baseline.command(
    "show",
    short_help="Print every rule of a baseline.",
    epilog=example("scanner baseline show redis-secure", "scanner baseline show --baseline ours.yaml"),
)
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


@baseline.command(
    "lint",
    short_help="Name every mistake in files.",
    epilog=example("scanner baseline lint ours.yaml", codes="0 the files are sound, 2 they hold a mistake."),
)
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


@baseline.command(
    "diff",
    short_help="Say what two baselines ask more or less of.",
    epilog=example(
        "scanner baseline diff redis-secure ours.yaml",
        "scanner baseline diff our-redis@1.0.0 ours.yaml     the one that judged kept runs, and what shall be next",
    ),
)
@click.argument("old")
@click.argument("new")
@click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR", help="Where ID@VERSION is kept.")
def diff(old: str, new: str, place: Path | None) -> int:
    """Say what changed from baseline OLD to NEW.

    Each is a file, the id of a shipped one, or ID@VERSION of one that judged a kept run (`scanner baseline history`);
    ID@DIGEST, where one version was several files.
    """
    before, after = _named(old, place), _named(new, place)
    click.echo(f"{_head(before)} → {_head(after)}")
    changes = compare(before, after, catalogue.shipped())
    for change in changes:
        click.echo("\n".join(_change(change)))
    told = [part.direction for change in changes for part in change.parts]
    kinds = [change.kind for change in changes]
    counts = [f"{kinds.count(word)} {word}" for word in ("added", "removed", "changed")]
    click.echo(f"{', '.join(counts)}; {told.count('tightened')} tightened, {told.count('loosened')} loosened")
    return 0


@baseline.command(
    "history",
    short_help="Name the versions that judged kept runs, and when.",
    epilog=example("scanner baseline history", codes="0 done, 2 no archive, 3 a run cannot be read."),
)
@click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR", help="Where runs are kept.")
def history(place: Path | None) -> int:
    """Name every version of a baseline that judged a kept run, from when to when, with its approval.

    The exact file of each stands in the archive; `scanner baseline diff ID@VERSION FILE` reads it.
    """
    archive = baseline_kept.opened(place)
    for item in baseline_kept.in_force(archive):
        on = f", {day(item.approved_on)}" if item.approved_on else ""
        approved = f"approved by {plain(item.approved_by)}{on}" if item.approved_by else "approval not recorded"
        click.echo(f"{plain(item.id)} {plain(item.version)}  {counted(item.runs, 'run')}, {approved}")
        click.echo(f"  first judged {moment(item.since)}, last judged {moment(item.until)}")
        click.echo(f"  sha256:{item.digest}")
    missing = baseline_kept.unread(archive)
    if missing or not archive.runs:
        told = f"{counted(missing, 'run')} cannot be read" if missing else "no run is kept"
        click.echo(f"{told}; `scanner archive verify` tells more", err=True)
    return ExitCode.INCOMPLETE if missing or not archive.runs else ExitCode.CONFORMS


def _named(name: str, place: Path | None) -> Baseline:
    """The baseline of a file, the shipped one of that id, or the one that an archive keeps."""
    if Path(name).is_file():
        return request.load_baselines((Path(name),))[0]
    if "@" in name:
        return baseline_kept.named(name, baseline_kept.opened(place))
    shipped = request.load_baselines(()) + request.load_records()
    found = next((item for item in shipped if item.id == name), None)
    if found is None:
        allowed = ", ".join(("a file", "ID@VERSION of a kept run", *(item.id for item in shipped)))
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


@baseline.command(
    "capture",
    short_help="Propose a baseline from what a target has now.",
    epilog=example(
        "scanner baseline capture . --target orders-db -o proposal.yaml",
        "scanner baseline capture result.json --target orders-db",
        codes="0 proposed, 2 your input, 3 proposed, but a plane that was asked gave no answer.",
    ),
)
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
    if not found.baseline["rules"]:
        click.echo(f"nothing of {plain(target.id)} is known, so nothing is proposed", err=True)
    elif path is None:
        click.echo(text, nl=False)
    else:
        say.write(path, text)
        click.echo(f"wrote {path}; owner and approval are left to you", err=True)
    silent = sum(why == NO_ANSWER for _, why in found.left_out)
    if silent:
        click.echo(f"{counted(silent, 'setting')} left out: {NO_ANSWER}; `scanner doctor` says what opens it", err=True)
    return ExitCode.INCOMPLETE if silent else ExitCode.CONFORMS


def _result(selection: Selection) -> ScanResult:
    if selection.directory.is_file() and selection.directory.suffix == ".json":
        return load_result(selection.directory)
    return scan(request.build("drift", selection, Output(), live=True), catalogue.shipped())


def _one(result: ScanResult, wanted: tuple[str, ...]) -> Target:
    """The one target that is captured. UserError when there are several or none."""
    parts = [item for item in result.targets if item.component not in COMPONENTS]
    found = [item for item in parts if not wanted or item.id in wanted]
    if len(found) != 1:
        allowed = ", ".join(item.id for item in result.targets if item.component not in COMPONENTS)
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
