"""The pages of one answer, and why they may not be all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.collectors.aws.refusals import Refusal

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Pages:
    """What a call answered. With a ``refusal`` some pages are missing, or all: nothing may be called absent then."""

    pages: tuple[Item, ...] = ()
    refusal: Refusal | None = None

    @property
    def complete(self) -> bool:
        """Whether every page came."""
        return self.refusal is None

    @property
    def missing(self) -> bool:
        """Whether the answer is that the thing is not there."""
        return self.refusal is not None and self.refusal.missing

    def items(self, path: str) -> list[Item]:
        """The records of the list at a dotted path, of all pages that came."""
        return list(self._items(path))

    def _items(self, path: str) -> Iterator[Item]:
        for page in self.pages:
            found = at(page, path)
            yield from (item for item in found if isinstance(item, Mapping)) if isinstance(found, list) else ()

    def named(self, path: str, key: str, name: str) -> Item | None:
        """The record whose ``key`` is ``name`` (case ignored, as in AWS); None when no page that came holds it."""
        return next((item for item in self._items(path) if str(item.get(key)).lower() == name.lower()), None)


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path of an answer; a number is a position in a list; None when there is nothing."""
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
