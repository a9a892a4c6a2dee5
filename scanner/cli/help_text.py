"""What stands below the options in the help of a command: examples that can be copied, and what its exit codes mean."""

from __future__ import annotations

JUDGED = (
    "0 everything asked was answered and conforms, 1 an open failure at or above --fail-on, 2 your input, "
    "3 incomplete, 4 only planes disagree, 70 a bug."
)
"""The exit codes of commands that judge."""
DONE = "0 done, 2 your input."


def example(*lines: str, codes: str = DONE) -> str:
    """Examples and exit codes as the epilog of a command."""
    head = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(("\b", head, *(f"  {line}" for line in lines), "", f"Exit codes: {codes}"))
