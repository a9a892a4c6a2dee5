"""A plan as ``terraform show -json`` writes it: what each resource will be, and what only the apply will tell.

``after`` is a value only together with ``after_unknown``: what is not known yet is left out of the first and named by
the second. Sensitive values stand there in clear text and are merely marked, so the marks travel with the values. A
plan that failed, was cut to some resources or cannot be read is no evidence that anything is absent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scanner import bindings
from scanner.collectors.terraform import exported
from scanner.collectors.terraform.masked import MAX_DEPTH, value
from scanner.collectors.terraform.values import MAPPINGS, Value

LIMIT_FACTOR = 5
"""A plan may be so many times larger than a source file."""
_AGAIN = "make the plan again from these sources, without -target, and give it by terraform show -json"
_INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_STAYS = frozenset({"create", "update", "no-op", "read"})


@dataclass(frozen=True)
class Planned:
    """One managed resource as it will be."""

    address: str
    type: str
    name: str
    after: Any = field(repr=False)
    """What it will be, in clear; only ``values`` has the marks."""
    unknown: Any = field(default=None, repr=False)
    sensitive: Any = field(default=None, repr=False)
    drifted: frozenset[str] = frozenset()
    """Attributes that were changed outside Terraform since the last apply."""

    @property
    def values(self) -> Value:
        """The attributes with their masks; made for the few resources that matter."""
        return value(self.after, self.unknown, self.sensitive)


@dataclass
class Plan:
    """A plan, as far as it can be read."""

    label: str
    resources: dict[str, Planned] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of everything that keeps it from being the whole truth."""
    complete: bool = False
    """Terraform itself says that nothing was left out."""
    declared: frozenset[str] = frozenset()
    """Addresses without indexes of all that the planned configuration declares."""
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each module call of the planned configuration hands on, by its address without indexes."""
    variables: dict[str, Any] = field(default_factory=dict)
    """Values of the root's variables when it was made."""
    given: dict[str, Any] = field(default_factory=dict)
    """Those of them that are not the defaults of that time: somebody gave them."""
    digest: str = ""
    refreshed: dict[str, Planned] = field(default_factory=dict)
    """What terraform's refresh found changed outside Terraform, as it really was then."""
    applied: dict[str, Planned] = field(default_factory=dict)
    """The same resources as the last apply had left them."""
    held: dict[str, Planned] = field(default_factory=dict)
    """Everything that stays, as it was before this plan."""

    @property
    def whole(self) -> bool:
        """Whether what it does not list is not there."""
        return self.complete and not self.problems


def unindexed(address: str) -> str:
    """An address without the keys of ``count`` and ``for_each``."""
    return _INDEX.sub("", address)


def read(path: Path, label: str, limit: int) -> Plan:
    """The plan in a file. What is wrong with it is said in it, never raised."""
    plan = Plan(label)
    try:
        if not path.is_file():
            return _without(plan, "is no file", "give the output of terraform show -json PLAN")
        if path.stat().st_size > limit * LIMIT_FACTOR:
            return _without(plan, f"is larger than {limit * LIMIT_FACTOR:,} bytes", "plan a smaller root")
        content = path.read_bytes()
    except OSError as error:
        return _without(plan, f"cannot be read: {error.strerror}", "make it readable")
    plan.digest, start = hashlib.sha256(content).hexdigest(), content[:2]
    try:
        text = exported.text_of(content)
        del content
        return _filled(plan, exported.parsed(text, bindings.shipped().by_type, attributes=False))
    except exported.TooMany:
        return _without(plan, f"holds more than {exported.MAX_MEMBERS:,} values", "plan a smaller root")
    except (ValueError, RecursionError) as error:
        reason = "is a binary plan" if start == b"PK" else f"is no JSON that can be read ({_kind(error)})"
        return _without(plan, reason, "give the output of terraform show -json PLAN")


def _kind(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a text or number that is not allowed"


def _without(plan: Plan, reason: str, remedy: str) -> Plan:
    plan.problems.append((f"the plan {plan.label} {reason}", remedy))
    return plan


def _filled(plan: Plan, data: Any) -> Plan:
    version = data.get("format_version") if isinstance(data, dict) else None
    changes = data.get("resource_changes") if isinstance(data, dict) else None
    if not isinstance(version, str) or (changes is None and "planned_values" not in data):
        return _without(plan, "is no plan in JSON", "give the output of terraform show -json PLAN")
    if version.partition(".")[0] != "1":
        reason = f"has the format version {version[:20]}, which is not known"
        return _without(plan, reason, "make the plan with Terraform 1.1 or later, or update the scanner")
    plan.complete = data.get("complete") is True
    plan.declared = frozenset(_declared(plan, data.get("configuration"), "", "root_module"))
    _add_variables(plan, data)
    if data.get("errored") not in (None, False):
        _without(plan, "comes from a run that failed, so parts of it are missing", _AGAIN)
    elif data.get("complete") not in (None, True):
        _without(plan, "says itself that it is not complete", _AGAIN)
    drifted = dict(_drifted(plan, data.get("resource_drift")))
    for change in changes if isinstance(changes, list) else []:
        _add(plan, change, drifted)
    if not plan.resources and not plan.problems:
        _without(plan, "lists no resource", _AGAIN)
    return plan


def _add_variables(plan: Plan, data: dict[str, Any]) -> None:
    configuration: Any = data.get("configuration")
    for step in ("root_module", "variables"):
        configuration = configuration.get(step) if isinstance(configuration, dict) else None
    variables = data.get("variables")
    for name, entry in variables.items() if isinstance(variables, dict) else ():
        if isinstance(entry, dict) and "value" in entry:
            plan.variables[name] = entry["value"]
            declared = configuration.get(name) if isinstance(configuration, dict) else None
            if isinstance(declared, dict) and ("default" not in declared or declared["default"] != entry["value"]):
                plan.given[name] = entry["value"]


def _add(plan: Plan, entry: Any, drifted: Mapping[str, frozenset[str]]) -> None:
    if not isinstance(entry, dict) or entry.get("mode") == "data" or entry.get("deposed"):
        return
    change = entry.get("change")
    words = [entry.get(key) for key in ("address", "type", "name")]
    actions = change.get("actions") if isinstance(change, dict) else None
    if not isinstance(change, dict) or not isinstance(actions, list) or not all(isinstance(it, str) for it in words):
        _without(plan, "has an entry that is no resource change", _AGAIN)
        return
    if not _STAYS.intersection(str(action) for action in actions):
        return
    if not isinstance(change.get("after"), dict):
        _without(plan, f"does not say what {words[0]} will be", _AGAIN)
        return
    address, kind, name = (str(word) for word in words)
    masks = (change.get("after_unknown"), change.get("after_sensitive"))
    plan.resources[address] = Planned(
        address, kind, name, change.get("after"), masks[0], masks[1], drifted.get(address, frozenset())
    )
    if isinstance(change.get("before"), dict):
        plan.held[address] = Planned(address, kind, name, change["before"], None, change.get("before_sensitive"))


def _drifted(plan: Plan, entries: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """Which attributes of which resources differ from what the last apply left."""
    for entry in entries if isinstance(entries, list) else []:
        change = entry.get("change") if isinstance(entry, dict) else None
        if not isinstance(change, dict):
            continue
        before, after = change.get("before"), change.get("after")
        if isinstance(before, dict) and isinstance(after, dict):
            names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
            address, kind, name = (str(entry.get(key)) for key in ("address", "type", "name"))
            plan.refreshed[address] = Planned(address, kind, name, after, None, change.get("after_sensitive"))
            plan.applied[address] = Planned(address, kind, name, before, None, change.get("before_sensitive"))
            yield address, frozenset(names)


def _declared(plan: Plan, container: Any, prefix: str, key: str, depth: int = 0) -> Iterator[str]:
    """The addresses that a configuration declares: resources and module calls."""
    module = container.get(key) if isinstance(container, dict) else None
    if not isinstance(module, dict) or depth > MAX_DEPTH:
        return
    resources, calls = module.get("resources"), module.get("module_calls")
    for entry in resources if isinstance(resources, list) else []:
        if isinstance(entry, dict) and entry.get("mode") != "data":
            yield f"{prefix}{entry.get('type')}.{entry.get('name')}"
    for name, call in calls.items() if isinstance(calls, dict) else ():
        address = f"{prefix}module.{name}"
        yield address
        expressions = call.get("expressions") if isinstance(call, dict) else None
        plan.calls[address] = expressions if isinstance(expressions, dict) else {}
        yield from _declared(plan, call, f"{address}.", "module", depth + 1)


def members(planned: Planned) -> dict[str, Value]:
    """The attributes of a planned resource, each with the mark of the whole."""
    whole = planned.values
    if whole.kind not in MAPPINGS:
        return {}
    return {name: replace(item, marks=item.marks | whole.marks) for name, item in whole.data.items()}
