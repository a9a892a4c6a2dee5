"""The quick parser against the whole one: it reads the same or leaves the text alone."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import hcl2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark.exceptions import LarkError

from scanner.collectors.terraform import lexer, parse, quick, syntax
from scanner.collectors.terraform.syntax import SyntaxProblem

GOLDEN = Path(__file__).parents[3] / "golden"


def plain(node: object, lines: bool = True) -> object:
    """A tree as nested tuples; neighbouring pieces of text are one piece, wherever they were cut."""
    if isinstance(node, tuple | list):
        return tuple(plain(item, lines) for item in node)
    if isinstance(node, dict):
        return {key: plain(value, lines) for key, value in node.items()}
    if isinstance(node, syntax.Template):
        parts: list[object] = []
        for part in node.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part if isinstance(part, str) else plain(part, lines))
        return ("Template", tuple(parts), node.line if lines else 0)
    if dataclasses.is_dataclass(node):
        names = [item.name for item in dataclasses.fields(node) if lines or item.name != "line"]
        return (type(node).__name__, *(plain(getattr(node, name), lines) for name in names))
    return node


def untouched(text: str) -> bool:
    """Whether the whole parser takes a text as it is; a repair knows its lines only nearly."""
    try:
        hcl2.parses_to_tree(text)
    except LarkError:
        return False
    return "\n" not in "".join(re.findall(r'"[^"]*\$\{[^"]*"', text))


def bare(text: str) -> str:
    """Without the comments that these tests write: the whole parser refuses some places for them."""
    return text.replace(" /* x */ ", " ").replace(" # note", "")


def agree(text: str, flat: str = "") -> bool:
    """Whether the quick parser took the text; AssertionError when the whole one reads it differently.

    Where that one refuses valid Terraform because of a newline, it is asked about ``flat``, the same without it.
    """
    found = quick.body(text, 1, "x.tf")
    if found is None:
        return False
    text = bare(text)
    lines = untouched(text)
    try:
        expected = parse.whole_body(text, 1, "x.tf")
    except SyntaxProblem:
        if "<<" in flat:  # It refuses heredocs in brackets, and they cannot be flattened.
            return True
        assert flat, text
        lines, expected = False, parse.whole_body(bare(flat), 1, "x.tf")
    assert plain(found, lines) == plain(expected, lines), text
    return True


BLOCK = """resource "aws_db_instance" this {
  # note
  name = "a-${var.b}-c" // note
  list = [1, 2.5, -3, /* note */ true,
    null, # note
  ]
  map  = { a = 1, "b" : 2, (local.c.d) = 3
    e = "x" }
  test = var.a == "1" && !local.b || length(c.d) > 2 * 3 + 1 ? upper("x") : null
  deep = merge(a, { for k, v in b : k => v... if v != "" }, [for x in c : x.y]...)
  star = concat(a.b[*].c[0].d, a.*.b[0])[1]["k"].z.0.y
  keys = { aws.a = aws.b }
  text = <<-EOT
    one ${two}
      three
  EOT
  empty {}
  one { a = 1 }
  dynamic "p" {
    for_each = toset(["$${x}", "\\"\\n"])
    content {
      value = p.value
    }
  }
}
"""


def test_what_is_usually_written_is_read_without_the_whole_parser() -> None:
    assert agree(BLOCK)


@pytest.mark.parametrize(
    "text",
    [
        "x {\n  a = 1 b = 2\n}\n",
        "x {\n  a = 1\n  a = 2\n}\n",
        "x { a = 1 b = 2 }\n",
        "x {\n  a = b.0.1\n}\n",
        "x {\n  a = b\n    && c\n}\n",
        "x {\n  a = { (b) = 1 }\n}\n",
        "x {\n  a = core::upper(b)\n}\n",
        'x {\n  a = "\\q"\n}\n',
        'x {\n  a = "${b"\n}\n',
        "x {\n  a = [1 2]\n}\n",
        "x {\n  a = f(1,, 2)\n}\n",
        "x {\n  a = !!b\n}\n",
        "x {\n  a = -007\n}\n",
        "x {\n  größe = 1\n}\n",
        "x {\r\n  a = 1\r\n}\r\n",
        "x {\n  a = " + "(" * 60 + "1" + ")" * 60 + "\n}\n",
        "x {\n  a = 1" + " + 1" * 80 + "\n}\n",
        "x {\n  a = b" + ".c" * 80 + "\n}\n",
        "x {\n",
        "}",
        "x {\n  a = <<EOT\nnever ends\n}\n",
    ],
)
def test_what_is_rare_or_wrong_is_left_to_the_whole_parser(text: str) -> None:
    assert not agree(text)


def test_every_block_of_the_recorded_sources_is_read_alike_and_nearly_all_quickly() -> None:
    taken = total = 0
    for file in sorted(GOLDEN.rglob("*.tf")):
        for block in lexer.split(file.read_text("utf-8-sig", errors="replace"))[0]:
            taken, total = taken + agree(block.text), total + 1
    assert total > 100
    assert taken > total * 0.9


SPACE = st.sampled_from(["", "", "", " ", "  ", "\n", " # note\n", " /* x */ ", "\n\n", "\t"])
NAMES = st.sampled_from(["a", "b-c", "var", "null", "true", "for", "if", "in", "each", "_x1", "for_each", "é"])
TEXTS = st.sampled_from(
    ['"x"', '""', '"a$b%c"', '"$${x}"', '"\\n\\"\\u00e9"', '"${a}"', '"x${a.b}y%{if c}z%{endif}"', '"${~ a ~}"', '"%%"']
)
LITERALS = st.sampled_from(["0", "1.5", "1e3", "-2", "007", "1.", ".5", "<<E1\n  x ${a}\nE1\n", "<<-E1\n  x\n  E1\n"])
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "=>", "=", "!", "::"])


SHAPES = st.sampled_from(
    [
        "E_O_E", "-_E", "!_E", "(_E_)", "[_E_,_E_]", "[_E_,_]", "{_N_=_E_}", "{_E_:_E_,_T_=_E_}",
        "{_(_E_)_=_E_\n_N_=_E_}", "[_for N in E_:_E_]", "{_for N_,_N in E_:_E_=>_E_..._if E_}",
        "{_for N in E_:_E_=>_E_}", "E_?_E_:_E", "N_(_E_,_E_)", "N(_E_..._)", "E_._N", "E_[_E_]",
        "E_.0", "E.1.N", "{_N.N_=_E_}", "E_[*]_._N",
        "E_.*_._N_[_E_]", "E_.*.N_[*]", "N", "N", "N", "T", "T", "L", "L",
    ]
)  # fmt: skip
"""Where E stands for an expression, N for a name, T for a text, L for a literal, O for an operator, _ for space."""


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression, well formed or not."""
    kinds = {"N": NAMES, "T": TEXTS, "L": LITERALS, "O": OPERATORS, "_": SPACE}
    if depth == 0:
        return draw(st.one_of(NAMES, TEXTS, LITERALS))
    pieces = []
    for letter in draw(SHAPES):
        if letter == "E":
            pieces.append(draw(expressions(depth - 1)))
        else:
            pieces.append(draw(kinds[letter]) if letter in kinds else letter)
    return "".join(pieces)


@example("[for a in -a:a -1.5].*.a[*]", "", "\n")
@example("-a(-007,a+a)", "", "\n")
@given(expressions(), SPACE, st.sampled_from(["\n", "", " b = 1\n", "\n  b {}\n"]))
def test_no_expression_is_read_differently(expression: str, space: str, rest: str) -> None:
    flat = expression.replace("\n", " ")
    agree(f"x {{\n  a ={space}{expression}{rest}}}\n", f"x {{\n  a ={space}{flat}{rest}}}\n")
    agree(f"x {{\n  a = ({expression}\n)\n}}\n", f"x {{\n  a = ({flat}\n)\n}}\n")


@given(
    st.lists(st.one_of(NAMES, TEXTS, LITERALS, OPERATORS, SPACE, st.sampled_from(list("(){}[],.:?=\n"))), max_size=25)
)
def test_no_heap_of_words_is_read_differently(words: list[str]) -> None:
    agree(" ".join(words))
    agree("x {\n" + "".join(words) + "\n}\n")


def test_a_scan_of_what_is_usually_written_never_loads_the_whole_parser(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(BLOCK)
    scan = "from scanner.cli import main; import sys; sys.argv = ['scanner', 'check', sys.argv[1], '--exit-zero', '-q']"
    look = "main(standalone_mode=False); sys.exit(int('lark' in sys.modules or 'hcl2' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", f"{scan}\n{look}", str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
