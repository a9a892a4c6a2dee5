"""Environment variables that a resource hands to an application, container by container.

Only a carrier that holds a name of the catalogue is an application. One unknown variable leaves its neighbours known;
a list that may go on leaves everything that was not seen unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scanner.bindings import Variables
from scanner.collectors.cloudformation import contents
from scanner.collectors.cloudformation.bound import Bound
from scanner.collectors.cloudformation.servers import COLLECTOR, Report, doubts
from scanner.collectors.cloudformation.values import Unknown, Value, hole, text
from scanner.model import SERVER, Answer, Content, Known, Plane, Present, Provenance
from scanner.readers import environment
from scanner.readers.environment import SecretText, Variable
from scanner.readers.environment_name import stated_by
from scanner.readers.secrecy import looks_secret

COMPONENT = "fastapi"


@dataclass
class Container:
    """One container's variables, and why there may be more."""

    name: str
    variables: dict[str, Variable] = field(default_factory=dict)
    more: list[tuple[str, str]] = field(default_factory=list)

    def hide(self, found: Unknown | None, what: str) -> None:
        if found is not None:
            self.more.append((f"{what}: {found.reason}", found.remedy or contents.REMEDY))


def containers(bound: Bound) -> tuple[list[Container], list[tuple[str, str]]]:
    """The containers of a resource, and what keeps others from being seen."""
    found: list[Container] = []
    hidden: list[tuple[str, str]] = []
    whole: Container | None = None
    for shape in bound.binding.variables:
        if not shape.containers:
            whole = whole or Container("")
            _read(bound, shape, bound.properties, whole)
            continue
        for index, value in enumerate(_containers(bound, shape, hidden)):
            name = bound.member(value, shape.container_name) if shape.container_name else None
            container = Container(str(name.data) if name is not None and name.is_scalar else str(index))
            container.hide(value.rest, "a container has members that are not known")
            _read(bound, shape, value, container)
            found.append(container)
    return ([whole] if whole else []) + found, hidden


def _containers(bound: Bound, shape: Variables, hidden: list[tuple[str, str]]) -> Iterator[Value]:
    for given in bound.all(shape.containers):
        value = given
        if value.rest is not None:
            hidden.append((f"further containers are not known: {value.rest.reason}", value.rest.remedy))
        for item in value.list if value.list is not None else (value,):
            found = item.unknown or (None if item.map is not None else Unknown("it is no map"))
            if found is not None:
                hidden.append(
                    (f"{bound.spelled(shape.containers)} is not known: {found.reason}", found.remedy or contents.REMEDY)
                )
            else:
                yield item


def _at(bound: Bound, value: Value, path: str, container: Container) -> Iterator[Value]:
    """What stands at a path of a container; lists are kept whole."""
    current: Value | None = value
    for step in path.split("."):
        if current is None:
            return
        if current.unknown:
            break
        inner = bound.member(current, step)
        if inner is None and current is not value:
            container.hide(current.rest, f"whether it has {bound.spelled(path)} is not known")
        current = inner
    if current is not None and not current.removed:
        yield current


def _read(bound: Bound, shape: Variables, value: Value, container: Container) -> None:
    for found in _at(bound, value, shape.path, container):
        if shape.form == "map":
            _add_map(bound, found, container)
        else:
            _add_records(bound, shape, found, container)
    for path in shape.elsewhere:
        for found in _at(bound, value, path, container):
            for item in _records(found, container):
                name = bound.member(item, shape.name)
                if name is not None and name.is_scalar:
                    _put(container, Variable(str(name.data), Present("reference"), item.place or bound.place))
                else:
                    container.hide(Unknown("it is computed"), "the name of a variable is not known")
    for path in shape.unread:
        for found in _at(bound, value, path, container):
            if found.list or found.unknown or found.rest:
                container.more.append(
                    (f"{bound.spelled(path)} adds variables that the template does not show", "ask a live source")
                )


def _add_map(bound: Bound, value: Value, container: Container) -> None:
    container.hide(value.rest, "further variables are not known")
    container.hide(value.unknown, "the variables are not known")
    for name, item in (value.map or {}).items():
        _add(bound, name, item.as_secret(value.secret), container)


def _records(value: Value, container: Container) -> Iterator[Value]:
    container.hide(value.rest, "further variables are not known")
    container.hide(value.unknown, "the variables are not known")
    for item in value.list or ():
        if item.map is not None:
            yield item.as_secret(value.secret)
        else:
            container.hide(hole(item) or Unknown("it is no record"), "a variable is not known")


def _add_records(bound: Bound, shape: Variables, value: Value, container: Container) -> None:
    for item in _records(value, container):
        counts = _matches(bound, item, shape.where)
        if counts is False:
            continue
        name, content = bound.member(item, shape.name), bound.member(item, shape.value)
        elsewhere = _matches(bound, item, shape.references_where) if shape.references_where else False
        if name is None or not name.is_scalar or counts is None:
            container.hide(hole(item) or Unknown("it has no name"), "the name of a variable is not known")
        elif elsewhere:
            _put(container, Variable(str(name.data), Present("reference"), item.place or bound.place))
        elif elsewhere is None:
            hidden = hole(item) or Unknown("it is not known where its value stands")
            _add(bound, str(name.data), Value(hidden, item.place), container)
        elif content is not None:
            _add(bound, str(name.data), content, container)
        elif item.rest is not None:
            container.hide(item.rest, f"the value of {name.data} is not known")


def _matches(bound: Bound, item: Value, conditions: Mapping[str, str]) -> bool | None:
    """Whether members of a record match; None where that is not known."""
    known: bool | None = True
    for argument, pattern in conditions.items():
        said = bound.member(item, argument)
        if said is not None and said.unknown:
            known = None
        elif said is None or not said.is_scalar or not re.fullmatch(pattern, str(said.data)):
            return None if said is None and item.rest else False
    return known


def _add(bound: Bound, name: str, value: Value, container: Container) -> None:
    chain = (*value.chain, f"{bound.address}: {name}") if value.chain else ()
    _put(container, Variable(name, _content(name, value), value.place or bound.place, chain))


def _put(container: Container, variable: Variable) -> None:
    """A variable that is written twice is not known: which of the two holds is the service's affair."""
    if variable.name in container.variables:
        doubt = contents.unresolved(Unknown(f"{variable.name} is written twice", "keep one of them"))
        variable = replace(variable, content=doubt)
    container.variables[variable.name] = variable


def _content(name: str, value: Value) -> Content | SecretText:
    secret = looks_secret(name)
    found = hole(value)
    if found is not None:
        if secret and found.computed:
            return Present("reference" if found.stored else "computed")
        return contents.unresolved(found, secret=secret or value.secret)
    if not value.is_scalar:
        return contents.unresolved(Unknown("a list or map stands where a text is expected"))
    words = text(value.data)  # type: ignore[arg-type]
    if secret:
        return SecretText(words)
    return contents.HIDDEN if value.secret and not isinstance(value.data, bool) else Known(words)


def observe(bound: Bound, report: Report, *, pinned: bool) -> bool:
    """What a resource says of an application; False when it is none (``pinned``: the user says that it is one)."""
    found, hidden = containers(bound)
    catalogue = report.context.catalogue
    named = [item for item in found if environment.makes_application(item.variables, catalogue)]
    carriers = named or ([item for item in found if item.variables or item.more] or found[:1] if pinned else [])
    if not carriers and not (pinned and hidden):
        return False
    for container in carriers:
        _say(container, f"container={container.name}" if len(carriers) > 1 else SERVER, report)
    for reason, remedy in hidden:
        report.gap(f"{bound.address}: {reason}", remedy, _unseen(report))
    for reason, remedy in doubts(bound):
        report.gap(reason, remedy, report.names)
    return True


def _say(container: Container, scope: str, report: Report) -> None:
    variables = list(container.variables.values())
    if not report.target.environment:
        name, told = stated_by(variables, report.context.catalogue, COMPONENT)
        told = told or report.target.environment_from
        report.target = replace(report.target, environment=name, environment_from=told)
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
    return tuple(name for name in report.names if name not in seen)
