"""The users whom a managed cache lets in: which of them need no password. No password is read, nor can one be.

One user without a password is enough to get in, so it is told although others could not be read; that there is none is
told only when all were read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scanner import bindings
from scanner.bindings import Link
from scanner.collectors.aws import attributes
from scanner.collectors.aws.attributes import Thing, translated
from scanner.collectors.aws.notebook import Notebook
from scanner.collectors.aws.pages import Item, Pages, at
from scanner.collectors.aws.shapes import UserList, shipped
from scanner.model import Absent, Content, Known, Unresolved

FREE = "not asked"
NAMES = {"authentication_mode": ["Authentication"]}
"""What the API calls otherwise than the arguments of a user."""


@dataclass
class Users:
    """What was read of the users."""

    free: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)

    def content(self) -> Content:
        """Those that need no password, as far as that may be said."""
        if self.free or not self.doubts:
            return Known(sorted(set(self.free)))
        return Unresolved(*self.doubts[0])


def without_password(notebook: Notebook, found: Thing, setting: str, link: Link) -> None:
    """The users that need no password in the groups that ``link`` names; not set where it names none."""
    value = at(found.attributes, link.path)
    names = [value] if isinstance(value, str) else value or []
    spec = shipped().user_groups[link.types[0]]
    if not names:
        notebook.say(setting, Absent(), note="it names no group of users")
        return
    users = Users()
    for name in map(str, names):
        if link.ready_made and re.fullmatch(link.ready_made, name):
            users.free += link.ready_made_lets_in
            continue
        groups = notebook.cloud.ask(spec.service, spec.operation)
        group = groups.named(spec.items, spec.key, name)
        if group is None:
            _unread(groups, f"the group of users {name}", users)
            continue
        _look(group.get(spec.members), notebook.cloud.ask(spec.service, spec.users.operation), spec.users, users)
    locator = notebook.cloud.arn(spec.service, spec.arn.format(name=names[0]))
    notebook.say(setting, users.content(), locator=locator)


def _look(names: object, listed: Pages, spec: UserList, users: Users) -> None:
    for name in names if isinstance(names, list) else ():
        item = listed.named(spec.items, spec.key, str(name))
        if item is None:
            _unread(listed, f"the user {name}", users)
            continue
        ways, shown = _ways(item, spec), str(item.get(spec.name) or name)
        if ways == {FREE}:
            users.free.append(shown)
        elif FREE in ways or "not told" in ways:
            users.doubts.append((f"whether the user {shown} needs a password is not told", "look at it in the console"))


def _unread(pages: Pages, what: str, users: Users) -> None:
    if pages.refusal is not None:
        users.doubts.append((pages.refusal.reason, pages.refusal.remedy))
    else:
        users.doubts.append((f"{what} is named, and AWS does not hold it", "scan again"))


def _ways(item: Item, spec: UserList) -> set[str]:
    """Every way of getting in that a user's record leaves possible."""
    told = translated(item, NAMES)
    possible: set[str] = set()
    for login in bindings.shipped().of(spec.like)[0].logins:
        holds = attributes.holds(login.when, told) if login.when else False
        if holds is not False:
            possible.add(login.password)
        if holds:
            return possible
    return possible | {"not told"}
