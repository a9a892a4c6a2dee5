"""Terraform as it is usually written, read straight into our own tree.

The parser that knows the whole grammar costs a hundred times what reading costs. This one knows the part that almost
all blocks keep to and gives up on everything else (``None``), whether that is rare, doubtful or wrong: then the whole
parser decides and words the refusal. It must never read what the other refuses or reads differently; a property test
and a recorded corpus hold the two together.
"""

from __future__ import annotations

from scanner.collectors.terraform import templates
from scanner.collectors.terraform.quick_expressions import MAX_DEPTH, Reader, expression
from scanner.collectors.terraform.syntax import Argument, Block, Body, SyntaxProblem
from scanner.collectors.terraform.tokens import Token, Unusual, tokens

__all__ = ["body", "expression"]


def body(text: str, line: int, file: str) -> Body | None:
    """A file or a block's text as a body, or None where it takes the whole parser to tell."""
    try:
        reader = _Reader(tokens(text, line), file)
        return reader.body(line, "end")
    except (Unusual, SyntaxProblem, RecursionError):
        return None


class _Reader(Reader):
    """Bodies, around the expressions."""

    def __init__(self, found: list[Token], file: str) -> None:
        super().__init__(found)
        self._file = file

    def body(self, line: int, end: str) -> Body:
        arguments: dict[str, Argument] = {}
        blocks: list[Block] = []
        on_lines = self.skip_newlines() or end == "end"
        while self.kind != end:
            _, name, at = self.take("word")
            if self.kind == "=":
                self.next()
                if name in arguments:
                    raise Unusual
                arguments[name] = Argument(name, self.expression(), at, self._file)
            elif on_lines:
                blocks.append(self._block(name, at))
            else:
                raise Unusual
            if self.kind != end and not (self.skip_newlines() and on_lines):
                raise Unusual
        return Body(arguments, tuple(blocks), line)

    def _block(self, kind: str, line: int) -> Block:
        labels = []
        while self.kind != "{":
            if self.kind == "word":
                labels.append(self.next()[1])
            else:
                labels.append(templates.decode(self.take("text")[1], line))
        self.next()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unusual
        inner = self.body(line, "}")
        self._depth -= 1
        self.next()
        return Block(kind, tuple(labels), inner, line, self._file)
