"""Which of several observations on one plane is in effect, and what holds where a source set nothing.

On a plane, places are layered (code default below ``.env`` below the process environment; file below ``ALTER SYSTEM``
below the command line) and the highest that sets a value wins. Two equally high places that differ are a conflict, and
a conflict is unknown. ``complete`` first spells out what a source that was read whole did not mention, so that silence
and absence never look alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scanner.catalogue import Catalogue
from scanner.model import (
    Absent,
    Answer,
    Content,
    Default,
    Known,
    Observation,
    Plane,
    Reading,
    ReadingState,
    Setting,
    Target,
)
from scanner.values import Malformed, read, version_within

Place = tuple[str, str, Plane, str]
"""Target, setting, plane and scope."""


def place(observation: Observation) -> Place:
    """Where the observation belongs."""
    return observation.target, observation.setting, observation.plane, observation.scope


def can_show(setting: Setting, collector: str, plane: Plane) -> bool:
    """Whether the catalogue says that this kind of source shows the setting on this plane."""
    return any(kind == collector and plane in planes for kind, planes in setting.shown_by)


def applies(setting: Setting, target: Target) -> bool:
    """Whether the target's platform and version have the setting; an unknown version has it."""
    if setting.platforms and target.platform and target.platform not in setting.platforms:
        return False
    return not setting.versions or version_within(target.version, setting.versions) is not False


def complete(
    observations: Sequence[Observation], answers: Iterable[Answer], targets: Mapping[str, Target], catalogue: Catalogue
) -> list[Observation]:
    """The observations, and an ``Absent`` for every setting that a source read whole could have shown and did not."""
    seen = {(*place(item), item.provenance.collector) for item in observations}
    found = list(observations)
    for answer in answers:
        target = targets[answer.target]
        if not answer.complete:
            continue
        for setting in catalogue.of(target.component):
            key = (target.id, setting.name, answer.plane, answer.scope, answer.collector)
            if key in seen or setting.derived or not can_show(setting, answer.collector, answer.plane):
                continue
            if applies(setting, target):
                found.append(
                    Observation(
                        target.id, setting.name, answer.plane, Absent(), answer.provenance, answer.scope, answer.layer
                    )
                )
    return found


def group(observations: Iterable[Observation]) -> dict[Place, list[Observation]]:
    """Observations by the place they belong to."""
    found: dict[Place, list[Observation]] = defaultdict(list)
    for observation in observations:
        found[place(observation)].append(observation)
    return found


def resolve(observations: Sequence[Observation], setting: Setting, target: Target) -> tuple[Reading, ...]:
    """The readings of one place, the effective one first; a documented default stands in for absence."""
    ordered = sorted(
        observations, key=lambda item: (not isinstance(item.content, Absent), item.layer.rank), reverse=True
    )
    readings = [_reading(item, setting, target) for item in ordered]
    top = [
        reading
        for reading, item in zip(readings, ordered, strict=True)
        if item.layer.rank == ordered[0].layer.rank and type(item.content) is not Absent
    ]
    if len({_identity(reading, setting) for reading in top}) > 1:
        rest = [item for item in readings if item not in top]
        return tuple(
            [_as(item, ReadingState.CONFLICT) for item in top] + [_as(item, ReadingState.SHADOWED) for item in rest]
        )
    return tuple(_as(item, ReadingState.SHADOWED) if index else item for index, item in enumerate(readings))


def _as(reading: Reading, state: ReadingState) -> Reading:
    return Reading(reading.observation, reading.text, state, reading.note, reading.meaningful)


def _identity(reading: Reading, setting: Setting) -> object:
    content = reading.observation.content
    if isinstance(content, Known | Default):
        try:
            return read(setting, content.raw).meaning
        except Malformed:
            return repr(content.raw)
    return repr(content)


def _reading(observation: Observation, setting: Setting, target: Target) -> Reading:
    content = observation.content
    if isinstance(content, Absent):
        default = documented_default(setting, target)
        if default is not None:
            content = default
            observation = _with(observation, default)
    if isinstance(content, Known | Default):
        try:
            value = read(setting, content.raw)
            return Reading(observation, value.text, note=value.note or observation.note)
        except Malformed as problem:
            return Reading(observation, _shown(content.raw), note=str(problem), meaningful=False)
    return Reading(observation, describe(content), note=observation.note)


def _with(observation: Observation, content: Content) -> Observation:
    return replace(observation, content=content)


def _shown(raw: object) -> str:
    text = str(raw)
    return text if len(text) <= 200 else f"{text[:197]}…"


def describe(content: Content) -> str:
    """A content without a readable value, in words."""
    if isinstance(content, Absent):
        return "not set"
    if content.kind == "present":
        strength = "" if content.strength == "not measured" else f", {content.strength}"
        return f"set ({content.origin}{strength})"
    if content.kind == "unresolved":
        return "cannot be known"
    return _shown(content.raw)


def documented_default(setting: Setting, target: Target) -> Default | None:
    """The default that a documentation states for this target; None when versions or platforms leave it open.

    Where the version is not known, a default that is the same in every documented version up to the newest still
    holds, and says so; one that is documented for a closed range of versions does not speak for others.
    """
    suited = [item for item in setting.defaults if not item.platforms or target.platform in item.platforms]
    for default in suited:
        if not default.versions or version_within(target.version, default.versions):
            return Default(default.value, default.source)
    unstated = version_within(target.version, ">=0") is None
    open_ended = any("<" not in item.versions and "==" not in item.versions for item in suited)
    if open_ended and unstated and len({repr(item.value) for item in suited}) == 1:
        versions = " or ".join(item.versions for item in suited)
        return Default(suited[0].value, f"{suited[0].source} (for versions {versions}; this version is not stated)")
    return None
