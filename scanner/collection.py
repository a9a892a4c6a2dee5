"""What all sources said, joined: targets found and configured, secrets compared, nothing secret let through.

Secrets are compared here by digests whose key lives for one run, and the digests go no further. Anything that still
looks like a secret is refused at this door, whatever a collector thought of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from scanner.collectors import Collected, Listed
from scanner.model import Answer, Gap, Input, Known, Notice, Observation, Plane, Present, Target, Unresolved
from scanner.project import Project, SourceEntry
from scanner.readers import secrecy

INFRASTRUCTURE = frozenset({"terraform", "cloudformation"})
"""Kinds that name their targets by an address in sources that hold several."""


@dataclass(frozen=True)
class Collection:
    """Everything that the sources of a run said."""

    targets: Mapping[str, Target]
    observations: tuple[Observation, ...]
    gaps: tuple[Gap, ...]
    answers: tuple[Answer, ...]
    inputs: tuple[Input, ...]
    notices: tuple[Notice, ...] = ()
    listed: tuple[Listed, ...] = ()


def merge(results: Sequence[Collected], project: Project, entries: Sequence[SourceEntry]) -> Collection:
    """What all sources said, joined; ``entries`` are those that brought the results."""
    targets: dict[str, Target] = {item.target.id: item.target for item in project.targets}
    claimed = _claimed(project)
    results = [
        _mute(_without(collected, {address for root, address in claimed if root == _root(entry)}))
        for collected, entry in zip(results, entries, strict=True)
    ]
    for collected in results:
        for target in collected.targets:
            targets[target.id] = _placed(_labelled(target, targets.get(target.id)), project)
    equal = _equal_secrets(results)
    observations = [
        _checked(_joined(item, same))
        for collected, same in zip(results, equal, strict=True)
        for item in collected.observations
    ]
    for target_id, target in targets.items():
        targets[target_id] = _observed_version(target, observations)
    return Collection(
        targets,
        tuple(observations),
        tuple(_redacted(gap) for collected in results for gap in collected.gaps),
        tuple(item for collected in results for item in collected.answers),
        tuple({item.path: item for collected in results for item in collected.inputs}.values()),
        tuple(dict.fromkeys(item for collected in results for item in collected.notices)),
        tuple(item for collected in results for item in collected.listed),
    )


def _root(entry: SourceEntry) -> tuple[str, str]:
    """Environment and Terraform root or template of a source: an address alone names nothing."""
    place = entry.fields.get("path", entry.fields.get("template", ""))
    return entry.environment, PurePath(str(place)).as_posix()


def _claimed(project: Project) -> set[tuple[tuple[str, str], str]]:
    """Root and address of the resources that a configured target already speaks for."""
    return {
        (_root(source), str(source.fields["address"]))
        for item in project.targets
        for source in item.sources
        if "address" in source.fields
    }


def _without(collected: Collected, claimed: set[str]) -> Collected:
    """What a survey brought, less the resources that are configured as targets of their own."""
    double = {
        target.id
        for target in collected.targets
        if any(address in claimed for kind, address in target.labels if kind in INFRASTRUCTURE)
    }
    if not double:
        return collected
    return replace(
        collected,
        targets=tuple(item for item in collected.targets if item.id not in double),
        observations=tuple(item for item in collected.observations if item.target not in double),
        gaps=tuple(item for item in collected.gaps if item.target not in double),
        answers=tuple(item for item in collected.answers if item.target not in double),
        digests={key: value for key, value in collected.digests.items() if key[0] not in double},
    )


def _mute(collected: Collected) -> Collected:
    """What a source brought, its gaps marked on the planes on which it said nothing at all of a target."""
    spoken = {(item.target, item.plane) for item in collected.observations}
    spoken |= {(item.target, item.plane) for item in collected.answers}
    gaps = (replace(gap, mute=(gap.target, gap.plane) not in spoken) for gap in collected.gaps)
    return replace(collected, gaps=tuple(gaps))


def _labelled(target: Target, known: Target | None) -> Target:
    """A target with what other sources call it: each names it in its own way."""
    return replace(target, labels=tuple(dict.fromkeys((*known.labels, *target.labels)))) if known else target


def _placed(target: Target, project: Project) -> Target:
    """A found target with its parameters; where nothing told its environment, it is judged as production."""
    told = target.environment_from if target.environment else "assumed"
    environment = target.environment or "production"
    parameters = target.parameters or tuple(project.parameters_of(environment).items())
    return replace(target, environment=environment, environment_from=told, parameters=parameters)


def _equal_secrets(results: Sequence[Collected]) -> list[dict[tuple[str, str, str], tuple[str, ...]]]:
    """For every secret whose text was at hand, the other targets that hold the same text; one table for each source.

    Two sources of one target may hold different secrets under one name (a default in code, another in ``.env``), so
    what is said of one must not be said of the other.
    """
    holders: dict[bytes, set[str]] = defaultdict(set)
    for collected in results:
        for key, digest in collected.digests.items():
            holders[digest].add(key[0])
    return [
        {key: tuple(sorted(holders[digest] - {key[0]})) for key, digest in collected.digests.items()}
        for collected in results
    ]


def _joined(observation: Observation, equal: Mapping[tuple[str, str, str], tuple[str, ...]]) -> Observation:
    key = (observation.target, observation.setting, observation.scope)
    if isinstance(observation.content, Present) and observation.content.comparable and key in equal:
        return replace(observation, content=replace(observation.content, equal_to=equal[key], comparable=True))
    return observation


def _checked(observation: Observation) -> Observation:
    """The observation, or in its place the word that it was refused, when its text still looks like a secret."""
    content = observation.content
    if isinstance(content, Known) and _holds_secret(content.raw):
        refused = Unresolved("the text looks like a secret, so it was not kept", "mark the setting as secret")
        return replace(observation, content=refused)
    return observation


def _holds_secret(raw: object) -> bool:
    if isinstance(raw, str):
        return secrecy.holds_secret(raw[:100_000])
    if isinstance(raw, Mapping):
        return any(_holds_secret(value) for value in raw.values())
    return isinstance(raw, list | tuple) and any(_holds_secret(item) for item in raw)


def _redacted(gap: Gap) -> Gap:
    return replace(gap, reason=secrecy.redact(gap.reason))


def _observed_version(target: Target, observations: Sequence[Observation]) -> Target:
    """The version that the target's own sources show, the most real plane first; the stated one otherwise."""
    order = (Plane.RUNNING, Plane.PROVISIONED, Plane.PERSISTED, Plane.DECLARED)
    found = {
        item.plane: str(item.content.raw)
        for item in observations
        if item.target == target.id and item.setting == "server_version" and isinstance(item.content, Known)
    }
    observed = next((found[plane] for plane in order if plane in found), "")
    return replace(target, version=observed or target.version)
