"""One collection: a root in one environment, from its files to what is said of its targets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner import bindings
from scanner.collectors import Collected, Context
from scanner.collectors.terraform import (
    passed_over,
    plan,
    provisioned,
    remote_state,
    roots,
    state,
    terragrunt,
    unattached,
)
from scanner.collectors.terraform.dialect import COLLECTOR
from scanner.collectors.terraform.environments import distinction
from scanner.collectors.terraform.session import Session
from scanner.collectors.terraform.source import Directories, Problem, inside, relative
from scanner.collectors.terraform.stack import Stack
from scanner.collectors.terraform.unread import REMEDY
from scanner.errors import SilentSource
from scanner.infrastructure import judged
from scanner.infrastructure.judged import Question
from scanner.infrastructure.report import Report
from scanner.model import Gap, Input, Notice, Plane


@dataclass(frozen=True)
class Source:
    """What the user says of the root."""

    path: str
    address: str
    var_files: tuple[str, ...]
    variables: Mapping[str, object]
    workspace: str
    plan: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    terragrunt: str = ""
    state_access: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Reading:
    """A root on its way to an answer."""

    source: Source
    context: Context
    path: Path
    session: Session
    stack: Stack
    inputs: dict[str, str]
    hidden: list[tuple[str, str, str]] = field(default_factory=list)
    """Reason, remedy and place of what keeps a target from being seen at all."""


def read(source: Source, context: Context) -> Collected:
    """Everything that a root says. SilentSource when there is no such root."""
    context = replace(context, root=context.root.resolve())
    path = (context.root / source.path).resolve()
    if not inside(path, context.root):
        raise SilentSource(f"{source.path} is outside the scanned directory", "name a directory inside it")
    if not path.is_dir():
        raise SilentSource(f"there is no directory {source.path}", "correct the path of this source")
    files = tuple(_value_file(name, path, context.root) for name in source.var_files)
    given = (files, source.variables, source.workspace, source.modules)
    shared = context.shared.once("directories of Terraform", Directories)
    module, digests = roots.open_root(context.root, path, context.limit_bytes, *given, shared)
    unit = terragrunt.give(source.terragrunt, source.variables, module.session) if source.terragrunt else []
    planned = plan.read(*_beside(source.plan, path, context)) if source.plan else None
    if planned is not None:
        roots.give(module.session, planned.given, planned.label)
    held, remarks = _held(source, path, context, module.session)
    stack = provisioned.DeclaredStack(
        module, bindings.shipped(), plan=planned, held=frozenset(held.resources if held else ())
    )
    reading = _Reading(source, context, path, module.session, stack, dict(digests))
    reading.hidden += unit
    if planned is not None:
        reading.inputs |= {planned.label: planned.digest} if planned.digest else {}
        reading.hidden += [(reason, remedy, planned.label) for reason, remedy in planned.problems]
    reports = list(judged.reports(stack, _question(reading), reading.hidden))
    gaps = list(_gaps(reading))
    if held is not None:
        found, silences = _provisioned(reading, reports, held)
        reports, gaps = [*reports, *found], [*gaps, *silences]
    elif planned is not None and planned.refreshed:
        reports += _refreshed(reading, planned)
    return Collected(
        judged.targets(reports, context.target),
        tuple(item for report in reports for item in report.observations),
        (*(item for report in reports for item in report.gaps), *gaps),
        tuple(item for report in reports for item in report.answers),
        _inputs(reading),
        {key: value for report in reports for key, value in report.digests.items()},
        (*unattached.notices(stack), *remarks, *passed_over.notices(stack)),
    )


def _value_file(name: str, path: Path, root: Path) -> Path:
    """A variable file, relative to the root module or to the scanned directory."""
    beside = path / name
    return beside if beside.exists() else root / name


def _beside(name: str, path: Path, context: Context) -> tuple[Path, str, int]:
    """A plan or state, what it is called and its limit; it may lie outside the scanned directory, as in a pipeline."""
    file = _value_file(name, path, context.root).resolve()
    label = relative(file, context.root) if inside(file, context.root) else file.name
    return file, label, context.limit_bytes


def _held(source: Source, path: Path, context: Context, session: Session) -> tuple[plan.Plan | None, list[Notice]]:
    """The state, if one is given; one that lies elsewhere is not asked where a run keeps to its sources."""
    if not source.state:
        return None, []
    if not remote_state.remote(source.state):
        return state.read(*_beside(source.state, path, context)), []
    if not context.live:
        told = f"the state ({source.state}) lies elsewhere and was not asked; drift, or check --live, asks it"
        return None, [Notice("not asked", told, source.path)]
    try:
        directory = session.directory(path)
        address, content = remote_state.fetch(source.state, source.state_access, source.workspace, directory, context)
    except SilentSource as silence:
        return state.without(source.state, f"was not read: {silence.reason}", silence.remedy), []
    return state.of_bytes(content, address), []


def _provisioned(
    reading: _Reading, declared: list[Report], held: plan.Plan
) -> tuple[list[Report], list[Gap]]:  # fmt: skip
    """What the state says, and where it is silent."""
    reading.inputs |= {held.label: held.digest} if held.digest else {}
    other = _beside_it(reading, held)
    seen = judged.reports(other.stack, _question(other), other.hidden)
    found = [provisioned.moved(report) for report in seen]
    owner = reading.context.target.id if reading.context.target else ""
    return found, list(provisioned.silences(held, owner, declared, found, other.hidden))


def _refreshed(reading: _Reading, planned: plan.Plan) -> list[Report]:
    """What terraform's refresh found changed, as the plan tells it."""
    words = provisioned.REFRESHED
    sides = (_beside_it(reading, side, words) for side in provisioned.sides(planned))
    seen, applied = (list(judged.reports(side.stack, _question(side), side.hidden)) for side in sides)
    return list(provisioned.changed(seen, applied))


def _beside_it(reading: _Reading, held: plan.Plan, words: str = "") -> _Reading:
    """The same reading over what the platform held instead of the sources."""
    places = provisioned.places(reading.stack)
    stack = provisioned.StateStack(
        reading.stack.root, reading.stack.bindings, state=held, written=places, words=words
    )  # fmt: skip
    return replace(reading, stack=stack, hidden=[])


def _question(reading: _Reading) -> Question:
    """What is asked of the root; what Terragrunt runs is called by its own place."""
    source, context = reading.source, reading.context
    unit = source.terragrunt
    label = unit.rpartition("/")[0] if unit else relative(reading.path, context.root)
    return Question(
        source.path,
        label or ".",
        context.catalogue,
        context.now,
        context.digest_key,
        context.target,
        source.address,
        context.environment,
        context.environment_from,
        distinction(list(source.var_files), context.environment, context.catalogue),
    )


def _gaps(reading: _Reading) -> Iterator[Gap]:
    """What hides something of the whole root, each once."""
    owner = reading.context.target.id if reading.context.target else ""
    problems: dict[str, Problem] = {item.place: item for item in reading.stack.broken}
    problems |= {item.place: item for item in reading.session.problems.values()}
    found = {item.place: (item.reason, "correct the file", item.place) for item in problems.values()}
    if not owner:
        explained = reading.stack.explained
        for module in reading.stack.unread:
            place = f"{module.declaration.file}:{module.declaration.line}"
            if module.address not in explained and not _harmless(module.source, reading.stack.bindings):
                reason = f"{module.address} is not on disk ({module.source}): what it declares was not seen"
                found.setdefault(place, (reason, REMEDY, place))
    for reason, remedy, place in (*found.values(), *reading.hidden):
        yield Gap(owner, Plane.DECLARED, COLLECTOR, reason, remedy, locator=place)


def _harmless(source: str, known: bindings.Bindings) -> bool:
    name = source.removeprefix("registry.terraform.io/")
    return any(re.fullmatch(pattern, name) for pattern in known.modules_without_targets)


def _inputs(reading: _Reading) -> tuple[Input, ...]:
    found = dict(reading.inputs)
    for directory in reading.session.directories.values():
        found |= dict(directory.files)
    for path, content in reading.session.texts.items():
        found[relative(path, reading.context.root)] = hashlib.sha256(content).hexdigest()
    return tuple(Input(path, digest) for path, digest in sorted(found.items()))
