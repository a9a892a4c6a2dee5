"""Just enough lexing to cut Terraform text into pieces that can be parsed one by one.

Brackets, texts, heredocs and comments are told apart without recursion, so depth costs nothing. Cutting a file into its
top-level blocks means that a broken block costs only itself, and that a block nobody asks for is never parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.collectors.terraform.syntax import SyntaxProblem

_CODE = re.compile(
    r"(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<heredoc><<-?(?P<word>[^\W\d][\w.-]*)\r?\n)"
    r'|(?P<simple>"(?:[^"\\\n$%]|\\.|[$%](?!\{))*")'
    r'|(?P<quote>")|(?P<open>[{(\[])|(?P<close>[})\]])',
    re.DOTALL,
)
_QUOTED = re.compile(r'\\.|\$\$\{|%%\{|(?P<open>[$%]\{)|(?P<end>")|(?P<newline>\n)', re.DOTALL)
_COMMENT_OR_TEXT = re.compile(r'("(?:[^"\\\n]|\\.)*")|\#[^\n]*|//[^\n]*|/\*.*?\*/', re.DOTALL)
_HEADER = re.compile(r'\s*(?P<kind>[^\W\d][\w-]*)(?P<labels>(?:\s*"(?:[^"\\\n]|\\.)*"|\s+[^\W\d][\w-]*)*)\s*\Z')
_LABEL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|([^\W\d][\w-]*)')
_RESTART = re.compile(
    r"^(?:resource|data|variable|output|locals|module|provider|terraform|moved|import|check|removed)\b[^\n={]*\{",
    re.MULTILINE,
)


MAX_DAMAGES = 20
"""After so many the rest of a file is left unread; the last damage stands for it."""


@dataclass(frozen=True)
class Slice:
    """One top-level block as text: where it stands and what its header says."""

    kind: str
    labels: tuple[str, ...]
    text: str
    line: int
    start: int = 0
    """Where the text begins in its file."""


@dataclass(frozen=True)
class Damage:
    """Text at the top level that is no block, or a block without an end."""

    reason: str
    line: int


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def heredoc_end(text: str, start: int, word: str) -> int:
    """The position after a heredoc's closing line; ``start`` is after its opening line."""
    found = re.compile(rf"^[ \t]*{re.escape(word)}(?=\r?$)", re.MULTILINE).search(text, start)
    if found is None:
        raise SyntaxProblem("a heredoc has no end", _line(text, start) - 1)
    return found.end()


def string_end(text: str, start: int) -> int:
    """The position after the closing quote; ``start`` is after the opening one."""
    position = start
    while found := _QUOTED.search(text, position):
        position = found.end()
        if found["end"]:
            return position
        if found["open"]:
            position = closing(text, position)
        elif found["newline"]:
            break
    raise SyntaxProblem("a text has no closing quote", _line(text, start))


def closing(text: str, start: int) -> int:
    """The position after the bracket that closes what was opened before ``start``. Texts inside may hold templates."""
    modes = ["code"]
    depths = [1]
    position = start
    while True:
        found = (_CODE if modes[-1] == "code" else _QUOTED).search(text, position)
        if found is None or (modes[-1] == "quoted" and found["newline"]):
            raise SyntaxProblem("a bracket or text is not closed", _line(text, start))
        position = found.end()
        if modes[-1] == "quoted":
            if found["end"]:
                modes.pop()
            elif found["open"]:
                modes.append("code")
                depths.append(1)
        elif found["heredoc"]:
            position = heredoc_end(text, position, found["word"])
        elif found["quote"]:
            modes.append("quoted")
        elif found["open"]:
            depths[-1] += 1
        elif found["close"]:
            depths[-1] -= 1
            if depths[-1] == 0:
                modes.pop()
                depths.pop()
                if not modes:
                    return position


def split(text: str) -> tuple[list[Slice], list[Damage]]:
    """The top-level blocks of a file, and what could not be cut."""
    slices: list[Slice] = []
    damages: list[Damage] = []
    position = start = 0
    while found := _CODE.search(text, position):
        position = found.end()
        try:
            if found["heredoc"]:
                position = heredoc_end(text, position, found["word"])
            elif found["quote"]:
                position = string_end(text, position)
            elif found["open"] or found["close"]:
                header = _header(text, start, found.start()) if found.group() == "{" else None
                if header is None:
                    raise SyntaxProblem("expected a block", _line(text, found.start()))
                position = closing(text, position)
                slices.append(_slice(text, start, position, header))
                start = position
        except SyntaxProblem as problem:
            damages.append(Damage(problem.reason, problem.line))
            restart = _RESTART.search(text, max(found.start(), start + 1))
            if restart is None or len(damages) >= MAX_DAMAGES:
                return slices, damages
            position = start = restart.start()
    rest = _COMMENT_OR_TEXT.sub(lambda match: match.group(1) or "", text[start:])
    if rest.strip():
        damages.append(Damage("expected a block", _line(text, start + len(text[start:]) - len(text[start:].lstrip()))))
    return slices, damages


def _header(text: str, start: int, end: int) -> tuple[str, tuple[str, ...], int] | None:
    raw = _COMMENT_OR_TEXT.sub(lambda match: match.group(1) or "\n" * match.group().count("\n"), text[start:end])
    found = _HEADER.match(raw)
    if found is None:
        return None
    labels = tuple(quoted or bare for quoted, bare in _LABEL.findall(found["labels"]))
    return found["kind"], labels, raw[: found.start("kind")].count("\n")


def _slice(text: str, start: int, end: int, header: tuple[str, tuple[str, ...], int]) -> Slice:
    kind, labels, lines_before = header
    body = text[start:end]
    skipped = 0
    for _ in range(lines_before):
        skipped = body.index("\n", skipped) + 1
    return Slice(kind, labels, body[skipped:], _line(text, start) + lines_before, start + skipped)
