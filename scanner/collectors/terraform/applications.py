"""What a resource says of an application: the containers among its carriers, and what may be in them unseen.

Only a carrier that holds a name of the catalogue is an application.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.collectors.terraform.carriers import Container, containers
from scanner.collectors.terraform.servers import COLLECTOR, Report
from scanner.collectors.terraform.stack import Bound, Stack
from scanner.model import SERVER, Answer, Plane, Provenance
from scanner.readers import environment
from scanner.readers.environment_name import stated_by

COMPONENT = "fastapi"


def observe(stack: Stack, bound: Bound, report: Report, *, pinned: bool) -> bool:
    """What a resource says of an application; False when it is none (``pinned``: the user says that it is one)."""
    found, hidden = containers(stack, bound)
    catalogue = report.context.catalogue
    carriers = [item for item in found if pinned or environment.makes_application(item.variables, catalogue)]
    carriers = [item for item in carriers if item.variables or item.more] or carriers[:1]
    if not carriers and not (pinned and hidden):
        return False
    named = [item for item in carriers if environment.makes_application(item.variables, catalogue)]
    carriers = named or carriers
    for container in carriers:
        scope = f"container={container.name}" if len(carriers) > 1 else SERVER
        _say(container, scope, report)
    for reason, remedy in hidden:
        report.gap(f"{bound.address}: {reason}", remedy, _unseen(report))
    if bound.instance.uncertain:
        names = tuple(setting.name for setting in report.settings)
        report.gap(f"{bound.address}: {bound.instance.uncertain}", bound.instance.remedy, names)
    return True


def _say(container: Container, scope: str, report: Report) -> None:
    variables = list(container.variables.values())
    if not report.target.environment:
        name, told = stated_by(variables, report.context.catalogue, COMPONENT)
        report.target = replace(
            report.target, environment=name, environment_from=told or report.target.environment_from
        )
    observations, digests = environment.observe(
        variables,
        target=report.target.id,
        component=report.target.component,
        catalogue=report.context.catalogue,
        collector=COLLECTOR,
        scope=scope,
        digest_key=report.context.digest_key,
        observed_at=report.context.now,
        locator=report.place,
        unread=container.more[0][0] if container.more else "",
    )
    report.observations += observations
    report.digests |= digests
    for reason, remedy in container.more:
        report.gap(f"{reason} ({container.name})" if container.name else reason, remedy, _unseen(report))
    provenance = Provenance(COLLECTOR, report.place, (), report.context.now)
    complete = not container.more
    report.answers.append(
        Answer(report.target.id, Plane.DECLARED, COLLECTOR, complete, provenance, environment.PROCESS, scope)
    )


def _unseen(report: Report) -> tuple[str, ...]:
    seen = {item.setting for item in report.observations}
    return tuple(setting.name for setting in report.settings if setting.name not in seen)
