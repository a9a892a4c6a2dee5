"""How declared and found lie side by side, thing by thing: what no source declares, and what is declared and not there.

A platform that was asked for everything (``collectors.Listed``) brings a target for each thing, with its name. Here
the declared resource is looked for, by ARN or by the identifier that its source states, within one environment. Where
it is found the two are one target. That nobody declares a thing is said only where the infrastructure of the
environment was read whole and every resource of the platform states its identifier; that a thing is missing, only
where the platform listed all of its kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from scanner.collection import INFRASTRUCTURE, Collection
from scanner.collectors import Listed
from scanner.model import Absent, Answer, Content, Known, Observation, Plane, Provenance, Target, Unresolved
from scanner.project import Project

RESOURCE = "resource_name"
ARN = "aws_arn"


def joined(collection: Collection, project: Project) -> Collection:
    """The collection in which each thing that a platform lists stands once, beside its declaration."""
    if not collection.listed:
        return collection
    return _Standing(collection, project).collection()


class _Standing:
    """One look at everything that was listed."""

    def __init__(self, collection: Collection, project: Project) -> None:
        self.before, self.project = collection, project
        self.things = {
            item.target: item
            for item in collection.observations
            if item.setting == RESOURCE and item.plane is Plane.PROVISIONED and item.target in collection.targets
        }
        self.places: dict[str, Provenance] = {}
        for answer in collection.answers:
            if answer.plane is Plane.DECLARED:
                self.places.setdefault(answer.target, answer.provenance)
        self.labels = {item.label for item in collection.listed}
        self.known: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        """Environment, label and value to the other targets that bear it."""
        for target in collection.targets.values():
            if target.id not in self.things:
                for label, value in self._identifying(target):
                    self.known[target.environment, label, value.lower()].append(target.id)

    def _identifying(self, target: Target) -> list[tuple[str, str]]:
        return [(label, value) for label, value in target.labels if label in self.labels or label == ARN]

    def collection(self) -> Collection:
        """Everything, with things and declarations joined."""
        same = {name: self._same(self.before.targets[name]) for name in self.things}
        met = {name for names in same.values() for name in names}
        doubles = self._doubles(same)
        same = {name: names for name, names in same.items() if name not in doubles}
        own = [self._declared(name) for name, names in same.items() if not names]
        found = [
            item for name, names in same.items() for other in names for item in self._pair(other, self.things[name])
        ]
        missing = [item for name in self.places if name not in met for item in self._missing(name)]
        kept = [item for item in self.before.observations if not (item.setting == RESOURCE and same.get(item.target))]
        answers = [other for item in self.before.answers if item.target not in doubles for other in _moved(item, same)]
        targets = {
            name: self._known_as(item, same)
            for name, item in self.before.targets.items()
            if name not in doubles and not same.get(name)
        }
        return replace(
            self.before,
            targets=targets,
            observations=(*kept, *own, *found, *missing),
            answers=tuple(dict.fromkeys(answers)),
        )

    def _doubles(self, same: Mapping[str, tuple[str, ...]]) -> set[str]:
        """Things that were listed for several environments of one account, less the one that is kept of each.

        The environment that declares or configures a thing is its own; else it stands in the first.
        """
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self.things:
            arn = next((value for label, value in self.before.targets[name].labels if label == ARN), name)
            groups[arn].append(name)
        return {
            name
            for names in groups.values()
            for name in names
            if not same[name] and (name != names[0] or any(same[other] for other in names))
        }

    def _same(self, thing: Target) -> tuple[str, ...]:
        """The targets that are this thing, by ARN before any other name."""
        labels = sorted(self._identifying(thing), key=lambda item: item[0] != ARN)
        for label, value in labels:
            names = self.known.get((thing.environment, label, value.lower()))
            if names:
                return tuple(dict.fromkeys(names))
        return ()

    def _known_as(self, target: Target, same: Mapping[str, tuple[str, ...]]) -> Target:
        more = [
            label for name, names in same.items() if target.id in names for label in self.before.targets[name].labels
        ]
        return replace(target, labels=tuple(dict.fromkeys((*target.labels, *more)))) if more else target

    def _pair(self, name: str, thing: Observation) -> list[Observation]:
        """A thing under the name of its target, and its declaration, if a source declares it."""
        found = replace(thing, target=name)
        if name not in self.places:
            return [found, self._declared(name)]
        return [found, _said(name, Plane.DECLARED, thing.content, self.places[name])]

    def _declared(self, name: str) -> Observation:
        """What the declared side says of a thing for which no declaration was found."""
        target = self.before.targets[name]
        doubt = self._doubt(target)
        content: Content = Unresolved(*doubt) if doubt else Absent()
        return _said(name, Plane.DECLARED, content, Provenance("aws_account", "the sources of this environment"))

    def _doubt(self, thing: Target) -> tuple[str, str] | None:
        """Why a declaration may be there that was not seen."""
        kinds = [entry.kind for entry in self.project.surveys if entry.environment == thing.environment]
        if not set(kinds) & INFRASTRUCTURE:
            remedy = f"name its root: environments: {{{thing.environment}: {{terraform: {{path: …}}}}}}"
            return f"no source of infrastructure was read whole for {thing.environment}", remedy
        if any(gap.plane is Plane.DECLARED and not gap.target for gap in self.before.gaps):
            return "a part of the sources was not read, and may declare it", "see the gaps of the sources"
        for name in self.places:
            other = self.before.targets.get(name)
            if other and self._nameless(other, thing):
                return (
                    f"{name} does not state its identifier, and may be it",
                    "write the identifier out, or give a state",
                )
        return None

    def _nameless(self, other: Target, thing: Target) -> bool:
        alike = (other.environment, other.platform) == (thing.environment, thing.platform)
        return alike and not self._identifying(other)

    def _missing(self, name: str) -> list[Observation]:
        """What the platform says of a declared thing that it does not list."""
        target = self.before.targets.get(name)
        if target is None:
            return []
        for label, value in self._identifying(target):
            lists = [
                item for item in self.before.listed if (item.label, item.environment) == (label, target.environment)
            ]
            if lists and all(item.complete for item in lists):
                declared = _said(name, Plane.DECLARED, Known(value), self.places[name])
                return [declared, _not_there(name, label, value, lists)]
        return []


def _not_there(name: str, label: str, value: str, lists: list[Listed]) -> Observation:
    where = " and ".join(dict.fromkeys(item.where for item in lists))
    found = _said(name, Plane.PROVISIONED, Absent(), Provenance("aws_account", where))
    return replace(found, note=f"{where} holds no {label} {value}")


def _said(name: str, plane: Plane, content: Content, place: Provenance) -> Observation:
    return Observation(name, RESOURCE, plane, content, place)


def _moved(answer: Answer, same: Mapping[str, tuple[str, ...]]) -> list[Answer]:
    """An answer under the names of the targets that its thing is."""
    return [replace(answer, target=name) for name in same.get(answer.target) or (answer.target,)]
