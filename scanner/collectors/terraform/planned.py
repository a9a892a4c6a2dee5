"""The resources of a root when a plan is at hand: the plan says which there are, the sources where they are written.

What the plan does not list is doubted, never taken for absent, unless the plan is whole and its own configuration
declares it. What the sources do not declare is doubted too: such a plan is of other sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scanner.bindings import Bindings
from scanner.collectors.terraform import staleness, syntax
from scanner.collectors.terraform.agreement import REMEDY, Agreement
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.plan import Plan, Planned, members, unindexed
from scanner.collectors.terraform.resources import META, Instance
from scanner.collectors.terraform.source import Declaration
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import SEQUENCES, Hole, Trail, Value


@dataclass
class PlannedInstance(Instance):
    """An instance of which a plan knows the values."""

    written: Instance | None = None
    values: dict[str, Value] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=lambda: Agreement("", ""))
    drifted: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(self.written.names if self.written else ()), *self.values)))

    def computed(self, name: str) -> Hole | None:
        found = self.values.get(name)
        return found.data if found is not None and found.kind == "unknown" else None

    def _configured(self, name: str) -> Value | None:
        written = self.written.configured(name) if self.written else None
        found = self._joined(written, self.values.get(name), name)
        if found is not None and name in self.drifted:
            found = found.at("changed outside Terraform since the last apply", self.agreement.plan)
        return found

    def _joined(self, written: Value | None, planned: Value | None, name: str) -> Value | None:
        if name in META:
            return None
        if planned is None:
            return self._unplanned(written, name)
        silent = written is None or written.kind == "null"
        if silent and planned.kind in SEQUENCES and not planned.data:
            return None
        if silent and self.written is not None and planned.kind == "unknown":
            return None
        return planned if self.written is None else self._agreement(name).join(written, planned)

    def _agreement(self, name: str) -> Agreement:
        argument = self.declaration.body.arguments.get(name)
        return replace(self.agreement, place=f"{argument.file}:{argument.line}") if argument else self.agreement

    def _unplanned(self, written: Value | None, name: str) -> Value | None:
        """A plan lists every attribute, so one that it leaves out is in doubt."""
        if written is None and self.written is not None:
            return None
        if written is not None and written.kind not in {"unknown", "lazy"}:
            return self.agreement.conflict(written, None)
        if written is not None:
            return written
        reason = f"the {self.agreement.kind} {self.agreement.plan} does not say {name} of {self.address}"
        return Value("unknown", Hole(reason, "give the sources too, or ask a live source"), Trail(self.place))


def joined(
    plan: Plan, instances: list[Instance], root: ModuleInstance, unread: list[UnreadModule], bindings: Bindings
) -> list[Instance]:
    """The instances of a root as the plan and the sources know them together."""
    exact = {instance.address: instance for instance in instances}
    abstract = {unindexed(item.address): item for item in instances if item.uncertain}
    used: dict[str, bool] = defaultdict(bool)
    found: list[Instance] = []
    for planned in plan.resources.values():
        if not bindings.of(planned.type):
            continue
        written = exact.get(planned.address) or abstract.get(unindexed(planned.address))
        if written is not None:
            used[written.address] = True
            found.append(_with_sources(plan, planned, written))
        else:
            found.append(_without_sources(plan, planned, root, unread))
    for instance in instances:
        gone = instance.uncertain and plan.whole and unindexed(instance.address) in plan.declared
        if not used[instance.address] and not gone:
            instance.uncertain, instance.remedy = _unlisted(plan, instance), REMEDY
            found.append(instance)
    return found


def _unlisted(plan: Plan, instance: Instance) -> str:
    if plan.problems:
        return f"the plan does not list it, and {plan.problems[0][0]}"
    if unindexed(instance.address) not in plan.declared:
        return f"the plan {plan.label} does not know it: it is the plan of other sources, or an older one"
    return f"the sources declare it and the plan {plan.label} does not list it: one of them is stale"


def _with_sources(plan: Plan, planned: Planned, written: Instance) -> PlannedInstance:
    return PlannedInstance(
        written.declaration,
        planned.address,
        written.scope,
        uncertain="" if plan.whole else written.uncertain,
        written=written,
        values=members(planned),
        agreement=Agreement(plan.label, written.place),
        drifted=planned.drifted,
    )


def _without_sources(
    plan: Plan, planned: Planned, root: ModuleInstance, unread: Iterable[UnreadModule]
) -> PlannedInstance:
    inside = [module for module in unread if unindexed(planned.address).startswith(f"{unindexed(module.address)}.")]
    file, line = (inside[0].declaration.file, inside[0].declaration.line) if inside else (plan.label, 1)
    place = f"{file}:{line}"
    doubt = ""
    if not inside and root.directory.files:
        doubt = f"the plan {plan.label} lists it and the sources do not declare it: one of them is stale"
    elif inside and staleness.changed(plan, inside[0], root):
        what = staleness.changed(plan, inside[0], root)
        doubt = f"{what} is not what the plan {plan.label} was made with"
    elif not plan.whole:
        doubt = f"the plan {plan.label} may not be complete"
    agreement = Agreement(plan.label, place)
    note = "known to the plan, its sources were not read"
    values = {name: agreement.only_planned(item, note) for name, item in members(planned).items()}
    declaration = Declaration("resource", (planned.type, planned.name), file, line, ready=syntax.Body())
    return PlannedInstance(
        declaration,
        planned.address,
        root.scope,
        uncertain=doubt,
        remedy=REMEDY,
        values=values,
        agreement=agreement,
        drifted=planned.drifted,
    )


def covers(plan: Plan, module: UnreadModule, root: ModuleInstance) -> bool:
    """Whether the plan tells all that a module declares whose sources are not at hand."""
    declared = plan.whole and unindexed(module.address) in plan.declared
    return declared and not staleness.changed(plan, module, root)
