"""A template with its parameters: what every name in it means, which resources there are, and the stacks inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from scanner.collectors.cloudformation import nested
from scanner.collectors.cloudformation.calls import truth
from scanner.collectors.cloudformation.intrinsics import (
    INVALID,
    PROCESSED,
    TRANSFORM,
    Entry,
    entries,
    evaluate,
)
from scanner.collectors.cloudformation.parameters import Given, Parameter, pseudo
from scanner.collectors.cloudformation.resource import Resource, Shared
from scanner.collectors.cloudformation.scope import Budget, Scope
from scanner.collectors.cloudformation.template import Template
from scanner.collectors.cloudformation.values import unknown
from scanner.document import Path_
from scanner.infrastructure.values import NOTHING, Unknown, Value, hole

IDENTITY = ("Arn", "ARN", "Id", "Name", "DBClusterIdentifier", "DBInstanceIdentifier", "Ref")
"""Ends of attributes that say which resource it is."""
HARMLESS_MACROS = ("AWS::Serverless-", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-")
NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


@dataclass
class Stack:
    """One template with its parameters."""

    template: Template
    given: Mapping[str, Given]
    shared: Shared
    prefix: str = ""
    """Before the address of every resource: the names of the stacks that hold this one."""
    uncertain: str = ""
    depth: int = 0
    unread_values: str = ""
    """A parameter file that could not be read: it could give any parameter a value."""
    _conditions: dict[str, Value] = field(default_factory=dict)
    _outputs: dict[str, Value] = field(default_factory=dict)
    _opened: dict[str, Stack | None] = field(default_factory=dict)
    _counting: bool = False
    """The resources are being listed, so nothing can refer to them yet."""

    @property
    def budget(self) -> Budget:
        return self.shared.budget

    def at(self, path: Path_) -> str:
        return self.template.at(path)

    @property
    def scope(self) -> Scope:
        return Scope(self)

    # ------------------------------------------------------------ names

    def reference(self, name: str, place: str) -> Value:
        if name == "AWS::NoValue":
            return Value(NOTHING, place)
        if name.startswith("AWS::"):
            return pseudo(name, self.given, place)
        if name in self.template.section("Parameters"):
            return self.parameter(name)
        return self._identity(name, place)

    def parameter(self, name: str) -> Value:
        """The value of a parameter, and how it came."""
        declared = Parameter(name, self.template.section("Parameters")[name], ("Parameters", name), self.at)
        return declared.value(self.given.get(name), self.unread_values)

    def attribute(self, name: str, attribute: str, place: str) -> Value:
        inner = self._inner(name) if attribute.startswith("Outputs.") else None
        if inner is not None:
            return inner.output(attribute.removeprefix("Outputs."), place)
        found = self._identity(name, place)
        return found if attribute.endswith(IDENTITY) else replace(found, links=())

    def _identity(self, name: str, place: str) -> Value:
        if self._counting:
            return unknown(f"which resources there are would depend on {name[:80]}", INVALID, place)
        resource = self.resources.get(name)
        if resource is not None:
            hidden = Unknown(f"it is {resource.address}'s, known when the stack is deployed", "", computed=True)
            return Value(hidden, place, (), False, (resource.address,))
        if name in self._names:
            return unknown(f"it refers to {name}, which the conditions leave out", INVALID, place)
        if self.may_grow:
            return unknown(f"{name} may be made by a macro", PROCESSED, place, computed=True)
        return unknown(f"nothing here is named {name[:80]}", INVALID, place)

    def condition(self, name: str, place: str) -> Value:
        if name not in self._conditions:
            self._conditions[name] = unknown(f"the condition {name} refers to itself", INVALID, place)
            found = next((entry for entry in self._entries("Conditions") if entry[0] == name), None)
            missing = unknown(f"there is no condition {name[:80]}", INVALID, place)
            self._conditions[name] = truth(*found[1:]) if found else missing
        return self._conditions[name]

    def mapping(self, name: str) -> tuple[Mapping[str, object], Path_] | None:
        found = self.template.section("Mappings").get(name)
        return (found, ("Mappings", name)) if isinstance(found, dict) else None

    def output(self, name: str, place: str) -> Value:
        """What this stack gives to the one that holds it."""
        if name not in self._outputs:
            self._outputs[name] = unknown(f"the output {name} refers to itself", INVALID, place)
            found = next((entry for entry in self._entries("Outputs") if entry[0] == name), None)
            if found is None or not isinstance(found[1], dict) or "Value" not in found[1]:
                self._outputs[name] = unknown(f"{self.prefix}Outputs has no {name[:80]}", INVALID, place)
            else:
                self._outputs[name] = evaluate(found[1]["Value"], (*found[2], "Value"), found[3])
        return self._outputs[name]

    # ------------------------------------------------------------ resources

    def _entries(self, section: str) -> Iterator[Entry]:
        for entry in entries(self.template.section(section), (section,), self.scope):
            if not isinstance(entry, Unknown):
                yield entry

    @cached_property
    def macro(self) -> str:
        """The macro that may rewrite every resource; empty when there is none."""
        whole = self.template.tree.value
        for given in (whole.get("Transform"), whole.get(TRANSFORM), self.template.section("Resources").get(TRANSFORM)):
            for item in given if isinstance(given, list) else [given]:
                name = item.get("Name", "of no name") if isinstance(item, dict) else item
                if name is not None and not str(name).startswith(HARMLESS_MACROS):
                    return str(name)[:80]
        return ""

    @cached_property
    def may_grow(self) -> bool:
        """Whether something outside this file makes resources of it."""
        return bool(self.template.tree.value.get("Transform")) or bool(self.macro)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.template.section("Resources"))

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources that are there, or may be, by name."""
        found: dict[str, Resource] = {}
        self._counting = True
        for entry in entries(self.template.section("Resources"), ("Resources",), self.scope):
            if isinstance(entry, Unknown):
                if TRANSFORM not in self.template.section("Resources"):
                    self._hide(f"resources are not known: {entry.reason}", entry.remedy, self.at(("Resources",)))
                continue
            name, node, path, scope = entry
            kind = node.get("Type") if isinstance(node, dict) else None
            if not isinstance(kind, str):
                self._hide(f"{self.prefix}{name} has no type that can be read", INVALID, self.at(path))
            elif kind.endswith("::MODULE"):
                reason = f"{self.prefix}{name} is a module ({kind}): what it declares was not seen"
                self._hide(reason, PROCESSED, self.at(path))
            else:
                self._add(Resource(self, name, kind, node, path, scope, self.uncertain), found)
        self._counting = False
        return found

    def _hide(self, reason: str, remedy: str, place: str) -> None:
        self.shared.hidden.append((reason, remedy, place))

    def _add(self, resource: Resource, found: dict[str, Resource]) -> None:
        name = resource.node.get("Condition")
        holds = truth({"Condition": name}, (*resource.path, "Condition"), resource.scope) if name is not None else None
        if holds is not None and holds.data is False:
            return
        if holds is not None and holds.data is not True:
            why = hole(holds)
            reason = why.reason if why else "it is no condition"
            resource.uncertain = f"whether it is there is not known: the condition {name}: {reason}"
            resource.remedy = why.remedy if why and why.remedy else resource.remedy
        found[resource.name] = resource

    @cached_property
    def stacks(self) -> dict[str, Stack]:
        """The stacks inside this one whose template is at hand; of the others it is said that they were not seen."""
        opened = {name: self._inner(name) for name in self.resources}
        return {name: inner for name, inner in opened.items() if inner is not None}

    def _inner(self, name: str) -> Stack | None:
        """One stack inside this one, opened once; its parameters may ask for what another one gives."""
        resource = None if self._counting else self.resources.get(name)
        if resource is None or resource.type not in NESTED:
            return None
        if name not in self._opened:
            self._opened[name] = None
            found = nested.find(resource, NESTED[resource.type])
            self._opened[name] = self._open(found, resource) if found else None
        return self._opened[name]

    def _open(self, found: Template, resource: Resource) -> Stack:
        given = {name: Given(value) for name, value in (resource.property("Parameters").map or {}).items()}
        given |= {name: item for name, item in self.given.items() if name.startswith("AWS::")}
        return Stack(found, given, self.shared, f"{resource.address}.", resource.uncertain, self.depth + 1)

    def everything(self) -> Iterator[Resource]:
        """The resources of this stack and of those inside it."""
        yield from self.resources.values()
        for inner in self.stacks.values():
            yield from inner.everything()

    def all_stacks(self) -> Iterator[Stack]:
        """This stack and those inside it."""
        yield self
        for inner in self.stacks.values():
            yield from inner.all_stacks()
