"""The users whom a managed service lets in: which of them need no password.

The service names groups, a group names users, and further ones are attached to it. One user without a password is
enough to get in, so it is told although others cannot be read; that there is none is told only when all were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.bindings import Link, Login
from scanner.collectors.terraform import contents, types
from scanner.collectors.terraform.contents import Found
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.stack import Bound, Linked, Stack, applies
from scanner.collectors.terraform.values import PRIMITIVES, SEQUENCES, Trail, Value
from scanner.model import Known, Unresolved

REMEDY = "declare the users here, or ask a live source"


@dataclass
class _Users:
    """What was read of the users."""

    free: dict[str, Trail] = field(default_factory=dict)
    """Users that need no password, with the place that says so."""
    doubts: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of each thing that could let somebody else in."""


def without_password(stack: Stack, target: Bound, link: Link) -> Found | None:
    """The users that need no password; None when the target names no group."""
    if contents.at(target.instance, link.path) is None:
        return None
    users = _Users()
    for linked, value in _linked(stack, target.instance, link, users):
        if linked.found is not None:
            _group(stack, linked.found, users)
        elif linked.ready and value.kind == "string" and value.data:
            users.free |= dict.fromkeys(link.ready_made_lets_in, value.trail or Trail(target.instance.place))
        elif not linked.ready or value.kind != "string":
            users.doubts.append((f"the group of users is not known: {linked.problem}", linked.remedy or REMEDY))
    if users.free:
        return Found(Known(sorted(users.free)), users.free[min(users.free)])
    if users.doubts:
        return Found(Unresolved(*users.doubts[0]), Trail(target.instance.place))
    return Found(Known([]), Trail(target.instance.place))


def _linked(stack: Stack, instance: Instance, link: Link, users: _Users) -> Iterator[tuple[Linked, Value]]:
    """The other sides of an argument that holds one reference or a list of them."""
    value = contents.at(instance, link.path)
    if value is None:
        return
    hole = value.hole
    if hole is not None and hole.type != "string":
        users.doubts.append((f"{instance.address}.{link.path} is not known: {hole.reason}", hole.remedy or REMEDY))
        return
    for item in value.data if value.kind in SEQUENCES else (value,):
        yield stack.resolve(item, link), item
    if value.rest is not None:
        reason = f"{instance.address}.{link.path} has members that are not known: {value.rest.reason}"
        users.doubts.append((reason, value.rest.remedy or REMEDY))


def _group(stack: Stack, group: Bound, users: _Users) -> None:
    attached = stack.belonging_to(group, "attached")
    for holder in (group, *attached):
        for link in holder.binding.users:
            for linked, value in _linked(stack, holder.instance, link, users):
                _user(linked, value, holder, users)
    for orphan, problem in stack.orphans:
        owner = orphan.binding.of
        if orphan.binding.users and owner is not None and group.instance.type in owner.types:
            users.doubts.append((f"{orphan.address} may add a user: {problem}", "refer to the group that is meant"))
    for unread in stack.problems_beside(group):
        users.doubts.append((f"{unread.place} cannot be read and could add users", "correct the file"))


def _user(linked: Linked, value: Value, holder: Bound, users: _Users) -> None:
    """One user of a group. Whether something uncertain is there does not matter when it asks for a password."""
    place = value.trail or Trail(holder.instance.place)
    if linked.found is None:
        if linked.ready and value.kind in PRIMITIVES:
            _free(types.as_text(value), place, holder, users)
        else:
            users.doubts.append((f"a user of {holder.address} is not known: {linked.problem}", linked.remedy or REMEDY))
        return
    user = linked.found
    possible, reason = _logins(user)
    if possible == {"not asked"}:
        name = contents.at(user.instance, user.binding.labels.get("user", ""))
        shown = types.as_text(name) if name is not None and name.kind in PRIMITIVES and not name.marks else user.address
        _free(shown, Trail(user.instance.place), user if user.instance.uncertain else holder, users)
    elif not possible <= {"asked", "cannot log in"}:
        users.doubts.append((f"whether {user.address} needs a password is not known: {reason}", "write it out"))


def _free(name: str, place: Trail, holder: Bound, users: _Users) -> None:
    if holder.instance.uncertain:
        users.doubts.append((f"{holder.address} may let {name} in without a password", "give a plan"))
    else:
        users.free[name] = place


def _logins(user: Bound) -> tuple[set[str], str]:
    """Every way of getting in that its arguments leave possible, and why there is more than one."""
    possible: set[str] = set()
    reason = "nothing says how it logs in"
    for login in user.binding.logins:
        holds, why = _holds(login, user.instance)
        if holds is not False:
            possible.add(login.password)
        if holds:
            return possible, reason
        reason = why or reason
    return possible | {"not told"}, reason


def _holds(login: Login, instance: Instance) -> tuple[bool | None, str]:
    holds, reason = applies(login.when, instance)
    if holds is False or not login.any_set:
        return holds, reason
    content = contents.any_set(login.any_set, instance).content
    if isinstance(content, Unresolved):
        return None, content.reason
    return (holds if isinstance(content, Known) and content.raw else False), reason
