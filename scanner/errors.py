"""The three kinds of trouble and the exit code of each.

A person's mistake (``UserError``) names file, line and what is allowed, and ends with 2. A source that does not answer
(``SilentSource``) costs only the rows that it could have decided: collectors turn it into a gap and the run ends with
3. Anything else that escapes is a bug of ours and ends with 70.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to a pipeline. ``PRECEDENCE`` tells which one wins when several apply."""

    CONFORMS = 0
    FAILS = 1
    USER_ERROR = 2
    INCOMPLETE = 3
    DRIFT = 4
    BUG = 70
    INTERRUPTED = 130


PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.USER_ERROR,
    ExitCode.FAILS,
    ExitCode.INCOMPLETE,
    ExitCode.DRIFT,
    ExitCode.CONFORMS,
)


class ScannerError(Exception):
    """The base of everything that this program raises on purpose."""


class UserError(ScannerError):
    """Something the user can fix: usage, a bad file, an output that cannot be written.

    ``place`` is ``file:line`` or a file; ``allowed`` says what would have been accepted.
    """

    def __init__(self, message: str, *, place: str = "", key: str = "", allowed: str = "", hint: str = "") -> None:
        self.message, self.place, self.key, self.allowed, self.hint = message, place, key, allowed, hint
        super().__init__(self.__str__())

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.place, self.key, self.message) if part)
        tail = "".join(f"; {label}{text}" for label, text in (("allowed: ", self.allowed), ("", self.hint)) if text)
        return head + tail


class SilentSource(ScannerError):  # noqa: N818 - named for what it is, as the design does
    """A source that could not be asked or did not answer; a collector turns it into a gap.

    ``remedy`` is the exact thing to do: a grant, a flag, a file to supply.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(reason)


def exit_code(reasons: set[ExitCode]) -> ExitCode:
    """The code that wins among those that apply; nothing at all means that everything asked conforms."""
    return next((code for code in PRECEDENCE if code in reasons), ExitCode.CONFORMS)
