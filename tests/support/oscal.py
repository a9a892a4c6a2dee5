"""What neither the schema of OSCAL nor trestle checks: references, identifiers that stand once, allowed words."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from trestle.core.base_model import OscalBaseModel
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.poam import PlanOfActionAndMilestones

MODELS: dict[str, type[OscalBaseModel]] = {
    "oscal-assessment-results": AssessmentResults,
    "oscal-component-definition": ComponentDefinition,
    "oscal-poam": PlanOfActionAndMilestones,
}
METHODS = {"EXAMINE", "INTERVIEW", "TEST"}
STATUSES = {"open", "investigating", "remediating", "deviation-requested", "deviation-approved", "closed"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TIMES = {"last-modified", "start", "end", "collected", "deadline", "expires"}


def accepted(name: str, text: str) -> None:
    """Trestle reads the document whole; it raises otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.json"
        path.write_text(text, encoding="utf-8")
        assert MODELS[name].oscal_read(path) is not None


def walk(value: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every key with its path and value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield path, key, item
            yield from walk(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, path)


def problems(document: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a document beyond its shape."""
    found = list(walk(document))
    own = [value for _, key, value in found if key == "uuid"]
    told = [f"{value} stands twice" for value in {item for item in own if own.count(item) > 1}]
    told += [f"{value} is of version {UUID(value).version}" for value in own if UUID(value).version not in (4, 5)]
    for path, key, value in found:
        if key.endswith("-uuid") and value not in own:
            told.append(f"{path}.{key} points at nothing")
        if key.endswith("-uuids") and not set(value) <= set(own):
            told.append(f"{path}.{key} points at nothing")
        if key in ("href", "source") and value.startswith("#") and value[1:] not in own:
            told.append(f"{path}.{key} points at nothing")
        if key == "methods" and not set(value) <= METHODS:
            told.append(f"{path}: methods {value}")
        if key == "status" and path.endswith(".risks") and value not in STATUSES:
            told.append(f"{path}: status {value}")
        if key in TIMES and not TIME.fullmatch(value):
            told.append(f"{path}.{key} is {value!r}")
        if key == "oscal-version" and value != "1.2.1":
            told.append(f"version {value}")
        if key == "algorithm" and value != "SHA-256":
            told.append(f"algorithm {value}")
        if value in ([], {}, "", None):
            told.append(f"{path}.{key} is empty")
    return told
