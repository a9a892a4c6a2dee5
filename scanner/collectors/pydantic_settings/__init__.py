"""Settings classes in Python source: the defaults under every other carrier, and how the code uses the settings.

The source is read, never imported. Of several classes, those that are bases of others and those named after another
environment (``ProductionSettings``) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.pydantic_settings import said
from scanner.collectors.pydantic_settings.said import COMPONENT
from scanner.collectors.pydantic_settings.source import Source
from scanner.collectors.pydantic_settings.survey import survey
from scanner.errors import SilentSource
from scanner.model import Answer, Gap, Observation, Plane, Provenance, Target
from scanner.readers import environment

__all__ = ["PydanticSettings", "survey"]


@dataclass(frozen=True)
class PydanticSettings:
    """Reads defaults of pydantic-settings classes, and the wiring of middleware, from Python source."""

    path: str
    """The file of the settings class, or the directory of the application's source."""
    class_name: str = ""
    """The settings class; may be left out, then every class that is no base of another is read."""

    def collect(self, context: Context) -> Collected:
        target = context.target or Target(self.path, COMPONENT, context.environment)
        source = Source()
        try:
            source.read(context.root, self.path, context.limit_bytes)
            classes = source.chosen(self.class_name, target.environment, context.catalogue)
        except SilentSource as silence:
            gap = Gap(target.id, Plane.DECLARED, "pydantic_settings", silence.reason, silence.remedy, locator=self.path)
            return Collected((), (), (gap,), (), tuple(source.inputs))
        observations: list[Observation] = []
        digests: environment.Digests = {}
        for place, item in classes:
            variables = {
                variable.name: variable
                for each in item.fields
                for variable in said.default(each, item, place, context.catalogue)
            }
            for _, remedy, unread in source.silences[:1]:
                variables = environment.replaceable(variables, unread, remedy)
            found, more = environment.observe(
                variables.values(),
                target=target.id,
                component=target.component,
                catalogue=context.catalogue,
                collector="pydantic_settings",
                layer=environment.CLASS_DEFAULT,
                digest_key=context.digest_key,
                prefixes=(item.prefix,),
                observed_at=context.now,
                locator=f"{place}:{item.line}",
                unread=source.silences[0][0] if source.silences else "",
            )
            observations += found
            digests |= more
            observations += said.handed_in(source, item, target, context)
        observations += said.wired(source, target, context)
        gaps = tuple(
            Gap(target.id, Plane.DECLARED, "pydantic_settings", reason, remedy, locator=place)
            for reason, remedy, place in source.silences
        )
        provenance = Provenance("pydantic_settings", self.path, (), context.now)
        whole = bool(classes) and not gaps
        answer = Answer(target.id, Plane.DECLARED, "pydantic_settings", whole, provenance, environment.CLASS_DEFAULT)
        targets = () if context.target else (target,)
        return Collected(targets, tuple(observations), gaps, (answer,), tuple(source.inputs), digests)
