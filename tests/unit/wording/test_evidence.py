"""What a run holds for an objective: parts of the system are counted, the records of people are not among them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.wording import evidence
from scanner.wording.index import Index
from scanner.wording.sentences import baseline_words
from tests.support import results, with_records

BEFORE, AFTER = Index(results.everything()), Index(with_records.judged())


@pytest.mark.parametrize("kind", ["inventory", "sources", "baselines", "drift"])
def test_a_record_that_was_judged_is_no_component_and_no_setting_of_one(kind: str) -> None:
    assert evidence.sentence(kind, AFTER) == evidence.sentence(kind, BEFORE)


def test_the_coverage_names_records_beside_the_components() -> None:
    many = len(BEFORE.result.targets)
    assert f"on {many} components; " in evidence.sentence("coverage", BEFORE)
    assert f"on {many} components and 1 record that people keep; " in evidence.sentence("coverage", AFTER)


@pytest.mark.parametrize("component", ["baseline", "schedule"])
def test_rules_over_records_need_no_approval_of_their_own(component: str) -> None:
    result = results.everything()
    approved = tuple(replace(item, approved_by="T. Abreu") for item in result.baselines)
    rules = replace(approved[0], id="records", component=component, approved_by="")
    assert baseline_words(replace(result, baselines=(*approved, rules))) == "the approved baseline"
    assert "records" not in evidence.sentence("baselines", Index(replace(result, baselines=(*approved, rules))))
