"""Settings that an application exports about itself: what it really uses, defaults and all carriers applied.

The application is never imported or started here; somebody ran its export and kept the JSON. Secrets that the export
masks are present and no more; one that it shows in clear is measured and dropped like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.collectors import Collected, Context
from scanner.errors import SilentSource
from scanner.model import (
    Answer,
    Content,
    Gap,
    Known,
    Layer,
    Observation,
    Plane,
    Present,
    Provenance,
    TakesEffect,
    Target,
    Unresolved,
)
from scanner.readers import environment, source_file
from scanner.readers.environment import Variable
from scanner.readers.secrecy import looks_secret

COMPONENT = "fastapi"
EFFECTIVE = Layer(30, "effective settings")
MAX_DEPTH = 6
_MASKED = re.compile(r"\*{3,}|<?(redacted|masked|hidden|secret)>?|\[(redacted|masked)\]", re.IGNORECASE)


@dataclass(frozen=True)
class ExportedSettings:
    """Reads the JSON that an application printed of its effective settings."""

    path: str
    """The file: ``{"settings": {…}}`` or the settings themselves, as ``model_dump(mode="json")`` gives them."""
    prefix: str = ""
    """Prefix of the application's variables, when the export has names with it."""

    def collect(self, context: Context) -> Collected:
        target = context.target or Target(self.path, COMPONENT, context.environment)
        try:
            file = source_file.read(context.root, self.path, context.limit_bytes)
            settings = _settings(file.text, file.place)
        except SilentSource as silence:
            gap = Gap(target.id, Plane.RUNNING, "exported_settings", silence.reason, silence.remedy, locator=self.path)
            return Collected((), (), (gap,))
        observations, digests = environment.observe(
            list(_variables(settings, file.place)),
            target=target.id,
            component=target.component,
            catalogue=context.catalogue,
            collector="exported_settings",
            plane=Plane.RUNNING,
            layer=EFFECTIVE,
            digest_key=context.digest_key,
            prefixes=(self.prefix,),
            observed_at=context.now,
        )
        provenance = Provenance("exported_settings", file.place, (), context.now)
        answer = Answer(target.id, Plane.RUNNING, "exported_settings", True, provenance, EFFECTIVE)
        shown = tuple(item for item in observations if not _inside_masked(item))
        targets = () if context.target else (target,)
        return Collected(targets, shown, (), (answer,), (file.input,), digests)


def _settings(text: str, place: str) -> dict[str, Any]:
    remedy = 'export {"settings": {…}} again and keep what the application printed'
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        raise SilentSource(f"{place} is no JSON", remedy) from None
    found = loaded.get("settings", loaded) if isinstance(loaded, dict) else None
    if not isinstance(found, dict):
        raise SilentSource(f"{place} holds no settings by name", remedy)
    return found


def _variables(settings: dict[str, Any], place: str, before: str = "", depth: int = 0) -> Iterator[Variable]:
    """Every value by name; those of a nested model under its own name and an underscore."""
    for key, value in settings.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and depth < MAX_DEPTH:
            yield from _variables(value, place, f"{name}_", depth + 1)
        elif value is not None:
            content: Content = Known(value)
            if isinstance(value, str) and _MASKED.fullmatch(value.strip()):
                content = Present("server", reason="the export masks it")
                if not looks_secret(name):
                    content = Unresolved("the export masks it", "mask secrets only")
            elif isinstance(value, dict):
                content = Unresolved("nested too deeply", "export it flat")
            yield Variable(name, content, place, takes_effect=TakesEffect.NOW)


def _inside_masked(item: Observation) -> bool:
    """A part of a connection string that the export masks: this source cannot show it."""
    return isinstance(item.content, Unresolved | Present) and item.setting.islower()
