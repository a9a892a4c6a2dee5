"""Where in a file something stands, and mistakes that say so."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from scanner.errors import UserError

if TYPE_CHECKING:  # YAML is loaded where a file that people write is read
    from scanner.document import Path_, Tree

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A spot of a YAML document; ``place / key`` is a spot below it."""

    tree: Tree
    path: Path_ = ()

    def __truediv__(self, key: str | int) -> Place:
        return Place(self.tree, (*self.path, key))

    def __str__(self) -> str:
        return f"{self.tree.place}:{self.tree.line(self.path)}"

    def mistake(self, message: str, *, allowed: Iterable[str] = (), hint: str = "") -> UserError:
        """A mistake at this spot, named by file, line and key."""
        key = ".".join(str(part) for part in self.path)
        return UserError(message, place=str(self), key=key, allowed=", ".join(allowed), hint=hint)


@dataclass
class Mistakes:
    """Gathers mistakes, so that one reading of a file can name them all."""

    found: list[UserError] = field(default_factory=list)

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What ``read`` gives, or None after taking note of its mistake."""
        try:
            return read()
        except UserError as mistake:
            self.found.append(mistake)
            return None


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the most similar known word, or nothing."""
    names = sorted(set(known))
    close = difflib.get_close_matches(word, names, 1, 0.6) or difflib.get_close_matches(
        word.lower(), [name.lower() for name in names], 1, 0.6
    )
    return f"did you mean {close[0]}?" if close else ""
