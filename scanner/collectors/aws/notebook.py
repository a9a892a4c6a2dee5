"""What AWS said of one target so far: observations, gaps and whether it was read whole.

Every AWS kind of source fills one and hands on ``collected()``. The plane is ``provisioned`` unless told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scanner.collectors import Collected, Context
from scanner.collectors.aws.session import Cloud
from scanner.errors import SilentSource
from scanner.layers import applies, can_show, documented_default
from scanner.model import (
    SERVER,
    Absent,
    Answer,
    Content,
    Gap,
    Known,
    Layer,
    Observation,
    Plane,
    Provenance,
    Setting,
    TakesEffect,
    Target,
)

VERSION = "server_version"


@dataclass
class Notebook:
    """Filled call by call; a call that is refused hides its own settings and nothing else."""

    collector: str
    """The kind of source, as ``scanner.yaml`` and the catalogue name it."""
    cloud: Cloud
    context: Context
    target: Target
    place: str = ""
    """ARN of what is looked at, or its name until the ARN is known."""
    observations: list[Observation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    digests: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    version: str = ""
    """The version of the server, once AWS has told it."""
    spoke: bool = False
    """AWS answered about the target at all."""

    def say(
        self, setting: str, content: Content, *, locator: str = "", through: Iterable[str] = (), scope: str = SERVER,
        takes_effect: TakesEffect = TakesEffect.NOW, note: str = "", pending: str = "", layer: Layer = Layer(),  # noqa: B008
        plane: Plane = Plane.PROVISIONED,
    ) -> None:  # fmt: skip
        """Take note of what AWS holds for a setting. ``through`` is the way there, ``pending`` what still waits."""
        self.spoke = True
        if setting == VERSION and isinstance(content, Known):
            self.version = str(content.raw)
        chain = (*through, *((self.place,) if locator and locator != self.place else ()))
        provenance = Provenance(self.collector, locator or self.place, chain, self.context.now)
        self.observations.append(
            Observation(
                self.target.id, setting, plane, content, provenance, scope, layer, takes_effect, note, pending=pending
            )
        )

    def silent(
        self, silence: SilentSource, settings: Iterable[str] = (), plane: Plane = Plane.PROVISIONED, locator: str = ""
    ) -> None:
        """Take note of a call that was not answered, and of the settings that it hides (none: all of this kind)."""
        self.gap(silence.reason, silence.remedy, settings, plane, locator)

    def gap(
        self, reason: str, remedy: str, settings: Iterable[str] = (), plane: Plane = Plane.PROVISIONED,
        locator: str = "",
    ) -> None:  # fmt: skip
        """Take note of a silence."""
        place = locator or self.place
        self.gaps.append(Gap(self.target.id, plane, self.collector, reason, remedy, tuple(settings), place))

    def settings(self, plane: Plane = Plane.PROVISIONED) -> list[Setting]:
        """The settings of the target that this kind can show on a plane."""
        target = replace(self.target, version=self.version or self.target.version)
        return [
            item
            for item in self.context.catalogue.of(target.component)
            if can_show(item, self.collector, plane) and applies(item, target)
        ]

    def unseen(self, plane: Plane = Plane.PROVISIONED) -> list[str]:
        """Those of them of which nothing was said yet; what follows from others is not counted."""
        seen = {item.setting for item in self.observations if item.plane is plane}
        return [item.name for item in self.settings(plane) if item.name not in seen and item.derived is None]

    def not_there(self, what: str, remedy: str = "") -> None:
        """The account does not hold the target: no row of it can pass, and what the source declares is missing.

        A documented default must not stand in for a thing that is not there, so what has one stays without an answer.
        """
        reason = f"{self.cloud.where} holds no {what}"
        remedy = remedy or "correct the name, region or role in scanner.yaml, or apply the source that declares it"
        for setting in self.settings():
            if setting.derived is None and documented_default(setting, self.target) is None:
                self.say(setting.name, Absent(), note=reason)
        self.gap(reason, remedy, [item.name for item in self.settings()])

    def platform(self, platform: str) -> None:
        """The platform that AWS shows, where nobody stated one."""
        if not self.target.platform:
            self.target = replace(self.target, platform=platform)

    def collected(self) -> Collected:
        """Everything that was noted. It was read whole where nothing stayed silent."""
        provenance = Provenance(self.collector, self.place, (), self.context.now)
        scopes = {(item.plane, item.scope) for item in self.observations} | {(Plane.PROVISIONED, SERVER)}
        answers = [
            Answer(self.target.id, plane, self.collector, not self._gaps_on(plane), provenance, scope=scope)
            for plane, scope in sorted(scopes)
            if self.spoke
        ]
        if self.spoke and self.place.startswith("arn:"):
            self.target = replace(self.target, labels=(*self.target.labels, ("aws_arn", self.place)))
        changed = self.target if self.target != self.context.target else None
        return Collected(
            (changed,) if changed else (), tuple(self.observations), tuple(self.gaps), tuple(answers), (), self.digests
        )

    def _gaps_on(self, plane: Plane) -> bool:
        return any(gap.plane is plane for gap in self.gaps)
