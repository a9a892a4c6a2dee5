"""Secrets of Secrets Manager: how old, whether rotated, and what the shipped rules say; their text is never asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from scanner import baselines, controls, project, scan
from scanner.catalogue import shipped
from scanner.collectors.aws.secretsmanager import SecretsManager
from scanner.model import Finding, Present, Verdict
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, known, refused, target

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = "hunter2-hunter2"
KEY = SecretsManager(secrets=["shop/key"], names={"shop/key": "SECRET_KEY"}, region=REGION)
APPLICATION = target("fastapi")
AGE, ROTATION = "fastapi-stored-secrets-changed-each-quarter", "fastapi-stored-secrets-rotated-by-the-store"
PLAIN = "fastapi-no-secret-in-parameter-store"


def days(number: int) -> datetime:
    return NOW - timedelta(days=number)


def secret(created: int, changed: int, rotated: int | None = None, **more: Any) -> dict[str, Any]:
    told = {"LastRotatedDate": days(rotated)} if rotated is not None else {}
    return {"ARN": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:shop/key-abc", "Name": "shop/key",
            "CreatedDate": days(created), "LastChangedDate": days(changed), **told, **more}  # fmt: skip


def version(made: int, stage: str = "AWSCURRENT") -> dict[str, Any]:
    return {"Versions": [{"VersionId": "1", "VersionStages": [stage], "CreatedDate": days(made)}]}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws.connected(monkeypatch) as found:
        yield found


def told(account: Aws, answer: dict[str, Any], versions: aws.Answer | None = None) -> Any:
    account.answer("secretsmanager", "DescribeSecret", answer)
    account.answer("secretsmanager", "ListSecretVersionIds", versions or refused("AccessDeniedException"))
    return ask(KEY, APPLICATION, now=NOW.isoformat())


def age(found: Any) -> int:
    (record,) = known(found)["stored_secrets_age"]
    return int(record["days_since_change"])


def rotation(found: Any) -> str:
    (record,) = known(found)["stored_secrets_rotation"]
    return str(record["rotation"])


def test_a_secret_that_is_there_is_present_and_young(account: Aws) -> None:
    client = boto3.client("secretsmanager", region_name=REGION)
    client.create_secret(Name="shop/key", SecretString=TEXT)
    found = ask(KEY, APPLICATION, now=datetime.now(UTC).isoformat())
    assert contents(found)["SECRET_KEY"] == Present("reference")
    assert (age(found), rotation(found)) == (0, "off")
    assert known(found)["stored_secrets_age"][0]["place"].startswith("arn:aws:secretsmanager:")
    assert not found.answers[0].complete, "what it does not hold may come from elsewhere"
    assert TEXT not in repr(found)


def test_the_text_of_a_secret_is_never_asked_for(account: Aws) -> None:
    boto3.client("secretsmanager", region_name=REGION).create_secret(Name="shop/key", SecretString=TEXT)
    ask(KEY, APPLICATION)
    assert {name for service, name in account.calls if service == "secretsmanager"} <= {
        "CreateSecret", "DescribeSecret", "ListSecretVersionIds"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (secret(created=10, changed=10), 10),
        (secret(created=400, changed=400), 400),
        (secret(created=400, changed=30, rotated=30), 30),
    ],
)
def test_the_age_follows_from_creation_and_rotation_where_nothing_was_changed_since(
    account: Aws, answer: dict[str, Any], expected: int
) -> None:
    assert age(told(account, answer)) == expected
    assert account.count("ListSecretVersionIds") == 0


def test_a_new_description_makes_no_old_secret_young(account: Aws) -> None:
    found = told(account, secret(created=400, changed=1), version(400))
    assert age(found) == 400


def test_a_new_text_without_rotation_is_seen_by_its_version(account: Aws) -> None:
    assert age(told(account, secret(created=400, changed=5, rotated=300), version(5))) == 5


@pytest.mark.parametrize("versions", [refused("AccessDeniedException"), version(5, "AWSPENDING"), {"Versions": []}])
def test_an_age_that_the_versions_do_not_tell_is_a_gap_of_its_own(account: Aws, versions: Any) -> None:
    found = told(account, secret(created=400, changed=5), versions)
    assert hidden(found) == {"stored_secrets_age"} and rotation(found) == "off"
    if isinstance(versions, Exception):
        assert "secretsmanager:ListSecretVersionIds" in found.gaps[0].remedy


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "off"),
        ({"RotationEnabled": False}, "off"),
        ({"RotationEnabled": True, "NextRotationDate": days(-20)}, "on"),
        ({"RotationEnabled": True}, "on"),
        ({"RotationEnabled": True, "NextRotationDate": days(2)}, "overdue"),
    ],
)
def test_rotation_that_is_overdue_is_not_on(account: Aws, more: dict[str, Any], expected: str) -> None:
    assert rotation(told(account, secret(10, 10, **more))) == expected


def test_one_secret_that_may_not_be_looked_at_hides_no_other(account: Aws) -> None:
    denied = refused("AccessDeniedException")
    account.answer("secretsmanager", "DescribeSecret",
                   lambda asked: denied if asked["SecretId"] == "shop/db" else secret(10, 10))  # fmt: skip
    both = SecretsManager(secrets=["shop/key", "shop/db"], region=REGION)
    found = ask(both, APPLICATION, now=NOW.isoformat())
    assert age(found) == 10 and "shop/db" in found.gaps[0].reason
    assert "secretsmanager:DescribeSecret" in found.gaps[0].remedy
    assert hidden(found) == {"stored_secrets_age", "stored_secrets_rotation"}


def test_a_secret_that_is_not_there_is_told(account: Aws) -> None:
    found = ask(KEY, APPLICATION, now=NOW.isoformat())
    assert "holds no secret shop/key" in found.gaps[0].reason and found.observations == ()


@pytest.mark.parametrize("code", ["ThrottlingException", "ExpiredTokenException", "InternalServiceError"])
def test_a_refused_call_hides_what_only_it_tells(account: Aws, code: str) -> None:
    account.answer("secretsmanager", "DescribeSecret", refused(code))
    found = ask(KEY, APPLICATION)
    assert len(found.gaps) == 1 and found.observations == () and found.answers == ()


def test_secrets_are_needed() -> None:
    with pytest.raises(ValueError, match="needs secrets"):
        SecretsManager()


# ------------------------------------------------------------ the shipped rules


def judged(root: Path, source: str) -> dict[str, Finding]:
    loaded = tuple(
        item
        for item in baselines.load(baselines.shipped_paths(), shipped(), controls.shipped())
        if item.component == "fastapi"
    )
    (root / "scanner.yaml").write_text(
        f"project: shop\ntargets: [{{id: shop, component: fastapi, environment: production, sources: [{source}]}}]\n"
    )
    request = scan.Request(project.load(root / "scanner.yaml", shipped()), loaded, live=True)
    found = scan.scan(request, shipped(), clock=lambda: NOW)
    return {item.rule: item for item in found.findings}


SECRETS = f"{{secretsmanager: {{secrets: [shop/key], region: {REGION}}}}}"
STORE = f"{{ssm: {{path: /shop, region: {REGION}}}}}"


@pytest.mark.parametrize(
    ("answer", "versions", "verdict"),
    [
        (secret(92, 92), None, Verdict.PASS),
        (secret(93, 93), None, Verdict.FAIL),
        (secret(400, 5), version(400), Verdict.FAIL),
        (secret(400, 5), version(5), Verdict.PASS),
        (secret(400, 5), refused("AccessDeniedException"), Verdict.UNKNOWN),
        (refused("AccessDeniedException"), None, Verdict.UNKNOWN),
    ],
)
def test_the_rule_on_the_quarter(account: Aws, tmp_path: Path, answer: Any, versions: Any, verdict: Verdict) -> None:
    account.answer("secretsmanager", "DescribeSecret", answer)
    account.answer("secretsmanager", "ListSecretVersionIds", versions or version(0))
    found = judged(tmp_path, SECRETS)[AGE]
    assert found.verdict is verdict, found.reason
    if verdict is Verdict.FAIL:
        assert found.fix_at.startswith("arn:aws:secretsmanager:") and found.remedy
    if verdict is Verdict.UNKNOWN:
        assert "secretsmanager:" in found.remedy


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (secret(10, 10, RotationEnabled=True, NextRotationDate=days(-20)), Verdict.PASS),
        (secret(10, 10), Verdict.FAIL),
        (secret(10, 10, RotationEnabled=True, NextRotationDate=days(1)), Verdict.FAIL),
        (refused("AccessDeniedException"), Verdict.UNKNOWN),
    ],
)
def test_the_rule_on_rotation(account: Aws, tmp_path: Path, answer: Any, verdict: Verdict) -> None:
    account.answer("secretsmanager", "DescribeSecret", answer)
    assert judged(tmp_path, SECRETS)[ROTATION].verdict is verdict


@pytest.mark.parametrize(("kind", "verdict"), [("SecureString", Verdict.PASS), ("String", Verdict.FAIL)])
def test_the_rule_on_plain_parameters(account: Aws, tmp_path: Path, kind: Any, verdict: Verdict) -> None:
    client = boto3.client("ssm", region_name=REGION)
    client.put_parameter(Name="/shop/SECRET_KEY", Value=TEXT, Type=kind)
    found = judged(tmp_path, STORE)[PLAIN]
    assert found.verdict is verdict and TEXT not in repr(found)
    if verdict is Verdict.FAIL:
        client.delete_parameter(Name="/shop/SECRET_KEY")
        client.put_parameter(Name="/shop/SECRET_KEY", Value=TEXT, Type="SecureString")
        assert judged(tmp_path, STORE)[PLAIN].verdict is Verdict.PASS, "its fix closes it"


def test_the_rule_on_plain_parameters_is_unknown_without_the_listing(account: Aws, tmp_path: Path) -> None:
    account.answer("ssm", "GetParametersByPath", refused("AccessDeniedException"))
    found = judged(tmp_path, STORE)[PLAIN]
    assert found.verdict is Verdict.UNKNOWN and "ssm:GetParametersByPath" in found.remedy


def test_without_a_secret_store_nothing_is_asked_of_one(account: Aws, tmp_path: Path) -> None:
    boto3.client("ssm", region_name=REGION).put_parameter(Name="/shop/DEBUG", Value="false", Type="String")
    found = judged(tmp_path, STORE)
    assert found[AGE].verdict is Verdict.NOT_ASSESSED and found[ROTATION].verdict is Verdict.NOT_ASSESSED
