"""What the code says of settings: defaults, values that it hands in, and the calls that build the application."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.catalogue import Catalogue
from scanner.collectors import Context
from scanner.collectors.pydantic_settings.source import Source
from scanner.model import (
    Content,
    Known,
    Layer,
    Observation,
    Plane,
    Provenance,
    TakesEffect,
    Target,
    Unresolved,
)
from scanner.readers import environment, wiring
from scanner.readers.environment import SecretText, Variable
from scanner.readers.python_expressions import Written
from scanner.readers.python_settings import SettingsClass, SettingsField

COMPONENT = "fastapi"
HANDED_IN = Layer(30, "code")
STARRED = Written("expression", 0, source="what the code hands in")


def default(each: SettingsField, item: SettingsClass, place: str, catalogue: Catalogue) -> Iterable[Variable]:
    """The field's default under the first of its names that the catalogue knows."""
    written = each.default
    if written is None or (written.kind == "literal" and written.value is None and not each.changed):
        return
    known = (name for name in each.variables if environment.recognised(name, catalogue, COMPONENT, (item.prefix,)))
    name = next(known, each.variables[0])
    chain = (f"default of {item.name}.{each.name}",)
    content: Content | SecretText
    if each.changed:
        content = Unresolved(
            each.changed, "set the variable where a deployment shows it, or ask the running application"
        )
    elif written.kind != "literal":
        reason = f"the default is an expression: {written.source}"
        content = Unresolved(reason, "set the variable, or write the default as a literal")
    elif written.secret:
        content = SecretText(str(written.value))
    else:
        content = Known(written.value)
    yield Variable(name, content, f"{place}:{written.line}", chain)


def handed_in(source: Source, item: SettingsClass, target: Target, context: Context) -> list[Observation]:
    """Values that the code hands in where it makes the settings: they win over every variable."""
    variables: list[Variable] = []
    for place, part in source.files:
        for call in (call for call in part.made if call.name == item.name):
            for each in item.fields:
                given = call.keywords.get(each.name) or (STARRED if call.starred else None)
                if given is not None:
                    field_ = replace(each, default=replace(given, line=call.line))
                    variables += default(field_, item, place, context.catalogue)
    found, _ = environment.observe(
        variables,
        target=target.id,
        component=target.component,
        catalogue=context.catalogue,
        collector="pydantic_settings",
        layer=HANDED_IN,
        digest_key=context.digest_key,
        prefixes=(item.prefix,),
        observed_at=context.now,
    )
    return found


def wired(source: Source, target: Target, context: Context) -> list[Observation]:
    """What the calls that build the application say of settings."""
    prefixes = tuple({item.prefix for _, part in source.files for item in part.classes})
    texts = frozenset(
        each.name for _, part in source.files for item in part.classes for each in item.fields if each.text
    )

    def means(name: str) -> str:
        setting = environment.recognised(name, context.catalogue, COMPONENT, prefixes)
        return setting.name if setting else ""

    told: list[tuple[str, Content, str, tuple[str, ...], str]] = [
        (fact.setting, fact.content, f"{place}:{fact.line}", (f"call of {call.name}",), fact.note)
        for place, part in source.files
        for call in part.calls
        for fact in wiring.facts(call, means, texts)
    ]
    names = {call.name for _, part in source.files for call in part.calls}
    for setting, content in wiring.left_out(names, not source.silences):
        told.append((setting, content, source.place, (), ""))
    return [
        Observation(
            target.id,
            setting,
            Plane.DECLARED,
            content,
            Provenance("pydantic_settings", locator, chain, context.now),
            layer=environment.CLASS_DEFAULT,
            takes_effect=TakesEffect.RESTART,
            note=note,
        )
        for setting, content, locator, chain, note in told
    ]
