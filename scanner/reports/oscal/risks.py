"""Differences as risks: open ones with the time to be closed until, accepted ones as approved deviations."""

from __future__ import annotations

from scanner.model import ScanResult
from scanner.reports.oscal.evidence import FAILS, described, observation, tool
from scanner.reports.oscal.parts import Object, filled, person, prop, sentence, stable
from scanner.wording.markdown import code, prose
from scanner.wording.plain import plain
from scanner.wording.plain import sentence as ended_well
from scanner.wording.requirement import Requirement
from scanner.wording.times import ending, instant, iso
from scanner.wording.words import Outcome, day


def risk(item: Requirement) -> str:
    """The identifier of a difference: the same in every run and document while it lasts."""
    return stable("risk", item.finding.fingerprint)


def risks(result: ScanResult, found: list[Requirement]) -> list[Object]:
    """Every difference, open or accepted, as a risk."""
    return [_risk(result, item) for item in found if item.outcome in FAILS]


def _risk(result: ScanResult, item: Requirement) -> Object:
    accepted = item.outcome is Outcome.ACCEPTED
    origin = {"actors": [{"type": "tool", "actor-uuid": tool()}]}
    facets = [{"name": "severity", "system": "urn:scanner:oscal", "value": item.severity.value}]
    why = item.rule.why if item.rule else ""
    return filled(
        uuid=risk(item),
        title=f"{sentence(item.title, 'A difference')} ({code(item.finding.target)})",
        description=f"{described(item)} {prose(ended_well(item.waiver_words)) if item.waiver_words else ''}".strip(),
        statement=sentence(why, "The result holds no reason for this rule."),
        props=[*prop("rule-id", item.finding.rule), *prop("first-seen", item.finding.first_seen)],
        status="deviation-approved" if accepted else "open",
        characterizations=[{"origin": origin, "facets": facets}],
        deadline=_deadline(item, accepted),
        remediations=[*_acceptance(item, accepted), *_recommendation(item)],
        risk_log=_log(item) if accepted else {},
        related_observations=[{"observation-uuid": observation(result, item)}],
    )


def _deadline(item: Requirement, accepted: bool) -> str:
    if accepted:
        return iso(ending(item.waiver.expires)) if item.waiver else ""
    return iso(instant(item.finding.due))


def _recommendation(item: Requirement) -> list[Object]:
    if not item.fix:
        return []
    name, fix = stable("remediation", item.finding.fingerprint), " ".join(item.fix.splitlines())
    told = code(fix, 4_000)
    return [{"uuid": name, "lifecycle": "recommendation", "title": "Bring back the value", "description": told}]


def _acceptance(item: Requirement, accepted: bool) -> list[Object]:
    if not accepted:
        return []
    measure = item.waiver.compensating_measure if item.waiver else ""
    told = prose(ended_well(item.waiver_words or "accepted"))
    told += f" Compensating measure: {prose(ended_well(measure))}" if measure else ""
    told += f" What remains: {prose(ended_well(item.waiver.risk))}" if item.waiver and item.waiver.risk else ""
    return [
        {
            "uuid": stable("acceptance", item.finding.fingerprint, item.finding.waiver),
            "lifecycle": "completed",
            "title": f"Waiver {code(item.finding.waiver)}",
            "description": told,
            "props": [{"name": "type", "value": "accept"}, *_approval(item)],
        }
    ]


def _approval(item: Requirement) -> list[Object]:
    """What is recorded of who asked, who approved and where that is kept."""
    waiver = item.waiver
    if waiver is None:
        return []
    return [
        *prop("requested-by", waiver.requested_by),
        *prop("approved-by", waiver.approved_by),
        *prop("approver-role", waiver.approver_role),
        *prop("ticket", waiver.ticket),
        *prop("review-on", waiver.review_on),
    ]


def _log(item: Requirement) -> Object:
    """Who approved the deviation and when, where both are recorded."""
    waiver = item.waiver
    approved = instant(waiver.approved_on) if waiver else None
    if waiver is None or approved is None or not plain(waiver.approved_by).strip():
        return {}
    entry = {
        "uuid": stable("approval", item.finding.fingerprint, waiver.id),
        "title": f"Waiver {code(waiver.id)} approved, until {prose(day(waiver.expires))}",
        "start": iso(approved),
        "status-change": "deviation-approved",
        "logged-by": [{"party-uuid": person(waiver.approved_by)}],
    }
    return {"entries": [entry]}
