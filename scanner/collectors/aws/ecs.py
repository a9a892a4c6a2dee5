"""A service of Amazon ECS: what its deployments are to run with, and what its tasks really run with.

The task definition of the primary deployment is what the platform holds (``provisioned``). The environment of the
tasks that run, as the control plane tells it, stands for the processes (``running``). Where another deployment is
still there, or a task was started with overrides, what differs has a scope of its own: ``revision=41`` or ``task=ID``.
A newer revision of the family that nothing uses waits; it is told, and it is no value of the service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, filled
from scanner.collectors.aws.definitions import containers, read, short
from scanner.collectors.aws.pages import Item
from scanner.collectors.aws.tasks import Running, running
from scanner.collectors.aws.variables import Carrier, Variables, Where
from scanner.errors import SilentSource
from scanner.model import SERVER, Observation, Plane, TakesEffect
from scanner.readers import environment

TOLD = "as the control plane tells it of the tasks that run; what an image or a start script adds is not seen"
PLANES = (Plane.PROVISIONED, Plane.RUNNING)


@dataclass(frozen=True)
class Ecs(Access):
    """Asks Amazon ECS which task definition a service uses, and what its tasks really run with."""

    service: str = ""
    """Name or ARN of the service."""
    cluster: str = ""
    """Name or ARN of its cluster; empty for the default one."""
    container: str = ""
    """Name of the application's container; empty for every container that is given a known variable."""

    def __post_init__(self) -> None:
        if not self.service:
            raise ValueError("needs service")

    def collect(self, context: Context) -> Collected:
        return filled(Variables, "ecs", self, context, lambda book: _Service(book, self).tell())


@dataclass
class _Service:
    """One service on its way into the notebook."""

    book: Variables
    source: Ecs

    def tell(self) -> None:
        """Everything that ECS says of it."""
        self.book.place = self.source.service
        try:
            service = self._service()
            if service is None:
                self.book.not_there(f"service {self.source.service} in the cluster")
                return
            self.book.place = str(service.get("serviceArn") or self.source.service)
            self.book.platform("container")
            primary, others = _definitions(service)
            held = self._chosen(containers(self.book, self._definition(primary), {}))
        except SilentSource as silence:
            for plane in PLANES:
                self.book.silent(silence, plane=plane)
            return
        scopes = _scopes(held)
        noted = {carrier.name: self.book.hold(carrier, Where(scope=scopes[carrier.name])) for carrier in held}
        self._others(held, scopes, service, others)
        self._newest(primary, held, noted)
        self._running(held, scopes, service, primary)

    # ------------------------------------------------------------ what the platform holds

    def _service(self) -> Item | None:
        """The service; None when it is not there. One that was deleted is told for a while, as inactive."""
        names = {"cluster": self.source.cluster} if self.source.cluster else {}
        pages = self.book.cloud.ask("ecs", "DescribeServices", services=[self.source.service], **names)
        if pages.refusal is not None and not pages.missing:
            raise pages.refusal
        return next((item for item in pages.items("services") if item.get("status") != "INACTIVE"), None)

    def _definition(self, name: str) -> Item:
        found = read(self.book, name)
        if found is None:
            raise SilentSource(f"ecs DescribeTaskDefinition does not tell {short(name)}", "scan again")
        return found

    def _chosen(self, found: list[Carrier]) -> list[Carrier]:
        """The application's containers, by the same rule as in a source that declares the task definition."""
        if self.source.container:
            named = [item for item in found if item.name == self.source.container]
            if not named:
                known = ", ".join(item.name for item in found) or "none"
                raise SilentSource(f"the task has no container {self.source.container}", f"name one of: {known}")
            return named
        holding = [item for item in found if item.variables or item.more] or found[:1]
        catalogue, component = self.book.context.catalogue, self.book.target.component
        known_ones = [
            item for item in holding if environment.makes_application(item.variables, catalogue, component)
        ]  # fmt: skip
        return known_ones or holding

    def _others(
        self, held: Sequence[Carrier], scopes: Mapping[str, str], service: Item, others: Mapping[str, str]
    ) -> None:
        """Deployments beside the primary one: their tasks are still there, or are there again."""
        for arn in others:
            try:
                found = self._chosen(containers(self.book, self._definition(arn), {}))
            except SilentSource as silence:
                self.book.silent(silence, self.book.possible())
                continue
            self._compare(f"revision={_revision(arn)}", found, held, scopes, Plane.PROVISIONED)
        if others:
            told = ", ".join(f"{short(arn)} ({words})" for arn, words in others.items())
            self.book.remark("deployment", f"{service.get('serviceName')} has two deployments at once: also {told}")

    def _compare(
        self, part: str, found: Sequence[Carrier], base: Sequence[Carrier], scopes: Mapping[str, str], plane: Plane
    ) -> None:
        """What one part of the processes gets that the rest does not, container by container."""
        rest = {carrier.name: carrier for carrier in base}
        for carrier in found:
            scope = scopes.get(carrier.name, f"container={carrier.name}")
            where = Where(plane, part if scope == SERVER else f"{part},{scope}", takes_effect=TakesEffect.NOW)
            self.book.differ(carrier, rest.get(carrier.name, Carrier(carrier.name, carrier.locator)), where)

    def _newest(self, primary: str, held: Sequence[Carrier], noted: Mapping[str, list[Observation]]) -> None:
        """Whether the family has a newer revision, and what it would change."""
        family = short(primary).rpartition(":")[0]
        try:
            newest = self._definition(family)
            arn = str(newest.get("taskDefinitionArn") or primary)
            if _revision(arn) == _revision(primary):
                return
            later = {carrier.name: carrier for carrier in containers(self.book, newest, {})}
        except SilentSource as silence:
            self.book.remark("deployment", f"whether {family} has a newer revision is not known: {silence.reason}")
            return
        self.book.remark("deployment", f"the service uses {short(primary)}, and the newest is {short(arn)}")
        for carrier in held:
            if carrier.name in later:
                words = f"revision {_revision(arn)}, the newest, which no deployment uses,"
                self.book.succeed(noted[carrier.name], later[carrier.name], words)

    # ------------------------------------------------------------ what runs

    def _running(self, held: Sequence[Carrier], scopes: Mapping[str, str], service: Item, primary: str) -> None:
        cluster = str(service.get("clusterArn") or self.source.cluster)
        found = running(self.book, service, cluster, primary)
        for silence in found.silences:
            self.book.silent(silence, self.book.possible() if found.groups else (), Plane.RUNNING)
        base: list[Carrier] = []
        for number, group in enumerate(found.groups):
            try:
                told = self._chosen(containers(self.book, self._definition(group.definition), group.overrides))
            except SilentSource as silence:
                self.book.silent(silence, self.book.possible(), Plane.RUNNING)
                continue
            if not base and number == 0:
                base = told
                self._base(told, scopes if {item.name for item in told} <= scopes.keys() else _scopes(told), found)
            else:
                part = group.part if group.overrides else f"revision={_revision(group.definition)}"
                self._compare(part, told, base, scopes, Plane.RUNNING)

    def _base(self, told: Sequence[Carrier], scopes: Mapping[str, str], found: Running) -> None:
        note = f"{TOLD} ({found.count})"
        for carrier in told:
            where = Where(Plane.RUNNING, scopes[carrier.name], takes_effect=TakesEffect.NOW, note=note)
            self.book.hold(carrier, where)


def _scopes(carriers: Sequence[Carrier]) -> dict[str, str]:
    return {item.name: f"container={item.name}" if len(carriers) > 1 else SERVER for item in carriers}


def _revision(arn: str) -> str:
    return arn.rpartition(":")[2]


def _definitions(service: Item) -> tuple[str, dict[str, str]]:
    """The task definition of the primary deployment, and the others that deployments still use, with their state."""
    listed = service.get("deployments") or service.get("taskSets") or []
    records = [item for item in listed if isinstance(item, Mapping)]
    primary = next((item for item in records if item.get("status") == "PRIMARY"), service)
    chosen = str(primary.get("taskDefinition") or service.get("taskDefinition") or "")
    others = {}
    for item in records:
        arn = str(item.get("taskDefinition") or "")
        if arn and arn != chosen and (item.get("runningCount") or item.get("pendingCount") or item.get("desiredCount")):
            others[arn] = f"{item.get('status')}, {item.get('runningCount', 0)} running"
    if not chosen:
        raise SilentSource("ecs DescribeServices does not tell the task definition of the service", "scan again")
    return chosen, others
