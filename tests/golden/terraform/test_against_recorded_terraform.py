"""Every recorded answer of terraform: ours is the same, or it says that it does not know; it is never another one.

``record.py`` writes the answers. Where terraform plans nothing we may know more, but only where every value gives it;
those cases are listed, so a new one has to be thought about.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collectors.terraform import parse
from scanner.collectors.terraform.evaluate import evaluate
from scanner.collectors.terraform.functions.encoding import json_text
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.session import Session
from scanner.collectors.terraform.source import Directory
from scanner.collectors.terraform.syntax import SyntaxProblem
from scanner.collectors.terraform.values import EvaluationError, find_hole, unknown
from tests.support.terraform import UNKNOWN, agrees, evaluated, shape

HERE = Path(__file__).parent
KNOWN: dict[str, str | None] = json.loads((HERE / "expressions" / "known.json").read_text())
UNKNOWNS: dict[str, Any] = json.loads((HERE / "expressions" / "unknown.json").read_text())
CASES = sorted(path for path in (HERE / "modules").iterdir() if path.is_dir())

NOT_EVALUATED = {
    'base64gzip("x") != ""': "compressed bytes differ between implementations",
    'templatestring("x", {})': "terraform allows no literal there, and a computed template is not read",
    "pow(2, -1)": "a power that is no whole number",
    "log(50, 7)": "a logarithm that is no whole number",
    '"${-length([])}"': "a zero with a sign",
    '"${0 * -3}"': "a zero with a sign",
    'regex("(", "x")': "a pattern that is refused here may be one that RE2 accepts",
}
"""What we do not claim to know, and why."""
KNOWS_MORE = {
    'U == "x" ? "a" : "a"': "a",
    'true || U == "x"': True,
    'U == "x" || false': UNKNOWN,
    'alltrue([U == "x", false])': False,
}
"""Where every value of U gives this, though terraform plans nothing."""
LESS = 8
"""How many expressions over an unknown may be a hole here although terraform knows their shape."""


def module(path: Path) -> ModuleInstance:
    return ModuleInstance(Session(path, path, 1_000_000), Directory(path, ""))


def answer(expression: str) -> str | None:
    """The JSON text of an expression, None where it fails, ``?`` where it is not known."""
    try:
        value = evaluate(parse.expression(expression), module(HERE).scope)
    except (EvaluationError, SyntaxProblem):
        return None
    return "?" if find_hole(value) is not None else json_text(value)


@pytest.mark.parametrize("expression", KNOWN)
def test_an_expression_is_worth_what_terraform_says(expression: str) -> None:
    found = answer(expression)
    if expression in NOT_EVALUATED and found == "?":
        return
    assert found == KNOWN[expression]


def test_nearly_everything_is_known() -> None:
    unknown_here = [text for text, told in KNOWN.items() if answer(text) == "?" != told]
    assert len(unknown_here) <= len(NOT_EVALUATED)


@pytest.mark.parametrize("expression", UNKNOWNS)
def test_an_expression_over_an_unknown_claims_no_more_than_terraform(expression: str) -> None:
    scope = module(HERE).scope.with_names({"U": unknown("after the apply", computed=True, type="string")})
    found = shape(evaluate(parse.expression(expression), scope))
    expected = KNOWS_MORE.get(expression, UNKNOWNS[expression])
    assert agrees(found, expected), f"{found} for {expected}"


def test_few_shapes_over_an_unknown_are_lost() -> None:
    scope = module(HERE).scope.with_names({"U": unknown("after the apply", computed=True, type="string")})
    found = {text: shape(evaluate(parse.expression(text), scope)) for text in UNKNOWNS}
    assert sum(found[text] == UNKNOWN != planned for text, planned in UNKNOWNS.items()) <= LESS


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_module_plans_what_terraform_plans(folder: Path) -> None:
    settings = json.loads((folder / "case.json").read_text())
    expected = json.loads((folder / "expected.json").read_text())
    files = tuple(folder / name for name in settings.get("var_files", []))
    found = evaluated(folder, files, settings.get("vars", {}), settings.get("workspace", ""))
    assert set(expected) <= set(found)
    for address, planned in expected.items():
        assert found[address].input == planned
