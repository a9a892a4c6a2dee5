"""Why AWS does not answer, in our own words: error code or exception to reason, remedy and what it ends, as data.

The service's own text is never passed on: it can hold encoded details of the request. The table stands in
``baselines/aws/refusals.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal

from scanner import document, resources
from scanner.errors import SilentSource

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class Entry:
    """What some error codes mean."""

    __pydantic_config__ = FORBID
    errors: list[str]
    """Error codes, exception names or HTTP status codes; * stands for any text."""
    reason: str
    remedy: str
    ends: Literal["call", "service", "account"] = "call"
    """What else cannot be asked any more in the same region."""
    missing: bool = False
    """The thing that was asked for is not there."""


@dataclass(frozen=True)
class RefusalsFile:
    """The table of refusals."""

    __pydantic_config__ = FORBID
    refusals: list[Entry]
    actions: dict[str, str] = field(default_factory=dict)
    """Operations to the IAM action that opens them, where the names differ."""


@dataclass(frozen=True)
class Call:
    """What was asked, as messages name it."""

    service: str
    operation: str
    who: str = "the scanner"
    where: str = ""
    endpoint: str = ""
    seconds: float = 0.0

    @property
    def action(self) -> str:
        """The IAM action that opens the call."""
        name = f"{self.service}:{self.operation}"
        return table().actions.get(name, name)


class Refusal(SilentSource):
    """A call without an answer; ``missing`` when the answer is that the thing is not there."""

    def __init__(self, reason: str, remedy: str, code: str, ends: str = "call", missing: bool = False) -> None:
        super().__init__(reason, remedy)
        self.code, self.ends, self.missing = code, ends, missing


def refusal(error: Exception | str, call: Call) -> Refusal:
    """What an error, or a code of our own, means for a call."""
    codes = [error] if isinstance(error, str) else list(_codes(error))
    entry, matched = next(
        ((entry, code) for entry in table().refusals for code in codes if _matches(code, entry)),
        (table().refusals[-1], codes[0]),
    )
    words = {
        "action": call.action,
        "call": f"{call.service} {call.operation}",
        "who": call.who,
        "where": call.where or "this region",
        "endpoint": call.endpoint or f"the endpoint of {call.service}",
        "seconds": f"{call.seconds:g}",
        "code": matched,
    }
    return Refusal(entry.reason.format(**words), entry.remedy.format(**words), matched, entry.ends, entry.missing)


@lru_cache(maxsize=1)
def table() -> RefusalsFile:
    """The shipped table."""
    found, _ = document.read(resources.directory("baselines") / "aws" / "refusals.yaml", RefusalsFile)
    return found


def _matches(code: str, entry: Entry) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in entry.errors)


def _codes(error: Exception) -> Iterator[str]:
    """The names of an error, the most telling first. A code comes from outside: only what a code can be is kept."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        told = response.get("Error")
        code = re.sub(r"[^\w.:-]", "", str(told.get("Code", "")))[:60] if isinstance(told, dict) else ""
        metadata = response.get("ResponseMetadata")
        status = str(metadata.get("HTTPStatusCode", "")) if isinstance(metadata, dict) else ""
        yield from (item for item in (code.rpartition("#")[2].partition(":")[0], status) if item)
        return
    yield from (kind.__name__ for kind in type(error).__mro__ if kind not in {object, BaseException, Exception})
