"""Derived settings: what is no single text, computed on each plane from the settings that decide it.

Whether TLS can be bypassed follows from ``ssl`` and the lines of ``pg_hba.conf`` together, on each plane from that
plane's own values: like is compared with like. A function is pure, sees the contents in effect, and answers
``Unresolved`` when an input that would decide is not known. A probe reports the same setting directly on ``served``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

from scanner.catalogue import Catalogue
from scanner.layers import applies, group, resolve
from scanner.model import (
    Absent,
    Content,
    Default,
    Known,
    Observation,
    Plane,
    Provenance,
    Reading,
    ReadingState,
    Setting,
    Target,
    Unresolved,
)

Function = Callable[[Mapping[str, Content]], Content]
DERIVATIONS: dict[str, Function] = {}

COMPONENTS = {"postgresql": "postgresql", "redis": "redis", "fastapi": "application"}
"""The module that holds the functions of each component."""


def derivation(function: Function) -> Function:
    """Register a function under its own name, which the catalogue uses."""
    DERIVATIONS[function.__name__] = function
    return function


def truth(content: Content) -> bool | None:
    """A boolean content as true or false; None when it is not known."""
    if isinstance(content, Known | Default):
        word = str(content.raw).strip().lower()
        if word in {"on", "true", "yes", "1"}:
            return True
        if word in {"off", "false", "no", "0"}:
            return False
    return None


def derive(
    observations: Iterable[Observation], targets: Mapping[str, Target], catalogue: Catalogue
) -> list[Observation]:
    """The observations of derived settings, for every plane and scope that holds at least one of their inputs."""
    places = group(observations)
    found = []
    corners = {(target, plane, scope) for target, _, plane, scope in places}
    for target_id, plane, scope in sorted(corners):
        target = targets[target_id]
        for setting in catalogue.of(target.component):
            if setting.derived is None or (target_id, setting.name, plane, scope) in places:
                continue
            inputs = [catalogue.settings[target.component, name] for name in setting.derived.inputs]
            readings = {
                item.name: resolve(places[target_id, item.name, plane, scope], item, target)
                for item in inputs
                if (target_id, item.name, plane, scope) in places
            }
            if readings:
                contents = {item.name: _content(item, target, plane, readings.get(item.name, ())) for item in inputs}
                found.append(_derived(setting, target_id, plane, scope, readings, contents))
    return found


def _derived(
    setting: Setting,
    target: str,
    plane: Plane,
    scope: str,
    readings: Mapping[str, tuple[Reading, ...]],
    contents: Mapping[str, Content],
) -> Observation:
    assert setting.derived is not None  # noqa: S101 - the caller chose derived settings only
    import_module(f"scanner.derive.{COMPONENTS[setting.component]}")
    function = DERIVATIONS[setting.derived.function]
    content = function(contents)
    chain = tuple(
        f"{name} = {found[0].text} ({found[0].observation.provenance.locator})" for name, found in readings.items()
    )
    source = _decisive(function, contents, content, readings).observation.provenance
    return Observation(target, setting.name, plane, content, Provenance(source.collector, source.locator, chain), scope)


def _decisive(
    function: Function, contents: Mapping[str, Content], content: Content, readings: Mapping[str, tuple[Reading, ...]]
) -> Reading:
    """The reading that a person would change: without it the answer would be another, and a source set it."""
    hidden = Unresolved("left out to see what it decides")
    decides = [found[0] for name, found in readings.items() if function({**contents, name: hidden}) != content]
    candidates = decides or [found[0] for found in readings.values()]
    return next((item for item in candidates if isinstance(item.observation.content, Known)), candidates[0])


def _content(setting: Setting, target: Target, plane: Plane, readings: tuple[Reading, ...]) -> Content:
    """What a function sees of one input: silence is not absence."""
    if not readings:
        if not applies(setting, target):
            return Absent()
        return Unresolved(f"{setting.name} was not seen on the {plane} plane", "close the gap that hides it")
    if readings[0].state is ReadingState.CONFLICT:
        return Unresolved(f"two places of equal rank set {setting.name} to different values", "keep one of them")
    return readings[0].observation.content
