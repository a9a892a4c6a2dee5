"""A function of AWS Lambda: the variables of the version that is called, and what keeps them from being known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.collectors.aws.lambda_function import LambdaFunction
from scanner.model import Absent, Known, Plane, Present
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, known, refused, seen, target

FUNCTION = LambdaFunction(function="shop", region=REGION)
LIVE = LambdaFunction(function="shop", qualifier="live", region=REGION)
APPLICATION = target("fastapi")
TOKEN = "hunter2-hunter2"


def configuration(variables: dict[str, str], version: str = "$LATEST", **more: Any) -> dict[str, Any]:
    return {
        "FunctionName": "shop", "FunctionArn": f"arn:aws:lambda:{REGION}:1:function:shop:{version}",
        "Version": version, "LastUpdateStatus": "Successful", "Environment": {"Variables": variables}, **more,
    }  # fmt: skip


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws.connected(monkeypatch) as found:
        found.answer("lambda", "GetFunctionConfiguration", configuration({"DEBUG": "false", "API_TOKEN": TOKEN}))
        found.answer("lambda", "ListAliases", {"Aliases": []})
        yield found


def test_the_variables_of_a_function_are_provisioned(account: Aws) -> None:
    found = ask(FUNCTION, APPLICATION)
    assert known(found)["DEBUG"] == "false" and found.targets[0].platform == "lambda"
    assert {item.plane for item in found.observations} == {Plane.PROVISIONED}
    assert seen(found, "DEBUG").provenance.locator == f"arn:aws:lambda:{REGION}:1:function:shop:$LATEST"
    assert [(item.complete, item.plane) for item in found.answers] == [(True, Plane.PROVISIONED)]
    assert found.gaps == () and found.notices == ()


def test_a_literal_secret_is_listed_without_its_text(account: Aws) -> None:
    found = ask(FUNCTION, APPLICATION)
    assert isinstance(contents(found)["API_TOKEN"], Present)
    assert [item["origin"] for item in known(found)["secrets_in_environment"]] == ["literal"]
    assert TOKEN not in repr(found.observations)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("abcdefghijklmnopqrstuvwxyz0123456789-_$%'\"", min_size=12, max_size=60))
def test_the_text_of_no_secret_leaves_the_collector(account: Aws, text: str) -> None:
    held = {"SECRET_KEY": text, "stripe_api_key": text, "DATABASE_URL": f"postgresql://shop:{text}@db/shop"}
    account.answer("lambda", "GetFunctionConfiguration", configuration(held))
    found = ask(FUNCTION, APPLICATION)
    assert {"SECRET_KEY", "DATABASE_URL"} <= contents(found).keys()
    assert text not in repr((found.observations, found.gaps, found.notices, found.answers))


def test_a_function_without_variables_has_none(account: Aws) -> None:
    account.answer("lambda", "GetFunctionConfiguration", {"FunctionName": "shop", "FunctionArn": "arn"})
    found = ask(FUNCTION, APPLICATION)
    assert "DEBUG" not in contents(found) and found.answers[0].complete


def test_variables_that_the_key_hides_are_unknown_and_not_absent(account: Aws) -> None:
    failed = {"Error": {"ErrorCode": "AccessDeniedException", "Message": "kms secret-in-text"}}
    account.answer("lambda", "GetFunctionConfiguration", configuration({}, Environment=failed))
    found = ask(FUNCTION, APPLICATION)
    assert {"DEBUG", "SECRET_KEY", "API_TOKEN"} <= hidden(found) and not found.answers[0].complete
    assert "AccessDeniedException" in found.gaps[0].reason and "kms:Decrypt" in found.gaps[0].remedy
    assert "secret-in-text" not in repr(found)


@pytest.mark.parametrize(("status", "words"), [("InProgress", "still putting"), ("Failed", "failed to put")])
def test_a_configuration_that_is_not_in_use_yet_waits(account: Aws, status: str, words: str) -> None:
    told = configuration({"DEBUG": "false"}, LastUpdateStatus=status)
    account.answer("lambda", "GetFunctionConfiguration", told)
    assert words in seen(ask(FUNCTION, APPLICATION), "DEBUG").pending


def test_aliases_that_lead_elsewhere_are_told_where_none_is_named(account: Aws) -> None:
    account.answer("lambda", "ListAliases", {"Aliases": [{"Name": "live", "FunctionVersion": "7"}]})
    assert "aliases lead elsewhere (live to 7)" in ask(FUNCTION, APPLICATION).notices[0].text
    account.answer("lambda", "ListAliases", refused("AccessDeniedException"))
    denied = ask(FUNCTION, APPLICATION)
    assert "is not known" in denied.notices[0].text and denied.gaps == ()


def test_an_alias_with_two_weighted_versions_is_read_in_both(account: Aws) -> None:
    def told(asked: Any) -> Any:
        second = asked["Qualifier"] == "8"
        held = {"DEBUG": "true"} if second else {"DEBUG": "false", "LOG_LEVEL": "INFO"}
        return configuration(held, "8" if second else "7")

    weights = {"RoutingConfig": {"AdditionalVersionWeights": {"8": 0.1}}}
    account.answer("lambda", "GetFunctionConfiguration", told)
    account.answer("lambda", "GetAlias", {"Name": "live", "FunctionVersion": "7", **weights})
    found = ask(LIVE, APPLICATION)
    assert contents(found)["DEBUG"] == Known("false")
    assert contents(found, "version=8") == {"DEBUG": Known("true"), "LOG_LEVEL": Absent()}
    assert "also leads to version 8 (10%)" in found.notices[0].text


def test_a_version_that_is_deleted_between_two_calls_or_denied_leaves_nothing_sure(account: Aws) -> None:
    weights = {"RoutingConfig": {"AdditionalVersionWeights": {"8": 0.1}}}
    account.answer("lambda", "GetAlias", {"Name": "live", "FunctionVersion": "7", **weights})
    gone, held = refused("ResourceNotFoundException", 404), configuration({"DEBUG": "false"}, "7")
    account.answer("lambda", "GetFunctionConfiguration", lambda asked: gone if asked["Qualifier"] == "8" else held)
    assert "DEBUG" in hidden(ask(LIVE, APPLICATION))
    account.answer("lambda", "GetAlias", refused("AccessDeniedException"))
    denied = ask(LIVE, APPLICATION)
    assert "DEBUG" in hidden(denied) and "lambda:GetAlias" in denied.gaps[0].remedy


def test_a_function_that_is_not_there_makes_what_is_declared_missing(account: Aws) -> None:
    account.answer("lambda", "GetFunctionConfiguration", refused("ResourceNotFoundException", 404))
    found = ask(FUNCTION, APPLICATION)
    assert contents(found)["DEBUG"] == Absent() and "holds no function shop" in found.gaps[0].reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused("AccessDeniedException"), "allow lambda:GetFunctionConfiguration"),
        (refused("TooManyRequestsException", 429), "scan again later"),
        (refused("ExpiredTokenException"), "renew them"),
        (NotImplementedError("x"), "lambda:GetFunctionConfiguration"),
    ],
)
def test_a_refused_call_is_one_gap_over_everything(account: Aws, error: Exception, words: str) -> None:
    account.answer("lambda", "GetFunctionConfiguration", error)
    found = ask(FUNCTION, APPLICATION)
    assert len(found.gaps) == 1 and found.gaps[0].settings == () and words in found.gaps[0].remedy
    assert found.observations == () and found.answers == ()


def test_a_function_is_needed() -> None:
    with pytest.raises(ValueError, match="needs function"):
        LambdaFunction()
