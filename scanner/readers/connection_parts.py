"""The settings that stand inside a connection string: its scheme, its options, its password."""

from __future__ import annotations

import re

from scanner.catalogue import Catalogue
from scanner.model import Absent, Content, Known, Present, Setting, Unresolved
from scanner.readers import connection_text
from scanner.readers.variable import SecretText, Variable, text_of


def of(variable: Variable, setting: Setting | None, catalogue: Catalogue) -> list[tuple[Setting, Content | SecretText]]:
    """The settings that stand inside a connection string."""
    wanted = inner_settings(setting, catalogue) if setting else []
    if not wanted:
        return []
    content = variable.effective
    if isinstance(content, Present):
        elsewhere = Present(content.origin)
        return [(inner, elsewhere) for inner, _ in wanted]
    if isinstance(content, Unresolved):
        unknown = Unresolved(f"{variable.name} cannot be read here", "ask a source that holds its text")
        return [(inner, unknown) for inner, _ in wanted]
    text = content.text if isinstance(content, SecretText) else text_of(content)
    found = connection_text.parts(text)
    if found is None:
        unread = Unresolved(f"{variable.name} is no connection string that can be read", "write it as a URL")
        return [(inner, unread) for inner, _ in wanted] if text.strip() else []
    told: list[tuple[Setting, Content | SecretText]] = []
    scheme = found.get("#scheme", "postgres")
    for inner, addresses in wanted:
        fitting = [part for start, part in addresses if scheme.startswith(start)]
        part = next((item for item in fitting if item in found), None)
        if part is not None:
            told.append((inner, _shown_part(inner, part, found[part])))
        elif fitting and not inner.secret:
            told.append((inner, Absent()))
    return told


def _shown_part(inner: Setting, part: str, text: str) -> Content | SecretText:
    """A part that is a secret stays one; other text is shown where it is a scheme or a word that the setting knows."""
    if inner.secret:
        return SecretText(text)
    if part == "#scheme" or text.lower() in inner.choices:
        return Known(text)
    return Unresolved(f"{part} holds no word that {inner.name} knows", f"use one of {', '.join(inner.choices)}")


def inner_settings(setting: Setting, catalogue: Catalogue) -> list[tuple[Setting, list[tuple[str, str]]]]:
    """Settings inside a connection string, each with the schemes that have it and the part to look for."""
    found = []
    for inner in catalogue.of(setting.component):
        aliases = [alias for kind, names in inner.aliases if kind == "connection" for alias in names]
        addresses = []
        for alias in aliases:
            start, _, address = alias.rpartition(":")
            name = re.split(r"[#?]", address)[0]
            if name == setting.name:
                addresses.append((start, address[len(name) :]))
        if addresses:
            found.append((inner, addresses))
    return found
