"""What a stack says of one database or cache: observations, what stays hidden, and whether it was read whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scanner.collectors import Context
from scanner.collectors.terraform import contents, parameters, users
from scanner.collectors.terraform.contents import Found
from scanner.collectors.terraform.parameters import Parameters
from scanner.collectors.terraform.stack import Bound, Stack, applies
from scanner.collectors.terraform.unread import REMEDY as UNREAD
from scanner.collectors.terraform.values import Trail
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
    TakesEffect,
    Target,
    Unresolved,
)
from scanner.readers import secrecy

COLLECTOR = "terraform"
OPEN = "write it out, or ask a live source"


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

    def say(
        self, setting: Setting, found: Found, *, scope: str = SERVER, through: str = "",
        takes_effect: TakesEffect | None = None,
    ) -> None:  # fmt: skip
        """Add an observation."""
        chain = found.trail.steps() if found.trail else ()
        place = (found.trail.first() if found.trail else "") or self.place
        provenance = Provenance(COLLECTOR, place, (*chain, *((through,) if through else ())), self.context.now)
        effect = takes_effect or setting.takes_effect
        self.observations.append(
            Observation(
                self.target.id,
                setting.name,
                Plane.DECLARED,
                found.content,
                provenance,
                scope,
                takes_effect=effect,
                note=found.note,
            )
        )
        if found.secret is not None:
            key = (self.target.id, setting.name, scope)
            self.digests[key] = secrecy.digest(self.context.digest_key, found.secret)

    def gap(self, reason: str, remedy: str, settings: tuple[str, ...] = ()) -> None:
        """Add a gap."""
        self.gaps.append(Gap(self.target.id, Plane.DECLARED, COLLECTOR, reason, remedy, settings, self.place))

    def answer(self, *, complete: bool, scope: str = SERVER) -> None:
        """Say that the source has spoken."""
        provenance = Provenance(COLLECTOR, self.place, (), self.context.now)
        self.answers.append(Answer(self.target.id, Plane.DECLARED, COLLECTOR, complete, provenance, scope=scope))

    @property
    def settings(self) -> list[Setting]:
        return self.context.catalogue.of(self.target.component)


def observe(stack: Stack, bound: Bound, report: Report) -> None:
    """Everything the stack says of a database or cache."""
    found = parameters.of_target(stack, bound)
    version = _version(bound, found, report)
    report.target = replace(report.target, version=version or report.target.version)
    said = _arguments(stack, bound, found, report, version)
    for setting, content in said.items():
        report.say(setting, content, through=_unread(bound))
    members = stack.belonging_to(bound, "member")
    folded = _members(stack, members, report, found)
    for name, parameter in found.found.items():
        known_setting = report.context.catalogue.known_as(report.target.component, COLLECTOR, name)
        if known_setting is not None and known_setting not in said and known_setting.name not in folded:
            content = contents.of_value(parameter.value, known_setting, report.context.catalogue, as_text=True)
            content = replace(content, note=parameter.note)
            through = f"through {parameter.through}" if parameter.through != bound.address else _unread(bound)
            report.say(known_setting, content, through=through, takes_effect=parameter.takes_effect)
    _silences(stack, bound, found, report)


def _version(bound: Bound, found: Parameters, report: Report) -> str:
    """The version that is declared, else the major version of the parameter group."""
    setting = report.context.catalogue.setting(report.target.component, "server_version")
    source = bound.binding.settings.get("server_version")
    if source is None or setting is None or (source.when and not applies(source.when, bound.instance)[0]):
        return ""
    said = contents.of_source(source, bound.instance, setting, report.context.catalogue, "")
    if said is not None and isinstance(said.content, Known) and not str(said.content.raw).strip():
        # An empty text is what modules hand on for "none": the provider takes it as left out.
        said = replace(said, content=Absent())
    if said is None or not isinstance(said.content, Known):
        said = parameters.version_of(found.groups) or said
    if said is None:
        return ""
    report.say(setting, said, through=_unread(bound))
    return str(said.content.raw) if isinstance(said.content, Known) else ""


def _arguments(stack: Stack, bound: Bound, found: Parameters, report: Report, version: str) -> dict[Setting, Found]:
    """What the resource's own arguments say; ``Absent`` where they could say it and do not."""
    catalogue = report.context.catalogue
    said: dict[Setting, Found] = {}
    for name, source in bound.binding.settings.items():
        setting = catalogue.setting(report.target.component, name)
        if setting is None or name == "server_version":
            continue
        if source.when and not applies(source.when, bound.instance)[0]:
            said[setting] = Found(Unresolved(f"what {name} comes to depends on other arguments", UNREAD))
            continue
        parameter = found.found.get(source.parameter) if source.parameter else None
        if parameter is not None:
            said[setting] = replace(contents.translated(source, parameter.value), note=parameter.note)
        elif source.parameter and found.hidden:
            said[setting] = Found(Unresolved(*found.hidden[0]))
        elif source.users_of is not None:
            said[setting] = users.without_password(stack, bound, source.users_of) or _not_written(bound)
        else:
            content = contents.of_source(source, bound.instance, setting, catalogue, version)
            said[setting] = content or _not_written(bound)
    return said


def _not_written(bound: Bound) -> Found:
    """An argument that is left out: not set, unless a module that was not read may set it."""
    if bound.binding.left_open:
        return Found(Unresolved(bound.binding.left_open, OPEN), Trail(bound.instance.place))
    if not bound.unread:
        return Found(Absent())
    reason = f"it is not declared to {bound.address}, and the module is not on disk ({bound.unread})"
    return Found(Unresolved(reason, UNREAD), Trail(bound.instance.place))


def _unread(bound: Bound) -> str:
    return f"declared to {bound.address}; the module's source was not read" if bound.unread else ""


def _members(stack: Stack, members: list[Bound], report: Report, found: Parameters) -> set[str]:
    """What the instances of a cluster say: once where they agree, each in its own scope where they do not."""
    told: dict[str, dict[str, tuple[Setting, Found]]] = {}
    for member in members:
        told[member.address] = _member(stack, member, report, found)
        if member.instance.uncertain:
            found.hidden.append((f"{member.address}: {member.instance.uncertain}", "give a plan"))
    names = dict.fromkeys(name for said in told.values() for name in said)
    folded = set()
    for name in names:
        saying = {address: said[name] for address, said in told.items() if name in said}
        if len(saying) == len(told) and len({repr(found.content) for _, found in saying.values()}) == 1:
            setting, content = next(iter(saying.values()))
            report.say(setting, content, through=f"through {next(iter(saying))}")
            folded.add(name)
            continue
        for address, (setting, content) in saying.items():
            report.say(setting, content, scope=f"node={address}", through=f"through {address}")
    return folded


def _member(stack: Stack, member: Bound, report: Report, found: Parameters) -> dict[str, tuple[Setting, Found]]:
    catalogue, component = report.context.catalogue, report.target.component
    said: dict[str, tuple[Setting, Found]] = {}
    own = parameters.of_groups(stack, member)
    found.hidden += own.hidden + ([(own.doubtful, "give a plan")] if own.doubtful else [])
    for name, parameter in own.found.items():
        setting = catalogue.known_as(component, COLLECTOR, name)
        if setting is not None:
            said[setting.name] = (setting, contents.of_value(parameter.value, setting, catalogue, as_text=True))
    for name, source in member.binding.settings.items():
        setting = catalogue.setting(component, name)
        if setting is None:
            continue
        content = contents.of_source(source, member.instance, setting, catalogue, report.target.version)
        said[name] = (setting, content or Found(Absent()))
    return said


def _told(setting: Setting, seen: set[str]) -> bool:
    """Whether something was said of a setting, or of what it is derived from: a derivation knows what it misses."""
    return setting.name in seen or (
        setting.derived is not None and any(name in seen for name in setting.derived.inputs)
    )


def _silences(stack: Stack, bound: Bound, found: Parameters, report: Report) -> None:
    """The gaps of a target, and its answer."""
    seen = {item.setting for item in report.observations}
    names = tuple(setting.name for setting in report.settings)
    unseen = tuple(setting.name for setting in report.settings if not _told(setting, seen))
    if bound.unread:
        found.hidden.append((f"{bound.address} is not on disk ({bound.unread}): only its arguments were read", UNREAD))
    if bound.binding.left_open:
        found.hidden.append((f"{bound.address}: {bound.binding.left_open}", OPEN))
    for reason, remedy in found.hidden:
        report.gap(reason, remedy, unseen)
    if found.doubtful:
        report.gap(found.doubtful, "give a plan", tuple(name for name in names if name not in bound.binding.settings))
    if bound.instance.uncertain:
        report.gap(f"{bound.address}: {bound.instance.uncertain}", bound.instance.remedy, names)
    if bound.doubt:
        reason = f"whether {bound.address} is {report.target.component} is not known: {bound.doubt}"
        report.gap(reason, "write its engine out, or give a plan", names)
    orphans = [
        (orphan, problem)
        for orphan, problem in stack.orphans
        if orphan.binding.role == "member" and orphan.binding.of and bound.instance.type in orphan.binding.of.types
    ]
    for orphan, problem in orphans:
        hides = tuple(orphan.binding.settings)
        report.gap(f"{orphan.address} may belong here: {problem}", "refer to the cluster that is meant", hides)
    overriding = [item for item in stack.problems_beside(bound) if item.overrides]
    for unread in overriding:
        report.gap(f"{unread.place} cannot be read and could replace any argument", "correct the file", names)
    broken = found.hidden or found.doubtful or bound.instance.uncertain or bound.doubt or orphans or overriding
    report.answer(complete=not broken)
