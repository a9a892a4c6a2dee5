"""Room for recursion: evaluation follows references as deep as they go, on a stack of its own.

A chain of locals through modules is a few thousand calls deep at most (``evaluate.MAX_DEPTH`` bounds it); the default
stack of Python is shorter than that.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

FRAMES = 12_000
STACK_BYTES = 256 * 1024 * 1024
_LOCK = threading.Lock()


def run(work: Callable[[], Result]) -> Result:
    """The result of ``work``, run where it has room. Its exceptions are raised here."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def body() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread
            errors.append(error)

    with _LOCK:
        if sys.getrecursionlimit() < FRAMES:
            sys.setrecursionlimit(FRAMES)
        before = threading.stack_size(STACK_BYTES)
        try:
            thread = threading.Thread(target=body, name="terraform")
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
