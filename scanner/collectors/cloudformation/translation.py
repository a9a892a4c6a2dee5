"""Types and properties of CloudFormation in the words of the bindings, which are Terraform's."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache

from scanner.bindings import Binding, Bindings, SettingSource, Translation

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """``DBClusterIdentifier`` is ``db_cluster_identifier``."""
    return _WORD.sub("_", name).lower()


@dataclass(frozen=True)
class Entry:
    """One way in which a resource type can be spoken for."""

    kind: str
    """The Terraform type."""
    binding: Binding
    translation: Translation
    left_open: dict[str, str] = field(default_factory=dict)

    def argument(self, name: str) -> str:
        """The argument that a property is."""
        return self.translation.names.get(name) or snake(name)

    def property(self, argument: str) -> str:
        """The property that an argument is, as near as letters tell where it is not written."""
        named = next((name for name, word in self.translation.names.items() if word == argument), "")
        return named or "".join(word.capitalize() for word in argument.split("_"))


def entries(bindings: Bindings) -> dict[str, tuple[Entry, ...]]:
    """By CloudFormation type, the entries in the order in which they are tried."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for translation in bindings.cloudformation:
        for binding in bindings.of(translation.like):
            found[translation.type].append(_entry(translation, binding))
    return {kind: tuple(items) for kind, items in found.items()}


def _entry(translation: Translation, binding: Binding) -> Entry:
    settings = {name: _source(source, name, translation) for name, source in binding.settings.items()}
    changed = replace(binding, when=[*translation.when, *binding.when], settings=settings)
    if translation.parameters is not None:
        changed = replace(changed, parameters=translation.parameters)
    if translation.variables is not None:
        changed = replace(changed, variables=translation.variables)
    left_open = {name: why for name, why in translation.left_open.items() if name in settings}
    return Entry(translation.like, changed, translation, left_open)


def _source(source: SettingSource, name: str, translation: Translation) -> SettingSource:
    if name in translation.left_open:
        return replace(source, absent=[])
    return replace(source, absent=translation.absent[name]) if name in translation.absent else source
