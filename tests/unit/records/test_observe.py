"""The record of a baseline as a target that ordinary rules judge, told from a time that is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner import catalogue, project, scan
from scanner.cli import request
from scanner.model import Approval, Baseline, Review, ScanResult, Verdict

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = catalogue.shipped()
RULES = request.load_records()
SHIPPED = {item.id: item for item in request.load_baselines(())}
POSTGRESQL = SHIPPED["postgresql-secure"]
SCANNER = """\
project: shop
targets:
  - id: orders
    component: postgresql
    platform: self-managed
    environment: {environment}
    {version}
    sources: [{{postgresql_files: {{configuration: postgresql.conf}}}}]
"""
APPROVAL = Approval(
    "postgresql-secure",
    POSTGRESQL.version,
    "Grace",
    "2026-05-04",
    review="annually",
    versions=(("postgresql", ("16",)),),
    place="scanner.yaml:9",
)


def judged(
    directory: Path,
    *approvals: Approval,
    baseline: Baseline = POSTGRESQL,
    owned: bool = False,
    environment: str = "production",
    version: str = 'version: "16.3"',
    only: tuple[str, ...] = (),
    targets: tuple[str, ...] = (),
) -> ScanResult:
    (directory / "postgresql.conf").write_text("ssl = on\n")
    (directory / "scanner.yaml").write_text(SCANNER.format(environment=environment, version=version))
    found = replace(project.load(directory / "scanner.yaml", WORDS), approvals=approvals)
    asked = scan.Request(
        found,
        (baseline,),
        record_rules=RULES,
        owned=frozenset({baseline.id} if owned else ()),
        only=only,
        targets=targets,
    )
    return scan.scan(asked, WORDS, clock=lambda: NOW)


def verdicts(result: ScanResult) -> dict[str, Verdict]:
    return {item.rule: item.verdict for item in result.findings if item.target.startswith("baseline:")}


def failing(result: ScanResult) -> set[str]:
    return {name for name, verdict in verdicts(result).items() if verdict is Verdict.FAIL}


def test_an_approved_and_reviewed_baseline_passes_every_rule_that_applies(tmp_path: Path) -> None:
    found = verdicts(judged(tmp_path, APPROVAL))
    assert len(found) == len(RULES[0].rules)
    assert {name for name, verdict in found.items() if verdict is not Verdict.PASS} == {
        "baseline-approval-of-this-file"
    }
    assert found["baseline-approval-of-this-file"] is Verdict.NOT_APPLICABLE


def test_without_approvals_nothing_is_judged_and_one_remark_says_so(tmp_path: Path) -> None:
    result = judged(tmp_path)
    assert verdicts(result) == {}
    assert [item.id for item in result.baselines] == ["postgresql-secure"]
    (notice,) = [item for item in result.notices if item.kind == "no approval"]
    assert (notice.place, notice.incomplete) == ("scanner.yaml", False)
    assert "nobody has recorded who approved postgresql-secure" in notice.text


def test_a_baseline_of_the_project_s_own_is_always_judged(tmp_path: Path) -> None:
    bare = replace(POSTGRESQL, owner="", review="", source="")
    assert failing(judged(tmp_path, baseline=bare, owned=True)) == {
        "baseline-has-owner",
        "baseline-is-approved",
        "baseline-names-its-source",
        "baseline-review-interval",
    }


def test_where_one_is_approved_the_others_are_judged_too(tmp_path: Path) -> None:
    other = replace(APPROVAL, baseline="redis-secure")
    result = judged(tmp_path, other)
    assert "baseline-is-approved" in failing(result)
    assert [item.kind for item in result.notices] == ["unused approval"]


@pytest.mark.parametrize(
    ("approval", "failed"),
    [
        (replace(APPROVAL, version="0.9"), {"baseline-approval-of-this-version"}),
        (replace(APPROVAL, digest="0" * 64), {"baseline-approval-of-this-file"}),
        (replace(APPROVAL, digest=POSTGRESQL.digest), set()),
        (replace(APPROVAL, approved_on="2027-01-01"), {"baseline-approval-has-begun"}),
        (replace(APPROVAL, approved_on="2025-11-21"), {"baseline-review-in-time"}),
        (replace(APPROVAL, approved_on="2025-11-22"), set()),
        (replace(APPROVAL, approved_on="2025-11-22T01:00:00+02:00"), {"baseline-review-in-time"}),
        (replace(APPROVAL, review="500 days"), {"baseline-review-interval"}),
        (replace(APPROVAL, versions=(("postgresql", ("15",)),)), {"baseline-reviewed-for-these-versions"}),
        (replace(APPROVAL, versions=(("postgresql", ("15", "16.3")),)), set()),
        (replace(APPROVAL, versions=(("orders", ("v16beta1",)), ("postgresql", ("15",)))), set()),
        (replace(APPROVAL, versions=(("redis", ("7",)),)), {"baseline-reviewed-for-these-versions"}),
    ],
)
def test_what_a_record_lacks_fails_the_rule_that_asks_for_it(
    tmp_path: Path, approval: Approval, failed: set[str]
) -> None:
    assert failing(judged(tmp_path, approval)) == failed


def test_a_review_counts_from_its_day_and_one_that_lies_ahead_not_yet(tmp_path: Path) -> None:
    old = replace(APPROVAL, approved_on="2024-05-04")
    done = Review("2026-02-01", "Ada", "yearly", (("postgresql", ("16",)),))
    assert failing(judged(tmp_path, replace(old, reviews=(done,)))) == set()
    ahead = replace(done, on="2026-11-23")
    assert "baseline-review-in-time" in failing(judged(tmp_path, replace(old, reviews=(ahead,))))


def test_a_review_that_names_no_versions_is_unknown_with_its_remedy(tmp_path: Path) -> None:
    result = judged(tmp_path, replace(APPROVAL, versions=()))
    (found,) = [item for item in result.findings if item.rule == "baseline-reviewed-for-these-versions"]
    assert found.verdict is Verdict.UNKNOWN
    assert "versions: {postgresql:" in found.judgements[0].remedy
    assert result.exit_code != 0


def test_a_version_that_nobody_was_asked_for_is_not_assessed(tmp_path: Path) -> None:
    found = verdicts(judged(tmp_path, APPROVAL, version='version: ""'))
    assert found["baseline-reviewed-for-these-versions"] is Verdict.NOT_ASSESSED


def test_a_version_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    found = verdicts(judged(tmp_path, APPROVAL, version="version: latest"))
    assert found["baseline-reviewed-for-these-versions"] is Verdict.UNKNOWN


def test_the_approval_of_the_version_in_force_is_taken_among_several(tmp_path: Path) -> None:
    newer = replace(APPROVAL, version="9.0", approved_on="2026-11-01", place="scanner.yaml:20")
    assert failing(judged(tmp_path, newer, APPROVAL)) == set()


def test_outside_production_nothing_is_asked(tmp_path: Path) -> None:
    result = judged(tmp_path, owned=True, environment="staging")
    assert set(verdicts(result).values()) == {Verdict.NOT_APPLICABLE}


def test_a_finding_points_at_the_line_of_its_record(tmp_path: Path) -> None:
    result = judged(tmp_path, replace(APPROVAL, version="0.9"))
    (found,) = [item for item in result.findings if item.rule == "baseline-approval-of-this-version"]
    assert found.fix_at == "scanner.yaml:9"
    assert found.expected == POSTGRESQL.version


@pytest.mark.parametrize(
    ("approval", "told"),
    [(APPROVAL, "Grace"), (replace(APPROVAL, version="0.9"), ""), (replace(APPROVAL, approved_on="2027-01-01"), "")],
)
def test_a_baseline_is_told_as_approved_only_by_an_approval_that_holds(
    tmp_path: Path, approval: Approval, told: str
) -> None:
    (baseline,) = [item for item in judged(tmp_path, approval).baselines if item.id == "postgresql-secure"]
    assert baseline.approved_by == told


def test_records_are_left_out_where_their_rules_or_targets_were_not_chosen(tmp_path: Path) -> None:
    for only, targets in ((("postgresql-tls-on",), ()), ((), ("orders",))):
        result = judged(tmp_path, APPROVAL, only=only, targets=targets)
        assert verdicts(result) == {}
        assert "baseline-records" not in [item.id for item in result.baselines]
