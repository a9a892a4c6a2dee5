"""Room for recursion: evaluation follows references as deep as they go, on a stack of its own.

A chain of locals through Terraform modules is a few thousand calls deep at most (the evaluator bounds it); the default
stack of Python is shorter than that. Making such a stack costs more than reading a small source, so ``collect`` makes
one for all sources of a run, and whoever asks for room inside it has it already.
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
_HERE = threading.local()
"""Whether the current thread has the room."""


def run(work: Callable[[], Result]) -> Result:
    """The result of ``work``, run where it has room. Its exceptions are raised here."""
    if getattr(_HERE, "room", False):
        return work()
    results: list[Result] = []
    errors: list[BaseException] = []

    def body() -> None:
        _HERE.room = True
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread
            errors.append(error)

    with _LOCK:
        if sys.getrecursionlimit() < FRAMES:
            sys.setrecursionlimit(FRAMES)
        before = threading.stack_size(STACK_BYTES)
        try:
            # A daemon, so that whoever interrupts a long run does not wait for the end of it.
            thread = threading.Thread(target=body, name="deep", daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
