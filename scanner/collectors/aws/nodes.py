"""A node with the parameter groups in use, and what they come to for one setting.

What somebody set in one group holds over what the engine does by the other. Two groups that set a parameter to
different values leave it open: AWS does not tell which of them holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.collectors.aws import parameters
from scanner.collectors.aws.notebook import Notebook
from scanner.collectors.aws.parameters import Group
from scanner.errors import SilentSource
from scanner.model import Absent, Content, Setting, TakesEffect, Unresolved


@dataclass(frozen=True)
class Said:
    """What is said of a setting, before it is known for how many nodes it holds."""

    content: Content
    locator: str
    through: tuple[str, ...] = ()
    takes_effect: TakesEffect = TakesEffect.NOW
    pending: str = ""
    note: str = ""


@dataclass
class Node:
    """A node of a cluster, or the one server that there is."""

    name: str
    groups: list[Group] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    hidden: list[SilentSource] = field(default_factory=list)
    """Why more may be set on it than could be read."""

    @property
    def blind(self) -> bool:
        """Whether something that was not read could set a parameter of it."""
        return bool(self.hidden) or any(group.hidden for group in self.groups)

    def keep(self, setting: str, said: Said | None) -> None:
        """Take note of what it says, if it says anything."""
        if said is not None:
            self.said[setting] = said


def parameter(notebook: Notebook, node: Node, setting: Setting) -> Said | None:
    """What the groups of a node come to for one setting; None where a group that was not read could set it."""
    names = _names(notebook, setting)
    held = [(group, group.found[name]) for group in node.groups for name in names if name in group.found]
    chosen = [item for item in held if item[1].set_by_user] or held
    if not chosen:
        return None if node.blind else Said(Absent(), node.groups[0].arn, (), *_waits(node.groups[0], names))
    group, parameter = chosen[0]
    content = parameters.content(parameter, setting)
    if len({item.value for _, item in chosen}) > 1:
        told = " and ".join(f"{item.value[:80]} in {owner.name}" for owner, item in chosen)
        values = () if setting.secret else tuple(item.value for _, item in chosen)
        content = Unresolved(f"two groups set it: {told}", "set it in one group only, or ask the server", values)
    return Said(content, parameter.locator, (), *_waits(group, names), parameter.source)


def _waits(group: Group, names: list[str]) -> tuple[TakesEffect, str]:
    """When a parameter takes effect, and what is said of it until then."""
    pending, effect = group.pending(next((name for name in names if name in group.found), names[0]))
    return effect, pending


def _names(notebook: Notebook, setting: Setting) -> list[str]:
    """The names of a parameter: its own, and those by which infrastructure as code knows it."""
    aliases = dict(setting.aliases)
    told = (setting.name, *aliases.get(notebook.collector, ()), *aliases.get("terraform", ()))
    return list(dict.fromkeys(name.lower() for name in told))
