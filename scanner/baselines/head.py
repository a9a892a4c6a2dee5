"""The head of a baseline: what it is, and the record of who stands behind it."""

from __future__ import annotations

from scanner.baselines.place import Place, nearest
from scanner.baselines.shapes import BaselineFile
from scanner.catalogue import Catalogue
from scanner.records import start
from scanner.records.reading import check_interval, plain


def check_head(content: BaselineFile, top: Place, catalogue: Catalogue, seen: dict[str, str]) -> None:
    """UserError for a head that names no component, no version or a name that stands elsewhere."""
    components = sorted({component for component, _ in catalogue.settings})
    if content.component not in components:
        hint = nearest(content.component, components)
        raise (top / "component").mistake(f"unknown component {content.component}", allowed=components, hint=hint)
    for key in ("id", "version", "title"):
        if not str(getattr(content, key)).strip():
            raise (top / key).mistake("is empty")
    if isinstance(top.tree.value.get("version"), float):
        raise (top / "version").mistake("may not be what was written", hint='put it in quotes, such as "1.10"')
    if not content.rules:
        raise (top / "rules").mistake("a baseline without rules asks for nothing")
    name = f"baseline {content.id}"
    if name in seen:
        raise (top / "id").mistake(f"{name} stands twice", hint=f"first in {seen[name]}")
    seen[name] = str(top / "id")


def check_record(content: BaselineFile, top: Place) -> None:
    """UserError for a record that cannot be one: no date, no interval, a reason left out, a secret in its text."""
    for key in ("owner", "approved_by", "approver_role", "source", "level"):
        plain(str(getattr(content, key)), top.tree, (), key)
    if content.approved_on:
        start(content.approved_on, str(top / "approved_on"), "approved_on")
    if content.approved_by.strip() and not content.approved_on.strip():
        raise (top / "approved_by").mistake("an approval needs its date", allowed=("approved_on",))
    check_interval(content.review, top.tree, ("review",))
    rules = {entry.id for entry in content.rules}
    for index, entry in enumerate(content.looser):
        at = top / "looser" / index
        if entry.rule not in rules:
            raise (at / "rule").mistake(f"{entry.rule} is no rule of this baseline", hint=nearest(entry.rule, rules))
        if not entry.reason.strip():
            raise (at / "reason").mistake("needs the reason why it asks for less")
