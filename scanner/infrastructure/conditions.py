"""Whether an entry speaks of a resource: conditions on the texts of its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.bindings import Condition
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.values import Value, hole, text


def applies(conditions: Iterable[Condition], bound: Bound) -> tuple[bool | None, str]:
    """Whether all conditions hold for a resource; None with the reason when that is not known.

    One that fails for certain decides, whatever is not known of the others.
    """
    doubt = ""
    for condition in conditions:
        value = bound.at(condition.path)
        holds, reason = _absent(condition, bound) if value is None else _holds(condition, value, bound)
        if holds is False:
            return False, ""
        doubt = doubt or ("" if holds else reason)
    return (None, doubt) if doubt else (True, "")


def _absent(condition: Condition, bound: Bound) -> tuple[bool | None, str]:
    if condition.absent == "unknown":
        return None, f"{bound.resource.spelled(condition.path)} is not written"
    return condition.absent == "yes", ""


def _holds(condition: Condition, value: Value, bound: Bound) -> tuple[bool | None, str]:
    if condition.matches == ".+" and (value.links or value.touches):
        return True, ""
    found = hole(value)
    if found is None:
        return _matches(value.data, condition), ""
    matches = [_matches(item, condition) for item in (found.alternatives if value.unknown else ())]
    if matches and len(set(matches)) == 1:
        return matches[0], ""
    return None, f"{bound.resource.spelled(condition.path)} is not known: {found.reason}"


def _matches(data: object, condition: Condition) -> bool:
    if not isinstance(data, str | int | float | bool):
        return False
    return bool(re.fullmatch(condition.matches, text(data), re.IGNORECASE))
