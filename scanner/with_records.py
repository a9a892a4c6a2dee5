"""The records of the baselines in use, put beside what the sources said, so that they are judged with all the rest."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from scanner import records
from scanner.catalogue import Catalogue
from scanner.collection import Collection
from scanner.model import Baseline, Notice, ScanResult, Target
from scanner.project import Project


def with_records(
    collection: Collection,
    chosen: tuple[Baseline, ...],
    in_force: Sequence[Baseline],
    project: Project,
    owned: frozenset[str],
    environments: Names[str],
    catalogue: Catalogue,
    now: datetime,
    previous: ScanResult | None = None,
) -> tuple[Collection, tuple[Baseline, ...], tuple[Notice, ...]]:
    """The collection with a target for each record, and the chosen baselines each with the approval that holds for it.

    Without a chosen rule that judges records, nothing is added; ``in_force`` are all baselines of the run.
    """
    if not any(item.component in records.COMPONENTS for item in chosen):
        return collection, chosen, ()
    targets = {
        name: item for name, item in collection.targets.items() if not environments or item.environment in environments
    }
    place = Path(project.place).name if project.place else ""
    asked = _asked(collection, targets, catalogue)
    scheduled = records.schedule(project.policy, previous, place, now)
    found = records.observe(in_force, records.Scene(project.approvals, owned, place, targets, asked, now, catalogue))
    told = {item.id: item for item in found.baselines}
    named = tuple(replace(told.get(item.id, item), rules=item.rules) for item in chosen)
    recorded = [*found.targets, *([scheduled[0]] if scheduled else [])]
    there = {item.component for item in recorded}
    named = tuple(item for item in named if item.component in there or item.component not in records.COMPONENTS)
    widened = replace(
        collection,
        targets={**collection.targets, **{item.id: item for item in recorded}},
        observations=(*collection.observations, *found.observations, *([scheduled[1]] if scheduled else [])),
    )
    return widened, named, found.notices


def _asked(collection: Collection, targets: dict[str, Target], catalogue: Catalogue) -> set[str]:
    """The targets for which a source was asked that can show a version."""
    asked = set()
    spoken = [(item.target, item.collector) for item in collection.answers]
    spoken += [(item.target, item.collector) for item in collection.gaps]
    for name, kind in spoken:
        target = targets.get(name)
        setting = catalogue.setting(target.component, records.VERSION) if target else None
        if setting is not None and kind in dict(setting.shown_by):
            asked.add(name)
    return asked
