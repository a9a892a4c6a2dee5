"""OSCAL plan of action and milestones: what is to be done about the differences and the unknowns of a run.

One combined CM-6 item over all differences and one item per control, so that either way of counting can be taken. What
could not be checked has an item of its own: it is work to do, and no difference. FedRAMP asks for such a plan in its
baselines of 2024 only; its Consolidated Rules of 2026 want a list of accepted weaknesses, and the document says that.
"""

from __future__ import annotations

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.oscal import objectives, parts
from scanner.reports.oscal.evidence import FAILS, local_definitions, observation, observed
from scanner.reports.oscal.parts import Object, filled, prop, stable
from scanner.reports.oscal.risks import risk, risks
from scanner.wording.index import Index
from scanner.wording.plain import counted
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.words import Outcome

RULES = (
    "For the FedRAMP revision 5 baselines of 2024, monthly and combined or by control. The FedRAMP Consolidated Rules "
    "of 2026 have no plan of action and milestones."
)


def render(result: ScanResult, options: Options) -> str:
    """The result as an OSCAL plan of action and milestones."""
    index = Index(result)
    found = [item for item in requirements(index) if item.outcome in (*FAILS, Outcome.UNKNOWN)]
    fails = [item for item in found if item.outcome in FAILS]
    title = parts.document_title(result, "Plan of action and milestones")
    document = filled(
        uuid=parts.of_run(result, "poam"),
        metadata={**parts.metadata(result, title, result.run_id), "remarks": RULES},
        system_id={"identifier-type": "https://ietf.org/rfc/rfc4122", "id": stable("system", result.project)},
        local_definitions=local_definitions(index),
        observations=[observed(result, item, index) for item in found],
        risks=risks(result, found),
        poam_items=_items(result, found, fails),
        back_matter={"resources": [parts.resource(result)]},
    )
    return parts.text({"plan-of-action-and-milestones": document})


def _items(result: ScanResult, found: list[Requirement], fails: list[Requirement]) -> list[Object]:
    unknown = [item for item in found if item.outcome is Outcome.UNKNOWN]
    items = []
    if fails:
        items.append(_item(result, "combined", "CM-6, combined", "cm-6", fails))
        items += [
            _item(result, f"control {name}", parts.printed(name), name, held)
            for name, held in _by_control(fails).items()
        ]
    if unknown:
        items.append(_item(result, "unknown", "Could not be checked", "", unknown))
    return items or [_item(result, "none", "Nothing is open in this run", "", [])]


def _by_control(fails: list[Requirement]) -> dict[str, list[Requirement]]:
    """The differences under each control that they bear on, save CM-6, which the combined item holds."""
    found: dict[str, dict[str, Requirement]] = {}
    for name, held in objectives.by_objective(fails).items():
        for item, _ in held:
            found.setdefault(parts.control(name), {})[item.finding.fingerprint] = item
    found.pop("cm-6", None)
    return {name: list(held.values()) for name, held in found.items()}


def _item(result: ScanResult, name: str, title: str, control: str, found: list[Requirement]) -> Object:
    opened = sum(item.outcome is Outcome.OPEN for item in found)
    accepted = sum(item.outcome is Outcome.ACCEPTED for item in found)
    said = [f"{counted(opened, 'difference')} open", f"{accepted:,} accepted"] if opened or accepted else []
    told = ", ".join(said) or (counted(len(found), "requirement") if found else "no open difference, no unknown")
    return filled(
        uuid=stable("poam-item", result.project, name),
        title=f"{title}: {told}",
        description=f"{objectives.counts(found)}." if found else "Nothing to do follows from this run.",
        props=[*prop("roll-up", name.partition(" ")[0]), *prop("control-id", control)],
        related_observations=[{"observation-uuid": observation(result, item)} for item in found],
        related_risks=[{"risk-uuid": risk(item)} for item in found if item.outcome in FAILS],
    )
