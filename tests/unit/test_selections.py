"""Selections: what a published baseline requires, what it does not, and what is not recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner import controls, selections
from scanner.errors import UserError
from scanner.selections import Fixed


@pytest.mark.parametrize("name", selections.shipped())
def test_a_shipped_selection_names_only_controls_of_the_map(name: str) -> None:
    selections.check(selections.shipped()[name], controls.shipped())


@pytest.mark.parametrize(
    ("selection", "control", "standing"),
    [
        ("nist-800-53b:moderate", "cm-6.1", "supporting"),
        ("nist-800-53b:high", "cm-6.1", "required"),
        ("fedramp-2024:moderate", "cm-6.1", "required"),
        ("fedramp-2024:moderate", "cm-6.2", "supporting"),
        ("fedramp-2024:low", "sc-8", "required"),
        ("nist-800-53b:low", "sc-8", "supporting"),
        ("fedramp-2026:d", "cm-6.2", "required"),
        ("fedramp-2024:high", "cm-3.7", "supporting"),
        ("fedramp-2024:high", "sc-8.2", "not recorded"),
        ("fedramp-2024", "cm-6.1", "moderate, high"),
    ],
)
def test_required_supporting_and_not_recorded_are_kept_apart(selection: str, control: str, standing: str) -> None:
    chosen, level = selections.choose(selection)
    assert chosen.standing(control, level) == standing


def test_a_selection_says_what_it_fixes_at_a_level_only() -> None:
    chosen, _ = selections.choose("fedramp-2024")
    assert "DoD STIGs" in chosen.fixed("cm-6", "moderate")[0].says
    assert [item.says for item in chosen.fixed("cm-6", "low")] == ["DoD STIGs or CIS"]
    assert len(chosen.fixed("cm-6")) == 3


@pytest.mark.parametrize(
    ("name", "allowed"), [("fedramp", "fedramp-2024"), ("fedramp-2024:class-b", "li-saas, low, moderate, high")]
)
def test_an_unknown_selection_or_level_is_refused_with_what_is_allowed(name: str, allowed: str) -> None:
    with pytest.raises(UserError, match=allowed):
        selections.choose(name)


def test_a_selection_that_names_what_the_map_lacks_is_refused() -> None:
    sound = selections.shipped()["fedramp-2024"]
    with pytest.raises(UserError, match="zz-9"):
        selections.check(replace(sound, levels={"low": ["zz-9"]}), controls.shipped())
    with pytest.raises(UserError, match="lowest"):
        selections.check(replace(sound, fixes=[Fixed("cm-6", "", levels=["lowest"])]), controls.shipped())
