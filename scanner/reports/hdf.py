"""The result as HDF ExecJSON (Heimdall Data Format), for Heimdall, SAF and their converters.

A profile per target and baseline and a control per requirement, with one result each: where several results share a
control, readers of the format let an error hide a failure, and a pass hide what was not reviewed. What could not be
checked is an ``error`` and never reads as passed. A waiver is told but does not skip, because skipping would turn the
difference into *not applicable*.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from scanner.controls import label
from scanner.model import Baseline, ScanResult, Severity, Target
from scanner.reports import Options
from scanner.wording import places
from scanner.wording.index import Index
from scanner.wording.plain import plain
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.sentences import denominator
from scanner.wording.times import EPOCH, instant, iso
from scanner.wording.words import Outcome

IMPACTS = {Severity.CRITICAL: 0.9, Severity.HIGH: 0.7, Severity.MEDIUM: 0.5, Severity.LOW: 0.3}
STATES = {
    Outcome.PASSED: "passed",
    Outcome.OPEN: "failed",
    Outcome.ACCEPTED: "failed",
    Outcome.UNKNOWN: "error",
    Outcome.NOT_ASSESSED: "skipped",
    Outcome.NOT_APPLICABLE: "skipped",
}
NIST = "nist-800-53r5"

Object = dict[str, Any]


def render(result: ScanResult, options: Options) -> str:
    """The result as HDF ExecJSON."""
    index = Index(result)
    groups: dict[tuple[str, str], list[Requirement]] = {}
    for item in requirements(index):
        groups.setdefault((item.finding.target, item.baseline.id if item.baseline else ""), []).append(item)
    start, end = instant(result.started), instant(result.finished)
    duration = (end - start).total_seconds() if start and end else 0.0
    names: dict[str, int] = {}
    said = {
        "platform": {"name": "scanner", "release": plain(result.tool_version), "target_id": _targets(index)},
        "version": plain(result.tool_version),
        "statistics": {"duration": max(duration, 0.0)},
        "profiles": [_profile(index, found, names) for found in groups.values()],
        "passthrough": {"run": plain(result.run_id), "denominator": denominator(result), "gaps": _gaps(result)},
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def _targets(index: Index) -> str:
    return ", ".join(plain(name) for name in index.targets) or "none"


def _gaps(result: ScanResult) -> list[Object]:
    return [
        {
            "target": plain(gap.target),
            "plane": gap.plane.value,
            "reason": plain(gap.reason),
            "remedy": plain(gap.remedy),
        }
        for gap in result.gaps
    ]


def _profile(index: Index, found: list[Requirement], names: dict[str, int]) -> Object:
    target, baseline = found[0].target, found[0].baseline
    name = _once(f"{plain(baseline.id) if baseline else 'no-baseline'}@{plain(target.id)}", names)
    seen: dict[str, int] = {}
    return {
        "name": name,
        "version": plain(baseline.version) if baseline else "0",
        "sha256": plain(baseline.digest) if baseline else "",
        "title": f"{plain(baseline.title) if baseline else 'Rules of no baseline'}, held against {plain(target.id)}",
        "maintainer": plain(baseline.owner) if baseline else "",
        "summary": _summary(target, baseline),
        "supports": [],
        "attributes": [],
        "depends": [],
        "groups": [],
        "status": "loaded",
        "controls": [_control(index, item, seen) for item in found],
    }


def _summary(target: Target, baseline: Baseline | None) -> str:
    approved = f"approved by {plain(baseline.approved_by)}" if baseline and baseline.approved_by else ""
    parts = [target.component, target.version, target.platform, target.environment]
    return f"{', '.join(plain(part) for part in parts if part)}; {approved or 'no approval is recorded'}"


def _once(name: str, seen: dict[str, int]) -> str:
    """A name that stands once: readers key by it."""
    found = name
    for number in count(2):
        if found not in seen:
            break
        found = f"{name} #{number}"
    seen[found] = 1
    return found


def _control(index: Index, item: Requirement, seen: dict[str, int]) -> Object:
    place = places.rule(index, item.finding)
    applies = item.outcome is not Outcome.NOT_APPLICABLE
    said: Object = {
        "id": _once(item.name, seen),
        "title": item.title,
        "desc": plain(item.rule.why) if item.rule else item.title,
        "descriptions": [
            {"label": "check", "data": f"{item.setting}: expected {item.expected or 'what its rule asks for'}"},
            {"label": "fix", "data": item.fix},
        ],
        "impact": IMPACTS[item.severity] if applies else 0.0,
        "refs": [],
        "tags": _tags(item),
        "code": "",
        "source_location": {"ref": plain(place.file), "line": place.line},
        "results": [_result(index, item)],
    }
    if item.outcome is Outcome.ACCEPTED:
        said["waiver_data"] = _waiver(item)
    return said


def _tags(item: Requirement) -> Object:
    nist = [_nist(held.id) for held in item.controls if held.framework == NIST]
    others: dict[str, list[str]] = {}
    for held in item.controls:
        if held.framework != NIST:
            others.setdefault(plain(held.framework), []).append(plain(held.id))
    tags: Object = {**others, "nist": list(dict.fromkeys(nist)), "cci": list(item.cci), "severity": item.severity.value}
    return {**tags, "outcome": item.outcome.value, "fingerprint": item.finding.fingerprint}


def _nist(name: str) -> str:
    """A control as the lists of this format write it: ``SC-8 (1)``."""
    control = plain(name).partition("_")[0]
    try:
        return label(control).replace("(", " (")
    except ValueError:
        return control


def _result(index: Index, item: Requirement) -> Object:
    state = STATES[item.outcome]
    said: Object = {
        "status": state,
        "code_desc": f"{item.setting} on {plain(item.finding.target)}, {plain(item.finding.scope)}",
        "run_time": 0.0,
        "start_time": iso(instant(index.result.started)) or EPOCH,
    }
    told = " ".join(part for part in (item.sentence, item.age, item.waiver_words, *item.remedies) if part)
    if state == "skipped":
        said["skip_message"] = told
    elif state == "error":
        said |= {"message": told, "exception": "CouldNotCheck", "backtrace": []}
    else:
        said["message"] = told
    return said


def _waiver(item: Requirement) -> Object:
    waiver = item.waiver
    return {
        "justification": item.waiver_words,
        "run": True,
        "skipped_due_to_waiver": False,
        "expiration_date": plain(waiver.expires) if waiver else "",
        "message": plain(f"approved by {waiver.approved_by}") if waiver and waiver.approved_by else "",
    }
