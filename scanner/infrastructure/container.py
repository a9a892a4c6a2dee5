"""One container's environment variables, and why there may be more of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scanner.infrastructure import contents
from scanner.infrastructure.dialect import Dialect
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.taken_over import Map
from scanner.infrastructure.values import Unknown, Value, hole, is_secret
from scanner.model import Content, Known, Present
from scanner.readers import environment
from scanner.readers.environment import SecretText, Variable
from scanner.readers.secrecy import looks_secret


@dataclass
class Container:
    """One container's variables, and why there may be more."""

    name: str
    bound: Bound
    dialect: Dialect
    variables: dict[str, Variable] = field(default_factory=dict)
    more: list[tuple[str, str]] = field(default_factory=list)
    paths: tuple[str, ...] = ()
    """The arguments that its variables stand in."""
    below: set[str] = field(default_factory=set)
    """Variables that others of the same name replace: those that were taken over."""

    def hide(self, found: Unknown | None, what: str) -> None:
        if found is not None:
            self.more.append((f"{what}: {found.reason}", found.remedy or self.dialect.remedy))

    def add(self, name: str, value: Value, beside: Value | None = None, holder: Bound | None = None) -> None:
        """A variable with its value; where the value has no place, it stands ``beside`` another."""
        if value.removed:
            return
        holder = holder or self.bound
        told = value if value.place or beside is None else beside
        remark = holder.resource.remark(self.paths)
        steps = (*holder.resource.steps(told, name), *((remark,) if remark else ()))
        content = variable_content(name, value, self.dialect)
        self.put(Variable(name, content, told.place or holder.place, steps))

    def refer(self, name: Value, record: Value) -> None:
        """A variable whose value stands elsewhere."""
        place = name.place or record.place or self.bound.place
        self.put(Variable(name.text, Present("reference"), place))

    def put(self, variable: Variable) -> None:
        """A variable that is written twice is not known: which of the two holds is the service's affair."""
        before = self.variables.get(variable.name)
        if before is not None and variable.name not in self.below and before.content != variable.content:
            doubt = Unknown(f"{variable.name} is written twice", "keep one of them")
            variable = replace(variable, content=contents.unresolved(doubt, self.dialect))
        self.below.discard(variable.name)
        self.variables[variable.name] = variable

    def take_over(self, found: Map) -> None:
        """What stands below the container's own variables; a map that is not known may replace those before it."""
        if found.holder is not None:
            for name, item in (found.value.map or {}).items():
                self.add(name, item.as_secret(found.value.secret), holder=found.holder)
            self.hide(found.value.rest, "further variables are not known")
            self.hide(found.value.unknown, "the variables are not known")
        else:
            remedy = "declare it here, or ask a live source"
            self.variables = environment.replaceable(self.variables, found.problem, remedy)
            reason = f"{self.bound.address} takes over variables that are not known: {found.problem}"
            self.more.append((reason, remedy))
        self.below |= self.variables.keys()


def variable_content(name: str, value: Value, dialect: Dialect) -> Content | SecretText:
    """What may be told of a variable's value."""
    secret = looks_secret(name)
    unseen = hole(value)
    if unseen is not None:
        if secret and unseen.computed:
            return Present("reference" if unseen.stored else "computed")
        return contents.unresolved(unseen, dialect, secret=secret or is_secret(value))
    if not value.is_scalar:
        return contents.unresolved(Unknown("a list or map stands where a text is expected"), dialect)
    if secret:
        return SecretText(value.text)
    return dialect.hidden if is_secret(value) and not isinstance(value.data, bool) else Known(value.text)
