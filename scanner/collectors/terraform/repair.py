"""Rewrites valid Terraform that the parser refuses into the same Terraform that it accepts.

A newline or comment inside brackets, a newline inside ``${ }``, strip marks, ``!!``, ``core::`` before a function: none
changes the meaning, so they are blanked, and templates are set aside and read by our own scanner. A minus before a
number is set apart from it, since the parser takes both for one literal even where the minus subtracts. This runs only
after a first refusal. Heredocs and plain texts are never touched, and every line keeps its number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from scanner.collectors.terraform import lexer
from scanner.collectors.terraform.syntax import SyntaxProblem

_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<heredoc><<-?(?P<word>[^\W\d][\w.-]*)\r?\n)"
    r'|(?P<quote>")|(?P<open>[{(\[])|(?P<close>[})\]])|(?P<newline>\n)|(?P<core>\bcore::|!!(?=[A-Za-z_(]))'
    r"|(?P<minus>(?<!\w)--?(?=\d))",
    re.DOTALL,
)
PLACEHOLDER = "\x01template\x01"
NEAR = 80
"""Characters in which what a sign stands after is looked for, so that a hostile text costs no more than its length."""


@dataclass
class Repaired:
    """Text for the parser, the templates taken out of it, and where its lines stood."""

    text: str = ""
    templates: list[tuple[str, int]] = field(default_factory=list)
    """Inside of each quoted template, and its line in the original."""
    marks: list[tuple[int, int]] = field(default_factory=list)
    """(line in the new text, lines that were taken away before it)."""

    def line(self, line: int) -> int:
        """The original line of a line of the new text."""
        index = bisect_right(self.marks, (line, 1 << 60)) - 1
        return line + (self.marks[index][1] if index >= 0 else 0)


def repair(text: str) -> Repaired:
    """The text with everything rewritten that can be rewritten safely. SyntaxProblem when brackets do not close."""
    result = Repaired()
    pieces: list[str] = []
    brackets: list[str] = []
    position = removed = new_line = 0
    while found := _TOKEN.search(text, position):
        piece = text[position : found.start()]
        end, replacement = _replace(text, found, brackets, result)
        lost = text.count("\n", found.start(), end) - replacement.count("\n")
        pieces += [piece, replacement]
        new_line += piece.count("\n") + replacement.count("\n")
        if lost:
            removed += lost
            result.marks.append((new_line + 2, removed))
        position = end
    pieces.append(text[position:])
    result.text = "".join(pieces)
    return result


def _replace(text: str, found: re.Match[str], brackets: list[str], result: Repaired) -> tuple[int, str]:
    """Where the token ends and what stands for it in the new text."""
    inside = bool(brackets) and brackets[-1] in "(["
    if found["heredoc"]:
        end = lexer.heredoc_end(text, found.end(), found["word"])
        return end, text[found.start() : end]
    if found["quote"]:
        end = lexer.string_end(text, found.end())
        quoted = text[found.end() : end - 1]
        if "${" not in quoted and "%{" not in quoted:
            return end, text[found.start() : end]
        result.templates.append((quoted, text.count("\n", 0, found.start()) + 1))
        return end, f'"{PLACEHOLDER}{len(result.templates) - 1}"'
    if found["minus"]:
        near = text[max(0, found.start() - NEAR) : found.start()]
        return found.end(), _minus(near.rstrip()[-1:], found.group())
    if found["open"]:
        brackets.append(found.group())
    elif found["close"]:
        if not brackets:
            raise SyntaxProblem("a bracket closes nothing", text.count("\n", 0, found.start()) + 1)
        brackets.pop()
    elif found["comment"] or found["core"] or (found["newline"] and inside):
        return found.end(), " "
    return found.end(), found.group()


def _minus(before: str, signs: str) -> str:
    """``-`` or ``--`` before a number: two of them are none, unless the first subtracts from what stands before it."""
    subtracts = before.isalnum() or before in {"_", ")", "]", "}", '"'}
    if signs == "-":
        return "- "
    return "- -" if subtracts else ""
