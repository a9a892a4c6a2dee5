"""The shipped bindings: every resource type stands in a golden case, and every stated default names its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.bindings import Binding, shipped

CASES = Path(__file__).parents[2] / "golden" / "cases"
TYPES = sorted(shipped().by_type)


@pytest.fixture(scope="module")
def sources() -> str:
    return "\n".join(path.read_text() for path in CASES.rglob("*.tf"))


@pytest.mark.parametrize("kind", TYPES)
def test_a_resource_type_stands_in_a_golden_case(kind: str, sources: str) -> None:
    assert f'resource "{kind}"' in sources


def entries() -> list[Binding]:
    found = [entry for bindings in shipped().by_type.values() for entry in bindings]
    return [*found, *shipped().modules]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.type)
def test_a_default_or_constant_names_the_documentation_that_states_it(entry: Binding) -> None:
    for source in entry.settings.values():
        assert source.constant is None or source.source
        assert all(absence.source.startswith("https://") for absence in source.absent)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.type)
def test_a_target_can_be_found_by_an_identifier(entry: Binding) -> None:
    assert entry.role != "target" or entry.labels
