"""What the platform held at the last refresh, as a state tells it: the same bindings, on the provisioned plane.

A state has no sources of its own; its resources are linked by the names that they really have. Secrets stand in it in
clear text and leave as presence only: how a text got there is not known, and it is compared with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.agreement import Agreement
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.plan import Plan, members
from scanner.collectors.terraform.planned import PlannedInstance
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.servers import COLLECTOR, Report
from scanner.collectors.terraform.source import Declaration, Problem
from scanner.collectors.terraform.stack import Bound, Stack
from scanner.model import Gap, Observation, Plane, Present

_SILENT = "apply the sources, or give the state that holds it"


@dataclass
class StateStack(Stack):
    """The bound resources of a state."""

    state: Plan | None = None

    def _instances(self, module: ModuleInstance) -> Iterator[Instance]:
        held = self.state.resources.values() if self.state else ()
        for found in (item for item in held if self.bindings.of(item.type)):
            label = self.state.label if self.state else ""
            declaration = Declaration("resource", (found.type, found.name), label, 1, ready=syntax.Body())
            agreement = Agreement(label, label)
            values = {name: agreement.only_planned(item, found.address) for name, item in members(found).items()}
            yield PlannedInstance(declaration, found.address, module.scope, values=values, agreement=agreement)

    def problems_beside(self, bound: Bound) -> list[Problem]:
        return []


def moved(report: Report) -> Report:
    """A report on the provisioned plane, without anything by which a secret could be compared."""
    return replace(
        report,
        observations=[_moved(item) for item in report.observations],
        gaps=[replace(gap, plane=Plane.PROVISIONED) for gap in report.gaps],
        answers=[replace(answer, plane=Plane.PROVISIONED) for answer in report.answers],
        digests={},
    )


def _moved(item: Observation) -> Observation:
    content = item.content
    if isinstance(content, Present):
        content = replace(content, origin="server", comparable=False, equal_to=())
    return replace(item, plane=Plane.PROVISIONED, content=content)


def silences(
    state: Plan, owner: str, declared: Iterable[Report], seen: Iterable[Report], hidden: Iterable[tuple[str, str, str]]
) -> Iterator[Gap]:
    """What a state does not tell: all that is wrong with it, and the targets that it does not hold."""
    for reason, remedy in state.problems:
        yield Gap(owner, Plane.PROVISIONED, COLLECTOR, reason, remedy, locator=state.label)
    for reason, remedy, place in hidden:
        yield Gap(owner, Plane.PROVISIONED, COLLECTOR, f"{state.label}: {reason}", remedy, locator=place)
    told = {report.target.id for report in seen}
    for report in declared:
        if report.target.id not in told:
            reason = f"the state {state.label} does not hold {report.target.id}"
            yield Gap(report.target.id, Plane.PROVISIONED, COLLECTOR, reason, _SILENT, locator=state.label)
