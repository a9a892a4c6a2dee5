"""The tasks of an ECS service that run, in groups of those that were started alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scanner.collectors.aws.pages import Item, at
from scanner.collectors.aws.variables import Variables
from scanner.errors import SilentSource

BATCH = 100
"""Tasks that one call describes."""
MAX_GROUPS = 20


@dataclass
class Group:
    """Tasks of one definition with the same overrides; ``part`` names them where there are overrides."""

    definition: str
    overrides: Mapping[str, Item]
    part: str
    size: int = 0


@dataclass
class Running:
    """The groups of tasks, the one that stands for the service first, and why there may be more."""

    groups: list[Group] = field(default_factory=list)
    silences: list[SilentSource] = field(default_factory=list)

    @property
    def count(self) -> str:
        """How many tasks stand for the service, of how many."""
        total = sum(group.size for group in self.groups)
        return f"{self.groups[0].size if self.groups else 0} of {total} tasks"


def running(book: Variables, service: Item, cluster: str, primary: str) -> Running:
    """The tasks that run. A task that ended between two calls does not run, and hides nothing."""
    found = Running()
    name = str(service.get("serviceName") or "")
    listed = book.cloud.ask("ecs", "ListTasks", cluster=cluster, serviceName=name, desiredStatus="RUNNING")
    if listed.refusal is not None:
        found.silences.append(listed.refusal)
    arns = [str(arn) for page in listed.pages for arn in page.get("taskArns") or ()]
    tasks: list[Item] = []
    for start in range(0, len(arns), BATCH):
        told = book.cloud.ask("ecs", "DescribeTasks", cluster=cluster, tasks=arns[start : start + BATCH])
        if told.refusal is not None:
            found.silences.append(told.refusal)
        tasks += [item for item in told.items("tasks") if item.get("lastStatus") == "RUNNING"]
    found.groups = _groups(tasks, primary)
    if len(found.groups) > MAX_GROUPS:
        found.groups = found.groups[:MAX_GROUPS]
        reason = f"its tasks were started in more than {MAX_GROUPS} ways, of which {MAX_GROUPS} were looked at"
        found.silences.append(SilentSource(reason, "end the tasks that are not of the deployment"))
    if not tasks and not found.silences:
        _nothing_runs(book, service, found)
    return found


def _nothing_runs(book: Variables, service: Item, found: Running) -> None:
    wanted, name = service.get("desiredCount") or 0, service.get("serviceName")
    if wanted:
        reason = f"{name} is to run {wanted} tasks, and none runs"
        found.silences.append(SilentSource(reason, "look at the events of the service, and scan again when tasks run"))
    else:
        book.remark("deployment", f"{name} is to run no task, so nothing runs that could be looked at")


def _groups(tasks: list[Item], primary: str) -> list[Group]:
    groups: dict[tuple[str, str], Group] = {}
    for task in tasks:
        overrides = _overrides(task)
        definition, arn = str(task.get("taskDefinitionArn") or ""), str(task.get("taskArn") or "")
        key = (definition, repr(sorted((name, _without_place(item)) for name, item in overrides.items())))
        group = groups.setdefault(key, Group(definition, overrides, f"task={arn.rpartition('/')[2]}"))
        group.size += 1
    order = sorted(groups.values(), key=lambda item: (item.definition != primary, bool(item.overrides), -item.size))
    if order and order[0].overrides:  # whoever was started by hand does not stand for the service
        order.sort(key=lambda item: (bool(item.overrides), item.definition != primary, -item.size))
    return order


def _without_place(item: Item) -> str:
    return repr(sorted((key, value) for key, value in item.items() if key != "place"))


def _overrides(task: Item) -> dict[str, Item]:
    """What a task was started with beside its definition, by container, where that can change a variable."""
    found = at(task, "overrides.containerOverrides")
    kept: dict[str, Item] = {}
    for item in found if isinstance(found, list) else ():
        if isinstance(item, Mapping) and any(item.get(key) for key in ("environment", "environmentFiles", "command")):
            kept[str(item.get("name") or "")] = {**item, "place": task.get("taskArn")}
    return kept
