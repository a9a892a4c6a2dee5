"""The words of Terraform as it is usually written, for the quick parser; what is rare is ``Unusual``."""

from __future__ import annotations

import re
from typing import TypeAlias

from scanner.collectors.terraform import lexer

Token: TypeAlias = tuple[str, str, int]
"""Kind, text and line. Operators and brackets are their own kind; the others are word, text (the inside of a plain
quoted text), template (of one with marks), heredoc, number, short (an index after a dot), call (a
bracket right after a word) and end."""


class Unusual(Exception):  # noqa: N818 - it is no failure: somebody else reads the text
    """This takes the whole parser."""


_TOKEN = re.compile(
    r"[ \t]*(?:"
    r"(?P<word>[A-Za-z_][A-Za-z0-9_-]*)(?P<call>\()?"
    r'|"(?P<text>(?:[^"\\\n\r$%]|\\.|[$%](?![{"$%]))*)"'
    r"|\.(?P<short>\d+)(?!\w)"
    r"|(?P<operator>&&|\|\||[=!<>]=|=>|\.\.\.|<(?!<)|[-+*%>!?:=.,]|/(?![/*]))"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])"
    r"|(?P<newline>\n)"
    r"|(?P<number>\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r'|(?P<quote>")'
    r"|(?P<heredoc><<-?(?P<mark>[A-Za-z][A-Za-z0-9_]+)\n)"
    r"|(?P<end>\Z))",
    re.DOTALL,
)
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_COMPREHENSION = re.compile(r"\s*for[ \t]")


def tokens(text: str, line: int, brackets: str = "") -> list[Token]:
    """All tokens. Newlines count only where they end something: not in ``( )``, ``[ ]`` and ``{for }``.

    ``brackets`` says in what the text stands itself. Raises ``Unusual``.
    """
    if "\r" in text or "\ufeff" in text:
        raise Unusual
    found: list[Token] = []
    opened: list[tuple[str, bool]] = []
    quiet = bool(brackets)
    position = 0
    match = _TOKEN.match
    while token := match(text, position):
        kind = token.lastgroup
        position = token.end()
        if kind == "word":
            found.append(("word", token["word"], line))
        elif kind == "call":
            found += (("word", token["word"], line), ("call", "", line))
            opened.append((")", quiet))
            quiet = True
        elif kind == "text":
            found.append(("text", token["text"], line))
        elif kind == "operator":
            operator = token["operator"]
            found.append((operator, operator, line))
        elif kind == "newline":
            if not quiet:
                found.append(("\n", "", line))
            line += 1
        elif kind == "open":
            bracket = token["open"]
            found.append((bracket, bracket, line))
            opened.append((_CLOSED_BY[bracket], quiet))
            quiet = bracket != "{" or bool(_COMPREHENSION.match(text, position))
        elif kind == "close":
            bracket = token["close"]
            if not opened or opened[-1][0] != bracket:
                raise Unusual
            quiet = opened.pop()[1]
            found.append((bracket, bracket, line))
        elif kind in {"number", "short"}:
            found.append((kind, token[kind], line))
        elif kind == "comment":
            line += token.group().count("\n")
        elif kind == "quote":
            end = lexer.string_end(text, position)
            inside = text[position : end - 1]
            found.append(("template", inside, line))
            line += inside.count("\n")
            position = end
        elif kind == "mark" or kind == "heredoc":
            end = lexer.heredoc_end(text, position, token["mark"])
            start = token.start("heredoc")
            found.append(("heredoc", text[start:end], line))
            line += text.count("\n", start, end)
            position = end
        else:
            if opened:
                raise Unusual
            found.append(("end", "", line))
            return found
    raise Unusual
