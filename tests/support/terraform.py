"""What the evaluator makes of a Terraform root, in the shape in which terraform's own plan shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner import deep
from scanner.collectors.terraform import roots
from scanner.collectors.terraform.functions.encoding import json_text
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, Value

UNKNOWN = {"$unknown": True}


class Planned(NamedTuple):
    """The input of one resource, and whether it is certain that there is this instance."""

    input: Any
    certain: bool


def shape(value: Value) -> Any:
    """A value as the plan shows it, with a marker for each hole."""
    if value.kind in {"unknown", "lazy"} or value.rest is not None:
        return UNKNOWN
    if value.kind in SEQUENCES:
        return [shape(item) for item in value.data]
    if value.kind in MAPPINGS:
        return {key: shape(item) for key, item in value.data.items()}
    return json.loads(json_text(value))


def agrees(ours: Any, planned: Any) -> bool:
    """Whether ours says nothing else than the plan: the same, or a hole where the plan knows nothing either."""
    if ours == UNKNOWN:
        return True
    if isinstance(planned, dict) and isinstance(ours, dict):
        return planned.keys() == ours.keys() and all(agrees(ours[key], planned[key]) for key in planned)
    if isinstance(planned, list) and isinstance(ours, list):
        return len(planned) == len(ours) and all(map(agrees, ours, planned))
    return type(ours) is type(planned) and bool(ours == planned)


def planned_inputs(root: ModuleInstance) -> Iterator[tuple[str, Planned]]:
    """The input of every resource of a root and its modules, by address."""
    for declaration in root.directory.of("resource"):
        for instance in root.expansion("resource", *declaration.labels).instances:
            assert isinstance(instance, Instance)
            value = instance.configured("input")
            yield instance.address, Planned(None if value is None else shape(value), not instance.uncertain)
    for child in root.children():
        assert not isinstance(child, UnreadModule)
        yield from planned_inputs(child)


def evaluated(
    folder: Path, files: tuple[Path, ...] = (), variables: dict[str, object] | None = None, workspace: str = "default"
) -> dict[str, Planned]:
    """What the evaluator makes of a directory."""

    def work() -> dict[str, Planned]:
        root, _ = roots.open_root(folder, folder, 1_000_000, files, variables or {}, workspace)
        return dict(planned_inputs(root))

    return deep.run(work)
