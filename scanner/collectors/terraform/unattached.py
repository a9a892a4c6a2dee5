"""What belongs to nothing that is declared here: it is said, not judged, for it decides nothing here.

A group of parameters or users may be meant for an instance of another root or be left behind. What it says is never
held against an instance that does not name it, and never counts for one. A part of a server that is declared elsewhere
does have an effect, and nothing here can tell on what: that leaves the run incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.bindings import Link
from scanner.collectors.terraform import contents
from scanner.collectors.terraform.contents import translated
from scanner.collectors.terraform.stack import Bound, Stack
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, WEAK, Value
from scanner.model import Known, Notice

KIND = "unattached group"


def notices(stack: Stack) -> Iterator[Notice]:
    """A remark for every group that no instance of these sources is seen to use, and for parts of what is elsewhere."""
    used = _used(stack)
    for bound in stack.resources.values():
        if bound.binding.role == "group" and bound.address not in used and not _of_another_engine(bound):
            holders = [module.address for module in stack.unread if bound.address in _handed_to(module)]
            seen = f"only {', '.join(holders)} gets it, and that module is not on disk" if holders else ""
            text = (
                f"{bound.address}: {seen or 'no database or cache of this source uses it'}; what it says was not judged"
            )
            yield Notice(KIND, text, bound.instance.place, incomplete=bool(holders))


    here = {bound.instance.type for bound in stack.targets}
    for orphan, problem in stack.orphans:
        if orphan.binding.of is not None and here.isdisjoint(orphan.binding.of.types):
            text = f"{orphan.address} is a part of something that is not declared here ({problem}); it was not judged"
            yield Notice("part without a whole", text, orphan.instance.place, incomplete=True)


def _used(stack: Stack) -> set[str]:
    """The addresses that some link leads to."""
    found: set[str] = set()
    for bound in stack.resources.values():
        links = [*bound.binding.groups, *([bound.binding.of] if bound.binding.of else [])]
        links += [source.users_of for source in bound.binding.settings.values() if source.users_of]
        for link in links:
            found |= set(_targets_of(stack, bound, link))
    return found


def _targets_of(stack: Stack, bound: Bound, link: Link) -> Iterator[str]:
    value = contents.at(bound.instance, link.path)
    for item in value.data if value is not None and value.kind in SEQUENCES else [value]:
        if item is not None:
            yield from (link.removeprefix(WEAK) for link in item.links)
            linked = stack.resolve(item, link)
            if linked.found is not None:
                yield linked.found.address


def _of_another_engine(group: Bound) -> bool:
    """Whether the group's family says that it is for no server of which anything is judged."""
    source = group.binding.settings.get("server_version")
    family = contents.at(group.instance, source.path) if source else None
    if source is None or family is None or family.kind != "string":
        return False
    return not isinstance(translated(source, family).content, Known)


def _handed_to(module: UnreadModule) -> set[str]:
    """The resources of which a module that is not on disk gets the identity."""
    found: set[str] = set()
    for name in module.instance.names:
        value = module.instance.configured(name)
        if value is not None:
            found |= set(_links(value))
    return found


def _links(value: Value) -> Iterator[str]:
    yield from (link.removeprefix(WEAK) for link in value.links)
    if value.kind in SEQUENCES:
        for item in value.data:
            yield from _links(item)
    elif value.kind in MAPPINGS:
        for item in value.data.values():
            yield from _links(item)
