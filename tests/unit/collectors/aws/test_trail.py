"""Who changed what AWS holds: only what CloudTrail records, and what is merely likely never as the author."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError

from scanner.catalogue import shipped
from scanner.collectors import Context, Recorded, Witness
from scanner.collectors.aws import events, session, shapes
from scanner.collectors.aws.rds import Rds
from scanner.model import Absent, Content, Default, Known, Observation, Plane, Provenance
from tests.support import aws
from tests.support.aws import REGION, Aws

GROUP = f"arn:aws:rds:{REGION}:123456789012:pg:orders"
INSTANCE = f"arn:aws:rds:{REGION}:123456789012:db:orders"
NOW = "2026-11-22T04:00:00+00:00"
JANE = {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/Admin/jane", "accessKeyId": "AKIDEXAMPLE"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    with aws.connected(monkeypatch) as found:
        yield found


def event(
    number: int, name: str = "ModifyDBParameterGroup", identity: Any = None, when: str = "2026-11-20T10:00:00+00:00",
    error: str = "", **request: Any,
) -> dict[str, Any]:  # fmt: skip
    told = {"eventName": name, "eventSource": "rds.amazonaws.com", "userIdentity": identity or JANE,
            "requestParameters": request, **({"errorCode": error} if error else {})}  # fmt: skip
    return {"EventId": f"id-{number}", "EventName": name, "EventTime": datetime.fromisoformat(when),
            "Username": "jane", "CloudTrailEvent": json.dumps(told)}  # fmt: skip


def sets(number: int, name: str = "log_statement", value: str = "none", group: str = "orders", **more: Any) -> Any:
    changed = [{"parameterName": name, "parameterValue": value, "applyMethod": "immediate"}]
    return event(number, dBParameterGroupName=group, parameters=changed, **more)


def recorded(account: Aws, *told: Any) -> None:
    def answer(asked: Any) -> Any:
        wanted = asked["LookupAttributes"][0]["AttributeValue"]
        return {"Events": [item for item in told if item["EventName"] == wanted]}

    account.answer("cloudtrail", "LookupEvents", answer)


def observed(setting: str = "log_statement", content: Content | None = None, locator: str = GROUP) -> Observation:
    provenance = Provenance("rds", locator)
    return Observation("orders", setting, Plane.PROVISIONED, content or Known("none"), provenance)


def ask(*asked: Observation, since: str = "") -> Recorded:
    collector = Rds(region=REGION, instance="orders")
    assert isinstance(collector, Witness)
    return collector.who(Context(Path("/"), shipped(), aws.target(), now=NOW, timeout=2.0), asked, since)


def only(found: Recorded) -> tuple[str, str]:
    (told,) = found.authors.values()
    return told


def test_an_event_that_names_group_and_parameter_is_a_record(account: Aws) -> None:
    recorded(account, sets(1))
    who, source = only(ask(observed()))
    assert who == "session jane of the role Admin (arn:aws:sts::123456789012:assumed-role/Admin/jane)"
    assert source == "CloudTrail event id-1 of 2026-11-20T10:00:00Z: ModifyDBParameterGroup, recorded"
    assert "AKIDEXAMPLE" not in who


def test_the_newest_of_several_is_the_author(account: Aws) -> None:
    joe = {"type": "IAMUser", "userName": "joe", "arn": "arn:aws:iam::1:user/joe"}
    recorded(account, sets(1, value="ddl"), sets(2, identity=joe, when="2026-11-21T10:00:00+00:00"))
    assert only(ask(observed()))[0] == "joe (arn:aws:iam::1:user/joe)"


def test_an_event_that_sets_another_value_is_likely_at_most(account: Aws) -> None:
    recorded(account, sets(1, value="ddl"))
    who, source = only(ask(observed()))
    assert who.startswith("not recorded; likely session jane") and "another value" in who and not source


@pytest.mark.parametrize("content", [Absent(), Default("none ", "engine")])
def test_a_value_that_is_spelled_otherwise_is_compared_by_meaning(account: Aws, content: Content) -> None:
    recorded(account, sets(1, "log_connections", "1"))
    assert only(ask(observed("log_connections", Known("on"))))[1]
    assert not only(ask(observed("log_connections", content)))[1]


def test_an_event_of_the_thing_alone_is_likely_and_never_the_author(account: Aws) -> None:
    recorded(account, sets(1, "work_mem", "64"))
    who, source = only(ask(observed()))
    assert who.startswith("not recorded; likely session jane of the role Admin")
    assert "id-1" in who and "names the DB parameter group orders, and not log_statement" in who and not source


def test_what_is_older_than_the_run_before_is_not_even_likely(account: Aws) -> None:
    recorded(account, sets(1, "work_mem", "64"))
    who, source = only(ask(observed(), since="2026-11-21T00:00:00+00:00"))
    assert who.startswith("not recorded: CloudTrail holds no change") and not source


def test_no_event_is_not_recorded(account: Aws) -> None:
    recorded(account)
    assert only(ask(observed())) == (
        "not recorded: CloudTrail holds no change of the DB parameter group orders in the last 90 days", ""
    )  # fmt: skip


@pytest.mark.parametrize("other", [sets(1, group="billing"), sets(1, error="AccessDenied"), sets(1, group="orders-2")])
def test_other_groups_and_calls_that_failed_change_nothing(account: Aws, other: Any) -> None:
    recorded(account, other)
    assert only(ask(observed()))[0].startswith("not recorded: CloudTrail holds no change")


def test_a_reset_of_everything_names_every_parameter(account: Aws) -> None:
    recorded(account, event(1, "ResetDBParameterGroup", dBParameterGroupName="orders", resetAllParameters=True))
    assert only(ask(observed(content=Absent())))[1].endswith("ResetDBParameterGroup, recorded")


def test_a_reset_is_not_the_origin_of_a_value_that_somebody_set(account: Aws) -> None:
    recorded(account, event(1, "ResetDBParameterGroup", dBParameterGroupName="orders", resetAllParameters=True))
    who, source = only(ask(observed(content=Known("none"))))
    assert who.startswith("not recorded; likely") and not source


def test_arguments_of_an_instance_are_found_by_their_own_names(account: Aws) -> None:
    recorded(account, event(1, "ModifyDBInstance", dBInstanceIdentifier="orders", deletionProtection=False))
    found = ask(observed("deletion_protection", Known(False), INSTANCE), observed("port", Known(5432), INSTANCE))
    assert found.authors["deletion_protection", "server"][1].endswith("ModifyDBInstance, recorded")
    assert found.authors["port", "server"][0].startswith("not recorded; likely")


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        ({"type": "Root", "accountId": "123456789012"}, "the root user of account 123456789012"),
        ({"type": "AWSService", "invokedBy": "rds.amazonaws.com"}, "jane, through rds.amazonaws.com"),
        (
            {**JANE, "invokedBy": "cloudformation.amazonaws.com"},
            f"session jane of the role Admin ({JANE['arn']}), through cloudformation.amazonaws.com",
        ),
        ("text", "jane"),
    ],
)  # fmt: skip
def test_callers_of_every_kind_are_named_as_the_event_names_them(account: Aws, identity: Any, said: str) -> None:
    recorded(account, sets(1, identity=identity))
    assert only(ask(observed()))[0] == said


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 100_000, '{"requestParameters": "HIDDEN"}', "x" * 400_000])
def test_an_event_that_cannot_be_read_is_no_record(account: Aws, text: str) -> None:
    recorded(account, {**sets(1), "CloudTrailEvent": text})
    assert only(ask(observed()))[1] == ""


def test_a_thousand_readings_cost_one_call_for_each_event_name(account: Aws) -> None:
    recorded(account, sets(1))
    names = [f"{GROUP}-{number}" for number in range(1000)]
    ask(*(observed(locator=name) for name in names), observed())
    assert account.count("LookupEvents") == 3


def test_many_pages_are_read_up_to_the_limit_and_the_cut_is_told(account: Aws) -> None:
    def answer(asked: Any) -> Any:
        page = int(asked.get("NextToken") or 0)
        return {"Events": [sets(page, group="other")] * 50, "NextToken": str(page + 1)}

    account.answer("cloudtrail", "LookupEvents", answer)
    assert "among" in only(ask(observed()))[0] or "the newest 500 events" in only(ask(observed()))[0]
    assert account.count("LookupEvents") <= 2 * 3 * 11


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aws.refused("AccessDeniedException"), "cloudtrail:LookupEvents"),
        (aws.refused("ThrottlingException"), "throttled"),
        (aws.refused("ExpiredTokenException"), "expired"),
        (NoCredentialsError(), "no credentials"),
        (ConnectTimeoutError(endpoint_url="https://cloudtrail"), "gave no answer"),
        (NotImplementedError(), "does not know"),
    ],
)
def test_a_trail_that_is_not_read_is_a_remark_with_its_remedy(account: Aws, error: Exception, said: str) -> None:
    account.answer("cloudtrail", "LookupEvents", error)
    found = ask(observed(), observed("work_mem"))
    assert {who for who, _ in found.authors.values()} == {"not recorded: CloudTrail could not be read"}
    (notice,) = found.notices
    assert said in notice.text and not notice.incomplete and "secret-in-text" not in notice.text


def test_without_a_region_nobody_is_named(account: Aws) -> None:
    found = Rds(instance="orders").who(Context(Path("/"), shipped(), aws.target(), now=NOW), [observed()], "")
    assert "region" in found.notices[0].text


def test_places_that_are_no_arn_of_the_table_are_left_alone(account: Aws) -> None:
    assert ask(observed(locator="orders"), observed(locator="infra/db.tf:3")).authors == {}
    assert account.count("LookupEvents") == 0


def test_every_event_of_the_table_is_an_operation_with_that_parameter() -> None:
    """CloudTrail writes request parameters as the API has them, with a small first letter."""
    for kind in events.shipped().resources:
        service = kind.arn.split(":")[2]
        model = boto3.session.Session()._session.get_service_model(service)
        for item in kind.events:
            operation = model.operation_model(re.sub(r"\d{8}(v\d)?$", "", item.name))
            shape: Any = operation.input_shape
            members = {events.plain(name) for name in shape.members}
            assert events.plain(item.resource) in members, (item.name, item.resource)
            for part in filter(None, item.parameters.split(".")):
                shape = shape.member if shape.type_name == "list" else shape
                shape = {events.plain(name): told for name, told in shape.members.items()}[events.plain(part)]
            for name in filter(None, (item.key, item.value)):
                assert events.plain(name) in {events.plain(told) for told in shape.member.members}, (item.name, name)


def test_every_place_that_databases_and_caches_are_read_from_has_events() -> None:
    table = shapes.shipped()
    templates = [(item.service, item.arn) for item in table.parameters.values()]
    templates += [(item.service, item.arn) for item in table.user_groups.values()]
    templates += [("rds", "db:{name}"), ("rds", "cluster:{name}"), ("elasticache", "replicationgroup:{name}")]
    templates += [
        ("elasticache", "cluster:{name}"),
        ("elasticache", "serverlesscache:{name}"),
        ("memorydb", "cluster/{name}"),
    ]
    for service, template in templates:
        arn = f"arn:aws-cn:{service}:cn-north-1:123456789012:{template.format(name='orders')}"
        kinds = [kind for kind in events.shipped().resources if re.fullmatch(kind.arn, arn)]
        assert len(kinds) == 1, arn


def test_times_are_told_in_utc() -> None:
    told = events.read(sets(1, when="2026-11-20T10:00:00+02:00"), events.shipped().resources[0].events[0])
    assert told is not None and told.time == "2026-11-20T08:00:00Z" and told.at.tzinfo is not None and UTC


def test_a_change_of_a_group_of_users_is_likely_only_for_what_its_users_may_have_changed(account: Aws) -> None:
    group = f"arn:aws:elasticache:{REGION}:123456789012:usergroup:app"
    recorded(account, event(1, "ModifyUserGroup", userGroupId="app", userIdsToAdd=["guest"]))
    seen = observed("users_without_password", Known(["guest"]), group)
    found = Rds(region=REGION, instance="x").who(
        Context(Path("/"), shipped(), aws.target("redis"), now=NOW, timeout=2.0), [seen], ""
    )
    assert only(found)[0].startswith("not recorded; likely session jane") and not only(found)[1]
