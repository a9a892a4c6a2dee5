"""What is said of one database or cache: observations, what stays hidden, and whether it was read whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.infrastructure import contents, parameters, users
from scanner.infrastructure.conditions import applies
from scanner.infrastructure.contents import LIVE, Found, Source
from scanner.infrastructure.dialect import NAMED_AS
from scanner.infrastructure.parameters import Parameter, Parameters
from scanner.infrastructure.report import Report
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World
from scanner.model import Absent, Known, Setting, Unresolved


def observe(world: World, bound: Bound, report: Report) -> None:
    """Everything that is said of a database or cache."""
    _Server(world, bound, report, parameters.of_target(world, bound)).observe()


@dataclass
class _Server:
    """A database or cache that is being described."""

    world: World
    bound: Bound
    report: Report
    found: Parameters

    def observe(self) -> None:
        bound, report = self.bound, self.report
        version = self._version()
        report.target = replace(report.target, version=version or report.target.version)
        said = self._arguments(version)
        for setting, content in said.items():
            report.say(setting, content, through=bound.through)
        folded = self._members()
        for name, parameter in self.found.found.items():
            setting_ = report.catalogue.known_as(report.target.component, NAMED_AS, name)
            if setting_ is not None and setting_ not in said and setting_.name not in folded:
                through = f"through {parameter.through}" if parameter.through != bound.address else bound.through
                content = self._parameter(setting_, parameter)
                report.say(setting_, content, through=through, takes_effect=parameter.takes_effect)
        self._silences()

    def _parameter(self, setting: Setting, parameter: Parameter) -> Found:
        dialect = self.world.dialect
        content = contents.of_value(parameter.value, setting, self.report.catalogue, dialect, as_text=True)
        return replace(content, note=parameter.note)

    def _version(self) -> str:
        """The version that is declared, else the major version of the parameter group."""
        bound, report, dialect = self.bound, self.report, self.world.dialect
        setting = report.catalogue.setting(report.target.component, "server_version")
        entry = bound.binding.settings.get("server_version")
        if entry is None or setting is None or (entry.when and not applies(entry.when, bound)[0]):
            return ""
        said = Source("server_version", entry, bound, dialect).says(setting, report.catalogue, "")
        if said is not None and isinstance(said.content, Known) and not str(said.content.raw).strip():
            # An empty text is what modules hand on for "none": the provider takes it as left out.
            said = replace(said, content=Absent())
        if said is None or not isinstance(said.content, Known):
            said = parameters.version_of(self.found.groups, dialect) or said
        if said is None:
            return ""
        report.say(setting, said, through=bound.through)
        return str(said.content.raw) if isinstance(said.content, Known) else ""

    def _arguments(self, version: str) -> dict[Setting, Found]:
        """What the resource's own arguments say; ``Absent`` where they could say it and do not."""
        said: dict[Setting, Found] = {}
        for name in self.bound.binding.settings:
            setting = self.report.catalogue.setting(self.report.target.component, name)
            if setting is not None and name != "server_version":
                said[setting] = self._argument(name, setting, version)
        return said

    def _argument(self, name: str, setting: Setting, version: str) -> Found:
        bound, found, dialect = self.bound, self.found, self.world.dialect
        entry = bound.binding.settings[name]
        if entry.when and not applies(entry.when, bound)[0]:
            reason = f"what {name} comes to depends on other {dialect.parts}"
            return Found(Unresolved(reason, dialect.conditions))
        parameter = found.found.get(entry.parameter) if entry.parameter else None
        if parameter is not None:
            return replace(contents.translated(entry, parameter.value, dialect), note=parameter.note)
        if entry.parameter and found.hidden:
            return Found(Unresolved(*found.hidden[0]))
        if entry.users_of is not None:
            return users.without_password(self.world, bound, entry.users_of) or self._not_written()
        said = Source(name, entry, bound, dialect).says(setting, self.report.catalogue, version)
        return said or self._not_written()

    def _not_written(self) -> Found:
        """An argument that is left out: not set, unless something that was not read may set it."""
        bound = self.bound
        if bound.binding.left_open:
            return Found(Unresolved(bound.binding.left_open, LIVE), bound.place)
        if not bound.unread:
            return Found(Absent())
        reason = f"it is not declared to {bound.address}, and the module is not on disk ({bound.unread})"
        return Found(Unresolved(reason, self.world.dialect.conditions), bound.place)

    # ------------------------------------------------------------ the instances of a cluster

    def _members(self) -> set[str]:
        """What the instances of a cluster say: once where they agree, each in its own scope where they do not."""
        told = {item.address: self._member(item) for item in self.world.belonging_to(self.bound, "member")}
        folded = set()
        for name in dict.fromkeys(name for said in told.values() for name in said):
            saying = {address: said[name] for address, said in told.items() if name in said}
            if len(saying) == len(told) and len({repr(item.content) for _, item in saying.values()}) == 1:
                setting, content = next(iter(saying.values()))
                self.report.say(setting, content, through=f"through {next(iter(saying))}")
                folded.add(name)
                continue
            for address, (setting, content) in saying.items():
                self.report.say(setting, content, scope=f"node={address}", through=f"through {address}")
        return folded

    def _member(self, member: Bound) -> dict[str, tuple[Setting, Found]]:
        catalogue, component, dialect = self.report.catalogue, self.report.target.component, self.world.dialect
        own = parameters.of_groups(self.world, member)
        self.found.hidden += own.hidden
        self.found.hidden += [(own.doubtful, dialect.certain)] if own.doubtful else []
        self.found.hidden += member.resource.doubts
        said: dict[str, tuple[Setting, Found]] = {}
        for name, parameter in own.found.items():
            setting = catalogue.known_as(component, NAMED_AS, name)
            if setting is not None:
                said[setting.name] = (setting, self._parameter(setting, parameter))
        for name, entry in member.binding.settings.items():
            setting = catalogue.setting(component, name)
            if setting is not None:
                content = Source(name, entry, member, dialect).says(setting, catalogue, self.report.target.version)
                said[name] = (setting, content or Found(Absent()))
        return said

    # ------------------------------------------------------------ what was not seen

    def _silences(self) -> None:
        """The gaps of a target, and its answer."""
        bound, report, found, dialect = self.bound, self.report, self.found, self.world.dialect
        found.hidden += self._not_read()
        seen = {item.setting for item in report.observations}
        unseen = tuple(setting.name for setting in report.settings if not _told(setting, seen))
        for reason, remedy in dict.fromkeys(found.hidden):
            report.gap(reason, remedy, unseen)
        if found.doubtful:
            hides = tuple(name for name in report.names if name not in bound.binding.settings)
            report.gap(found.doubtful, dialect.certain, hides)
        everything = self._doubts()
        for reason, remedy in everything:
            report.gap(reason, remedy, report.names)
        orphans = self.world.orphans_of(bound, ("member",))
        for orphan, problem in orphans:
            hides = tuple(orphan.binding.settings)
            report.gap(f"{orphan.address} may belong here: {problem}", "refer to the cluster that is meant", hides)
        report.answer(complete=not (found.hidden or found.doubtful or everything or orphans))

    def _not_read(self) -> list[tuple[str, str]]:
        bound, found = self.bound, []
        if bound.unread:
            reason = f"{bound.address} is not on disk ({bound.unread}): only its arguments were read"
            found.append((reason, self.world.dialect.conditions))
        if bound.binding.left_open:
            found.append((f"{bound.address}: {bound.binding.left_open}", LIVE))
        return found

    def _doubts(self) -> list[tuple[str, str]]:
        """What makes everything uncertain."""
        bound = self.bound
        found = [*bound.resource.doubts]
        if bound.doubt:
            reason = f"whether {bound.address} is {self.report.target.component} is not known: {bound.doubt}"
            found.append((reason, self.world.dialect.engine))
        for unread in self.world.beside(bound):
            if unread.overrides:
                found.append((f"{unread.place} cannot be read and could replace any argument", "correct the file"))
        return found


def _told(setting: Setting, seen: set[str]) -> bool:
    """Whether something was said of a setting, or of what it is derived from: a derivation knows what it misses."""
    return setting.name in seen or (
        setting.derived is not None and any(name in seen for name in setting.derived.inputs)
    )
