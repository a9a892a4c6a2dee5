"""Every registered collector, operator, value type, derivation and report is documented, tested and told of."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from scanner import catalogue, collectors, operators, reports, values
from scanner.cli import request
from scanner.derive import COMPONENTS, DERIVATIONS
from scanner.records.observe import KIND

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CASES = sorted((ROOT / "tests/golden").rglob("command"))


def places_of(package: str, name: str) -> list[Path]:
    place = ROOT / "tests/unit" / package
    name = name.replace("-", "_")
    return [*place.rglob(f"test_{name}*.py"), *place.joinpath(name).glob("test_*.py")]


@pytest.mark.parametrize("kind", collectors.COLLECTORS)
def test_a_collector_is_documented_tested_and_told_of(kind: str) -> None:
    loaded = collectors.load(kind)
    assert import_module(loaded.__module__).__doc__
    assert loaded.__doc__
    assert places_of("collectors", kind)
    assert f"| `{kind}`" in README or f"`{kind}`," in README or f", `{kind}`" in README


@pytest.mark.parametrize("name", reports.FORMATS)
def test_a_report_is_documented_tested_and_told_of(name: str) -> None:
    function = reports.load(name)
    assert function.__doc__
    assert places_of("reports", name)
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", operators.OPERATORS)
def test_an_operator_is_used_by_a_rule_or_a_test(name: str) -> None:
    told = "".join(path.read_text() for path in (ROOT / "tests/unit/evaluate").glob("test_*.py"))
    shipped = repr(request.load_baselines(()))
    assert f'"{name}"' in told or f"operator='{name}'" in shipped


def test_every_operator_that_decides_has_a_docstring() -> None:
    assert all(item.check.__doc__ for item in operators.OPERATORS.values() if item.name not in operators.COMBINED)


def test_every_setting_has_a_type_that_is_read_and_is_shown_by_collectors_that_exist() -> None:
    for setting in catalogue.shipped().settings.values():
        assert setting.type in values.TYPES, setting.name
        assert {kind for kind, _ in setting.shown_by} <= {*collectors.COLLECTORS, KIND}, setting.name


def test_every_derived_setting_has_its_function_and_its_inputs() -> None:
    for module in COMPONENTS.values():
        import_module(f"scanner.derive.{module}")
    words = catalogue.shipped()
    derived = [item for item in words.settings.values() if item.derived]
    assert derived
    for setting in derived:
        assert setting.derived is not None
        assert setting.derived.function in DERIVATIONS
        assert all(words.setting(setting.component, name) for name in setting.derived.inputs), setting.name
    assert {item.derived.function for item in derived if item.derived} == set(DERIVATIONS)


def test_the_issue_is_met_in_numbers() -> None:
    rules = {item.component: 0 for item in request.load_baselines(())}
    for baseline in request.load_baselines(()):
        rules[baseline.component] += len(baseline.rules)
    assert rules["postgresql"] >= 40
    assert rules["redis"] >= 20
    assert rules["fastapi"] >= 10


def test_golden_cases_of_both_families_exist() -> None:
    families = {path.relative_to(ROOT / "tests/golden/cases").parts[0] for path in CASES}
    assert families >= {"same-meaning", "false-green"}
