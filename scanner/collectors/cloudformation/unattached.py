"""Groups that nothing uses: it is said, not judged, for they decide nothing here."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collectors.cloudformation.bound import Bound, World
from scanner.collectors.cloudformation.contents import translated
from scanner.model import Known, Notice

KIND = "unattached group"


def notices(world: World) -> Iterator[Notice]:
    """A remark for every group that no resource of the template is seen to use."""
    used = {address for bound in world.resources.values() for address in _used_by(world, bound)}
    for bound in world.resources.values():
        if bound.binding.role == "group" and bound.address not in used and not _of_another_engine(bound):
            text = f"{bound.address}: no database or cache of this template uses it; what it says was not judged"
            yield Notice(KIND, text, bound.place)


def _used_by(world: World, bound: Bound) -> Iterator[str]:
    """The addresses to which a resource's links lead."""
    users = [source.users_of for source in bound.binding.settings.values() if source.users_of]
    for link in (*bound.binding.groups, *users):
        value = bound.at(link.path)
        for item in (value.list or (value,)) if value is not None else ():
            yield from item.links
            linked = world.resolve(item, link, bound)
            if linked.found is not None:
                yield linked.found.address


def _of_another_engine(group: Bound) -> bool:
    """Whether the group's family says that it is for no server of which anything is judged."""
    source = group.binding.settings.get("server_version")
    family = group.at(source.path) if source else None
    if source is None or family is None or not family.is_scalar:
        return False
    return not isinstance(translated(source, family).content, Known)
