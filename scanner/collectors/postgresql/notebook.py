"""Where one reading of a server is written down: observations, answers and gaps, with secrets kept out.

Only names of the catalogue become observations. Text of a setting that is secret, or that may carry a password in a
command or a connection string, is reduced to whether it is set before it gets here any further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context
from scanner.model import (
    SERVER,
    Answer,
    Content,
    Gap,
    Known,
    Layer,
    Observation,
    Plane,
    Present,
    Provenance,
    Setting,
    TakesEffect,
    Target,
    Unresolved,
)
from scanner.readers import secrecy

COLLECTOR = "postgresql"
COMPONENT = "postgresql"

MAY_HOLD_SECRETS = frozenset({
    "primary_conninfo", "ssl_passphrase_command", "archive_command", "restore_command", "archive_cleanup_command",
    "recovery_end_command", "pgaudit_remote_conninfo",
})  # fmt: skip
"""Settings that carry commands or connection strings: only whether they are set is told."""

MAX_TEXT = 20_000

MANAGED = frozenset({"rds", "aurora", "cloud-sql", "alloydb", "azure-flexible"})
"""Platforms that keep configuration files to themselves: what persists there stands on the provisioned plane."""


def is_secret(name: str, setting: Setting | None) -> bool:
    """Whether the text of a setting must not be shown."""
    return bool(setting and setting.secret) or name.lower() in MAY_HOLD_SECRETS or secrecy.looks_secret(name)


def shown(name: str, text: str, setting: Setting | None) -> str:
    """The text of a setting as a record may hold it."""
    return secrecy.REDACTED if text and is_secret(name, setting) else short(secrecy.redact(short(text, MAX_TEXT)))


def short(text: str, limit: int = 1_000) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def content_of(name: str, text: str, setting: Setting) -> Content:
    """What may be said of a setting's text."""
    if is_secret(name, setting):
        return Present("server") if text.strip() else Known("")
    if len(text) > MAX_TEXT:
        return Unresolved(f"the value is longer than {MAX_TEXT:,} characters", f"look at {name} on the server")
    return Known(secrecy.redact(text))


class Notebook:
    """What one collector writes of one target while it asks."""

    def __init__(self, context: Context, target: Target, collector: str = COLLECTOR) -> None:
        self.context, self.target, self.collector = context, target, collector
        self.version = target.version
        self._observations: list[Observation] = []
        self._gaps: list[Gap] = []
        self._answers: dict[Plane, Answer] = {}

    @property
    def managed(self) -> bool:
        """No grant opens the files of the server, so their silence is no gap that anybody could close."""
        return self.target.platform in MANAGED

    @property
    def catalogue(self) -> Catalogue:
        return self.context.catalogue

    def known(self, name: str) -> Setting | None:
        """The catalogue's entry for a name of the server."""
        return self.catalogue.known_as(COMPONENT, COLLECTOR, name)

    def observe(
        self,
        plane: Plane,
        name: str,
        content: Content,
        locator: str,
        *,
        scope: str = SERVER,
        layer: Layer = Layer(),  # noqa: B008 - frozen
        chain: Sequence[str] = (),
        takes_effect: TakesEffect = TakesEffect.NOW,
        note: str = "",
    ) -> None:
        """Write an observation down, if the catalogue knows the setting and that it is shown on this plane."""
        setting = self.known(name)
        if setting is None or plane not in dict(setting.shown_by).get(self.collector, ()):
            return
        provenance = Provenance(self.collector, locator, tuple(chain), self.context.now)
        self._observations.append(
            Observation(self.target.id, setting.name, plane, content, provenance, scope, layer, takes_effect, note)
        )

    def records(
        self,
        plane: Plane,
        name: str,
        rows: Sequence[Mapping[str, object]],
        locator: str,
        *,
        note: str = "",
        takes_effect: TakesEffect = TakesEffect.NOW,
    ) -> None:
        """Write a list of records down."""
        self.observe(plane, name, Known([dict(row) for row in rows]), locator, note=note, takes_effect=takes_effect)

    def gap(self, plane: Plane, reason: str, remedy: str, settings: Sequence[str] = (), locator: str = "") -> None:
        """Write down what did not answer. No settings means all that this collector shows on the plane."""
        known = tuple(name for name in settings if self.known(name)) if settings else ()
        if known or not settings:
            self._gaps.append(Gap(self.target.id, plane, self.collector, reason, remedy, known, locator))

    def answer(self, plane: Plane, locator: str) -> None:
        """The source spoke for the plane. Absence is written down by name, so it never claims to be complete."""
        provenance = Provenance(self.collector, locator, (), self.context.now)
        self._answers[plane] = Answer(self.target.id, plane, self.collector, complete=False, provenance=provenance)

    def collected(self) -> Collected:
        return Collected(
            observations=tuple(self._observations), gaps=tuple(self._gaps), answers=tuple(self._answers.values())
        )
