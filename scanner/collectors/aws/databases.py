"""A database or cache as its service describes it: its own arguments, its nodes, and the parameter groups in use.

Where nodes agree a value is said once, where they do not each says it in a scope of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from scanner import bindings
from scanner.collectors.aws import attributes, parameters, users
from scanner.collectors.aws.attributes import Thing, thing
from scanner.collectors.aws.nodes import Node, Said, parameter
from scanner.collectors.aws.notebook import Notebook
from scanner.collectors.aws.pages import Item, at
from scanner.collectors.aws.parameters import ASK, Group
from scanner.collectors.aws.shapes import Members, Resource, shipped
from scanner.errors import SilentSource
from scanner.model import SERVER, Setting, Unresolved

ENGINE = "engine"
"""The argument that a binding names where nothing but the engine decides."""


def read(notebook: Notebook, like: str, name: str) -> None:
    """Everything that AWS tells of one database or cache."""
    notebook.place = name
    found = find(notebook, like, name)
    if found is None:
        return
    only = ""
    whole = found.resource.part_of
    if whole is not None and found.item.get(whole.field):
        only, larger = found.name, find(notebook, whole.like, str(found.item[whole.field]))
        if larger is None:
            return
        found = larger
    notebook.place = found.arn or found.name
    if found.binding is None:
        engine = attributes.text(found.attributes.get("engine", "an engine that is not told"))[:60]
        reason = f"{found.name} runs {engine}, and the target is said to be {notebook.target.component}"
        notebook.gap(reason, "correct the component or the name in scanner.yaml")
        return
    notebook.platform(found.binding.platform)
    nodes = _nodes(notebook, found, only)
    _arguments(notebook, found)
    _say(notebook, found, nodes)


def find(notebook: Notebook, like: str, name: str) -> Thing | None:
    """A thing by its name. All of a region are asked for at once; one alone where only that is allowed."""
    spec = shipped().resource(like)
    item, refused = _item(notebook, spec, name)
    if item is not None:
        return thing(spec, item, notebook.target.component)
    if refused is None:
        notebook.not_there(f"{spec.what} {name}")
    else:
        notebook.silent(refused)
    return None


def _item(notebook: Notebook, spec: Resource, name: str) -> tuple[Item | None, SilentSource | None]:
    pages = notebook.cloud.ask(spec.service, spec.operation)
    item = pages.named(spec.items, spec.key, name)
    if item is None and pages.refusal is not None and pages.refusal.ends == "call":
        alone = notebook.cloud.ask(spec.service, spec.operation, **{spec.by or spec.key: name})
        item = alone.named(spec.items, spec.key, name)
        if alone.complete or alone.missing:
            return item, None
    return item, None if item is not None else pages.refusal


# ------------------------------------------------------------ what it says itself


def _arguments(notebook: Notebook, found: Thing) -> None:
    """What its own fields say, by the bindings of the resource that makes it."""
    assert found.binding is not None  # noqa: S101 - the caller looked
    for name, source in found.binding.settings.items():
        if source.users_of is not None:
            users.without_password(notebook, found, name, source.users_of)
        elif name not in found.resource.settings_of_members:
            said = _argument(notebook, found, name)
            if said is not None:
                _put(notebook, name, said, SERVER)


def _argument(notebook: Notebook, found: Thing, name: str, owner: Thing | None = None) -> Said | None:
    """What a thing says of a setting; a gap where its answer does not tell."""
    setting = notebook.context.catalogue.setting(notebook.target.component, name)
    binding = (owner or found).binding
    source = binding.settings.get(name) if binding else None
    if setting is None or source is None or source.parameter:
        return None
    if source.inherits_from == [ENGINE]:
        reason = f"nothing can set it for a {found.resource.what}, and AWS does not tell what the engine does"
        return Said(Unresolved(reason, ASK), found.arn)
    content = attributes.content(source, found, setting)
    if content is None:
        call = f"{found.resource.service} {found.resource.operation}"
        notebook.gap(f"{call} does not tell {name} of {found.name}", "scan again, or ask another source", [name])
        return None
    return Said(content, found.arn or found.name, pending=attributes.waiting(source, found, setting))


# ------------------------------------------------------------ nodes and their groups


def _nodes(notebook: Notebook, found: Thing, only: str) -> list[Node]:
    members = found.resource.members
    if members is None:
        return [Node(found.name, _groups(notebook, found, ""))]
    nodes = []
    for name, status in _member_names(found, members):
        if not only or name.lower() == only.lower():
            nodes.append(_node(notebook, found, members, name, status))
    return nodes or [Node(found.name, _groups(notebook, found, None))]


def _member_names(found: Thing, members: Members) -> Iterable[tuple[str, str]]:
    listed = at(found.item, members.items)
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, Mapping):
            yield str(item.get(members.key) or ""), str(item.get(members.status) or "")
        else:
            yield str(item), ""


def _node(notebook: Notebook, whole: Thing, members: Members, name: str, status: str) -> Node:
    """A node with the groups of the cluster and its own, and what it says of itself."""
    node = Node(name, _groups(notebook, whole, status))
    spec = shipped().resource(members.like)
    item, refused = _item(notebook, spec, name)
    if item is None:
        lost = SilentSource(f"{whole.name} names the node {name}, and AWS does not hold it", "scan again")
        node.hidden.append(refused or lost)
        return node
    member = thing(spec, item)
    node.groups += _groups(notebook, member, "")
    own = member.binding.settings if member.binding else {}
    for setting in own:
        node.keep(setting, _argument(notebook, member, setting))
    for setting in whole.resource.settings_of_members:
        node.keep(setting, _argument(notebook, member, setting, whole))
    return node


def _groups(notebook: Notebook, found: Thing, status: str | None) -> list[Group]:
    """The groups that an answer names. ``status`` is of the cluster's group on a node; None where it has no node."""
    names = found.resource.groups
    if names is None:
        return []
    listed = at(found.item, names.items) if names.items else found.item
    records = [item for item in (listed if isinstance(listed, list) else [listed]) if isinstance(item, Mapping)]
    groups = []
    for record in records:
        name = str(record.get(names.name) or "")
        word = str(record.get(names.status) or "") if names.status else status
        word = "pending-reboot" if names.waiting and record.get(names.waiting) else word
        node_type = str(found.item.get(names.node_type) or "") if names.node_type else ""
        if name:
            told = shipped().status("in-sync" if word is None else word)
            groups.append(parameters.group(notebook, names.list, name, told, node_type))
    return groups or [_unnamed(found)]


def _unnamed(found: Thing) -> Group:
    call = f"{found.resource.service} {found.resource.operation}"
    hidden = SilentSource(f"{call} does not tell the parameter group of {found.name}", ASK)
    return Group("", found.arn, shipped().status("in-sync"), hidden=hidden)


# ------------------------------------------------------------ parameters, and saying it all


def _say(notebook: Notebook, found: Thing, nodes: list[Node]) -> None:
    of_nodes = _settings_of_nodes(found)
    own = set(found.binding.settings if found.binding else ()) | of_nodes
    settings = [item for item in notebook.settings() if not item.derived and item.name not in own]
    has_groups = any(node.groups or node.hidden for node in nodes)
    for node in nodes if has_groups else ():
        for setting in settings:
            node.keep(setting.name, parameter(notebook, node, setting))
    _hide(notebook, nodes, settings if has_groups else [], of_nodes)
    for name in dict.fromkeys(name for node in nodes for name in node.said):
        _fold(notebook, name, nodes)


def _settings_of_nodes(found: Thing) -> set[str]:
    """The settings that nodes tell of themselves."""
    members = found.resource.members
    entries = bindings.shipped().of(members.like) if members else ()
    told = {name for entry in entries if entry.role == "member" for name in entry.settings}
    return told | set(found.resource.settings_of_members)


def _hide(notebook: Notebook, nodes: list[Node], settings: list[Setting], of_nodes: set[str]) -> None:
    """The gaps of groups and nodes that were not read: what they could set, and nobody else decides."""
    for node in nodes:
        for hidden in node.hidden:
            names = [item.name for item in settings] + sorted(of_nodes - node.said.keys())
            notebook.silent(hidden, names)
        for group in node.groups:
            if group.hidden is not None:
                several = len(node.groups) > 1
                names = [item.name for item in settings if item.name not in node.said or several]
                notebook.silent(group.hidden, names, locator=group.arn)


def _fold(notebook: Notebook, name: str, nodes: list[Node]) -> None:
    """A value once where all nodes agree, else in the scope of each."""
    told = [(node.name, node.said[name]) for node in nodes if name in node.said]
    first = told[0][1]
    if len(told) == len(nodes) and len({repr(said.content) for _, said in told}) == 1:
        waits = next((said for _, said in told if said.pending), first)
        _put(notebook, name, replace(waits, locator=first.locator), SERVER)
        return
    for node, said in told:
        _put(notebook, name, said, f"node={node}")


def _put(notebook: Notebook, name: str, said: Said, scope: str) -> None:
    notebook.say(
        name, said.content, locator=said.locator, through=said.through, scope=scope, takes_effect=said.takes_effect,
        note=said.note, pending=said.pending,
    )  # fmt: skip
