"""How text is laid on a terminal: width, hanging indents, rules and, only when told, colour."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from scanner.wording.plain import columns
from scanner.wording.words import OUTCOMES, Outcome

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
    "bold red": "1;31",
    "bold yellow": "1;33",
    "bold green": "1;32",
}

OUTCOME_STYLES = {
    Outcome.OPEN: "bold red",
    Outcome.UNKNOWN: "bold yellow",
    Outcome.ACCEPTED: "cyan",
    Outcome.NOT_ASSESSED: "yellow",
    Outcome.PASSED: "green",
    Outcome.NOT_APPLICABLE: "dim",
}


@dataclass(frozen=True, slots=True)
class Pen:
    """A terminal's width and whether it wants colour."""

    color: bool
    width: int

    def ink(self, text: str, style: str) -> str:
        """``text`` in a style of ``_CODES``, or as it stands."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and text else text

    def mark(self, outcome: Outcome) -> str:
        """The symbol of an outcome."""
        return self.ink(OUTCOMES[outcome].symbol, OUTCOME_STYLES[outcome])

    def label(self, outcome: Outcome) -> str:
        """The symbol and the word of an outcome."""
        return self.ink(f"{OUTCOMES[outcome].symbol} {OUTCOMES[outcome].shout}", OUTCOME_STYLES[outcome])

    def wrap(self, text: str, indent: int = 0, hang: int = 0, style: str = "") -> list[str]:
        """Prose in lines of the terminal's width; a word longer than a line stays whole."""
        wrapped = textwrap.wrap(
            text,
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [self.ink(line, style) if style else line for line in wrapped]

    def verbatim(self, label: str, texts: list[str], indent: int, style: str = "") -> list[str]:
        """A command or a place that must be copied as it stands: never wrapped, under its label."""
        gap = " " * (indent + columns(label))
        return [
            (" " * indent + self.ink(label, "dim") if position == 0 else gap)
            + (self.ink(text, style) if style else text)
            for position, text in enumerate(texts)
        ]

    def rule(self, title: str) -> list[str]:
        """A heading with a line under it, and space above."""
        return ["", self.ink(title, "bold"), self.ink("─" * min(self.width, 100), "dim")]
