"""What is said of one target: observations, gaps, answers and the digests of its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.catalogue import Catalogue
from scanner.infrastructure.contents import Found
from scanner.infrastructure.dialect import Dialect
from scanner.model import (
    SERVER,
    Answer,
    Gap,
    Layer,
    Observation,
    Plane,
    Provenance,
    Setting,
    TakesEffect,
    Target,
)
from scanner.readers import secrecy

ONLY = Layer()
"""The layer of a plane that has no other."""


@dataclass
class Report:
    """What is said of one target."""

    target: Target
    place: str
    """Where the target is declared."""
    dialect: Dialect
    catalogue: Catalogue
    now: str
    digest_key: bytes = field(repr=False)
    observations: list[Observation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    digests: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def say(
        self, setting: Setting, found: Found, *, scope: str = SERVER, through: str = "",
        takes_effect: TakesEffect | None = None,
    ) -> None:  # fmt: skip
        """Add an observation."""
        chain = (*found.chain, *((through,) if through else ()))
        provenance = Provenance(self.dialect.collector, found.place or self.place, chain, self.now)
        self.observations.append(
            Observation(
                self.target.id,
                setting.name,
                Plane.DECLARED,
                found.content,
                provenance,
                scope,
                takes_effect=takes_effect or setting.takes_effect,
                note=found.note,
            )
        )
        if found.secret is not None:
            self.digests[(self.target.id, setting.name, scope)] = secrecy.digest(self.digest_key, found.secret)

    def gap(self, reason: str, remedy: str, settings: tuple[str, ...] = ()) -> None:
        """Add a gap."""
        self.gaps.append(
            Gap(self.target.id, Plane.DECLARED, self.dialect.collector, reason, remedy, settings, self.place)
        )

    def answer(self, *, complete: bool, layer: Layer = ONLY, scope: str = SERVER) -> None:
        """Say that the source has spoken."""
        provenance = Provenance(self.dialect.collector, self.place, (), self.now)
        self.answers.append(
            Answer(self.target.id, Plane.DECLARED, self.dialect.collector, complete, provenance, layer, scope)
        )

    @property
    def settings(self) -> list[Setting]:
        """The settings of the target's component."""
        return self.catalogue.of(self.target.component)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(setting.name for setting in self.settings)

    @property
    def unseen(self) -> tuple[str, ...]:
        """The settings of which nothing was said."""
        seen = {item.setting for item in self.observations}
        return tuple(name for name in self.names if name not in seen)
