"""A state: a ``terraform.tfstate`` of version 4 as it lies in a backend, or what ``terraform show -json`` makes of one.

The raw file needs no provider to be read. It holds every secret in clear text, so what it marks as sensitive is marked
here whole, from the attribute at the top of the path down.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner import bindings
from scanner.collectors.terraform import exported, masked
from scanner.collectors.terraform.plan import LIMIT_FACTOR, Plan, Planned

_GIVE = "give a terraform.tfstate of version 4, or the output of terraform show -json"


def read(path: Path, label: str, limit: int) -> Plan:
    """The resources of a state, in the shape of a plan that is known whole. What is wrong is said, never raised."""
    try:
        if not path.is_file() or path.stat().st_size > limit * LIMIT_FACTOR:
            large = path.is_file()
            reason = f"is larger than {limit * LIMIT_FACTOR:,} bytes" if large else "is no file"
            return without(label, reason, "split the root" if large else _GIVE)
        return of_bytes(path.read_bytes(), label)
    except OSError as error:
        return without(label, f"cannot be read: {error.strerror}", "make it readable")


def without(label: str, reason: str, remedy: str) -> Plan:
    """A state of which nothing is known, and why."""
    return _without(Plan(label), reason, remedy)


def of_bytes(content: bytes, label: str) -> Plan:
    """The same of a state that was fetched."""
    state = Plan(label, digest=hashlib.sha256(content).hexdigest())
    try:
        text = exported.text_of(content)
        del content
        data = exported.parsed(text, bindings.shipped().by_type)
    except exported.TooMany:
        return _without(state, f"holds more than {exported.MAX_MEMBERS:,} values", "split the root")
    except (ValueError, RecursionError):
        return _without(state, "is no JSON that can be read", _GIVE)
    if isinstance(data, dict) and data.get("version") == 4 and isinstance(data.get("resources"), list):
        for entry in data["resources"]:
            _add_raw(state, entry)
    elif isinstance(data, dict) and str(data.get("format_version")).startswith("1.") and _root(data) is not None:
        _add_module(state, _root(data), 0)
    else:
        return _without(state, "is no state of a version that is known", _GIVE)
    state.complete = not state.problems
    return state if state.resources or state.problems else _without(state, "holds no resource", _GIVE)


def _without(state: Plan, reason: str, remedy: str) -> Plan:
    state.problems.append((f"the state {state.label} {reason}", remedy))
    return state


def _root(data: dict[str, Any]) -> Any:
    values = data.get("values")
    return values.get("root_module") if isinstance(values, dict) else None


def _add_raw(state: Plan, entry: Any) -> None:
    if not isinstance(entry, dict) or entry.get("mode") != "managed":
        if not isinstance(entry, dict) or entry.get("mode") != "data":
            _without(state, "has an entry that is no resource", _GIVE)
        return
    module, kind, name = entry.get("module", ""), entry.get("type"), entry.get("name")
    instances = entry.get("instances")
    for instance in instances if isinstance(instances, list) else [None]:
        attributes = instance.get("attributes") if isinstance(instance, dict) else None
        if isinstance(instance, dict) and instance.get("deposed"):
            continue
        if not isinstance(instance, dict) or not isinstance(attributes, dict):
            _without(state, f"does not show the attributes of a {kind}", "refresh it with a current Terraform")
            continue
        address = ".".join(str(part) for part in (module, kind, name) if part) + _key(instance.get("index_key"))
        mask = dict.fromkeys(_marked(instance.get("sensitive_attributes")), True)
        state.resources[address] = Planned(address, str(kind), str(name), attributes, None, mask)


def _key(key: Any) -> str:
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f"[{json.dumps(str(key), ensure_ascii=False)}]"


def _marked(paths: Any) -> Iterator[str]:
    """The attributes at the top of each sensitive path."""
    for path in paths if isinstance(paths, list) else []:
        steps = path if isinstance(path, list) else [path]
        first = steps[0] if steps else None
        if isinstance(first, dict):
            yield str(first.get("value"))
        elif isinstance(first, str):
            yield first


def _add_module(state: Plan, module: Any, depth: int) -> None:
    if not isinstance(module, dict) or depth > masked.MAX_DEPTH:
        _without(state, "has a module that cannot be read", _GIVE)
        return
    for entry in _listed(state, module.get("resources")):
        if not isinstance(entry, dict) or not isinstance(entry.get("values"), dict):
            _without(state, "has an entry that is no resource", _GIVE)
        elif entry.get("mode") == "managed" and not entry.get("deposed_key"):
            address, kind, name = (str(entry.get(key)) for key in ("address", "type", "name"))
            state.resources[address] = Planned(
                address, kind, name, entry["values"], None, entry.get("sensitive_values")
            )
    for child in _listed(state, module.get("child_modules")):
        _add_module(state, child, depth + 1)


def _listed(state: Plan, found: Any) -> list[Any]:
    if found is not None and not isinstance(found, list):
        _without(state, "has a module that cannot be read", _GIVE)
    return found if isinstance(found, list) else []
