"""Parameters of the Parameter Store: plain ones by value, secure ones by presence, whatever text an answer holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from scanner.collectors.aws.ssm import Ssm
from scanner.model import Plane, Present, Unresolved
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, known, refused, seen, target

SHOP = Ssm(path="/shop", region=REGION)
APPLICATION = target("fastapi")
TOKEN = "hunter2-hunter2"
WHO = "arn:aws:sts::1:assumed-role/deploy/anna"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws.connected(monkeypatch) as found:
        yield found


@pytest.fixture
def store(account: Aws) -> Any:
    client = boto3.client("ssm", region_name=REGION)
    put(client, {"/shop/DEBUG": "false", "/shop/web/LOG_LEVEL": "WARNING"})
    return client


def put(client: Any, parameters: dict[str, str], kind: str = "String") -> None:
    for name, value in parameters.items():
        client.put_parameter(Name=name, Value=value, Type=kind)


def test_a_parameter_is_the_variable_that_its_last_part_names(store: Any) -> None:
    found = ask(SHOP, APPLICATION)
    assert known(found) | {"secrets_in_parameter_store": []} == {
        "DEBUG": "false", "LOG_LEVEL": "WARNING", "secrets_in_parameter_store": []
    }  # fmt: skip
    told = seen(found, "DEBUG")
    assert (told.plane, told.layer.name) == (Plane.PROVISIONED, "parameter store")
    assert told.provenance.locator == f"arn:aws:ssm:{REGION}:123456789012:parameter/shop/DEBUG"
    assert found.answers[0].complete and found.gaps == ()


def test_the_text_of_a_secure_parameter_is_dropped_even_where_an_emulator_answers_it(store: Any) -> None:
    put(store, {"/shop/SECRET_KEY": TOKEN, "/shop/HSTS_SECONDS": TOKEN, "/shop/stripe_key": TOKEN}, "SecureString")
    assert TOKEN in store.get_parameter(Name="/shop/SECRET_KEY")["Parameter"]["Value"], "the emulator tells it"
    found = ask(SHOP, APPLICATION)
    assert contents(found)["SECRET_KEY"] == Present("reference")
    hsts = contents(found)["HSTS_SECONDS"]
    assert isinstance(hsts, Unresolved) and "SecureString" in hsts.reason
    assert [item["origin"] for item in known(found)["secrets_in_parameter_store"]] == ["reference"]
    assert TOKEN not in repr(found.observations) + repr(found.gaps)


def test_a_secret_in_a_plain_parameter_is_listed_without_its_text(store: Any) -> None:
    put(store, {"/shop/SECRET_KEY": TOKEN})
    found = ask(SHOP, APPLICATION)
    assert [(item["name"], item["origin"]) for item in known(found)["secrets_in_parameter_store"]] == [
        ("SECRET_KEY", "literal")
    ]
    assert TOKEN not in repr(found.observations)


def test_names_lead_to_variables_and_two_of_one_name_leave_it_open(store: Any) -> None:
    put(store, {"/shop/level": "INFO", "/shop/worker/DEBUG": "true"})
    found = ask(Ssm(path="/shop", names={"/shop/level": "ENVIRONMENT"}, region=REGION), APPLICATION)
    assert known(found)["ENVIRONMENT"] == "INFO"
    assert isinstance(contents(found)["DEBUG"], Unresolved)


def test_single_parameters_are_asked_ten_at_a_time_and_one_that_is_not_there_is_told(store: Any, account: Aws) -> None:
    put(store, {f"/more/{number}": "x" for number in range(12)})
    names = [f"/more/{number}" for number in range(12)] + ["/shop/DEBUG", "/shop/GONE"]
    found = ask(Ssm(parameters=names, region=REGION), APPLICATION)
    assert known(found)["DEBUG"] == "false" and account.count("GetParameters") == 2
    assert "holds no parameter /shop/GONE" in found.gaps[0].reason
    assert "LOG_LEVEL" in hidden(found) and "DEBUG" not in hidden(found)


def test_many_pages_are_read_and_an_error_between_them_hides_the_rest(account: Aws) -> None:
    parameters = [{"Name": f"/shop/{name}", "Type": "String", "Value": "1"} for name in ("HSTS_SECONDS", "x", "DEBUG")]
    pages = aws.paged(list(parameters), "Parameters", size=1, marker="NextToken")
    account.answer("ssm", "GetParametersByPath", pages)
    assert known(ask(SHOP, APPLICATION))["DEBUG"] == "1" and account.count("GetParametersByPath") == 3
    assert callable(pages)
    late = refused("ThrottlingException")
    account.answer("ssm", "GetParametersByPath", lambda asked: late if asked.get("NextToken") == "2" else pages(asked))
    found = ask(SHOP, APPLICATION)
    assert known(found)["HSTS_SECONDS"] == "1" and "DEBUG" in hidden(found) and not found.answers[0].complete


def test_who_changed_a_parameter_is_named_by_the_listing_only(account: Aws, store: Any) -> None:
    item = {"Name": "/shop/DEBUG", "LastModifiedUser": WHO, "Version": 4}
    account.answer("ssm", "DescribeParameters", {"Parameters": [item]})
    found = ask(SHOP, APPLICATION)
    assert seen(found, "DEBUG").provenance.changed_by == WHO
    assert "SSM, version 4" in seen(found, "DEBUG").provenance.changed_by_source
    assert seen(found, "LOG_LEVEL").provenance.changed_by == ""
    account.answer("ssm", "DescribeParameters", refused("AccessDeniedException"))
    denied = ask(SHOP, APPLICATION)
    assert seen(denied, "DEBUG").provenance.changed_by == "" and denied.gaps == ()


def test_a_path_that_holds_nothing_is_no_answer(account: Aws) -> None:
    found = ask(Ssm(path="/gone", region=REGION), APPLICATION)
    assert "holds no parameter below /gone" in found.gaps[0].reason and found.answers == ()


@pytest.mark.parametrize(
    ("source", "operation"),
    [(SHOP, "GetParametersByPath"), (Ssm(parameters=["/shop/DEBUG"], region=REGION), "GetParameters")],
)
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused("AccessDeniedException"), "may not call"),
        (refused("ThrottlingException"), "throttled"),
        (refused("ExpiredTokenException"), "expired"),
        (NotImplementedError("x"), "does not know"),
    ],
)
def test_a_refused_call_is_one_gap_over_everything(
    account: Aws, store: Any, source: Ssm, operation: str, error: Exception, words: str
) -> None:
    account.answer("ssm", operation, error)
    found = ask(source, APPLICATION)
    assert len(found.gaps) == 1 and found.gaps[0].settings == () and words in found.gaps[0].reason
    assert found.observations == () and found.answers == ()


def test_no_call_asks_for_decryption(account: Aws, store: Any) -> None:
    asked: list[Any] = []

    def keep(given: Any) -> None:
        asked.append(given)

    account.answer("ssm", "GetParametersByPath", keep)
    account.answer("ssm", "GetParameters", keep)
    ask(Ssm(path="/shop", parameters=["/shop/DEBUG"], region=REGION), APPLICATION)
    assert [item["WithDecryption"] for item in asked] == [False, False]


def test_a_path_or_names_are_needed() -> None:
    with pytest.raises(ValueError, match="needs path or parameters"):
        Ssm()
