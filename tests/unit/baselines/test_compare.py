"""Two baselines side by side: what came, went and changed, and which way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner import baselines, catalogue, controls, document
from scanner.baselines.compare import compare
from scanner.model import Baseline

WORDS = catalogue.shipped()
HEAD = {"id": "ours", "version": "1.0.0", "title": "Ours", "component": "postgresql"}
RULE = {
    "id": "ours-rule",
    "title": "A title",
    "setting": "ssl_min_protocol_version",
    "expect": {"at_least": "TLSv1.2"},
    "severity": "high",
    "why": "Because.",
    "fix": {"procedure": "Do it."},
}


def baseline(directory: Path, *rules: dict[str, Any]) -> Baseline:
    path = directory / "b.yaml"
    path.write_text(document.dump_yaml({**HEAD, "rules": list(rules)}))
    return baselines.load([path], WORDS, controls.shipped())[0]


def told(directory: Path, old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    before = baseline(directory, {**RULE, **old})
    (change,) = compare(before, baseline(directory, {**RULE, **new}), WORDS) or [None]
    return [(part.what, part.direction) for part in change.parts] if change else []


def test_the_same_baseline_differs_in_nothing(tmp_path: Path) -> None:
    shipped = baselines.load(baselines.shipped_paths(), WORDS, controls.shipped())
    assert all(compare(item, item, WORDS) == () for item in shipped)


def test_a_rule_that_came_tightens_and_one_that_went_loosens(tmp_path: Path) -> None:
    one, two = baseline(tmp_path, RULE), baseline(tmp_path, RULE, {**RULE, "id": "ours-other", "title": "Other"})
    (came,), (went,) = compare(one, two, WORDS), compare(two, one, WORDS)
    assert (came.kind, came.parts[0].direction) == ("added", "tightened")
    assert (went.kind, went.parts[0].direction) == ("removed", "loosened")


@pytest.mark.parametrize(
    ("setting", "loose", "tight"),
    [
        ("ssl_min_protocol_version", {"at_least": "TLSv1.2"}, {"at_least": "TLSv1.3"}),
        ("ssl_min_protocol_version", {"at_least": "TLSv1.2"}, {"equals": "TLSv1.3"}),
        ("max_connections", {"at_most": 200}, {"at_most": 100}),
        ("max_connections", {"between": [1, 200]}, {"between": [10, 100]}),
        ("max_connections", {"between": [1, 200]}, {"equals": 100}),
        ("max_connections", {"at_most": 200}, {"at_most": 200, "at_least": 10}),
        ("authentication_timeout", {"at_most": "2min"}, {"at_most": "60s"}),
        ("password_encryption", {"one_of": ["md5", "scram-sha-256"]}, {"one_of": ["scram-sha-256"]}),
        ("password_encryption", {"one_of": ["md5", "scram-sha-256"]}, "scram-sha-256"),
        ("log_min_messages", {"not_one_of": ["panic"]}, {"not_one_of": ["panic", "fatal"]}),
        ("log_destination", {"contains": ["stderr"]}, {"contains": ["stderr", "csvlog"]}),
        ("log_destination", {"within": ["stderr", "csvlog"]}, {"within": ["stderr"]}),
    ],
)
def test_more_and_less_is_told_by_operator_and_order(tmp_path: Path, setting: str, loose: Any, tight: Any) -> None:
    one, two = {"setting": setting, "expect": loose}, {"setting": setting, "expect": tight}
    assert told(tmp_path, one, two) == [("expects", "tightened")]
    assert told(tmp_path, two, one) == [("expects", "loosened")]


@pytest.mark.parametrize(
    ("setting", "one", "two"),
    [
        ("max_connections", {"at_most": 100}, {"at_least": 10}),
        ("max_connections", {"equals": 100}, {"equals": 200}),
        ("max_connections", {"at_most": {"parameter": "a"}}, {"at_most": 100}),
        ("max_connections", {"between": [1, 100]}, {"between": [50, 200]}),
        ("log_line_prefix", {"matches": "a"}, {"matches": "b"}),
    ],
)
def test_what_cannot_be_told_is_a_change_and_no_more(tmp_path: Path, setting: str, one: Any, two: Any) -> None:
    pair = {"setting": setting, "expect": one}, {"setting": setting, "expect": two}
    assert told(tmp_path, *pair) == [("expects", "")]


def test_a_lower_severity_a_skip_and_other_words_are_told_apart(tmp_path: Path) -> None:
    assert told(tmp_path, {}, {"severity": "low"}) == [("severity", "loosened")]
    assert told(tmp_path, {"severity": "low"}, {}) == [("severity", "tightened")]
    assert told(tmp_path, {}, {"why": "Others."}) == [("wording (why)", "")]
    skip = {"variants": [{"when": {"platforms": ["rds"]}, "skip": "not there"}]}
    assert told(tmp_path, {}, skip) == [("for platforms rds", "loosened")]
    eased = {"environments": {"development": {"expect": {"at_least": "TLSv1.1"}}}}
    more = {"environments": {"development": {"expect": {"at_least": "TLSv1.2"}}}}
    assert told(tmp_path, eased, more) == [("for environments development", "tightened")]


def test_a_change_of_setting_is_no_order(tmp_path: Path) -> None:
    other = {"setting": "ssl_max_protocol_version", "expect": {"at_least": "TLSv1.3"}}
    assert told(tmp_path, {}, other) == [("expects", "")]


def test_a_change_names_both_sides(tmp_path: Path) -> None:
    before = baseline(tmp_path, RULE)
    (change,) = compare(before, replace(before, rules=(replace(before.rules[0], title="x"),)), WORDS)
    assert (change.rule, change.kind) == ("ours-rule", "changed")
