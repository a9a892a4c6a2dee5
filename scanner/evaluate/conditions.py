"""What a rule asks of one target: does it apply, and which variant holds? Three-valued, so an unreadable condition is
unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.catalogue import Catalogue
from scanner.evaluate.expectation import Judge, MissingParameter
from scanner.layers import applies
from scanner.model import SERVER, Expectation, Row, Rule, Severity, Target, When
from scanner.values import version_within


@dataclass(frozen=True, slots=True)
class Demand:
    """What the rule asks of this target; ``skip`` or ``unknown`` is the reason why it asks for nothing."""

    expectation: Expectation | None
    severity: Severity
    skip: str = ""
    unknown: str = ""
    remedy: str = ""
    """What would make an unreadable condition readable."""


def demand(rule: Rule, target: Target, rows: Mapping[str, Row], catalogue: Catalogue) -> Demand:
    """The expectation and severity that hold for a target, or why there is none."""
    applies, reason = _holds(rule.applies, target, rows, catalogue)
    if applies is False:
        return Demand(None, rule.severity, skip=reason)
    if applies is None:
        return Demand(None, rule.severity, unknown=reason, remedy=_way_out(rule.applies, target))
    for variant in rule.variants:
        chosen, reason = _holds(variant.when, target, rows, catalogue)
        if chosen is None:
            return Demand(None, rule.severity, unknown=reason, remedy=_way_out(variant.when, target))
        if chosen and variant.skip:
            return Demand(None, variant.severity or rule.severity, skip=variant.skip)
        if chosen:
            return Demand(variant.expectation or rule.expectation, variant.severity or rule.severity)
    return Demand(rule.expectation, rule.severity)


def _way_out(when: When, target: Target) -> str:
    if (when.platforms and not target.platform) or (when.version and not target.version):
        missing = " and ".join(
            word for word, given in (("platform", target.platform), ("version", target.version)) if not given
        )
        return f"state the {missing} of the target in scanner.yaml, or give a source that shows it"
    names = ", ".join(name for name, _ in when.settings)
    return f"set {names}, or add a source that shows it" if names else "give a source that shows the version"


def _holds(when: When, target: Target, rows: Mapping[str, Row], catalogue: Catalogue) -> tuple[bool | None, str]:
    if when.environments and target.environment not in when.environments:
        return False, f"not for the environment {target.environment}"
    if when.platforms and target.platform not in when.platforms:
        return (None, "the platform of this target is not known") if not target.platform else (
            False, f"not for the platform {target.platform}"
        )  # fmt: skip
    if target.platform and target.platform in when.not_platforms:
        return False, f"not for the platform {target.platform}"
    if when.version:
        within = version_within(target.version, when.version)
        if within is not True:
            return within, f"for versions {when.version}; this is {target.version or 'not known'}"
    for name, expectation in when.settings:
        held = _setting_holds(name, expectation, target, rows, catalogue)
        if held is not True:
            return held, f"it depends on {name}, which " + ("is not known" if held is None else "says otherwise")
    return True, ""


def _setting_holds(
    name: str, expectation: Expectation, target: Target, rows: Mapping[str, Row], catalogue: Catalogue
) -> bool | None:
    """Whether another setting meets an expectation on every plane that can tell; planes that disagree cannot."""
    setting, row = catalogue.setting(target.component, name), rows.get(f"{target.id}|{name}|{SERVER}")
    if setting is not None and not applies(setting, target):
        return False
    if setting is None or row is None:
        return None
    judge = Judge(setting, dict(target.parameters))
    readings = [cell.effective for cell in row.cells if cell.effective is not None]
    try:
        outcomes = {judge.holds(expectation, reading.observation.content).holds for reading in readings} - {None}
    except MissingParameter:
        return None
    return outcomes.pop() if len(outcomes) == 1 else None
