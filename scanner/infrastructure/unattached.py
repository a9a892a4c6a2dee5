"""Groups that nothing uses: it is said, not judged, for they decide nothing here.

A group of parameters or users may be meant for a server that is declared elsewhere or be left behind. What it says is
never held against one that does not name it, and never counts for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.infrastructure.contents import translated
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World
from scanner.model import Known, Notice

KIND = "unattached group"


def notices(world: World, holders: Callable[[Bound], list[str]] = lambda group: []) -> Iterator[Notice]:
    """A remark for every group that nothing here is seen to use. ``holders``: what gets it and was not read."""
    used = {address for bound in world.resources.values() for address in _used_by(world, bound)}
    for bound in world.resources.values():
        if bound.binding.role == "group" and bound.address not in used and not _of_another_engine(world, bound):
            unread = holders(bound)
            seen = f"no database or cache of this {world.dialect.whole} uses it"
            if unread:
                seen = f"only {', '.join(unread)} gets it, and that module is not on disk"
            text = f"{bound.address}: {seen}; what it says was not judged"
            yield Notice(KIND, text, bound.place, incomplete=bool(unread))


def _used_by(world: World, bound: Bound) -> Iterator[str]:
    """The addresses to which a resource's links lead."""
    users = [source.users_of for source in bound.binding.settings.values() if source.users_of]
    for link in (*bound.binding.groups, *([bound.binding.of] if bound.binding.of else []), *users):
        value = bound.at(link.path)
        for item in (value.list if value.list is not None else (value,)) if value is not None else ():
            yield from (*item.links, *item.touches)
            linked = world.resolve(item, link, bound)
            if linked.found is not None:
                yield linked.found.address


def _of_another_engine(world: World, group: Bound) -> bool:
    """Whether the group's family says that it is for no server of which anything is judged."""
    entry = group.binding.settings.get("server_version")
    family = group.at(entry.path) if entry else None
    if entry is None or family is None or not family.is_scalar:
        return False
    return not isinstance(translated(entry, family, world.dialect).content, Known)
