"""What a scan of one server has brought together so far: observations, gaps, and a few facts between the steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scanner.collectors import Context
from scanner.collectors.redis.refusals import Refusal
from scanner.errors import SilentSource
from scanner.model import Absent, Content, Gap, Known, Observation, Plane, Provenance, Raw, Setting, Target

NAME = "redis"
COMPONENT = "redis"


@dataclass
class Findings:
    """Filled step by step; a step that meets silence leaves a gap and the others go on."""

    context: Context
    target: Target
    user: str
    server: str
    observations: list[Observation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    """The fields of INFO."""
    configuration: dict[str, str] = field(default_factory=dict)
    """What CONFIG GET answered."""
    answered: bool = False
    """The server spoke the protocol with us in this scan."""

    def see(self, setting: str, content: Content, locator: str, plane: Plane = Plane.RUNNING, note: str = "") -> None:
        """Take note of what the server said of a setting."""
        provenance = Provenance(NAME, locator, (self.server,), self.context.now)
        self.observations.append(Observation(self.target.id, setting, plane, content, provenance, note=note))

    def know(self, setting: str, raw: Raw, locator: str, plane: Plane = Plane.RUNNING, note: str = "") -> None:
        self.see(setting, Known(raw), locator, plane, note)

    def absent(self, setting: str, locator: str, plane: Plane = Plane.RUNNING, note: str = "") -> None:
        self.see(setting, Absent(), locator, plane, note)

    def gap(
        self, reason: str, remedy: str, settings: Iterable[str], locator: str, plane: Plane = Plane.RUNNING
    ) -> None:
        """Take note of a silence, for those of the settings that nothing else has shown on the plane."""
        seen = {item.setting for item in self.observations if item.plane is plane}
        hidden = tuple(name for name in settings if name not in seen)
        if hidden:
            self.gaps.append(Gap(self.target.id, plane, NAME, reason, remedy, hidden, locator))

    def silent(self, silence: SilentSource, settings: Iterable[str], locator: str) -> None:
        self.gap(silence.reason, silence.remedy, settings, locator)

    def refused(self, refusal: Refusal, command: str, rule: str, settings: Iterable[str]) -> None:
        """The server would not answer a command; ``rule`` is the ACL rule that opens it."""
        reason, remedy = explain(refusal, command, f"ACL SETUSER {self.user} {rule}")
        self.gap(reason, remedy, settings, command)

    def settings(self, plane: Plane) -> list[Setting]:
        """The catalogue's settings that this collector shows on a plane."""
        return [
            setting
            for setting in self.context.catalogue.of(COMPONENT)
            if any(kind == NAME and plane in planes for kind, planes in setting.shown_by)
        ]

    def has(self, setting: str) -> bool:
        return self.context.catalogue.setting(COMPONENT, setting) is not None


def explain(refusal: Refusal, command: str, grant: str) -> tuple[str, str]:
    """Reason and remedy of a refused command."""
    if refusal is Refusal.PERMISSION:
        return f"the user may not run {command}", grant
    if refusal is Refusal.LOGIN:
        return f"the server asks for a login before {command}", "give the scanner a user and a password"
    if refusal is Refusal.UNKNOWN_COMMAND:
        return (
            f"the server does not know {command}: it was renamed, removed, or the service blocks it",
            "give the command its name back and limit it by ACL, or add a source of the platform's control plane",
        )
    if refusal is Refusal.UNKNOWN_SUBCOMMAND:
        return f"this version has no {command}", "upgrade the server"
    if refusal is Refusal.BUSY:
        return f"the server was too busy for {command}", "scan again"
    return f"the server answered {command} with an error", "look at the server's log"
