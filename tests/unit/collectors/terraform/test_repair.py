"""Minus signs before numbers, which python-hcl2 takes for parts of literals; the values are those of Terraform."""

from __future__ import annotations

import pytest

from scanner.collectors.terraform import parse
from scanner.collectors.terraform.repair import repair
from scanner.collectors.terraform.syntax import Binary, Expression, Literal, Unary


def value(node: Expression) -> float:
    """What an expression of numbers and minus signs comes to."""
    if isinstance(node, Unary):
        return -value(node.operand)
    if isinstance(node, Binary):
        return value(node.left) - value(node.right)
    assert isinstance(node, Literal)
    return float(node.text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("--3", 3), ("(--3)", 3), ("-2 -1.5", -3.5), ("2 --3", 5), ("(4) -1", 3), ("1e-5 -2", -1.99999), ("4 - --1", 3)],
)
def test_a_minus_before_a_number_is_read_as_terraform_reads_it(text: str, number: float) -> None:
    block = parse.whole_body(f"x {{\n  a = {text}\n}}\n", 1, "x.tf").blocks[0]
    assert value(block.body.arguments["a"].value) == pytest.approx(number)


@pytest.mark.parametrize("text", ['a = "--3 -1"', "a = b-1", "a = 1e-5", "# --3\na = 1"])
def test_texts_names_exponents_and_comments_keep_their_signs(text: str) -> None:
    assert repair(text).text.count("-") == text.partition("#")[0].count("-")


def test_many_signs_cost_no_more_than_their_length() -> None:
    assert repair("[" + " -1," * 200_000 + "]").text.count("- 1") == 200_000
