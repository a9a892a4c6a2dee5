"""The users whom a managed service lets in: which of them need no password.

One user without a password is enough to get in, so it is told although others cannot be read; that there is none is
told only when all were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.bindings import Link, Login
from scanner.collectors.cloudformation import contents
from scanner.collectors.cloudformation.bound import Bound, Linked, World, applies
from scanner.collectors.cloudformation.contents import Found
from scanner.collectors.cloudformation.values import Value
from scanner.model import Known, Unresolved

REMEDY = "declare the users here, or ask a live source"


@dataclass
class _Users:
    """What was read of the users."""

    free: dict[str, str] = field(default_factory=dict)
    """Users that need no password, with the place that says so."""
    doubts: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of each thing that could let somebody else in."""


def without_password(world: World, target: Bound, link: Link) -> Found | None:
    """The users that need no password; None when the target names no group."""
    if target.at(link.path) is None:
        return None
    users = _Users()
    for linked, value in _linked(world, target, link, users):
        if linked.found is not None:
            _group(world, linked.found, users)
        elif linked.ready and value.data:
            users.free |= dict.fromkeys(link.ready_made_lets_in, value.place or target.place)
        else:
            users.doubts.append((f"the group of users is not known: {linked.problem}", linked.remedy or REMEDY))
    if users.free:
        return Found(Known(sorted(users.free)), users.free[min(users.free)])
    if users.doubts:
        return Found(Unresolved(*users.doubts[0]), target.place)
    return Found(Known([]), target.place)


def _linked(world: World, bound: Bound, link: Link, users: _Users) -> Iterator[tuple[Linked, Value]]:
    """The other sides of a property that holds one reference or a list of them."""
    value = bound.at(link.path)
    if value is None:
        return
    for item in value.list if value.list is not None else (value,):
        yield world.resolve(item, link, bound), item
    if value.rest is not None:
        reason = f"{bound.address}.{bound.spelled(link.path)} has members that are not known: {value.rest.reason}"
        users.doubts.append((reason, value.rest.remedy or REMEDY))


def _group(world: World, group: Bound, users: _Users) -> None:
    for link in group.binding.users:
        for linked, value in _linked(world, group, link, users):
            _user(linked, value, group, users)
    if group.properties.rest is not None:
        users.doubts.append((f"properties of {group.address} are not known: {group.properties.rest.reason}", REMEDY))


def _user(linked: Linked, value: Value, holder: Bound, users: _Users) -> None:
    """One user of a group. Whether something uncertain is there does not matter when it asks for a password."""
    user = linked.found
    if user is None:
        if linked.ready and value.is_scalar:
            _free(str(value.data), value.place or holder.place, holder, users)
        else:
            users.doubts.append((f"a user of {holder.address} is not known: {linked.problem}", linked.remedy or REMEDY))
        return
    possible, reason = _logins(user)
    if possible == {"not asked"}:
        name = user.at(user.binding.labels.get("user", ""))
        shown = str(name.data) if name is not None and name.is_scalar and not name.secret else user.address
        _free(shown, user.place, user if user.uncertain else holder, users)
    elif not possible <= {"asked", "cannot log in"}:
        users.doubts.append((f"whether {user.address} needs a password is not known: {reason}", "write it out"))


def _free(name: str, place: str, holder: Bound, users: _Users) -> None:
    if holder.uncertain:
        users.doubts.append((f"{holder.address} may let {name} in without a password", contents.REMEDY))
    else:
        users.free[name] = place


def _logins(user: Bound) -> tuple[set[str], str]:
    """Every way of getting in that its properties leave possible, and why there is more than one."""
    possible: set[str] = set()
    reason = "nothing says how it logs in"
    for login in user.binding.logins:
        holds, why = _holds(login, user)
        if holds is not False:
            possible.add(login.password)
        if holds:
            return possible, reason
        reason = why or reason
    return possible | {"not told"}, reason


def _holds(login: Login, user: Bound) -> tuple[bool | None, str]:
    holds, reason = applies(login.when, user)
    if holds is False or not login.any_set:
        return holds, reason
    content = contents.any_set(login.any_set, user).content
    if isinstance(content, Unresolved):
        return None, content.reason
    return (holds if isinstance(content, Known) and content.raw else False), reason
