"""What a template says of one database or cache: observations, what stays hidden, and whether it was read whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scanner.collectors import Context
from scanner.collectors.cloudformation import contents, server_parameters, users
from scanner.collectors.cloudformation.bound import Bound, World, applies
from scanner.collectors.cloudformation.contents import REMEDY, Found
from scanner.collectors.cloudformation.intrinsics import PROCESSED, TRANSFORM
from scanner.collectors.cloudformation.server_parameters import Parameters
from scanner.model import (
    SERVER,
    Absent,
    Answer,
    Gap,
    Known,
    Observation,
    Plane,
    Provenance,
    Setting,
    Target,
    Unresolved,
)
from scanner.readers import secrecy

COLLECTOR = "cloudformation"
NAMED_AS = "terraform"
"""The kind of source under whose names the catalogue knows what the bindings say."""


@dataclass
class Report:
    """What is said of one target."""

    target: Target
    context: Context
    place: str
    observations: list[Observation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    digests: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def say(self, setting: Setting, found: Found, *, scope: str = SERVER, through: str = "") -> None:
        """Add an observation."""
        chain = (*found.chain, *((through,) if through else ()))
        provenance = Provenance(COLLECTOR, found.place or self.place, chain, self.context.now)
        self.observations.append(
            Observation(
                self.target.id, setting.name, Plane.DECLARED, found.content, provenance, scope,
                takes_effect=setting.takes_effect,
            )
        )  # fmt: skip
        if found.secret is not None:
            key = (self.target.id, setting.name, scope)
            self.digests[key] = secrecy.digest(self.context.digest_key, found.secret)

    def gap(self, reason: str, remedy: str, settings: tuple[str, ...] = ()) -> None:
        """Add a gap."""
        self.gaps.append(Gap(self.target.id, Plane.DECLARED, COLLECTOR, reason, remedy, settings, self.place))

    @property
    def settings(self) -> list[Setting]:
        return self.context.catalogue.of(self.target.component)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(setting.name for setting in self.settings)


def doubts(bound: Bound) -> list[tuple[str, str]]:
    """Reason and remedy of what makes everything uncertain that is said of a resource."""
    found = [(f"{bound.address}: {bound.uncertain}", bound.resource.remedy)] if bound.uncertain else []
    if bound.properties.unknown or bound.properties.rest:
        open_end = bound.properties.unknown or bound.properties.rest
        assert open_end is not None  # noqa: S101 - the line above says so
        found.append((f"properties of {bound.address} are not known: {open_end.reason}", open_end.remedy or REMEDY))
    macro = bound.resource.stack.macro or ("inside it" if TRANSFORM in bound.resource.node else "")
    if macro:
        found.append((f"the macro {macro} may rewrite {bound.address}", PROCESSED))
    return found


def observe(world: World, bound: Bound, report: Report) -> None:
    """Everything the template says of a database or cache."""
    found = server_parameters.of_groups(world, bound)
    version = _version(bound, found, report)
    report.target = replace(report.target, version=version or report.target.version)
    said = _properties(world, bound, found, report, version)
    for setting, content in said.items():
        report.say(setting, content)
    folded = _members(world, bound, report, found)
    for name, parameter in found.found.items():
        known = report.context.catalogue.known_as(report.target.component, NAMED_AS, name)
        if known is not None and known not in said and known.name not in folded:
            content = contents.of_value(parameter.value, known, report.context.catalogue)
            report.say(known, content, through=f"through {parameter.through}")
    _silences(world, bound, found, report)


def _version(bound: Bound, found: Parameters, report: Report) -> str:
    """The version that is declared, else the major version of the parameter group."""
    catalogue = report.context.catalogue
    setting = catalogue.setting(report.target.component, "server_version")
    source = bound.binding.settings.get("server_version")
    if source is None or setting is None:
        return ""
    said = contents.of_source("server_version", source, bound, setting, catalogue, "")
    if said is None or not isinstance(said.content, Known):
        said = server_parameters.version_of(found.groups) or said
    if said is None:
        return ""
    report.say(setting, said)
    return str(said.content.raw) if isinstance(said.content, Known) else ""


def _properties(world: World, bound: Bound, found: Parameters, report: Report, version: str) -> dict[Setting, Found]:
    """What the resource's own properties say; ``Absent`` where they could say it and do not."""
    catalogue = report.context.catalogue
    said: dict[Setting, Found] = {}
    for name, source in bound.binding.settings.items():
        setting = catalogue.setting(report.target.component, name)
        if setting is None or name == "server_version":
            continue
        parameter = found.found.get(source.parameter) if source.parameter else None
        if source.when and not applies(source.when, bound)[0]:
            said[setting] = Found(Unresolved(f"what {name} comes to depends on other properties", REMEDY))
        elif parameter is not None:
            said[setting] = contents.translated(source, parameter.value)
        elif source.parameter and found.hidden:
            said[setting] = Found(Unresolved(*found.hidden[0]))
        elif source.users_of is not None:
            said[setting] = users.without_password(world, bound, source.users_of) or Found(Absent())
        else:
            content = contents.of_source(name, source, bound, setting, catalogue, version)
            said[setting] = content or Found(Absent())
    return said


def _members(world: World, bound: Bound, report: Report, found: Parameters) -> set[str]:
    """What the instances of a cluster say: once where they agree, each in its own scope where they do not."""
    told = {item.address: _member(world, item, report, found) for item in world.belonging_to(bound, "member")}
    folded = set()
    for name in dict.fromkeys(name for said in told.values() for name in said):
        saying = {address: said[name] for address, said in told.items() if name in said}
        if len(saying) == len(told) and len({repr(item.content) for _, item in saying.values()}) == 1:
            setting, content = next(iter(saying.values()))
            report.say(setting, content, through=f"through {next(iter(saying))}")
            folded.add(name)
            continue
        for address, (setting, content) in saying.items():
            report.say(setting, content, scope=f"node={address}", through=f"through {address}")
    return folded


def _member(world: World, member: Bound, report: Report, found: Parameters) -> dict[str, tuple[Setting, Found]]:
    catalogue, component = report.context.catalogue, report.target.component
    own = server_parameters.of_groups(world, member)
    found.hidden += own.hidden + ([(own.doubtful, REMEDY)] if own.doubtful else []) + doubts(member)
    said: dict[str, tuple[Setting, Found]] = {}
    for name, parameter in own.found.items():
        setting = catalogue.known_as(component, NAMED_AS, name)
        if setting is not None:
            said[setting.name] = (setting, contents.of_value(parameter.value, setting, catalogue))
    for name, source in member.binding.settings.items():
        setting = catalogue.setting(component, name)
        if setting is not None:
            content = contents.of_source(name, source, member, setting, catalogue, report.target.version)
            said[name] = (setting, content or Found(Absent()))
    return said


def _silences(world: World, bound: Bound, found: Parameters, report: Report) -> None:
    """The gaps of a target, and its answer."""
    seen = {item.setting for item in report.observations}
    unseen = tuple(setting.name for setting in report.settings if not _told(setting, seen))
    for reason, remedy in dict.fromkeys(found.hidden):
        report.gap(reason, remedy, unseen)
    if found.doubtful:
        hides = tuple(name for name in report.names if name not in bound.binding.settings)
        report.gap(found.doubtful, REMEDY, hides)
    everything = doubts(bound)
    if bound.doubt:
        reason = f"whether {bound.address} is {report.target.component} is not known: {bound.doubt}"
        everything.append((reason, "write it out, or give the parameters"))
    for reason, remedy in everything:
        report.gap(reason, remedy, report.names)
    orphans = [
        (item, problem) for item, problem in world.orphans if item.binding.of and bound.kind in item.binding.of.types
    ]
    for orphan, problem in orphans:
        hides = tuple(orphan.binding.settings)
        report.gap(f"{orphan.address} may belong here: {problem}", "refer to the cluster that is meant", hides)
    complete = not (found.hidden or found.doubtful or everything or orphans)
    provenance = Provenance(COLLECTOR, report.place, (), report.context.now)
    report.answers.append(Answer(report.target.id, Plane.DECLARED, COLLECTOR, complete, provenance))


def _told(setting: Setting, seen: set[str]) -> bool:
    """Whether something was said of a setting, or of what it is derived from: a derivation knows what it misses."""
    return setting.name in seen or (
        setting.derived is not None and any(name in seen for name in setting.derived.inputs)
    )
