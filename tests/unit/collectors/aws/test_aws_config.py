"""AWS Config beside our own readings: a value only where its rule implies one, and never our verdict.

moto has no compliance, so the answers are our own, each held against botocore's shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError

from scanner import catalogue, project
from scanner.cli import request
from scanner.collectors import Collected
from scanner.collectors.aws import session
from scanner.collectors.aws.config import AwsConfig, shipped
from scanner.model import Known, Plane, ReadingState, ScanResult, Unresolved, Verdict
from scanner.scan import Request, scan
from tests.support import aws
from tests.support.aws import REGION, Aws

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INSTANCE = {"DBInstanceIdentifier": "orders", "DbiResourceId": "db-ABC", "Engine": "postgres", "StorageEncrypted": True,
            "DBInstanceArn": f"arn:aws:rds:{REGION}:123456789012:db:orders"}  # fmt: skip
ENCRYPTED, FORCED = "RDS_STORAGE_ENCRYPTED", "RDS_POSTGRES_INSTANCE_ENCRYPTED_IN_TRANSIT"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    with aws.connected(monkeypatch) as found:
        found.answer("rds", "DescribeDBInstances", {"DBInstances": [INSTANCE]})
        found.answer("rds", "DescribeDBClusters", {"DBClusters": []})
        recorder = {"name": "default", "recording": True, "lastStatus": "Success"}
        found.answer("config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": [recorder]})
        yield found


def verdicts(
    account: Aws, told: dict[str, str], resource: str = "db-ABC", owner: str = "AWS", done: datetime = NOW,
    status: dict[str, Any] | None = None, **rule: Any,
) -> None:  # fmt: skip
    """Rules by the identifier of each, with its verdict on the resource."""
    account.answer("config", "DescribeConfigRules", {"ConfigRules": [
        {"ConfigRuleName": f"own-{name}", "Source": {"Owner": owner, "SourceIdentifier": name}, **rule} for name in told
    ]})  # fmt: skip
    account.answer("config", "DescribeComplianceByConfigRule", {"ComplianceByConfigRules": [
        {"ConfigRuleName": f"own-{name}", "Compliance": {"ComplianceType": verdict}} for name, verdict in told.items()
    ]})  # fmt: skip
    account.answer("config", "DescribeConfigRuleEvaluationStatus", {"ConfigRulesEvaluationStatus": [
        {"ConfigRuleName": f"own-{name}", "LastSuccessfulEvaluationTime": done, **(status or {})} for name in told
    ]})  # fmt: skip

    def details(asked: Any) -> Any:
        name = asked["ConfigRuleName"].removeprefix("own-")
        place = {"ConfigRuleName": f"own-{name}", "ResourceType": "AWS::RDS::DBInstance", "ResourceId": resource}
        other = {**place, "ResourceId": "db-OTHER"}
        return {"EvaluationResults": [
            {"EvaluationResultIdentifier": {"EvaluationResultQualifier": other}, "ComplianceType": "NON_COMPLIANT"},
            {"EvaluationResultIdentifier": {"EvaluationResultQualifier": place}, "ComplianceType": told[name]},
        ]}  # fmt: skip

    account.answer("config", "GetComplianceDetailsByConfigRule", details)


def ask(**fields: Any) -> Collected:
    collector = AwsConfig(region=REGION, resource=fields.pop("resource", "orders"), **fields)
    return aws.ask(collector, aws.target(platform="rds"), now=NOW.isoformat())


def test_a_verdict_of_a_rule_that_implies_a_value_is_a_reading_below_ours(account: Aws) -> None:
    verdicts(account, {ENCRYPTED: "NON_COMPLIANT"})
    seen = aws.seen(ask(), "storage_encrypted")
    assert seen.content == Known(False) and seen.plane is Plane.PROVISIONED and seen.layer.rank < 0
    assert seen.note == f"rule own-{ENCRYPTED}: NON_COMPLIANT"


@pytest.mark.parametrize("name", ["orders", "ORDERS", "db-ABC", INSTANCE["DBInstanceArn"]])
def test_the_thing_is_found_by_every_name_it_has(account: Aws, name: str) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"})
    assert aws.known(ask(resource=name)) == {"storage_encrypted": True}


def test_the_verdict_on_another_thing_is_not_ours(account: Aws) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"}, resource="db-ELSE")
    found = ask()
    assert found.observations == () and found.notices == ()


def test_a_verdict_that_implies_no_value_is_a_remark(account: Aws) -> None:
    verdicts(account, {FORCED: "NON_COMPLIANT"})
    found = ask()
    assert found.observations == ()
    assert "NON_COMPLIANT" in found.notices[0].text
    verdicts(account, {FORCED: "COMPLIANT"})
    assert aws.known(ask()) == {"rds.force_ssl": True}


def test_a_custom_rule_implies_nothing_even_under_the_name_of_a_managed_one(account: Aws) -> None:
    verdicts(account, {ENCRYPTED: "NON_COMPLIANT"}, owner="CUSTOM_LAMBDA")
    found = ask()
    assert found.observations == () and len(found.notices) == 1


@pytest.mark.parametrize("given", ['{"kmsKeyId": "arn:aws:kms:x"}', "{", "[]", "[" * 9000])
def test_a_rule_that_asks_for_more_does_not_imply_the_value_when_it_fails(account: Aws, given: str) -> None:
    verdicts(account, {ENCRYPTED: "NON_COMPLIANT"}, InputParameters=given)
    found = ask()
    assert found.observations == () and found.notices
    verdicts(account, {ENCRYPTED: "COMPLIANT"}, InputParameters=given)
    assert aws.known(ask()) == {"storage_encrypted": True}


def test_no_data_is_unknown_and_not_applicable_is_nothing(account: Aws) -> None:
    verdicts(account, {ENCRYPTED: "INSUFFICIENT_DATA"})
    assert isinstance(aws.seen(ask(), "storage_encrypted").content, Unresolved)
    verdicts(account, {ENCRYPTED: "NOT_APPLICABLE"})
    found = ask()
    assert found.observations == () and found.notices == ()


@pytest.mark.parametrize(
    ("recorders", "said"),
    [
        ([], "does not record"),
        ([{"name": "d", "recording": False}], "does not record"),
        ([{"name": "d", "recording": True, "lastStatus": "Failure"}], "does not record"),
    ],
)
def test_a_recorder_that_stands_still_makes_the_verdict_unknown(account: Aws, recorders: Any, said: str) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"})
    account.answer("config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": recorders})
    content = aws.seen(ask(), "storage_encrypted").content
    assert isinstance(content, Unresolved) and said in content.reason and content.remedy


def test_an_old_or_failed_evaluation_makes_the_verdict_unknown(account: Aws) -> None:
    old = NOW - timedelta(hours=shipped().stale_after_hours + 1)
    verdicts(account, {ENCRYPTED: "COMPLIANT"}, done=old, MaximumExecutionFrequency="TwentyFour_Hours")
    assert isinstance(aws.seen(ask(), "storage_encrypted").content, Unresolved)
    verdicts(account, {ENCRYPTED: "COMPLIANT"}, done=old)
    assert aws.known(ask()) == {"storage_encrypted": True}, "a rule that follows changes may be old"
    verdicts(account, {ENCRYPTED: "COMPLIANT"}, done=old, status={"LastFailedEvaluationTime": NOW})
    assert isinstance(aws.seen(ask(), "storage_encrypted").content, Unresolved)
    account.answer("config", "DescribeConfigRuleEvaluationStatus", {"ConfigRulesEvaluationStatus": []})
    assert isinstance(aws.seen(ask(), "storage_encrypted").content, Unresolved)


@pytest.mark.parametrize(
    "operation",
    [
        "DescribeConfigRules",
        "DescribeComplianceByConfigRule",
        "GetComplianceDetailsByConfigRule",
        "DescribeConfigRuleEvaluationStatus",
        "DescribeConfigurationRecorderStatus",
    ],
)
def test_a_call_that_is_denied_leaves_unknown_with_the_action_that_opens_it(account: Aws, operation: str) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"})
    account.answer("config", operation, aws.refused("AccessDeniedException"))
    content = aws.seen(ask(), "storage_encrypted").content
    assert isinstance(content, Unresolved) and f"config:{operation}" in content.remedy


@pytest.mark.parametrize(
    "error",
    [
        aws.refused("ThrottlingException"),
        aws.refused("ExpiredTokenException"),
        NoCredentialsError(),
        ConnectTimeoutError(endpoint_url="https://config"),
        NotImplementedError(),
    ],
)
def test_a_service_that_does_not_answer_leaves_unknown(account: Aws, error: Exception) -> None:
    account.answer("config", "DescribeConfigRules", error)
    assert isinstance(aws.seen(ask(), "storage_encrypted").content, Unresolved)


def test_every_page_of_the_results_is_read(account: Aws) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"})
    place = {"ResourceType": "AWS::RDS::DBInstance", "ResourceId": "db-ABC"}
    last = {"EvaluationResultIdentifier": {"EvaluationResultQualifier": place}, "ComplianceType": "COMPLIANT"}

    def page(asked: Any) -> Any:
        number = int(asked.get("NextToken") or 0)
        return {"EvaluationResults": [last]} if number == 9 else {"EvaluationResults": [], "NextToken": str(number + 1)}

    account.answer("config", "GetComplianceDetailsByConfigRule", page)
    assert aws.known(ask()) == {"storage_encrypted": True}


def test_rules_may_be_chosen_and_one_that_is_not_there_is_told(account: Aws) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"})
    found = ask(rules=["none"])
    assert found.observations == () and "there is no rule none" in found.notices[0].text


def scanned(root: Path, *sources: str) -> ScanResult:
    text = "project: p\ntargets:\n  - {id: db, component: postgresql, environment: production, sources: ["
    (root / "scanner.yaml").write_text(text + ", ".join(sources) + "]}\n")
    found = project.load(root / "scanner.yaml", catalogue.shipped())
    rules = request.load_baselines(())
    return scan(Request(found, rules, command="drift", live=True, timeout=2.0), catalogue.shipped())


OURS = f"{{rds: {{instance: orders, region: {REGION}}}}}"
THEIRS = f"{{aws_config: {{resource: orders, region: {REGION}}}}}"


def verdict(result: ScanResult) -> Verdict:
    return next(item.verdict for item in result.findings if item.rule == "postgresql-storage-encrypted")


def test_a_disagreement_is_told_beside_our_verdict_which_stays(account: Aws, tmp_path: Path) -> None:
    verdicts(account, {ENCRYPTED: "NON_COMPLIANT"}, done=datetime.now(UTC))
    result = scanned(tmp_path, OURS, THEIRS)
    assert verdict(result) is Verdict.PASS
    (row,) = [item for item in result.rows if item.setting == "storage_encrypted"]
    states = {item.observation.provenance.collector: item.state for item in row.cell(Plane.PROVISIONED).readings}
    assert states == {"rds": ReadingState.EFFECTIVE, "aws_config": ReadingState.SHADOWED}
    (told,) = [item.text for item in result.notices if item.kind == "disagreement"]
    assert "NON_COMPLIANT" in told and "postgresql-storage-encrypted pass" in told


def test_agreement_is_shown_and_no_disagreement_is_told(account: Aws, tmp_path: Path) -> None:
    verdicts(account, {ENCRYPTED: "COMPLIANT"}, done=datetime.now(UTC))
    result = scanned(tmp_path, OURS, THEIRS)
    assert not [item for item in result.notices if item.kind == "disagreement"]
    (row,) = [item for item in result.rows if item.setting == "storage_encrypted"]
    assert any("COMPLIANT" in item.note for item in row.cell(Plane.PROVISIONED).readings)


def test_a_silent_aws_config_takes_nothing_from_our_verdict(account: Aws, tmp_path: Path) -> None:
    account.answer("config", "DescribeConfigRules", aws.refused("AccessDeniedException"))
    assert verdict(scanned(tmp_path, OURS, THEIRS)) is Verdict.PASS
    assert verdict(scanned(tmp_path, THEIRS)) is Verdict.UNKNOWN


def test_every_setting_of_the_table_is_known_and_every_resource_can_be_listed() -> None:
    from scanner.collectors.aws import shapes

    names = {name for _, name in catalogue.shipped().settings}
    assert {item.setting for item in shipped().rules} <= names
    assert all(shapes.shipped().resource(item.like).items for item in shipped().resources.values())
