"""Approvals, reviews and limits as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import catalogue, project
from scanner.errors import UserError
from scanner.model import Policy, Severity

HEAD = "project: shop\n"
APPROVAL = """\
approvals:
  - baseline: ours
    version: 1.0.0
    approved_by: Grace
    approved_on: 2026-05-04
"""


def load(directory: Path, text: str) -> project.Project:
    path = directory / "scanner.yaml"
    path.write_text(HEAD + text)
    return project.load(path, catalogue.shipped())


def test_an_approval_is_read_with_its_place(tmp_path: Path) -> None:
    more = "    versions: {orders: '16', redis: ['7.2', '8']}\n    digest: sha256:" + "A" * 64 + "\n"
    (found,) = load(tmp_path, APPROVAL + more).approvals
    assert (found.baseline, found.version, found.place) == ("ours", "1.0.0", "scanner.yaml:3")
    assert found.versions == (("orders", ("16",)), ("redis", ("7.2", "8")))
    assert found.digest == "a" * 64


def test_reviews_are_ordered_by_their_day(tmp_path: Path) -> None:
    more = """\
    reviews:
      - {on: 2026-09-01, reviewer: Ada, trigger: a new version}
      - {on: 2026-08-01, reviewer: Ada, trigger: the year is over}
"""
    assert [item.on for item in load(tmp_path, APPROVAL + more).approvals[0].reviews] == ["2026-08-01", "2026-09-01"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (APPROVAL.replace("Grace", "''"), "scanner.yaml:5: approvals.0.approved_by: is empty"),
        (APPROVAL.replace("2026-05-04", "in May"), "scanner.yaml:6: approved_on: is no date"),
        (APPROVAL + "    approved: true\n", "scanner.yaml:7: approvals.0.approved: unknown key"),
        (APPROVAL + "    digest: abc\n", "scanner.yaml:7: approvals.0.digest: is no SHA-256"),
        (APPROVAL + "    versions: {orders: new}\n", "approvals.0.versions.orders: “new” is no version"),
        (APPROVAL.replace("1.0.0", "1.10"), "scanner.yaml:4: approvals.0.version: 1.1 may not be what was written"),
        (APPROVAL + "    versions: {redis: ['6', 7.10]}\n", "versions.redis: 7.1 may not be what was written"),
        (APPROVAL + "    role: password=hunter2\n", "approvals.0.role: looks as if it held a secret"),
        (APPROVAL + "    review: sometimes\n", "scanner.yaml:7: approvals.0.review: is no interval"),
        (APPROVAL + "    reviews: [{on: 2026-01-01, reviewer: A, trigger: ' '}]\n", "reviews.0.trigger: is empty"),
        (APPROVAL + "    reviews: [{on: x, reviewer: A, trigger: b}]\n", "on: is no date"),
        (APPROVAL + APPROVAL.removeprefix("approvals:\n"), "scanner.yaml:7: approvals.1: ours 1.0.0 is approved twice"),
        ("policy: {due: {urgent: 1 day}}\n", "scanner.yaml:2: policy.due.urgent: input should be"),
        ("policy: {due: {low: never}}\n", "scanner.yaml:2: policy.due.low: is no length of time"),
        ("policy: {waiver_max_days: {low: 0}}\n", "policy.waiver_max_days.low: is no number of days from 1 to 3660"),
        ("policy: {waivers: {low: 1}}\n", "policy.waivers: unknown key; allowed: due, "),
    ],
)
def test_a_mistake_is_told_by_file_line_and_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        load(tmp_path, text)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_limits_replace_the_defaults_one_by_one(tmp_path: Path) -> None:
    found = load(tmp_path, "policy: {due: {low: 2 weeks}, waiver_max_days: {high: 10}}\n").policy
    assert dict(found.due_hours) == {**dict(Policy().due_hours), Severity.LOW: 336}
    assert dict(found.waiver_max_days) == {**dict(Policy().waiver_max_days), Severity.HIGH: 10}
    assert load(tmp_path, "").policy == Policy()
