"""The way to AWS: shared and counted calls, and every refusal as a reason with a remedy, never as an exception."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.parsers import ResponseParserError

from scanner.catalogue import shipped
from scanner.collectors import Context, Shared
from scanner.collectors.aws import Access, Cloud, Pages, session
from scanner.collectors.aws.rds import Rds
from scanner.collectors.aws.refusals import Call, refusal, table
from scanner.errors import UserError
from scanner.model import Target
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, paged, refused, target

HERE = Access(region=REGION)
INSTANCES = [{"DBInstanceIdentifier": f"db-{number}"} for number in range(250)]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws.connected(monkeypatch) as found:
        found.answer("rds", "DescribeDBInstances", paged(list(INSTANCES), "DBInstances"))
        yield found


def context(of: str = "orders", **more: Any) -> Context:
    return Context(Path("/"), shipped(), Target(of, "postgresql", "production"), timeout=0.5, **more)


def instances(cloud: Cloud) -> Pages:
    return cloud.ask("rds", "DescribeDBInstances")


def test_a_list_is_read_to_its_last_page_and_every_page_is_counted(account: Aws) -> None:
    here = context()
    assert len(instances(Cloud(HERE, here)).items("DBInstances")) == 250
    told = [notice.text for notice in here.shared.notices()]
    assert told == ["rds DescribeDBInstances: 3 calls, 3 for orders", "sts GetCallerIdentity: 1 call, 1 for orders"]


def test_many_targets_at_the_same_time_share_one_answer_and_one_identity(account: Aws) -> None:
    here = context()

    def one(number: int) -> int:
        own = replace(here, target=Target(f"db-{number}", "postgresql", "production"))
        return len(instances(Cloud(HERE, own)).items("DBInstances"))

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(one, range(200))) == {250}
    assert account.count("DescribeDBInstances") == 3 and account.count("GetCallerIdentity") == 1


def test_another_region_role_or_parameter_is_another_answer(account: Aws) -> None:
    here = context()
    instances(Cloud(HERE, here))
    instances(Cloud(Access(region="us-east-1"), here))
    Cloud(HERE, here).ask("rds", "DescribeDBInstances", DBInstanceIdentifier="db-1")
    assert account.count("DescribeDBInstances") == 9
    other = Cloud(Access(region=REGION, role_arn="arn:aws:iam::222222222222:role/scan"), here)
    assert other.account.id == "222222222222" and other.account.arn.endswith("assumed-role/scan/scanner")
    assert Cloud(HERE, here).account.id == "123456789012", "the first identity is still itself"


def test_an_error_after_the_first_page_keeps_the_page_and_claims_no_completeness(account: Aws) -> None:
    whole = paged(list(INSTANCES), "DBInstances")
    account.answer("rds", "DescribeDBInstances",
                   lambda asked: refused("Throttling") if asked.get("Marker") else whole(asked))  # type: ignore[operator]  # fmt: skip
    found = instances(Cloud(HERE, context()))
    assert len(found.items("DBInstances")) == 100 and not found.complete and not found.missing


def test_pages_that_do_not_end_are_given_up(account: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    account.answer("rds", "DescribeDBInstances", {"DBInstances": [], "Marker": "again"})
    assert "do not end" in str(instances(Cloud(HERE, context())).refusal)
    monkeypatch.setattr(session, "MAX_PAGES", 2)
    account.answer("rds", "DescribeDBInstances", paged(list(INSTANCES), "DBInstances"))
    assert "do not end" in str(instances(Cloud(HERE, context())).refusal)


@pytest.mark.parametrize(
    ("code", "status", "reason", "remedy"),
    [
        (
            "AccessDenied",
            403,
            "may not call rds:DescribeDBInstances",
            "allow rds:DescribeDBInstances in the IAM policy",
        ),
        ("AccessDeniedException", 400, "may not call", "allow rds:DescribeDBInstances"),
        ("UnauthorizedOperation", 403, "may not call", "allow rds:DescribeDBInstances"),
        ("ExpiredToken", 403, "have expired", "renew them"),
        ("ExpiredTokenException", 400, "have expired", "renew them"),
        ("InvalidClientTokenId", 403, "another partition", "use credentials of the account and partition"),
        ("UnrecognizedClientException", 400, "another partition", "use credentials"),
        ("SignatureDoesNotMatch", 403, "not known", "use credentials"),
        ("Throttling", 400, "throttled", "rds:DescribeDBInstances"),
        ("TooManyRequestsException", 429, "throttled", "scan again later"),
        ("InternalFailure", 500, "failed at rds DescribeDBInstances", "scan again"),
        ("Whatever", 503, "failed at rds DescribeDBInstances", "scan again"),
        ("404", 404, "does not know rds DescribeDBInstances", "rds:DescribeDBInstances"),
        ("InvalidAction", 400, "does not know", "rds:DescribeDBInstances"),
        ("SomethingNew", 400, "was refused (SomethingNew)", "rds:DescribeDBInstances"),
    ],
)
def test_every_refusal_says_why_and_what_would_end_it(
    account: Aws, code: str, status: int, reason: str, remedy: str
) -> None:
    account.answer("rds", "DescribeDBInstances", refused(code, status))
    found = instances(Cloud(HERE, context()))
    assert found.refusal is not None and found.pages == () and not found.missing
    assert reason in found.refusal.reason and remedy in found.refusal.remedy
    assert "secret-in-text" not in f"{found.refusal.reason} {found.refusal.remedy}"


def test_not_there_is_told_from_not_told(account: Aws) -> None:
    account.answer("rds", "DescribeDBInstances", refused("DBInstanceNotFound", 404))
    assert instances(Cloud(HERE, context())).missing


def test_an_api_that_an_emulator_lacks_is_no_traceback(account: Aws) -> None:
    found = Cloud(HERE, context()).ask("rds", "DescribeEngineDefaultParameters", DBParameterGroupFamily="postgres16")
    assert found.refusal is not None and found.refusal.code == "NotImplementedError"


@pytest.mark.parametrize("error", [ResponseParserError("x"), ValueError("x"), KeyError("x"), RecursionError()])
def test_an_answer_that_cannot_be_read_is_a_refusal(account: Aws, error: Exception) -> None:
    account.answer("rds", "DescribeDBInstances", error)
    assert instances(Cloud(HERE, context())).refusal is not None


def test_credentials_that_have_expired_are_not_tried_again_in_the_region(account: Aws) -> None:
    account.answer("rds", "DescribeDBInstances", refused("ExpiredToken", 403))
    cloud = Cloud(HERE, context())
    instances(cloud)
    assert "expired" in str(cloud.ask("rds", "DescribeDBClusters").refusal)
    assert account.count("DescribeDBClusters") == 0


def test_no_credentials_are_one_gap_with_the_way_to_give_them(account: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    account.answers.clear()
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _self: None)
    found = ask(Rds(instance="db-1", region=REGION), target())
    assert [gap.reason for gap in found.gaps] == ["no credentials were found for AWS"]
    assert "AWS_ACCESS_KEY_ID" in found.gaps[0].remedy and not found.answers


def test_no_region_and_a_region_that_is_none_are_told(account: Aws) -> None:
    assert "no region is known" in str(instances(Cloud(Access(), context())).refusal)
    assert "no region is known" in str(instances(Cloud(Access(region="not a region"), context())).refusal)


def test_a_role_of_another_partition_than_the_region_is_told_before_it_is_asked_for(account: Aws) -> None:
    far = Access(region=REGION, role_arn="arn:aws-cn:iam::222222222222:role/scan")
    assert "different partitions" in str(instances(Cloud(far, context())).refusal)
    assert account.count("AssumeRole") == 0


def test_a_role_that_may_not_be_assumed_names_the_action(account: Aws) -> None:
    account.answer("sts", "AssumeRole", refused("AccessDenied", 403))
    found = instances(Cloud(Access(region=REGION, role_arn="arn:aws:iam::2:role/scan"), context()))
    assert found.refusal is not None and "sts:AssumeRole" in found.refusal.remedy
    assert account.count("DescribeDBInstances") == 0


def test_the_external_id_comes_from_a_variable_and_its_absence_is_told(account: Aws) -> None:
    access = Access(region=REGION, role_arn="arn:aws:iam::222222222222:role/scan", external_id_env="EXTERNAL")
    assert "is not set" in str(instances(Cloud(access, context())).refusal)
    asked: list[Any] = []

    def assume(given: Any) -> Any:
        asked.append(given)
        return refused("AccessDenied")

    account.answer("sts", "AssumeRole", assume)
    instances(Cloud(access, context(process_environment={"EXTERNAL": "tenant-7"})))
    assert asked[0]["ExternalId"] == "tenant-7"


def test_a_profile_that_does_not_exist_is_told(account: Aws) -> None:
    found = instances(Cloud(Access(region=REGION, profile="nobody"), context()))
    assert "no such profile" in str(found.refusal) and "nobody" not in str(found.refusal)


def test_an_endpoint_that_never_answers_ends_in_time_and_is_asked_once(
    account: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    account.answers.clear()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        cloud = Cloud(Access(region=REGION, endpoint_url=url), context())
        from moto.core.models import botocore_stubber

        monkeypatch.setattr(botocore_stubber, "enabled", False)
        found = instances(cloud)
        assert (
            found.refusal is not None
            and "gave no answer to rds DescribeDBInstances within 0.5 s" in found.refusal.reason
        )
        again = cloud.ask("rds", "DescribeDBClusters")
        assert again.refusal is found.refusal, "the endpoint is not waited for twice"


def test_a_source_without_a_target_is_a_mistake_of_its_writer() -> None:
    with pytest.raises(UserError, match="stands below a target"):
        Rds(instance="x").collect(Context(Path("/"), shipped(), None))


def test_every_entry_of_the_table_has_words_that_can_be_filled() -> None:
    for entry in table().refusals:
        found = refusal(entry.errors[0].replace("*", "x"), Call("rds", "DescribeDBInstances"))
        assert "{" not in found.reason + found.remedy and found.remedy


def test_an_action_that_is_named_otherwise_than_its_operation() -> None:
    assert Call("s3", "HeadObject").action == "s3:GetObject"
    assert Call("rds", "DescribeDBInstances").action == "rds:DescribeDBInstances"


def test_a_code_from_outside_cannot_write_into_our_words() -> None:
    found = refusal(refused("x\x1b[31m password=hunter2 {who}"), Call("rds", "DescribeDBInstances"))
    assert "\x1b" not in found.reason and "hunter2" not in found.reason.replace("passwordhunter2who", "")


def test_what_is_shared_is_made_once_and_an_exception_reaches_everybody() -> None:
    shared, numbers = Shared(), iter(range(10))
    assert [shared.once("a", lambda: next(numbers)) for _ in range(3)] == [0, 0, 0]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            shared.once("b", lambda: 1 // 0)


def test_starting_without_an_aws_target_imports_no_boto3(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEBUG=false\nENVIRONMENT=development\n")
    code = (
        "import sys; from scanner import collectors\n"
        "from click.testing import CliRunner\n"
        "from scanner.cli import main\n"
        f"CliRunner().invoke(main, ['check', {str(tmp_path)!r}])\n"
        "[collectors.load(kind) for kind in collectors.COLLECTORS]\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in {'boto3', 'botocore'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
