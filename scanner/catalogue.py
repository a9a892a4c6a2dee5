"""The catalogue of settings and the words around it, loaded from shipped data.

A setting says what its text means (type, unit, choices), under which names each kind of source knows it, which
collector can show it on which plane, and what holds when nobody sets it, by version and platform. Collectors use it to
recognise names; ``join`` and ``evaluate`` use it for meaning. Rules never appear here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from scanner import document, kept, resources
from scanner.errors import UserError
from scanner.model import DefaultValue, Derivation, Plane, Setting, TakesEffect

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class DerivedEntry:
    """How a derived setting comes from others."""

    __pydantic_config__ = FORBID
    function: str
    """Name of a function of the module ``derive``."""
    inputs: list[str]
    """Settings of the same component that it reads."""


@dataclass(frozen=True)
class DefaultEntry:
    """A documented default."""

    __pydantic_config__ = FORBID
    value: str | int | float | bool | list[str]
    source: str
    """The documentation that states it."""
    versions: str = ""
    """Versions for which it is documented, such as ``>=14``; empty for all."""
    platforms: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SettingEntry:
    """One setting of the catalogue."""

    __pydantic_config__ = FORBID
    name: str
    type: str
    """A value type of the module ``values``."""
    summary: str = ""
    unit: str = ""
    choices: list[str] = field(default_factory=list)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    """Other names by source kind (``env``, ``terraform``, …)."""
    shown_by: dict[str, list[Plane]] | None = None
    """Collector kinds and planes; the file's own ``shown_by`` when left out."""
    platforms: list[str] = field(default_factory=list)
    versions: str = ""
    defaults: list[DefaultEntry] = field(default_factory=list)
    secret: bool = False
    takes_effect: TakesEffect = TakesEffect.NOW
    derived: DerivedEntry | None = None
    when_empty: Literal["unknown", "value"] = "value"
    ordered: bool = False
    """For records whose order has a meaning, such as lines of which the first that matches decides."""
    provisioned_stands_in: bool = False
    """The control plane answers for running and persisted where the server itself cannot be asked."""
    probe_proves: str = ""
    """The one value that a probe can prove, such as true; any other holds for the probing client only."""


@dataclass(frozen=True)
class CatalogueFile:
    """A file of the catalogue: the settings of one component."""

    __pydantic_config__ = FORBID
    component: str
    settings: list[SettingEntry]
    shown_by: dict[str, list[Plane]] = field(default_factory=dict)
    """Collector kinds and planes that can show a setting which does not say otherwise."""
    persisted_by: list[str] = field(default_factory=list)
    """Collector kinds whose provisioned value is what a server has after a restart: nothing else keeps it there."""


@dataclass(frozen=True)
class EnvironmentsFile:
    """The words by which environments are recognised."""

    __pydantic_config__ = FORBID
    environments: dict[str, list[str]]
    """Canonical name to aliases, compared in lower case."""


@dataclass(frozen=True)
class WeakSecretsFile:
    """Passwords that are publicly known and must never be in use."""

    __pydantic_config__ = FORBID
    weak_secrets: list[str]


@dataclass(frozen=True)
class Catalogue:
    """All settings by component and name."""

    settings: Mapping[tuple[str, str], Setting]
    environments: Mapping[str, str] = field(default_factory=dict)
    """Every alias in lower case to its canonical environment name."""
    weak_secrets: frozenset[str] = frozenset()

    def setting(self, component: str, name: str) -> Setting | None:
        """The setting of that exact catalogue name."""
        return self.settings.get((component, name))

    def of(self, component: str) -> list[Setting]:
        """Every setting of a component, in catalogue order."""
        return self._by_component.get(component, [])

    @cached_property
    def _by_component(self) -> dict[str, list[Setting]]:
        found: dict[str, list[Setting]] = {}
        for (component, _), setting in self.settings.items():
            found.setdefault(component, []).append(setting)
        return found

    @cached_property
    def _aliases(self) -> dict[tuple[str, str, str], Setting]:
        found: dict[tuple[str, str, str], Setting] = {}
        for (component, name), setting in self.settings.items():
            for kind, names in (*setting.aliases, ("", (name,))):
                for alias in names:
                    found.setdefault((component, kind, alias.lower()), setting)
        return found

    def known_as(self, component: str, kind: str, name: str) -> Setting | None:
        """The setting that a kind of source calls ``name`` (case is ignored), or that is simply named so."""
        key = name.lower()
        return self._aliases.get((component, kind, key)) or self._aliases.get((component, "", key))

    def with_prefixes(self, prefixes: Collection[str]) -> Catalogue:
        """The same catalogue, which knows environment variables by these prefixes too."""

        def widened(setting: Setting) -> Setting:
            aliases = dict(setting.aliases)
            names = (setting.name, *aliases.get("env", ()))
            longer = tuple(f"{prefix}{name}" for prefix in prefixes for name in names)
            return replace(setting, aliases=tuple({**aliases, "env": (*aliases.get("env", ()), *longer)}.items()))

        return replace(self, settings={key: widened(setting) for key, setting in self.settings.items()})

    def environment(self, word: str) -> str:
        """The canonical environment that a word names, or an empty text."""
        return self.environments.get(word.lower(), "")


def load_settings(path: Path) -> list[Setting]:
    """The settings of one catalogue file. UserError with file and line."""
    content, tree = document.read(path, CatalogueFile)
    found: dict[str, Setting] = {}
    for index, entry in enumerate(content.settings):
        if entry.name in found:
            raise UserError(
                "this setting stands twice", place=f"{path}:{tree.line(('settings', index))}", key=entry.name
            )
        found[entry.name] = _setting(entry, content)
    return list(found.values())


def _setting(entry: SettingEntry, content: CatalogueFile) -> Setting:
    shown_by = dict(content.shown_by if entry.shown_by is None else entry.shown_by)
    if "terraform" in shown_by:  # read through the same bindings, of sources only
        shown_by.setdefault("cloudformation", [Plane.DECLARED])
    return Setting(
        name=entry.name,
        component=content.component,
        type=entry.type,
        summary=entry.summary,
        unit=entry.unit,
        choices=tuple(entry.choices),
        aliases=tuple((kind, tuple(names)) for kind, names in entry.aliases.items()),
        shown_by=tuple((kind, tuple(planes)) for kind, planes in shown_by.items()),
        platforms=tuple(entry.platforms),
        versions=entry.versions,
        defaults=tuple(
            DefaultValue(item.value, item.source, item.versions, tuple(item.platforms)) for item in entry.defaults
        ),
        secret=entry.secret,
        takes_effect=entry.takes_effect,
        derived=Derivation(entry.derived.function, tuple(entry.derived.inputs)) if entry.derived else None,
        when_empty=entry.when_empty,
        ordered=entry.ordered,
        provisioned_stands_in=entry.provisioned_stands_in,
        persisted_by=tuple(content.persisted_by),
        probe_proves=entry.probe_proves,
    )


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue that comes with the scanner."""
    return kept.shipped("catalogue", [Catalogue, *kept.nouns("scanner.model")], _shipped)


def _shipped() -> Catalogue:
    settings = {
        (setting.component, setting.name): setting
        for path in resources.files("baselines/settings", ".yaml")
        for setting in load_settings(path)
    }
    words, _ = document.read(resources.directory("baselines") / "environments.yaml", EnvironmentsFile)
    weak, _ = document.read(resources.directory("baselines") / "weak-secrets.yaml", WeakSecretsFile)
    aliases = {alias.lower(): name for name, names in words.environments.items() for alias in (name, *names)}
    return Catalogue(settings, aliases, frozenset(weak.weak_secrets))
