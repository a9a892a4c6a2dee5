"""A service of Amazon ECS: its task definition, its environment files, and the tasks that really run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from scanner.collectors.aws import session
from scanner.collectors.aws.ecs import Ecs
from scanner.model import Absent, Known, Plane, Present, TakesEffect, Unresolved
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, hidden, refused, target
from tests.support.aws_applications import SAFE, Service, container, definition, observed, on, pairs, raws, task

WEB = Ecs(service="web", cluster="live", region=REGION)
APPLICATION = target("fastapi")
HELD, RUNS = Plane.PROVISIONED, Plane.RUNNING
TOKEN = "hunter2-hunter2"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws.connected(monkeypatch) as found:
        yield found


@pytest.fixture
def service(account: Aws) -> Service:
    return Service(account)


def test_the_definition_is_provisioned_and_the_task_runs_by_it(service: Service) -> None:
    service.create(container(SAFE))
    found = ask(WEB, APPLICATION)
    assert found.gaps == () and found.targets[0].platform == "container"
    assert {name: raws(found, HELD)[name] for name in SAFE} == SAFE
    assert {name: raws(found, RUNS)[name] for name in SAFE} == SAFE
    assert observed(found, "DEBUG").provenance.locator == definition(1)
    assert "as the control plane tells it" in observed(found, "DEBUG", RUNS).note
    assert "1 of 1 tasks" in observed(found, "DEBUG", RUNS).note
    assert [(item.plane, item.complete) for item in found.answers] == [(HELD, True), (RUNS, True)]


def test_what_the_plain_environment_holds_beats_files_and_the_first_file_beats_the_second(service: Service) -> None:
    files = [
        service.put("first.env", 'LOG_LEVEL=INFO\nDEBUG=true\n#HSTS_SECONDS=1\nSESSION_COOKIE_SAMESITE="strict"\n'),
        service.put("second.env", "LOG_LEVEL=DEBUG\nALLOWED_HOSTS=a=b\nENVIRONMENT=\n"),
    ]
    service.create(container({"DEBUG": "false"}, environmentFiles=files))
    found = ask(WEB, APPLICATION)
    told = raws(found, HELD)
    assert (told["DEBUG"], told["LOG_LEVEL"], told["ALLOWED_HOSTS"]) == ("false", "INFO", "a=b")
    assert told["SESSION_COOKIE_SAMESITE"] == '"strict"', "quotes are part of a value"
    assert "HSTS_SECONDS" not in told and "ENVIRONMENT" not in told
    assert observed(found, "LOG_LEVEL").provenance.locator == "s3://shop-env/first.env:1"
    assert observed(found, "DEBUG").provenance.chain == ("replaces s3://shop-env/first.env:2",)


def test_a_file_that_may_not_be_read_hides_what_it_could_set_and_nothing_else(service: Service, account: Aws) -> None:
    files = [service.put("first.env", "LOG_LEVEL=INFO"), service.put("second.env", "HSTS_SECONDS=1")]
    service.create(container({"DEBUG": "false"}, environmentFiles=files))
    denied = refused("AccessDenied", 403)
    account.answer("s3", "GetObject", lambda asked: denied if asked["Key"] == "first.env" else None)
    found = ask(WEB, APPLICATION)
    assert on(found, HELD)["DEBUG"] == Known("false")
    assert isinstance(on(found, HELD)["HSTS_SECONDS"], Unresolved), "the first file could set it too"
    assert "LOG_LEVEL" in hidden(found) and "DEBUG" not in hidden(found)
    assert {gap.plane for gap in found.gaps} == {HELD, RUNS}
    assert "allow s3:GetObject" in found.gaps[0].remedy and "kms:Decrypt" in found.gaps[0].remedy
    assert "arn:aws:s3:::shop-env/first.env" in found.gaps[0].remedy
    assert not any(item.complete for item in found.answers)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff\xfe", "no text in UTF-8"), (b"A=" + b"x" * 200, "larger than 100 bytes")]
)
def test_a_file_that_is_no_text_or_too_large_is_a_gap(service: Service, content: bytes, reason: str) -> None:
    service.create(container({"DEBUG": "false"}, environmentFiles=[service.put("bad.env", content)]))
    found = ask(WEB, APPLICATION, limit_bytes=100)
    assert reason in found.gaps[0].reason and "LOG_LEVEL" in hidden(found)


def test_a_file_that_is_not_there_or_whose_address_is_none_is_a_gap(service: Service) -> None:
    gone = {"value": "arn:aws:s3:::shop-env/gone.env", "type": "s3"}
    service.create(container({"DEBUG": "false"}, environmentFiles=[gone, {"value": "shop", "type": "s3"}]))
    found = ask(WEB, APPLICATION)
    assert "no such thing" in found.gaps[0].reason and "no ARN" in found.gaps[1].reason


def test_secrets_by_reference_are_present_and_literal_ones_are_listed_without_their_text(service: Service) -> None:
    reference = {"name": "SECRET_KEY", "valueFrom": f"arn:aws:secretsmanager:{REGION}:1:secret:key"}
    service.create(container({**SAFE, "API_TOKEN": TOKEN}, secrets=[reference]))
    found = ask(WEB, APPLICATION)
    told = on(found, HELD)
    assert told["SECRET_KEY"] == Present("reference")
    assert isinstance(told["API_TOKEN"], Present) and told["API_TOKEN"].strength == "weak"
    origins = {item["name"]: item["origin"] for item in raws(found, HELD)["secrets_in_environment"]}
    assert origins == {"API_TOKEN": "literal", "SECRET_KEY": "reference"}
    assert TOKEN not in repr(found.observations) + repr(found.gaps)


def test_a_setting_by_reference_is_read_where_the_parameter_is_plain_only(service: Service, account: Aws) -> None:
    client = boto3.client("ssm", region_name=REGION)
    client.put_parameter(Name="/shop/LOG_LEVEL", Value="INFO", Type="String")
    client.put_parameter(Name="/shop/DEBUG", Value="true", Type="SecureString")
    base = f"arn:aws:ssm:{REGION}:123456789012:parameter/shop"
    secrets = [{"name": name, "valueFrom": f"{base}/{name}"} for name in ("LOG_LEVEL", "DEBUG", "HSTS_SECONDS")]
    service.create(container({}, secrets=secrets))
    found = ask(WEB, APPLICATION)
    told = on(found, HELD)
    assert told["LOG_LEVEL"] == Known("INFO")
    assert isinstance(told["DEBUG"], Unresolved) and "SecureString" in told["DEBUG"].reason
    assert isinstance(told["HSTS_SECONDS"], Unresolved) and "no parameter" in told["HSTS_SECONDS"].reason
    account.answer("ssm", "GetParameters", refused("AccessDeniedException"))
    denied = on(ask(WEB, APPLICATION), HELD)["LOG_LEVEL"]
    assert isinstance(denied, Unresolved) and "ssm:GetParameters" in denied.remedy


def test_a_command_that_assigns_a_known_name_leaves_it_open(service: Service) -> None:
    service.create(container(SAFE, command=["sh", "-c", "DEBUG=true exec uvicorn app:app"]))
    told = on(ask(WEB, APPLICATION), HELD)
    assert isinstance(told["DEBUG"], Unresolved) and told["LOG_LEVEL"] == Known("WARNING")


# ------------------------------------------------------------ tasks


def test_two_deployments_at_once_are_both_reported(service: Service) -> None:
    service.create(container({**SAFE, "DEBUG": "true"}))
    service.register(container(SAFE))
    service.deploy(2)
    service.run([task(1, 1), task(2, 2), task(3, 2)])
    old = {"id": "ecs-svc/1", "status": "ACTIVE", "taskDefinition": definition(1), "runningCount": 1}
    service.older.append(old)
    found = ask(WEB, APPLICATION)
    assert raws(found, HELD)["DEBUG"] == "false" and raws(found, RUNS)["DEBUG"] == "false"
    assert raws(found, HELD, "revision=1") == {"DEBUG": "true"} == raws(found, RUNS, "revision=1")
    assert "2 of 3 tasks" in observed(found, "DEBUG", RUNS).note
    assert "shop:1 (ACTIVE, 1 running)" in found.notices[0].text


def test_a_variable_that_only_the_rest_has_is_absent_in_the_part(service: Service) -> None:
    service.create(container({"LOG_LEVEL": "INFO"}))
    service.register(container({"LOG_LEVEL": "INFO", "DEBUG": "false"}))
    service.deploy(2)
    service.run([task(1, 1), task(2, 2)])
    assert on(ask(WEB, APPLICATION), RUNS, "revision=1") == {"DEBUG": Absent()}


def test_where_every_task_still_runs_the_old_revision_the_new_one_waits(service: Service) -> None:
    service.create(container({**SAFE, "DEBUG": "true"}))
    service.register(container(SAFE))
    service.deploy(2)
    found = ask(WEB, APPLICATION)
    assert raws(found, HELD)["DEBUG"] == "false" and raws(found, RUNS)["DEBUG"] == "true"
    assert observed(found, "DEBUG").takes_effect is TakesEffect.RESTART
    assert observed(found, "DEBUG", RUNS).takes_effect is TakesEffect.NOW


def test_what_a_task_was_started_with_beats_its_definition_and_has_a_scope_of_its_own(service: Service) -> None:
    service.create(container(SAFE))
    override = {"name": "web", "environment": pairs({"DEBUG": "true"})}
    service.run([task(1, 1, override), task(2), task(3)])
    found = ask(WEB, APPLICATION)
    assert raws(found, RUNS)["DEBUG"] == "false"
    assert raws(found, RUNS, f"task={1:032x}") == {"DEBUG": "true"}
    assert f"task/live/{1:032x}" in observed(found, "DEBUG", RUNS, f"task={1:032x}").provenance.locator


def test_files_that_a_task_was_started_with_stand_in_place_of_those_of_its_definition(service: Service) -> None:
    service.create(container({}, environmentFiles=[service.put("a.env", "DEBUG=false\nLOG_LEVEL=INFO")]))
    service.run([task(1, 1, {"name": "web", "environmentFiles": [service.put("b.env", "DEBUG=true")]}), task(2)])
    told = on(ask(WEB, APPLICATION), RUNS, f"task={1:032x}")
    assert told == {"DEBUG": Known("true"), "LOG_LEVEL": Absent()}


def test_a_newer_revision_that_nothing_uses_waits_and_is_told(service: Service) -> None:
    service.create(container(SAFE))
    service.register(container({**SAFE, "DEBUG": "true"}))
    service.register(container({**SAFE, "DEBUG": "maybe", "API_TOKEN": TOKEN}))
    found = ask(WEB, APPLICATION)
    assert [item.text for item in found.notices] == ["the service uses shop:1, and the newest is shop:3"]
    waits = observed(found, "DEBUG")
    assert waits.content == Known("false") and waits.takes_effect is TakesEffect.NOW
    assert waits.pending == "revision 3, the newest, which no deployment uses, says maybe"
    assert observed(found, "LOG_LEVEL").pending == ""
    assert TOKEN not in repr(found.observations)


def test_containers_have_scopes_of_their_own_and_a_sidecar_is_no_application(service: Service) -> None:
    containers = [container(SAFE), container({"PORT": "9000"}, "proxy"), container({"DEBUG": "true"}, "worker")]
    service.create(*containers)
    found = ask(WEB, APPLICATION)
    assert {item.scope for item in found.answers} == {"container=web", "container=worker"}
    assert raws(found, RUNS, "container=worker")["DEBUG"] == "true"
    alone = ask(Ecs(service="web", cluster="live", container="worker", region=REGION), APPLICATION)
    assert raws(alone, HELD)["DEBUG"] == "true"
    strange = ask(Ecs(service="web", cluster="live", container="db", region=REGION), APPLICATION)
    assert "name one of: web, proxy, worker" in strange.gaps[0].remedy and strange.answers == ()


def test_a_part_of_one_container_is_named_with_it(service: Service) -> None:
    service.create(container({"DEBUG": "true"}), container({"DEBUG": "false"}, "worker"))
    service.register(container({"DEBUG": "false"}), container({"DEBUG": "false"}, "worker"))
    service.deploy(2)
    service.run([task(1, 1), task(2, 2)])
    found = ask(WEB, APPLICATION)
    assert raws(found, RUNS, "revision=1,container=web") == {"DEBUG": "true"}
    assert raws(found, RUNS, "revision=1,container=worker") == {}


def test_a_service_that_is_to_run_nothing_is_no_gap_and_one_whose_tasks_do_not_start_is(service: Service) -> None:
    service.create(container(SAFE))
    service.run([task(1, status="PENDING")])
    found = ask(WEB, APPLICATION)
    assert "is to run 1 tasks, and none runs" in found.gaps[0].reason and found.gaps[0].plane is RUNS
    assert on(found, RUNS) == {}
    service.ecs.update_service(cluster="live", service="web", desiredCount=0)
    service.run([])
    quiet = ask(WEB, APPLICATION)
    assert quiet.gaps == () and "is to run no task" in quiet.notices[0].text


def test_tasks_of_many_pages_are_described_a_hundred_at_a_time(service: Service, account: Aws) -> None:
    service.create(container(SAFE))
    tasks = [task(number) for number in range(250)]
    service.run(tasks)
    account.answer("ecs", "ListTasks", aws.paged([item["taskArn"] for item in tasks], "taskArns", marker="nextToken"))
    found = ask(WEB, APPLICATION)
    assert "250 of 250 tasks" in observed(found, "DEBUG", RUNS).note
    assert account.count("ListTasks") == 3 and account.count("DescribeTasks") == 3
    assert account.count("DescribeTaskDefinition") == 2, "the one in use, and the newest of the family"


def test_a_service_that_another_controller_deploys_is_told_by_its_task_sets(service: Service, account: Aws) -> None:
    service.create(container({**SAFE, "DEBUG": "true"}))
    service.register(container(SAFE))
    service.run([task(1, 1), task(2, 2)])

    def blue_and_green(parsed: Any) -> None:
        sets = [("PRIMARY", 2), ("ACTIVE", 1)]
        parsed["services"][0]["deployments"] = []
        parsed["services"][0]["taskSets"] = [
            {"status": status, "taskDefinition": definition(number), "runningCount": 1} for status, number in sets
        ]

    account.change("ecs", "DescribeServices", blue_and_green)
    found = ask(WEB, APPLICATION)
    assert raws(found, HELD)["DEBUG"] == "false" and raws(found, HELD, "revision=1") == {"DEBUG": "true"}


def test_who_registered_a_revision_is_named_by_its_record_only(service: Service, account: Aws) -> None:
    service.create(container(SAFE))
    assert observed(ask(WEB, APPLICATION), "DEBUG").provenance.changed_by == ""
    who = "arn:aws:sts::1:assumed-role/deploy/anna"
    account.change("ecs", "DescribeTaskDefinition", lambda told: told["taskDefinition"].update(registeredBy=who))
    provenance = observed(ask(WEB, APPLICATION), "DEBUG").provenance
    assert provenance.changed_by == who and "ECS task definition shop:1" in provenance.changed_by_source


# ------------------------------------------------------------ what goes wrong


def test_an_error_after_the_first_page_leaves_no_value_sure(service: Service, account: Aws) -> None:
    service.create(container(SAFE))
    service.run([task(1)])
    first = {"taskArns": [task(1)["taskArn"]], "nextToken": "more"}
    account.answer(
        "ecs", "ListTasks", lambda asked: refused("ThrottlingException") if asked.get("nextToken") else first
    )
    found = ask(WEB, APPLICATION)
    assert raws(found, RUNS)["DEBUG"] == "false", "what was seen is said"
    (gap,) = found.gaps
    assert "throttled" in gap.reason and "DEBUG" in gap.settings and gap.plane is RUNS


@pytest.mark.parametrize("operation", ["ListTasks", "DescribeTasks"])
def test_tasks_that_may_not_be_listed_hide_what_runs_and_not_what_is_held(
    service: Service, account: Aws, operation: str
) -> None:
    service.create(container(SAFE))
    account.answer("ecs", operation, refused("AccessDeniedException"))
    found = ask(WEB, APPLICATION)
    assert raws(found, HELD)["DEBUG"] == "false" and on(found, RUNS) == {}
    assert [(gap.plane, gap.settings) for gap in found.gaps] == [(RUNS, ())]
    assert f"ecs:{operation}" in found.gaps[0].remedy


@pytest.mark.parametrize("operation", ["DescribeServices", "DescribeTaskDefinition"])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused("AccessDeniedException"), "may not call"),
        (refused("ExpiredTokenException"), "expired"),
        (refused("UnrecognizedClientException"), "another partition"),
        (refused("ThrottlingException"), "throttled"),
        (refused("ServerException", 500), "failed at"),
        (NotImplementedError("x"), "does not know"),
    ],
)
def test_without_the_definition_both_planes_are_silent(
    service: Service, account: Aws, operation: str, error: Exception, words: str
) -> None:
    service.create(container(SAFE))
    account.answer("ecs", operation, error)
    found = ask(WEB, APPLICATION)
    assert {gap.plane for gap in found.gaps} == {HELD, RUNS} and words in found.gaps[0].reason
    assert found.observations == () and found.answers == ()


def test_a_service_or_cluster_that_is_not_there_makes_what_is_declared_missing(service: Service) -> None:
    for absent in (Ecs(service="web", cluster="live", region=REGION), Ecs(service="web", cluster="no", region=REGION)):
        found = ask(absent, APPLICATION)
        assert on(found, HELD)["DEBUG"] == Absent() and "holds no service web" in found.gaps[0].reason
        assert not any(item.complete for item in found.answers)


def test_a_definition_that_is_deleted_between_two_calls_is_a_gap(service: Service, account: Aws) -> None:
    service.create(container(SAFE))
    account.answer("ecs", "DescribeTaskDefinition", refused("ClientException"))
    found = ask(WEB, APPLICATION)
    assert found.gaps and found.observations == ()


def test_a_task_that_ended_between_two_calls_hides_nothing(service: Service, account: Aws) -> None:
    service.create(container(SAFE))
    both = {"tasks": [task(1)], "failures": [{"arn": "x", "reason": "MISSING"}]}
    account.answer("ecs", "DescribeTasks", both)
    assert ask(WEB, APPLICATION).gaps == ()


def test_no_region_and_no_credentials_are_told(service: Service, account: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no region" in ask(Ecs(service="web"), APPLICATION).gaps[0].reason
    far = Ecs(service="web", region=REGION, role_arn="arn:aws-cn:iam::222222222222:role/scan")
    assert "different partitions" in ask(far, APPLICATION).gaps[0].reason
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _self: None)
    account.answers.clear()
    assert "no credentials" in ask(WEB, APPLICATION).gaps[0].reason


def test_an_endpoint_that_never_answers_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    from moto.core.models import botocore_stubber

    with aws.connected(monkeypatch), socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(botocore_stubber, "enabled", False)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = ask(Ecs(service="web", region=REGION, endpoint_url=url), APPLICATION, timeout=0.3)
    assert "gave no answer to ecs DescribeServices" in found.gaps[0].reason


def test_a_service_is_needed() -> None:
    with pytest.raises(ValueError, match="needs service"):
        Ecs()
