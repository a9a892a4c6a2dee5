"""What a resource says of an application: the containers among its carriers, and what may be in them unseen.

Only a carrier that holds a name of the catalogue is an application.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.infrastructure.container import Container
from scanner.infrastructure.containers import containers
from scanner.infrastructure.report import Report
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World
from scanner.model import SERVER
from scanner.readers import environment
from scanner.readers.environment_name import stated_by

COMPONENT = "fastapi"


def observe(world: World, bound: Bound, report: Report, *, pinned: bool) -> bool:
    """What a resource says of an application; False when it is none (``pinned``: the user says that it is one)."""
    found, hidden = containers(world, bound)
    named = [item for item in found if environment.makes_application(item.variables, report.catalogue)]
    carriers = named or ([item for item in found if item.variables or item.more] or found[:1] if pinned else [])
    if not carriers and not (pinned and hidden):
        return False
    for container in carriers:
        _say(container, f"container={container.name}" if len(carriers) > 1 else SERVER, report)
    for reason, remedy in hidden:
        report.gap(f"{bound.address}: {reason}", remedy, report.unseen)
    for reason, remedy in bound.resource.doubts:
        report.gap(reason, remedy, report.names)
    return True


def _say(container: Container, scope: str, report: Report) -> None:
    variables = list(container.variables.values())
    if not report.target.environment:
        name, told = stated_by(variables, report.catalogue, COMPONENT)
        told = told or report.target.environment_from
        report.target = replace(report.target, environment=name, environment_from=told)
    observations, digests = environment.observe(
        variables,
        target=report.target.id,
        component=report.target.component,
        catalogue=report.catalogue,
        collector=report.dialect.collector,
        scope=scope,
        digest_key=report.digest_key,
        observed_at=report.now,
        locator=report.place,
        unread=container.more[0][0] if container.more else "",
    )
    report.observations += observations
    report.digests |= digests
    for reason, remedy in container.more:
        report.gap(f"{reason} ({container.name})" if container.name else reason, remedy, report.unseen)
    report.answer(complete=not container.more, layer=environment.PROCESS, scope=scope)
