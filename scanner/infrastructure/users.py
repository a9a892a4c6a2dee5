"""The users whom a managed service lets in: which of them need no password.

One user without a password is enough to get in, so it is told although others cannot be read; that there is none is
told only when all were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.bindings import Link, Login
from scanner.infrastructure import contents
from scanner.infrastructure.conditions import applies
from scanner.infrastructure.contents import Found
from scanner.infrastructure.resource import Bound, Linked
from scanner.infrastructure.values import NOTHING, Value
from scanner.infrastructure.world import World
from scanner.model import Known, Unresolved

REMEDY = "declare the users here, or ask a live source"


def without_password(world: World, target: Bound, link: Link) -> Found | None:
    """The users that need no password; None when the target names no group."""
    if target.at(link.path) is None:
        return None
    users = _Users(world)
    for linked, value in users.linked(target, link):
        if linked.found is not None:
            users.add_group(linked.found)
        elif linked.ready and value.is_scalar and value.data:
            users.free |= dict.fromkeys(link.ready_made_lets_in, _standing(value, target))
        elif not (linked.ready and value.data == ""):
            users.doubt(f"the group of users is not known: {linked.problem}", linked.remedy)
    if users.free:
        first = users.free[min(users.free)]
        return Found(Known(sorted(users.free)), first.place, first.chain)
    return Found(Unresolved(*users.doubts[0]) if users.doubts else Known([]), target.place)


def _standing(value: Value, holder: Bound) -> Value:
    """A value, or nothing at the place of the resource that holds it, where the value has no place."""
    return value if value.place else Value(NOTHING, holder.place)


@dataclass
class _Users:
    """What was read of the users."""

    world: World
    free: dict[str, Value] = field(default_factory=dict)
    """Users that need no password, with what says so."""
    doubts: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of each thing that could let somebody else in."""

    def doubt(self, reason: str, remedy: str) -> None:
        self.doubts.append((reason, remedy or REMEDY))

    def linked(self, holder: Bound, link: Link) -> Iterator[tuple[Linked, Value]]:
        """The other sides of an argument that holds one reference or a list of them."""
        value = holder.at(link.path)
        if value is None:
            return
        label = f"{holder.address}.{holder.resource.spelled(link.path)}"
        if value.unknown is not None and value.unknown.perhaps_many:
            self.doubt(f"{label} is not known: {value.unknown.reason}", value.unknown.remedy)
            return
        for item in value.list if value.list is not None else (value,):
            yield self.world.resolve(item, link, holder), item
        if value.rest is not None:
            self.doubt(f"{label} has members that are not known: {value.rest.reason}", value.rest.remedy)

    def add_group(self, group: Bound) -> None:
        """The users of a group, and of what adds to it."""
        for holder in (group, *self.world.belonging_to(group, "attached")):
            for link in holder.binding.users:
                for linked, value in self.linked(holder, link):
                    self._add(linked, value, holder)
        if group.resource.rest is not None:
            reason = f"{self.world.dialect.parts} of {group.address} are not known: {group.resource.rest.reason}"
            self.doubt(reason, self.world.dialect.remedy)
        for orphan, problem in self.world.orphans_of(group):
            if orphan.binding.users:
                self.doubt(f"{orphan.address} may add a user: {problem}", "refer to the group that is meant")
        for unread in self.world.beside(group):
            self.doubt(f"{unread.place} cannot be read and could add users", "correct the file")

    def _add(self, linked: Linked, value: Value, holder: Bound) -> None:
        """One user of a group. Whether something uncertain is there does not matter when it asks for a password."""
        user, said = linked.found, _standing(value, holder)
        if user is None:
            if linked.ready and value.is_scalar:
                self._let_in(value.text, said, holder)
            else:
                self.doubt(f"a user of {holder.address} is not known: {linked.problem}", linked.remedy)
            return
        possible, reason = _logins(user, self.world)
        if possible == {"not asked"}:
            name = user.at(user.binding.labels.get("user", ""))
            shown = name.text if name is not None and name.is_scalar and not name.secret else user.address
            self._let_in(shown, Value(NOTHING, user.place), user if user.uncertain else holder)
        elif not possible <= {"asked", "cannot log in"}:
            self.doubt(f"whether {user.address} needs a password is not known: {reason}", "write it out")

    def _let_in(self, name: str, said: Value, holder: Bound) -> None:
        if holder.uncertain:
            self.doubt(f"{holder.address} may let {name} in without a password", self.world.dialect.certain)
        else:
            self.free[name] = said


def _logins(user: Bound, world: World) -> tuple[set[str], str]:
    """Every way of getting in that its arguments leave possible, and why there is more than one."""
    possible: set[str] = set()
    reason = "nothing says how it logs in"
    for login in user.binding.logins:
        holds, why = _holds(login, user, world)
        if holds is not False:
            possible.add(login.password)
        if holds:
            return possible, reason
        reason = why or reason
    return possible | {"not told"}, reason


def _holds(login: Login, user: Bound, world: World) -> tuple[bool | None, str]:
    holds, reason = applies(login.when, user)
    if holds is False or not login.any_set:
        return holds, reason
    content = contents.any_set(login.any_set, user, world.dialect).content
    if isinstance(content, Unresolved):
        return None, content.reason
    return (holds if isinstance(content, Known) and content.raw else False), reason
