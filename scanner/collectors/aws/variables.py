"""A notebook of environment variables: what the platform hands to the processes of an application.

Processes that stand beside one another (containers) have scopes of their own. Where a part of the processes gets other
values than the rest, as in the middle of a deployment, only what differs is said, in a scope that names that part.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scanner.collectors import Collected
from scanner.collectors.aws.notebook import Notebook
from scanner.errors import SilentSource
from scanner.layers import applies
from scanner.model import (
    SERVER,
    Absent,
    Answer,
    Content,
    Known,
    Layer,
    Notice,
    Observation,
    Plane,
    Present,
    Provenance,
    TakesEffect,
)
from scanner.readers import environment
from scanner.readers.environment import Digests, SecretText, Variable
from scanner.readers.secrecy import looks_secret

_ALIASES = frozenset({"env", "connection"})


def content_of(name: str, text: str) -> Content | SecretText:
    """What is said of a variable's text: a name alone can make it a secret."""
    return SecretText(text) if looks_secret(name) else Known(text)


@dataclass
class Carrier:
    """The variables that one process gets, and why there may be more."""

    name: str
    locator: str
    variables: dict[str, Variable] = field(default_factory=dict)
    more: list[SilentSource] = field(default_factory=list)
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Places to who changed them last, and by which record that is known."""

    def add(self, variable: Variable) -> None:
        """A variable that takes the place of one of the same name before it."""
        before = self.variables.get(variable.name)
        chain = (*variable.chain, f"replaces {before.locator}") if before else variable.chain
        self.variables[variable.name] = replace(variable, chain=chain)


@dataclass(frozen=True)
class Where:
    """Whose variables they are, and what is worth telling of all of them."""

    plane: Plane = Plane.PROVISIONED
    scope: str = SERVER
    layer: Layer = environment.PROCESS
    takes_effect: TakesEffect = TakesEffect.RESTART
    pending: str = ""
    note: str = ""


@dataclass
class Variables(Notebook):
    """Filled carrier by carrier; a carrier that was not read whole hides what was not seen in it."""

    answers: list[Answer] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def hold(self, carrier: Carrier, where: Where, *, whole: bool = True) -> list[Observation]:
        """Take note of a process's variables; what it does not mention, it does not have, if it was read ``whole``."""
        observations, digests = self._observe(carrier, where)
        observations = [self._comparable(item, digests) for item in observations]
        self.observations += observations
        self.digests = {**digests, **self.digests}
        seen = {item.setting for item in observations}
        for silence in carrier.more:
            hidden = [name for name in self.possible() if name not in seen]
            self.silent(silence, hidden, where.plane, carrier.locator)
        self.answer(carrier, where, complete=whole and not carrier.more)
        return observations

    def differ(self, carrier: Carrier, base: Carrier, where: Where) -> None:
        """Take note of what a part of the processes gets that the rest does not."""
        found, digests = self._observe(carrier, where)
        usual, digests_of_rest = self._observe(base, where)
        rest = {item.setting: item for item in usual}
        secret = {key[1] for key in digests if digests[key] != digests_of_rest.get(key, digests[key])}
        for item in found:
            same = item.setting in rest and _meant(item.content) == _meant(rest[item.setting].content)
            if not same or item.setting in secret:
                self.observations.append(_not_compared(item))
        gone = rest.keys() - {item.setting for item in found} if not carrier.more else set()
        for name in sorted(gone):
            provenance = Provenance(self.collector, carrier.locator, (), self.context.now)
            self.observations.append(replace(rest[name], content=Absent(), provenance=provenance))
        for silence in carrier.more:
            self.silent(silence, self.possible(), where.plane, carrier.locator)
        self.spoke = True

    def succeed(self, held: list[Observation], later: Carrier, words: str) -> None:
        """Say beside what is held where a later carrier, which nothing uses yet, says otherwise."""
        if not held:
            return
        where = Where(held[0].plane, held[0].scope, held[0].layer)
        found = {item.setting: item.content for item in self._observe(later, where)[0]}
        for index, item in enumerate(self.observations):
            said = found.get(item.setting, Absent())
            unlike = _meant(said) != _meant(item.content)
            if any(item is one for one in held) and unlike and not later.more:
                told = f"{words} says otherwise" if item.setting not in found else f"{words} says {_told(said)}"
                self.observations[index] = replace(item, pending=told, takes_effect=TakesEffect.NOW)

    def answer(self, carrier: Carrier, where: Where, *, complete: bool) -> None:
        """Say that AWS has spoken."""
        self.spoke = True
        provenance = Provenance(self.collector, carrier.locator, (), self.context.now)
        self.answers.append(
            Answer(self.target.id, where.plane, self.collector, complete, provenance, where.layer, where.scope)
        )

    def remark(self, kind: str, text: str) -> None:
        """A remark on the source as a whole."""
        self.notices.append(Notice(kind, text, self.place))

    def possible(self) -> list[str]:
        """Every setting that a variable can set, and what follows from such settings."""
        names = []
        for item in self.context.catalogue.of(self.target.component):
            shown = any(kind == self.collector for kind, _ in item.shown_by)
            if applies(item, self.target) and (shown or _ALIASES & dict(item.aliases).keys()):
                names.append(item.name)
        return names

    def collected(self) -> Collected:
        """Everything that was noted."""
        changed = (self.target,) if self.target != self.context.target else ()
        return Collected(
            changed, tuple(self.observations), tuple(self.gaps), tuple(self.answers), (), self.digests,
            tuple(self.notices),
        )  # fmt: skip

    def _observe(self, carrier: Carrier, where: Where) -> tuple[list[Observation], Digests]:
        observations, digests = environment.observe(
            carrier.variables.values(),
            target=self.target.id,
            component=self.target.component,
            catalogue=self.context.catalogue,
            collector=self.collector,
            plane=where.plane,
            layer=where.layer,
            scope=where.scope,
            digest_key=self.context.digest_key,
            observed_at=self.context.now,
            locator=carrier.locator,
            unread=carrier.more[0].reason if carrier.more else "",
        )
        return [self._placed(item, carrier, where) for item in observations], digests

    def _placed(self, item: Observation, carrier: Carrier, where: Where) -> Observation:
        who, source = carrier.changed.get(item.provenance.locator, ("", ""))
        provenance = replace(item.provenance, changed_by=who, changed_by_source=source)
        note = "; ".join(part for part in (item.note, where.note) if part)
        return replace(
            item, provenance=provenance, note=note, takes_effect=where.takes_effect, pending=where.pending
        )  # fmt: skip

    def _comparable(self, item: Observation, digests: Digests) -> Observation:
        """A secret may be compared with other targets only where all planes hold the same text."""
        key = (item.target, item.setting, item.scope)
        other = key in self.digests and key in digests and self.digests[key] != digests[key]
        return _not_compared(item) if other else item


def _not_compared(item: Observation) -> Observation:
    content = item.content
    return replace(item, content=replace(content, comparable=False)) if isinstance(content, Present) else item


def _meant(content: Content) -> object:
    """A content without the places of its records, which differ from revision to revision."""
    if isinstance(content, Known) and isinstance(content.raw, list):
        bare = [{**item, "place": ""} if isinstance(item, dict) else item for item in content.raw]
        return repr(bare)
    return repr(replace(content, comparable=False) if isinstance(content, Present) else content)


def _told(content: Content) -> str:
    return str(content.raw)[:100] if isinstance(content, Known) and not isinstance(content.raw, list) else "otherwise"
