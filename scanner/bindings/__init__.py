"""Which resource of infrastructure as code says which setting: data, loaded from ``baselines/bindings``.

A binding names a resource type and what it is: a ``target`` to judge, a ``group`` of parameters or users that counts
only for the targets linked to it, a ``member`` of a target, something ``attached`` to one, or a ``user`` of a group. To
support a resource type, write an entry; no code knows any type by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scanner import document, kept, resources
from scanner.bindings.arguments import Absence, Condition, Link, Login, Parameters, SettingSource
from scanner.bindings.entries import Binding, BindingsFile, Translation
from scanner.bindings.variables import Overlaid, TakenOver, Variables
from scanner.errors import UserError

__all__ = [
    "Absence",
    "Binding",
    "Bindings",
    "BindingsFile",
    "Condition",
    "Link",
    "Login",
    "Overlaid",
    "Parameters",
    "SettingSource",
    "TakenOver",
    "Translation",
    "Variables",
    "load",
    "module_name",
    "shipped",
]


@dataclass(frozen=True)
class Bindings:
    """All bindings by resource type."""

    by_type: dict[str, tuple[Binding, ...]]
    modules_without_targets: tuple[str, ...] = ()
    modules: tuple[Binding, ...] = ()
    cloudformation: tuple[Translation, ...] = ()

    def of(self, kind: str) -> tuple[Binding, ...]:
        """The entries of a resource type, in the order in which they are tried."""
        return self.by_type.get(kind, ())

    def of_module(self, source: str) -> tuple[Binding, ...]:
        """The entries of a module by its source, in the order in which they are tried."""
        name = module_name(source)
        return tuple(entry for entry in self.modules if re.fullmatch(entry.type, name))


_WAY = re.compile(r"^(?:git::)?(?:(?:https?|ssh|tfr)://+)?(?:[^/@]*@)?(?:(?:github\.com|registry\.terraform\.io)[/:])?")


def module_name(source: str) -> str:
    """A module's source without the way to it: registry and GitHub spellings, the version and ``.git`` cut off."""
    return re.sub(r"\.git$", "", _WAY.sub("", source.partition("?")[0]))


def load(paths: list[Path]) -> Bindings:
    """Bindings of several files. UserError with file and line."""
    found: dict[str, list[Binding]] = {}
    harmless: list[str] = []
    modules: list[Binding] = []
    translations: list[Translation] = []
    for path in paths:
        content, tree = document.read(path, BindingsFile)
        harmless += content.modules_without_targets
        modules += content.modules
        translations += content.cloudformation
        for index, entry in enumerate(content.resources):
            if entry.role in {"member", "attached"} and entry.of is None:
                place = f"{path}:{tree.line(('resources', index))}"
                raise UserError(f"a {entry.role} needs “of”", place=place, key=entry.type)
            found.setdefault(entry.type, []).append(entry)
    by_type = {kind: tuple(entries) for kind, entries in found.items()}
    return Bindings(by_type, tuple(harmless), tuple(modules), tuple(translations))


@lru_cache(maxsize=1)
def shipped() -> Bindings:
    """The bindings that come with the scanner."""
    files = resources.files("baselines/bindings", ".yaml")
    return kept.shipped("bindings", kept.nouns(__name__), lambda: load(files))
