"""A state in a bucket: asked where the run may ask, found by its address or by the root's own backend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from scanner.catalogue import shipped
from scanner.collectors import Collected, Context
from scanner.collectors.terraform import Terraform
from scanner.model import Known, Plane
from tests.support import aws, plans
from tests.support.aws import REGION, Aws, refused
from tests.support.infrastructure import DATABASE

BUCKET, KEY = "states", "shop/terraform.tfstate"
ADDRESS = f"s3://{BUCKET}/{KEY}"
ACCESS = {"region": REGION}
BACKEND = 'terraform {\n  backend "s3" {\n%s\n  }\n}\n'
WHOLE = f'    bucket = "{BUCKET}"\n    key = "{KEY}"\n    region = "{REGION}"'
TOKEN = "s3cretT0kenThatNobodyMaySee"


def state(**attributes: Any) -> str:
    held = {"attributes": {**plans.DATABASE_AFTER, "password": TOKEN, **attributes}, "sensitive_attributes": []}
    resource = {"mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [held]}
    return json.dumps({"version": 4, "terraform_version": "1.11.4", "resources": [resource]})


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with aws.connected(monkeypatch) as found:
        put(KEY, state())
        yield found


def put(key: str, text: str) -> None:
    client = boto3.client("s3", region_name=REGION)
    if not [item for item in client.list_buckets()["Buckets"] if item["Name"] == BUCKET]:
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_object(Bucket=BUCKET, Key=key, Body=text.encode())


def read(root: Path, address: str = ADDRESS, backend: str = "", live: bool = True, **fields: Any) -> Collected:
    (root / "main.tf").write_text(DATABASE % "storage_encrypted = true" + backend)
    fields = {"state_access": ACCESS, **fields}
    limit = fields.pop("limit", 10_000_000)
    context = Context(root, shipped(), None, digest_key=b"k", live=live, limit_bytes=limit, timeout=2.0)
    return Terraform(".", state=address, **fields).collect(context)


def held(found: Collected) -> object:
    """What the state says of one setting."""
    return next(
        (
            item.content
            for item in found.observations
            if (item.setting, item.plane) == ("storage_encrypted", Plane.PROVISIONED)
        ),
        None,
    )


def test_a_state_in_a_bucket_answers_like_a_file(account: Aws, tmp_path: Path) -> None:
    found = read(tmp_path)
    assert held(found) == Known(True) and ADDRESS in {item.path for item in found.inputs}
    assert not [gap for gap in found.gaps if gap.plane is Plane.PROVISIONED]
    assert TOKEN not in repr(found)


def test_a_run_that_keeps_to_its_sources_does_not_ask_and_says_so(account: Aws, tmp_path: Path) -> None:
    account.calls.clear()
    found = read(tmp_path, live=False)
    assert account.calls == [] and held(found) is None
    assert "lies elsewhere and was not asked" in found.notices[-1].text
    assert not [gap for gap in found.gaps if gap.plane is Plane.PROVISIONED]


def test_the_backend_of_the_root_is_followed_where_the_user_says_so(account: Aws, tmp_path: Path) -> None:
    assert held(read(tmp_path, "backend", BACKEND % WHOLE, state_access={})) == Known(True)
    account.calls.clear()
    assert held(read(tmp_path, "", BACKEND % WHOLE)) is None and account.calls == []


def test_a_workspace_has_a_key_of_its_own(account: Aws, tmp_path: Path) -> None:
    put(f"env:/staging/{KEY}", state(storage_encrypted=False))
    assert held(read(tmp_path, "backend", BACKEND % WHOLE, workspace="staging")) == Known(False)
    assert held(read(tmp_path, "backend", BACKEND % WHOLE, workspace="default")) == Known(True)
    put(f"envs/staging/{KEY}", state())
    prefixed = BACKEND % f'{WHOLE}\n    workspace_key_prefix = "envs"'
    assert held(read(tmp_path, "backend", prefixed, workspace="staging")) == Known(True)


@pytest.mark.parametrize(
    "assumed",
    ['    assume_role = { role_arn = "arn:aws:iam::222222222222:role/state" }',
     '    assume_role {\n      role_arn = "arn:aws:iam::222222222222:role/state"\n    }',
     '    role_arn = "arn:aws:iam::222222222222:role/state"'],
)  # fmt: skip
def test_the_role_of_a_backend_is_assumed_and_its_endpoint_never_followed(
    account: Aws, tmp_path: Path, assumed: str
) -> None:
    endpoint = '    endpoints = { s3 = "http://evil.example" }\n    endpoint = "http://evil.example"\n'
    asked: list[Any] = []

    def assume(given: Any) -> Any:
        asked.append(given["RoleArn"])
        return refused("AccessDenied", 403)

    account.answer("sts", "AssumeRole", assume)
    found = read(tmp_path, "backend", BACKEND % f"{WHOLE}\n{endpoint}{assumed}")
    assert asked == ["arn:aws:iam::222222222222:role/state"]
    assert any("sts:AssumeRole" in gap.remedy for gap in found.gaps)


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("", "declares no backend"),
        (BACKEND % "", "names no bucket or no key"),
        (BACKEND % f'    bucket = var.b\n    key = "{KEY}"', "names no bucket or no key"),
        (BACKEND.replace("s3", "gcs") % WHOLE, "keeps its state in gcs"),
    ],
)
def test_a_backend_that_does_not_tell_where_is_a_gap(account: Aws, tmp_path: Path, backend: str, reason: str) -> None:
    found = read(tmp_path, "backend", backend)
    assert any(reason in gap.reason and gap.plane is Plane.PROVISIONED and gap.remedy for gap in found.gaps)
    assert held(found) is None


@pytest.mark.parametrize(
    ("error", "reason", "remedy"),
    [
        (refused("AccessDenied", 403), "may not call s3:GetObject", "kms:Decrypt for its key"),
        (refused("KMS.AccessDeniedException", 400), "may not call", "kms:Decrypt"),
        (refused("NoSuchKey", 404), "found no such thing", "correct the name"),
        (refused("ExpiredToken", 400), "expired", "renew them"),
        (refused("SlowDown", 503), "throttled", "later"),
        (refused("PermanentRedirect", 301), "was refused (PermanentRedirect)", "s3:GetObject"),
    ],
)
def test_a_state_that_may_not_be_read_is_a_gap_with_what_would_open_it(
    account: Aws, tmp_path: Path, error: Exception, reason: str, remedy: str
) -> None:
    account.answer("s3", "GetObject", error)
    found = [gap for gap in read(tmp_path).gaps if gap.plane is Plane.PROVISIONED]
    assert reason in found[0].reason and ADDRESS in found[0].reason and remedy in found[0].remedy


def test_a_state_that_is_too_large_or_none_is_a_gap(account: Aws, tmp_path: Path) -> None:
    put(KEY, state() + " " * 30_000)
    assert any("larger than" in gap.reason for gap in read(tmp_path, limit=1_000).gaps)
    put(KEY, "{}")
    assert any("no state of a version that is known" in gap.reason for gap in read(tmp_path).gaps)


@pytest.mark.parametrize(
    ("address", "access", "reason"),
    [
        ("https://states.example/x", ACCESS, "nothing reads https://"),
        ("s3://states", ACCESS, "names no object"),
        (ADDRESS, {"region": REGION, "password": "x"}, "nothing is known of password"),
        (ADDRESS, {}, "no region"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_gap(
    account: Aws, tmp_path: Path, address: str, access: dict[str, str], reason: str
) -> None:
    found = read(tmp_path, address, state_access=access)
    assert any(reason in gap.reason for gap in found.gaps), found.gaps


def test_a_body_that_breaks_off_is_a_gap(account: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ReadTimeoutError
    from botocore.response import StreamingBody

    def broken(_self: object, amt: int | None = None) -> bytes:
        raise ReadTimeoutError(endpoint_url="http://s3", error=OSError("slow"))

    monkeypatch.setattr(StreamingBody, "read", broken)
    found = [gap.reason for gap in read(tmp_path).gaps]
    assert any("gave no answer to s3 GetObject" in reason for reason in found), found
