"""OSCAL assessment results: every requirement as an observation, differences as risks, findings on objectives only."""

from __future__ import annotations

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.oscal import objectives, parts
from scanner.reports.oscal.evidence import local_definitions, observations
from scanner.reports.oscal.parts import NIST, Object, filled, of_run, prop
from scanner.reports.oscal.risks import risks
from scanner.wording.index import Index
from scanner.wording.markdown import code, prose
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.sentences import denominator, gate, verdict_sentences
from scanner.wording.times import EPOCH, instant, iso
from scanner.wording.words import TABLE_ORDER


def render(result: ScanResult, options: Options) -> str:
    """The result as OSCAL assessment results."""
    index = Index(result)
    found = requirements(index)
    plan = of_run(result, "resource", "plan")
    document = {
        "uuid": of_run(result, "assessment-results"),
        "metadata": parts.metadata(result, parts.document_title(result, "Configuration baseline scan"), result.run_id),
        "import-ap": {"href": f"#{plan}"},
        "results": [_result(index, found)],
        "back-matter": {"resources": [_plan(result, plan), parts.resource(result)]},
    }
    return parts.text({"assessment-results": document})


def _plan(result: ScanResult, name: str) -> Object:
    """The plan that the run followed: its command and its baselines."""
    return filled(
        uuid=name,
        title="What was scanned and by which baselines",
        description=f"Command: {code(result.command)}.",
        props=[
            entry
            for baseline in result.baselines
            for entry in (
                *prop("baseline", f"{baseline.id} {baseline.version}"),
                *prop("baseline-sha256", baseline.digest),
                *prop("baseline-approved-by", baseline.approved_by),
            )
        ],
    )


def _result(index: Index, found: list[Requirement]) -> Object:
    result = index.result
    first, rest = verdict_sentences(index)
    return filled(
        uuid=of_run(result, "result"),
        title=parts.document_title(result, "Scan"),
        description=prose(f"{first} {rest} {denominator(result)}.") or "A scan.",
        start=iso(instant(result.started)) or EPOCH,
        end=iso(instant(result.finished)),
        props=[
            *prop("run-id", result.run_id),
            *prop("tool-version", result.tool_version),
            *prop("exit-code", str(result.exit_code)),
            *(entry for name in TABLE_ORDER for entry in prop(name.value, str(getattr(result.coverage, name.value)))),
            *prop("gaps", str(len(result.gaps))),
            *(entry for name in result.only for entry in prop("only", name)),
            *(entry for item in result.baselines for entry in prop("baseline", f"{item.id} {item.version}")),
        ],
        local_definitions=local_definitions(index),
        reviewed_controls=_reviewed(found),
        observations=observations(index, found),
        risks=risks(result, found),
        findings=objectives.findings(result, found),
        remarks=_remarks(result),
    )


def _remarks(result: ScanResult) -> str:
    unread = [prose(notice.text) for notice in result.notices if notice.incomplete]
    return " ".join([f"{prose(gate(result))}.", *(f"Not read: {text}." for text in unread)])


def _reviewed(found: list[Requirement]) -> Object:
    """The controls and objectives that rules of the run bear on; CM-6 b is what every setting bears on."""
    cited = {parts.control(item.id) for line in found for item in line.controls if item.framework == NIST}
    controls = sorted(cited - {""} | {parts.control(objectives.COMBINED)})
    chosen = sorted({*objectives.by_objective(found), objectives.COMBINED})
    told = "Parts of these controls, as far as each rule carries; no control is reviewed as a whole."
    return {
        "description": told if found else "Nothing was reviewed: no rule was held against anything.",
        "control-selections": [{"include-controls": [{"control-id": name} for name in controls]}],
        "control-objective-selections": [{"include-objectives": [{"objective-id": name} for name in chosen]}],
    }
