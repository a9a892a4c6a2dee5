"""What was seen: targets as inventory; requirements, gaps and drift as observations.

The records that people keep (who approved a baseline, when runs are due) are judged like targets and are no part of the
system: each is a component of its kind, and never an inventory item.
"""

from __future__ import annotations

from scanner.model import Gap, Plane, Row, ScanResult, Target
from scanner.records import COMPONENTS
from scanner.reports.oscal.parts import (
    Object,
    ended,
    evidence,
    filled,
    of_run,
    prop,
    sentence,
    stable,
)
from scanner.wording.index import Index
from scanner.wording.markdown import code, prose
from scanner.wording.plain import listed, plain
from scanner.wording.requirement import Requirement
from scanner.wording.spoken import planes
from scanner.wording.times import instant, iso
from scanner.wording.words import DRIFTS, Outcome, component

RECORDS = {"baseline": "standard", "schedule": "process-procedure"}
"""Records by the kind of component that the format has for them."""
FAILS = (Outcome.OPEN, Outcome.ACCEPTED)
_LIVE = (Plane.RUNNING, Plane.SERVED)
_REFUSED = {
    Outcome.UNKNOWN: "could not be checked",
    Outcome.NOT_ASSESSED: "was not assessed",
    Outcome.NOT_APPLICABLE: "does not apply",
}


# ---------------------------------------------------------------- targets


def local_definitions(index: Index) -> Object:
    """The scanner and what it looked at: a component per kind and version, an inventory item per target."""
    parts = [target for target in index.targets.values() if target.component not in COMPONENTS]
    kinds = {_kind(target): target for target in parts}
    kept = [_record(target) for target in index.targets.values() if target.component in COMPONENTS]
    return filled(
        components=[_tool(index.result), *(_component(target) for target in kinds.values()), *kept],
        inventory_items=[_item(target) for target in parts],
    )


def tool() -> str:
    """The identifier of the scanner."""
    return stable("component", "scanner")


def _tool(result: ScanResult) -> Object:
    return {
        "uuid": tool(),
        "type": "software",
        "title": "scanner",
        "description": "Compares settings with a baseline on every plane where they can be seen.",
        "props": [{"name": "version", "value": plain(result.tool_version).strip() or "none"}],
        "status": {"state": "operational"},
    }


def _kind(target: Target) -> tuple[str, str, str]:
    return ("component", target.component, target.version)


def _component(target: Target) -> Object:
    title = " ".join(part for part in (component(target.component), target.version) if part)
    return {
        "uuid": stable(*_kind(target)),
        "type": "software",
        "title": sentence(title, "unknown component"),
        "description": sentence(title, "Named by a result without a word on its kind."),
        "status": {"state": "other", "remarks": "A scan of settings does not tell whether it is in operation."},
    }


def _record(target: Target) -> Object:
    """Something that people wrote down, and that a run held its rules against."""
    return {
        "uuid": inventory(target.id),
        "type": RECORDS.get(target.component, "standard"),
        "title": sentence(f"{component(target.component)}: {target.id}", "a record"),
        "description": "A record that people keep; it is judged, and it is no part of the system.",
        "status": {"state": "other", "remarks": "A record is in force as far as its own text says."},
    }


def inventory(target: str) -> str:
    """The identifier of a target."""
    return stable("target", target)


def subject(index: Index, target: str) -> Object:
    """What something was seen of, as the kind of thing that it is."""
    held = index.targets.get(target)
    record = held is not None and held.component in COMPONENTS
    return {"subject-uuid": inventory(target), "type": "component" if record else "inventory-item"}


def _item(target: Target) -> Object:
    asset = plain(target.id).strip() or "none"
    return {
        "uuid": inventory(target.id),
        "description": code(target.id),
        "props": [
            {"name": "asset-id", "value": asset},
            *prop("environment", target.environment),
            *prop("environment-from", target.environment_from),
            *prop("platform", target.platform),
            *prop("version", target.version),
        ],
        "implemented-components": [{"component-uuid": stable(*_kind(target))}],
    }


# ---------------------------------------------------------------- observations


def observation(result: ScanResult, item: Requirement) -> str:
    """The identifier of what was seen of a requirement."""
    return of_run(result, "observation", item.finding.fingerprint)


def described(item: Requirement) -> str:
    """What was seen, as the format's markup."""
    scope = "" if item.finding.scope == "server" else f", {code(item.finding.scope)}"
    head = f"{code(item.setting or item.finding.rule)} on {code(item.finding.target)}{scope}"
    if item.outcome in _REFUSED:
        remedies = "".join(f" To know it: {code(text, 2_000)}." for text in item.remedies)
        return f"{head} {_REFUSED[item.outcome]}: {prose(item.why) or 'no reason is recorded'}.{remedies}"
    wanted = f"expected {code(item.expected)}" if item.expected else "judged by its rule"
    return f"{head}: {wanted}, observed {code(item.observed)}."


def observed(result: ScanResult, item: Requirement, index: Index) -> Object:
    """A requirement as an observation."""
    found = item.finding
    references = [f"{held.framework}:{held.id}={held.strength}" for held in item.controls]
    return filled(
        uuid=observation(result, item),
        title=f"{code(item.name)}: {sentence(item.title, 'without a title')}",
        description=described(item),
        props=[
            *prop("rule-id", found.rule),
            *prop("outcome", item.outcome.value),
            *prop("severity", item.severity.value),
            *prop("setting", item.setting),
            *prop("scope", found.scope),
            *prop("fingerprint", found.fingerprint),
            *prop("where", item.where),
            *prop("waiver-id", found.waiver),
            *(entry for text in references for entry in prop("evidence-for", text)),
        ],
        methods=["TEST" if any(seen.plane in _LIVE for seen in found.judgements) else "EXAMINE"],
        types=["finding" if item.outcome in FAILS else "control-objective"],
        origins=[{"actors": [{"type": "tool", "actor-uuid": tool()}]}],
        subjects=[subject(index, found.target)],
        relevant_evidence=[{"href": f"#{evidence(result)}", "description": "The finding in the result of the run."}],
        collected=_collected(index.rows_of(found)) or ended(result),
        remarks=prose(item.waiver_words),
    )


def _collected(rows: list[Row]) -> str:
    """When the latest of the values was read."""
    times = [
        instant(reading.observation.provenance.observed_at)
        for row in rows
        for cell in row.cells
        for reading in cell.readings
    ]
    return iso(max((time for time in times if time), default=None))


def silent(index: Index, number: int, gap: Gap) -> Object:
    """A source that did not answer, as an observation."""
    result = index.result
    remedy = f" To know it: {code(gap.remedy, 2_000)}." if gap.remedy else ""
    return filled(
        uuid=of_run(result, "gap", str(number)),
        title=f"No answer from {code(gap.target or 'the project')} on the plane {gap.plane}",
        description=f"{code(gap.collector)} got no answer: {prose(gap.reason) or 'no reason is recorded'}.{remedy}",
        props=[*prop("gap", gap.reason or "no reason"), *prop("plane", gap.plane), *prop("collector", gap.collector)],
        methods=["TEST" if gap.plane in _LIVE else "EXAMINE"],
        origins=[{"actors": [{"type": "tool", "actor-uuid": tool()}]}],
        subjects=[subject(index, gap.target)] if gap.target in index.targets else [],
        collected=ended(result),
    )


def drifted(index: Index, row: Row) -> Object:
    """A setting whose planes disagree, as an observation."""
    result = index.result
    seen = listed([f"{said.plane} {code(said.value)}" for said in planes(row) if said.readings])
    states = " and ".join(DRIFTS[state].shout for state in row.drift)
    scope = "" if row.scope == "server" else f", {code(row.scope)}"
    return filled(
        uuid=of_run(result, "drift", row.id),
        title=f"Planes disagree on {code(row.setting)} of {code(row.target)}",
        description=f"{code(row.setting)} on {code(row.target)}{scope}: {states}: {seen}.",
        props=[entry for state in row.drift for entry in prop("drift", state.value)] + prop("setting", row.setting),
        methods=["TEST" if any(cell.readings for cell in row.cells if cell.plane in _LIVE) else "EXAMINE"],
        origins=[{"actors": [{"type": "tool", "actor-uuid": tool()}]}],
        subjects=[subject(index, row.target)],
        collected=_collected([row]) or ended(result),
        remarks=prose(row.drift_note),
    )


def observations(index: Index, found: list[Requirement]) -> list[Object]:
    """Everything that was seen: requirements, silence, and planes that disagree."""
    result = index.result
    gaps = [silent(index, number, gap) for number, gap in enumerate(result.gaps)]
    drift = [drifted(index, row) for row in index.disagreeing]
    return [*(observed(result, item, index) for item in found), *gaps, *drift]
