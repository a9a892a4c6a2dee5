"""OSCAL component definition: the baselines of a run as components with their rules, and the controls they bear on.

Rules are written in the manner of trestle (``Rule_Id``, ``Rule_Description``, ``Check_Id``) under a namespace of ours.
A requirement says which rules are evidence for a control, how far, and why; it never says that a control is met.
"""

from __future__ import annotations

from scanner.model import Baseline, ControlReference, Rule, ScanResult
from scanner.reports import Options
from scanner.reports.oscal import parts
from scanner.reports.oscal.parts import NIST, Object, filled, of_run, prop, sentence, stable
from scanner.wording.markdown import code, prose
from scanner.wording.words import component, framework

CATALOG = (
    "https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/"
    "NIST_SP-800-53_rev5_catalog.json"
)


def render(result: ScanResult, options: Options) -> str:
    """The result as an OSCAL component definition: its baselines and rules, not what was found."""
    version = ", ".join(f"{held.id} {held.version}" for held in result.baselines)
    others = sorted({item.framework for held in result.baselines for rule in held.rules for item in rule.controls})
    document = filled(
        uuid=of_run(result, "component-definition"),
        metadata=parts.metadata(result, parts.document_title(result, "Configuration baselines"), version),
        components=[_component(baseline) for baseline in result.baselines],
        back_matter=filled(resources=[_resource(name) for name in others if name != NIST]),
    )
    return parts.text({"component-definition": document})


def _resource(name: str) -> Object:
    title = sentence(framework(name), "A framework without a name")
    return {"uuid": stable("framework", name), "title": title, "description": "Cited by id; its text is not held here."}


def _component(baseline: Baseline) -> Object:
    """A baseline: what it asks of one kind of component."""
    approved = f"approved by {prose(baseline.approved_by)}" if baseline.approved_by else "no approval is recorded"
    name = f"{code(baseline.id)} {code(baseline.version)}"
    return filled(
        uuid=stable("baseline", baseline.id),
        type="software",
        title=sentence(component(baseline.component), "A component without a name"),
        description=f"{sentence(baseline.title, 'A baseline')} ({name}), {approved}.",
        props=[
            *prop("baseline", baseline.id),
            *prop("baseline-version", baseline.version),
            *prop("baseline-sha256", baseline.digest),
            *(entry for number, rule in enumerate(baseline.rules) for entry in _rule(rule, number)),
        ],
        control_implementations=_implementations(baseline),
    )


def _rule(rule: Rule, number: int) -> list[Object]:
    remarks = f"rule_set_{number:03}"
    return [
        *prop("Rule_Id", rule.id, remarks=remarks),
        *prop("Rule_Description", rule.title, remarks=remarks),
        *prop("Check_Id", f"check_{rule.id}", remarks=remarks),
        *prop("Setting", rule.setting, remarks=remarks),
        *prop("Severity", rule.severity, remarks=remarks),
    ]


def _implementations(baseline: Baseline) -> list[Object]:
    held: dict[str, dict[str, list[tuple[Rule, ControlReference]]]] = {}
    for rule in baseline.rules:
        for reference in rule.controls:
            name = parts.control(reference.id) if reference.framework == NIST else parts.token(reference.id)
            if name:
                held.setdefault(reference.framework, {}).setdefault(name, []).append((rule, reference))
    return [_implementation(baseline, name, controls) for name, controls in sorted(held.items())]


def _implementation(baseline: Baseline, name: str, controls: dict[str, list[tuple[Rule, ControlReference]]]) -> Object:
    said = sentence(framework(name), "A framework without a name")
    return {
        "uuid": stable("implementation", baseline.id, name),
        "source": CATALOG if name == NIST else f"#{stable('framework', name)}",
        "description": f"{said}: what the rules of {code(baseline.id)} are evidence for.",
        "implemented-requirements": [
            _requirement(baseline, name, control, rules) for control, rules in sorted(controls.items())
        ],
    }


def _requirement(baseline: Baseline, name: str, control: str, rules: list[tuple[Rule, ControlReference]]) -> Object:
    reasons = dict.fromkeys(
        f"{prose(parts.printed(held.id))}, {held.strength}: {prose(held.why) or 'no reason is given'}"
        for _, held in rules
    )
    told = " ".join(reasons)
    return {
        "uuid": stable("requirement", baseline.id, name, control),
        "control-id": control,
        "description": f"Evidence, not a claim that the control is in place. {told}",
        "props": [entry for rule in dict.fromkeys(rule.id for rule, _ in rules) for entry in prop("Rule_Id", rule)],
    }
