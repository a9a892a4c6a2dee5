"""One collection: a template in one environment, from its files to what is said of its targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.collectors import Collected, Context
from scanner.collectors.cloudformation import template, value_files
from scanner.collectors.cloudformation.dialect import COLLECTOR
from scanner.collectors.cloudformation.intrinsics import INVALID, PROCESSED
from scanner.collectors.cloudformation.parameters import Given
from scanner.collectors.cloudformation.resource import Shared
from scanner.collectors.cloudformation.scope import TooMuchError
from scanner.collectors.cloudformation.stack import Stack
from scanner.collectors.cloudformation.values import from_plain
from scanner.collectors.cloudformation.world import Template
from scanner.errors import SilentSource
from scanner.infrastructure import judged, unattached
from scanner.infrastructure.judged import Question
from scanner.infrastructure.world import World
from scanner.model import Gap, Input, Plane


@dataclass(frozen=True)
class Source:
    """What the user says of the template."""

    template: str
    address: str
    parameters: Mapping[str, object]
    parameter_files: tuple[str, ...]
    section: str = ""


@dataclass
class _Reading:
    """A template on its way to an answer."""

    source: Source
    context: Context
    stack: Stack
    world: Template
    inputs: dict[str, str]
    hidden: list[tuple[str, str, str]] = field(default_factory=list)
    """Reason, remedy and place of what keeps a target from being seen at all."""


def read(source: Source, context: Context) -> Collected:
    """Everything that a template says. SilentSource when it cannot be read."""
    context = replace(context, root=context.root.resolve())
    if not (context.root / source.template).resolve().is_relative_to(context.root):
        raise SilentSource(f"{source.template} is outside the scanned directory", "name a file inside it")
    reading = _open(source, context)
    try:
        return _answer(reading)
    except TooMuchError:
        reason = f"{reading.stack.template.place} grows beyond what is worked out"
        raise SilentSource(reason, "flatten its loops, or scan the template as it is processed") from None


def _open(source: Source, context: Context) -> _Reading:
    found = template.read(context.root, source.template, context.limit_bytes)
    inputs = {found.place: found.sha256}
    given: dict[str, Given] = {}
    unread = ""
    hidden: list[tuple[str, str, str]] = []
    for name in source.parameter_files:
        try:
            file = _value_file(name, found.path.parent, context)
        except SilentSource as silent:
            unread = name
            hidden.append((silent.reason, silent.remedy, name))
            given.clear()
            continue
        inputs[file.place] = file.sha256
        values = {**file.values, **file.sections.get(source.section, {})}
        given |= {key: item.given for key, item in values.items()}
    given |= {key: Given(from_plain(item, f"parameter {key}")) for key, item in source.parameters.items()}
    stack = Stack(found, given, Shared(context.root, context.limit_bytes), unread_values=unread)
    return _Reading(source, context, stack, Template(stack), inputs, hidden)


def _value_file(name: str, folder: Path, context: Context) -> value_files.ValueFile:
    """A parameter file, relative to the template or to the scanned directory; from the command line, to anywhere."""
    beside = (folder / name).resolve()
    path = beside if beside.is_file() else (context.root / name).resolve()
    return value_files.read(context.root, path, context.limit_bytes)


def _answer(reading: _Reading) -> Collected:
    reports = list(judged.reports(reading.world, _question(reading), reading.hidden))
    gaps = list(_gaps(reading))
    inputs = {**reading.inputs, **reading.stack.shared.templates}
    return Collected(
        judged.targets(reports, reading.context.target),
        tuple(item for report in reports for item in report.observations),
        (*(item for report in reports for item in report.gaps), *gaps),
        tuple(item for report in reports for item in report.answers),
        tuple(Input(place, digest) for place, digest in sorted(inputs.items())),
        {key: value for report in reports for key, value in report.digests.items()},
        tuple(unattached.notices(reading.world)) if reading.context.target is None else (),
    )


def _question(reading: _Reading) -> Question:
    source, context = reading.source, reading.context
    return Question(
        source.template,
        reading.stack.template.place,
        context.catalogue,
        context.now,
        context.digest_key,
        context.target,
        source.address,
        context.environment,
        context.environment_from,
    )


def _gaps(reading: _Reading) -> Iterator[Gap]:
    """What hides something of the whole template, each once."""
    owner = reading.context.target.id if reading.context.target else ""
    found = [*reading.hidden]
    if not owner:
        found += [*reading.stack.shared.hidden, *_macros(reading.stack), *_strays(reading.world)]
    if not reading.stack.template.section("Resources"):
        found.append(("it declares no resources that can be read", INVALID, reading.stack.template.place))
    for reason, remedy, place in dict.fromkeys(found):
        yield Gap(owner, Plane.DECLARED, COLLECTOR, reason, remedy, locator=place)


def _macros(stack: Stack) -> Iterator[tuple[str, str, str]]:
    for item in stack.all_stacks():
        if item.macro:
            reason = f"the macro {item.macro} may add resources to {item.template.place}, which were not seen"
            yield reason, PROCESSED, item.template.place


def _strays(world: World) -> Iterator[tuple[str, str, str]]:
    """Members of something that is not declared here: nobody else speaks of them."""
    for orphan, problem in world.orphans:
        owner = orphan.binding.of
        if owner is not None and not any(target.type in owner.types for target in world.targets):
            reason = f"{orphan.address} belongs to a cluster that was not seen: {problem}"
            yield reason, "scan the template that declares the cluster", orphan.place
