"""Which resources are judged, as which targets, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from scanner.catalogue import Catalogue
from scanner.infrastructure import applications, servers
from scanner.infrastructure.containers import containers
from scanner.infrastructure.report import Report
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World
from scanner.model import Target

Hidden = list[tuple[str, str, str]]
"""Reason, remedy and place of what keeps a target from being seen at all."""


@dataclass(frozen=True)
class Question:
    """What is asked of one source."""

    source: str
    """The source as the user names it."""
    label: str
    """What the id of each target found begins with."""
    catalogue: Catalogue
    now: str
    digest_key: bytes = field(repr=False)
    target: Target | None = None
    """The target that the user has named; without one, all that are found are judged."""
    address: str = ""
    """The only resource to judge."""
    environment: str = ""
    environment_from: str = ""
    apart: str = ""
    """What tells this source apart from another one of the same environment."""


def reports(world: World, question: Question, hidden: Hidden) -> Iterator[Report]:
    """What is said of each target; what may be a target and is not judged is added to ``hidden``."""
    named = question.target
    for bound in _named(world, question, named, hidden) if named else world.targets:
        target = _completed(named, bound, world) if named else _target(bound, world, question)
        report = Report(
            target, bound.place, world.dialect, question.catalogue, question.now, question.digest_key
        )  # fmt: skip
        if bound.binding.variables:
            if applications.observe(world, bound, report, pinned=named is not None):
                yield report
            else:
                hidden += _perhaps_an_application(world, bound)
        elif bound.doubt and named is None:
            doubt = f"whether {bound.address} is {bound.binding.component} is not known: {bound.doubt}"
            hidden.append((doubt, f"write it out, or {world.dialect.choice}", bound.place))
        else:
            servers.observe(world, bound, report)
            yield report


def targets(found: Iterable[Report], named: Target | None) -> tuple[Target, ...]:
    """The targets found; one that the user has named only gets what its entry leaves open."""
    if named is not None:
        return tuple(report.target for report in found if not named.platform and report.target.platform)
    each: dict[str, Target] = {}
    for report in found:
        each.setdefault(report.target.id, report.target)
    return tuple(each.values())


def _perhaps_an_application(world: World, bound: Bound) -> Hidden:
    """What carries no known setting, but could: the names of some of its variables are not known.

    What adds to any resource of its type, such as a chart's own values, makes nothing an application.
    """
    found, hidden = containers(world, bound)
    more = [item for container in found for item in container.more] if not bound.binding.left_open else []
    doubts = dict.fromkeys([*hidden, *more])
    asked = f"whether {bound.address} is an application is not known"
    return [(f"{asked}: {reason}", remedy, bound.place) for reason, remedy in doubts]


def _completed(named: Target, bound: Bound, world: World) -> Target:
    """A configured target with what its resource tells of it; the address is what it is configured by."""
    labels = tuple(label for label in _labels(bound, world) if label[0] != world.dialect.collector)
    return replace(named, platform=named.platform or bound.binding.platform, labels=(*named.labels, *labels))


def _target(bound: Bound, world: World, question: Question) -> Target:
    """A target of its own: source, address and environment name it."""
    words = ":".join(part for part in (question.environment, question.apart) if part)
    return Target(
        f"{question.label}:{bound.address}{f'[{words}]' if words else ''}",
        bound.binding.component,
        question.environment,
        question.environment_from or "stated",
        bound.binding.platform,
        labels=tuple(_labels(bound, world)),
    )


def _labels(bound: Bound, world: World) -> Iterator[tuple[str, str]]:
    yield world.dialect.collector, bound.address
    for label, path in bound.binding.labels.items():
        value = bound.at(path)
        if value is not None and value.is_scalar and not isinstance(value.data, bool) and not value.secret:
            yield label, value.text


def _named(world: World, question: Question, target: Target, hidden: Hidden) -> list[Bound]:
    """The resource that a source of a target speaks of; a reason in ``hidden`` when there is not exactly one."""
    fitting = [bound for bound in world.targets if bound.binding.component == target.component]
    address = question.address
    if address:
        exact = [bound for bound in fitting if bound.address == address]
        fitting = exact or [bound for bound in fitting if bound.address.startswith(f"{address}[")]
    if len(fitting) == 1:
        return fitting
    known = ", ".join(bound.address for bound in world.targets) or "none"
    reason = f"there is no {target.component} at {address or 'any address'}"
    if fitting:
        reason = f"several resources fit {address or 'this target'}"
    hidden.append((reason, f"set address to one of: {known}", question.source))
    return []
