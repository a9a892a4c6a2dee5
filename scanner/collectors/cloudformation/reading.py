"""One collection: a template in one environment, from its files to what is said of its targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.collectors import Collected, Context
from scanner.collectors.cloudformation import template, value_files
from scanner.collectors.cloudformation.dialect import COLLECTOR, DIALECT
from scanner.collectors.cloudformation.intrinsics import INVALID, PROCESSED
from scanner.collectors.cloudformation.parameters import Given
from scanner.collectors.cloudformation.scope import TooMuchError
from scanner.collectors.cloudformation.stack import Shared, Stack
from scanner.collectors.cloudformation.values import from_plain
from scanner.collectors.cloudformation.world import Template
from scanner.errors import SilentSource
from scanner.infrastructure import applications, servers, unattached
from scanner.infrastructure.containers import containers
from scanner.infrastructure.report import Report
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World
from scanner.model import Gap, Input, Plane, Target


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
    reports = list(_reports(reading))
    gaps = list(_gaps(reading))
    inputs = {**reading.inputs, **reading.stack.shared.templates}
    return Collected(
        _targets(reading, reports),
        tuple(item for report in reports for item in report.observations),
        (*(item for report in reports for item in report.gaps), *gaps),
        tuple(item for report in reports for item in report.answers),
        tuple(Input(place, digest) for place, digest in sorted(inputs.items())),
        {key: value for report in reports for key, value in report.digests.items()},
        tuple(unattached.notices(reading.world)) if reading.context.target is None else (),
    )


def _targets(reading: _Reading, reports: list[Report]) -> tuple[Target, ...]:
    """The targets found; one that the user has named only gets what its entry leaves open."""
    named = reading.context.target
    if named is None:
        return tuple({report.target.id: report.target for report in reports}.values())
    return tuple(report.target for report in reports if not named.platform and report.target.platform)


def _reports(reading: _Reading) -> Iterator[Report]:
    named = reading.context.target
    for bound in _named(reading, named) if named else reading.world.targets:
        target = _completed(named, bound) if named else _target(reading, bound)
        context = reading.context
        report = Report(target, bound.place, DIALECT, context.catalogue, context.now, context.digest_key)
        if bound.binding.variables:
            if applications.observe(reading.world, bound, report, pinned=named is not None):
                yield report
            else:
                _perhaps_an_application(reading, bound)
        elif bound.doubt and named is None:
            doubt = f"whether {bound.address} is {bound.binding.component} is not known: {bound.doubt}"
            reading.hidden.append((doubt, "write it out, or give the parameters", bound.place))
        else:
            servers.observe(reading.world, bound, report)
            yield report


def _perhaps_an_application(reading: _Reading, bound: Bound) -> None:
    """What carries no known setting, but could: the names of some of its variables are not known."""
    found, hidden = containers(reading.world, bound)
    doubts = [*hidden, *(item for container in found for item in container.more)]
    for reason, remedy in dict.fromkeys(doubts):
        text = f"whether {bound.address} is an application is not known: {reason}"
        reading.hidden.append((text, remedy, bound.place))


def _completed(named: Target, bound: Bound) -> Target:
    """A configured target with what its resource tells of it; the address is what it is configured by."""
    labels = tuple(label for label in _labels(bound) if label[0] != COLLECTOR)
    return replace(named, platform=named.platform or bound.binding.platform, labels=(*named.labels, *labels))


def _target(reading: _Reading, bound: Bound) -> Target:
    """A target of its own: template, address and environment name it."""
    context = reading.context
    words = context.environment
    return Target(
        f"{reading.stack.template.place}:{bound.address}{f'[{words}]' if words else ''}",
        bound.binding.component,
        context.environment,
        context.environment_from or "stated",
        bound.binding.platform,
        labels=tuple(_labels(bound)),
    )


def _labels(bound: Bound) -> Iterator[tuple[str, str]]:
    yield COLLECTOR, bound.address
    for label, path in bound.binding.labels.items():
        value = bound.at(path)
        if value is not None and isinstance(value.data, str | int) and not value.secret:
            yield label, str(value.data)


def _named(reading: _Reading, target: Target) -> list[Bound]:
    """The resource that a source of a target speaks of; a gap when there is not exactly one."""
    every = reading.world.targets
    fitting = [bound for bound in every if bound.binding.component == target.component]
    address = reading.source.address
    if address:
        fitting = [bound for bound in fitting if bound.address == address]
    if len(fitting) == 1:
        return fitting
    reason = f"there is no {target.component} at {address or 'any address'}"
    if fitting:
        reason = "several resources fit this target"
    known = ", ".join(bound.address for bound in every) or "none"
    reading.hidden.append((reason, f"set address to one of: {known}", reading.source.template))
    return []


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
