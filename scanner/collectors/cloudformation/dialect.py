"""How templates are spoken of in reasons and remedies."""

from __future__ import annotations

from scanner.infrastructure.dialect import Dialect
from scanner.model import Unresolved

COLLECTOR = "cloudformation"
REMEDY = "give the parameters, or ask a live source"

DIALECT = Dialect(
    COLLECTOR,
    whole="template",
    parts="properties",
    hidden=Unresolved("the template marks this value as secret, so it is not shown", "ask a live source"),
    remedy=REMEDY,
    certain=REMEDY,
    choice="give the parameters",
    engine="write it out, or give the parameters",
    conditions=REMEDY,
)
