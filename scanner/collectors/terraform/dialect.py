"""How the sources of a root are spoken of in reasons and remedies."""

from __future__ import annotations

from scanner.collectors.terraform import unread
from scanner.infrastructure.dialect import Dialect
from scanner.model import Unresolved

COLLECTOR = "terraform"

DIALECT = Dialect(
    COLLECTOR,
    whole="source",
    parts="arguments",
    hidden=Unresolved("the source marks this value as sensitive, so it is not shown", "ask a live source"),
    remedy="give a plan, or ask a live source",
    certain="give a plan",
    choice="give a plan",
    engine="write its engine out, or give a plan",
    conditions=unread.REMEDY,
)
