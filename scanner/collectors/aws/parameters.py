"""The parameters of a group: what somebody set, what the engine does otherwise, and what still waits.

A group that holds no value for a parameter leaves it to the engine, whose defaults AWS lists by family; what neither
tells is not set. A value that is a formula over the size of the instance cannot be known from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scanner.collectors.aws.attributes import text
from scanner.collectors.aws.notebook import Notebook
from scanner.collectors.aws.pages import Item, Pages
from scanner.collectors.aws.refusals import Refusal
from scanner.collectors.aws.shapes import ParameterList, Status, shipped
from scanner.errors import SilentSource
from scanner.model import Absent, Content, Default, Known, Present, Setting, TakesEffect, Unresolved

ASK = "ask the server itself: add a source that connects to it"


@dataclass(frozen=True)
class Parameter:
    """One parameter as a group holds it."""

    value: str
    set_by_user: bool
    static: bool
    locator: str
    source: str
    """Who says so, for the report."""


@dataclass
class Group:
    """The parameters of one group in use. ``hidden`` says why others may be set that are not among ``found``."""

    name: str
    arn: str
    status: Status
    found: dict[str, Parameter] = field(default_factory=dict)
    static: set[str] = field(default_factory=set)
    """Parameters, with a value or not, of which a change waits for a reboot."""
    hidden: SilentSource | None = None

    def pending(self, name: str) -> tuple[str, TakesEffect]:
        """What is said of a parameter that may not be in effect as the group has it."""
        if self.status.waits == "all" or (self.status.waits == "static" and name in self.static):
            return f"the platform says that it waits for {self.status.text} {self.name}", self.status.effect
        return "", TakesEffect.NOW


def group(notebook: Notebook, kind: str, name: str, status: Status, node_type: str = "") -> Group:
    """A group and what holds where it is silent. A group that is named and not there is a contradiction, so unknown."""
    spec = shipped().parameters[kind]
    arn = notebook.cloud.arn(spec.service, spec.arn.format(name=name))
    result = Group(name, arn, status)
    pages = notebook.cloud.ask(spec.service, spec.operation, **{spec.by: name})
    if pages.refusal is not None:
        result.hidden = _inconsistent(pages.refusal, name) if pages.missing else pages.refusal
    ready = _ready_made(notebook, spec, name)
    for item in pages.items(spec.items):
        _take(item, spec, result, arn, ready)
    _by_node_type(pages, spec, result, node_type)
    _defaults(notebook, spec, result)
    return result


def _inconsistent(refused: Refusal, name: str) -> SilentSource:
    reason = f"the parameter group {name} is named, and AWS does not hold it ({refused.code})"
    return SilentSource(reason, "scan again; if it stays so, attach a group that is there")


def _take(item: Item, spec: ParameterList, result: Group, locator: str, ready: Mapping[str, str] | None) -> None:
    name, value = text(item.get(spec.name) or "").lower(), item.get(spec.value)
    source = text(item.get(spec.source) or "") if spec.source else ""
    if _says(item, spec.static) or (source in {"user", ""} and _says(item, spec.deferred)):
        result.static.add(name)
    if not name or value is None:
        return
    told = text(value)
    by_user = source in {"user", ""} and (ready is None or ready.get(name) != told)
    said = f"AWS, in the group {result.name}" + (f" (source: {source})" if source else "")
    result.found[name] = Parameter(told, by_user, name in result.static, locator, said)


def _says(item: Item, members: Mapping[str, str]) -> bool:
    return any(str(item.get(key)) == word for key, word in members.items())


def _by_node_type(pages: Pages, spec: ParameterList, result: Group, node_type: str) -> None:
    sizes = spec.by_node_type
    for item in pages.items(sizes.items) if sizes else ():
        name, values = text(item.get(spec.name) or "").lower(), item.get(sizes.values if sizes else "")
        if _says(item, spec.static):
            result.static.add(name)
        for value in values if sizes and isinstance(values, list) else ():
            if sizes and isinstance(value, Mapping) and node_type and value.get(sizes.type) == node_type:
                said = f"AWS, for nodes of the type {node_type}"
                told = text(value.get(sizes.value) or "")
                result.found.setdefault(name, Parameter(told, False, name in result.static, result.arn, said))


def _defaults(notebook: Notebook, spec: ParameterList, result: Group) -> None:
    """What the engine does for parameters that the group leaves open."""
    if spec.defaults is None or result.hidden is not None:
        return
    family, refused = _family(notebook, spec, result.name)
    pages = notebook.cloud.ask(spec.service, spec.defaults.operation, **{spec.defaults.by: family}) if family else None
    for item in pages.items(spec.defaults.items) if pages else ():
        name, value = text(item.get(spec.name) or "").lower(), item.get(spec.value)
        if _says(item, spec.static):
            result.static.add(name)
        if name and value is not None and name not in result.found:
            said = f"AWS, engine default of the family {family}"
            result.found[name] = Parameter(text(value), False, name in result.static, result.arn, said)
    result.hidden = refused or (pages.refusal if pages else None)


def _family(notebook: Notebook, spec: ParameterList, name: str) -> tuple[str, SilentSource | None]:
    listed = notebook.cloud.ask(spec.service, spec.family.operation)
    found = listed.named(spec.family.items, spec.family.key, name)
    family = str(found.get(spec.family.field) or "") if found else ""
    if family:
        return family, None
    unlisted = SilentSource(f"{spec.service} {spec.family.operation} does not list the group {name}", "scan again")
    return "", listed.refusal or unlisted


def _ready_made(notebook: Notebook, spec: ParameterList, name: str) -> Mapping[str, str] | None:
    """The values of the platform's own group of the same family; None where that is not needed or not to be had."""
    if not spec.ready_made:
        return None
    if name.startswith(spec.ready_made):
        return _values(notebook, spec, name)
    family, _ = _family(notebook, spec, name)
    groups = notebook.cloud.ask(spec.service, spec.family.operation).items(spec.family.items)
    names = [str(item.get(spec.family.key)) for item in groups if family and item.get(spec.family.field) == family]
    own = next((item for item in names if item.startswith(spec.ready_made)), "")
    return _values(notebook, spec, own) if own else None


def _values(notebook: Notebook, spec: ParameterList, name: str) -> Mapping[str, str]:
    items = notebook.cloud.ask(spec.service, spec.operation, **{spec.by: name}).items(spec.items)
    return {text(item.get(spec.name)).lower(): text(item.get(spec.value)) for item in items}


def content(parameter: Parameter, setting: Setting) -> Content:
    """What a parameter says of a setting."""
    if setting.secret:
        return Present("server") if parameter.value.strip() else Absent()
    if re.fullmatch(shipped().formula, parameter.value.strip(), re.IGNORECASE | re.DOTALL):
        return Unresolved(f"a formula of the platform: {parameter.value.strip()[:200]}", ASK)
    return Known(parameter.value) if parameter.set_by_user else Default(parameter.value, parameter.source)
