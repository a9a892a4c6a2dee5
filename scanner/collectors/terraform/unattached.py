"""What belongs to nothing that is declared here: it is said, not judged, for it decides nothing here.

A part of a server that is declared elsewhere does have an effect, and nothing here can tell on what: that leaves the
run incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from scanner.collectors.terraform.stack import Stack
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, WEAK, Value
from scanner.infrastructure import unattached
from scanner.infrastructure.resource import Bound
from scanner.model import Notice


def notices(stack: Stack) -> Iterator[Notice]:
    """A remark for every group that no instance of these sources is seen to use, and for parts of what is elsewhere."""

    @cache  # worked out only for a group that is not used: it evaluates every argument of every module that is not here
    def handed() -> dict[str, set[str]]:
        return {module.address: _handed_to(module) for module in stack.unread}

    def holders(group: Bound) -> list[str]:
        return [address for address, given in handed().items() if group.address in given]

    yield from unattached.notices(stack, holders)
    here = {bound.type for bound in stack.targets}
    for orphan, problem in stack.orphans:
        if orphan.binding.of is not None and here.isdisjoint(orphan.binding.of.types):
            text = f"{orphan.address} is a part of something that is not declared here ({problem}); it was not judged"
            yield Notice("part without a whole", text, orphan.place, incomplete=True)


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
