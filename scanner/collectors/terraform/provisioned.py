"""What the platform held at the last refresh, as a state or a plan tells it, on the provisioned plane.

The same bindings speak of it. Its resources are linked by the names that they really have; the place of each is where
the sources write it, which is where a person would change it. Secrets stand in a state in clear text and leave as
presence only: how a text got there is not known, and it is compared with nothing. Of a plan only that is taken which
the refresh found changed outside Terraform; what has not changed is no news, and the plan is about to replace the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.agreement import Agreement
from scanner.collectors.terraform.dialect import COLLECTOR
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.plan import Plan, Planned, members, unindexed
from scanner.collectors.terraform.planned import PlannedInstance
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.source import Declaration, Problem
from scanner.collectors.terraform.stack import Stack
from scanner.collectors.terraform.values import Value
from scanner.infrastructure.report import Report
from scanner.infrastructure.resource import Bound
from scanner.model import Absent, Gap, Observation, Plane, Present

_SILENT = "apply the sources, or give the state that holds it"
REFRESHED = "seen by terraform's refresh"


@dataclass
class DeclaredStack(Stack):
    """The sources beside a state: where they do not tell how many instances there are, the state names those to judge.

    That a resource is in the state does not say that it is still declared, so the doubt about it stays.
    """

    held: frozenset[str] = frozenset()
    """The addresses that the state holds."""

    def _instances(self, module: ModuleInstance) -> Iterator[Instance]:
        for instance in super()._instances(module):
            yield from self._counted(instance)

    def _counted(self, instance: Instance) -> Iterator[Instance]:
        judged = any(binding.role == "target" for binding in self.bindings.of(instance.type))
        known = not instance.uncertain or instance.address in self.held or not judged
        plain = unindexed(instance.address)
        found = [] if known else sorted(address for address in self.held if unindexed(address) == plain)
        yield from (replace(instance, address=address, _memo={}) for address in found)
        if not found:
            yield instance

    def standing_at(self, address: str) -> list[Bound]:
        plain = unindexed(address)
        named = [bound for bound in self.resources.values() if unindexed(bound.address) == plain]
        return super().standing_at(address) or [bound for bound in named if bound.uncertain]


@dataclass
class StateStack(Stack):
    """The bound resources of a state."""

    state: Plan | None = None
    written: Mapping[str, Instance] = field(default_factory=dict)
    """The resources of the sources, by address with and without indexes."""
    words: str = ""
    """How the values came to be seen, where that is worth telling."""

    def _instances(self, module: ModuleInstance) -> Iterator[Instance]:
        held = self.state.resources.values() if self.state else ()
        for found in (item for item in held if self.bindings.of(item.type)):
            label = self.state.label if self.state else ""
            written = self.written.get(found.address) or self.written.get(unindexed(found.address))
            declaration = Declaration("resource", (found.type, found.name), label, 1, ready=syntax.Body())
            if written is not None:
                declaration = replace(declaration, file=written.declaration.file, line=written.declaration.line)
            agreement = Agreement(label, written.place if written else label, "plan" if self.words else "state")
            values = {name: self._placed(agreement, found, written, name, it) for name, it in members(found).items()}
            yield PlannedInstance(declaration, found.address, module.scope, values=values, agreement=agreement)

    def _placed(
        self, agreement: Agreement, found: Planned, written: Instance | None, name: str, value: Value
    ) -> Value:  # fmt: skip
        """A value with the line of the sources that writes the argument, or else declares the resource."""
        argument = written.declaration.body.arguments.get(name) if written else None
        place = f"{argument.file}:{argument.line}" if argument else agreement.place
        note = f"{found.address}, {self.words}" if self.words else found.address
        return agreement.only_planned(value, note, place)

    def beside(self, bound: Bound) -> Sequence[Problem]:
        return []


def places(stack: Stack) -> dict[str, Instance]:
    """Where the sources write each resource, by its address with and without indexes."""
    exact = {address: stack.instances[address] for address, bound in stack.resources.items() if not bound.unread}
    return {unindexed(address): instance for address, instance in exact.items()} | exact


def sides(plan: Plan) -> tuple[Plan, Plan]:
    """What the refresh saw, and what the last apply had left, in the shape of two states."""
    held = {address: item for address, item in plan.held.items() if address not in plan.refreshed}
    return Plan(plan.label, held | plan.refreshed), Plan(plan.label, held | plan.applied)


def changed(seen: Iterable[Report], applied: Iterable[Report]) -> Iterator[Report]:
    """What the refresh saw that is not as the last apply had left it."""
    before = {report.target.id: report for report in applied}
    for report in seen:
        if report.target.id in before:
            found = list(_changed(report, before[report.target.id]))
            if found:
                yield moved(replace(report, observations=found, gaps=[], answers=[]))


def _changed(seen: Report, applied: Report) -> Iterator[Observation]:
    earlier = {(item.setting, item.scope): item for item in applied.observations}
    now = {(item.setting, item.scope): item for item in seen.observations}
    for key, item in now.items():
        if key not in earlier or earlier[key].content != item.content:
            yield item
    for key, item in earlier.items():
        if key not in now:
            yield replace(item, content=Absent())


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
    told = {unindexed(report.target.id) for report in seen} | {report.target.id for report in seen}
    for report in declared:
        if report.target.id not in told:
            reason = f"the state {state.label} does not hold {report.target.id}"
            yield Gap(report.target.id, Plane.PROVISIONED, COLLECTOR, reason, _SILENT, locator=state.label)
