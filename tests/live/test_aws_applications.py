"""What Terraform declares, what ECS holds, and what its tasks run with, by the real command line over HTTP.

The platform is moto's server. It has task definitions, services and tasks; a deployment that a service is updated to is
made here by a service that is made anew, since moto leaves the deployments of an update as they were.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from scanner import document
from scanner.model import Drift, Plane, Row, ScanResult
from tests.support import aws
from tests.support.aws import REGION

pytestmark = pytest.mark.live

TOKEN = "hunter2-hunter2"
SOURCE = """
resource "aws_ecs_task_definition" "shop" {{
  family = "shop"
  container_definitions = jsonencode([{{
    name        = "web"
    image       = "shop"
    memory      = 128
    environment = [{variables}]
  }}])
}}
"""
PROJECT = """
project: shop
parameters: {{allowed_origins: ["https://ghostquant.com"]}}
environments: {{production: {{terraform: {{path: infra{state}}}}}}}
targets:
  - id: shop
    component: fastapi
    environment: production
    sources:
      - terraform: {{address: aws_ecs_task_definition.shop}}
      - ecs: {{service: web, cluster: live, region: {region}, endpoint_url: "{url}"}}
"""
VARIABLES = {"DEBUG": "false", "LOG_LEVEL": "WARNING", "CORS_ORIGINS": "https://ghostquant.com"}


def environment(variables: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in variables.items()]


@dataclass
class Shop:
    """A repository and a platform that agree, until a test changes one of them."""

    root: Path
    url: str

    def client(self, service: Any) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.url)

    def declare(self, **changed: str) -> None:
        """Write the source."""
        held = ", ".join(
            f'{{ name = "{name}", value = "{value}" }}' for name, value in {**VARIABLES, **changed}.items()
        )
        (self.root / "infra" / "main.tf").write_text(SOURCE.format(variables=held))

    def register(self, **changed: str) -> None:
        """A new revision, as an apply or a hand in the console makes it."""
        container = {
            "name": "web",
            "image": "shop",
            "memory": 128,
            "environment": environment({**VARIABLES, **changed}),
        }
        self.client("ecs").register_task_definition(
            family="shop", networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=[container]
        )

    def deploy(self, revision: int) -> None:
        """Let the service use a revision; tasks go on as they are."""
        client = self.client("ecs")
        if client.describe_services(cluster="live", services=["web"])["services"]:
            client.delete_service(cluster="live", service="web", force=True)
        client.create_service(cluster="live", serviceName="web", taskDefinition=f"shop:{revision}", desiredCount=1)

    def run(self, revision: int, **overrides: str) -> None:
        """Start a task of the service."""
        ec2 = self.client("ec2")
        network = {
            "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
            "securityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
        }
        changed = [{"name": "web", "environment": environment(overrides)}] if overrides else []
        self.client("ecs").run_task(
            cluster="live", taskDefinition=f"shop:{revision}", launchType="FARGATE", startedBy="web",
            networkConfiguration={"awsvpcConfiguration": network}, overrides={"containerOverrides": changed},
        )  # fmt: skip

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What the command line says, in a process of its own."""
        given = [sys.executable, "-m", "scanner", *arguments]
        return subprocess.run(given, capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ))

    def drift(self, *options: str) -> ScanResult:
        """The result of a run."""
        done = self.command("drift", str(self.root), "--format", "json", "--no-record", "--no-who", *options)
        assert done.returncode in {1, 3, 4}, done.stderr
        assert TOKEN not in done.stdout + done.stderr
        return document.from_json(done.stdout, ScanResult, "stdout")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Both sides, in agreement."""
    with aws.served(monkeypatch) as (_, url):
        found = Shop(tmp_path / "repository", url)
        (found.root / "infra").mkdir(parents=True)
        found.client("ecs").create_cluster(clusterName="live")
        stay = {"model_name": "ecs::task", "transition": {"progression": "manual", "times": 1_000}}
        request = urllib.request.Request(
            f"{url}/moto-api/state-manager/set-transition",
            json.dumps(stay).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
        (found.root / "scanner.yaml").write_text(PROJECT.format(region=REGION, url=url, state=""))
        found.declare()
        found.register()
        found.deploy(1)
        found.run(1)
        yield found


def row(result: ScanResult, setting: str, scope: str = "server") -> Row:
    return next(item for item in result.rows if (item.setting, item.scope) == (setting, scope))


def told(found: Row) -> dict[str, str]:
    return {cell.plane.value: cell.effective.text for cell in found.cells if cell.effective}


def test_source_platform_and_tasks_that_agree_are_in_sync(shop: Shop) -> None:
    result = shop.drift()
    for name in VARIABLES:
        assert set(told(row(result, name))) == {"declared", "provisioned", "running"}, name
        assert row(result, name).headline is Drift.IN_SYNC, name
    place = row(result, "DEBUG").cell(Plane.PROVISIONED).readings[0].observation.provenance
    assert place.locator == f"arn:aws:ecs:{REGION}:123456789012:task-definition/shop:1"
    assert not result.gaps


def test_console_source_and_rollout_are_told_apart_in_one_report(shop: Shop, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    before.write_text(document.to_json(shop.drift(), ScanResult))
    shop.register(DEBUG="true", API_TOKEN=TOKEN)
    shop.deploy(2)
    shop.declare(LOG_LEVEL="ERROR")
    result = shop.drift("--since", str(before))

    debug = row(result, "DEBUG")
    assert told(debug) == {"declared": "false", "provisioned": "true", "running": "false"}
    assert debug.headline is Drift.PENDING and Drift.CHANGED in debug.drift and debug.moved == "the platform"
    level = row(result, "LOG_LEVEL")
    assert level.headline is Drift.UNAPPLIED and level.moved == "the source"

    shop.run(2)
    rolling = shop.drift()
    assert told(row(rolling, "DEBUG")) == {"declared": "false", "provisioned": "true", "running": "true"}
    older = row(rolling, "DEBUG", "revision=1")
    assert told(older) == {"running": "false"} and older.headline is Drift.OVERRIDDEN
    assert "the rest has true" in older.drift_note


def test_a_task_with_overrides_and_a_revision_that_waits_are_rows(shop: Shop) -> None:
    shop.run(1, DEBUG="true")
    shop.register(LOG_LEVEL="DEBUG")
    result = shop.drift()
    (override,) = [item for item in result.rows if item.setting == "DEBUG" and item.scope.startswith("task=")]
    assert told(override) == {"running": "true"} and override.headline is Drift.OVERRIDDEN
    failed = [item for item in result.findings if item.rule == "debug-per-environment" and item.scope == override.scope]
    assert [item.verdict.value for item in failed] == ["fail"]
    level = row(result, "LOG_LEVEL")
    assert level.headline is Drift.PENDING and "revision 2, the newest" in level.drift_note
    assert any("uses shop:1, and the newest is shop:2" in item.text for item in result.notices)


def test_a_state_in_the_bucket_of_the_same_platform_is_read(shop: Shop) -> None:
    attributes = {
        "family": "shop",
        "container_definitions": json.dumps(
            [{"name": "web", "environment": environment({**VARIABLES, "DEBUG": "true"})}]
        ),
    }
    held = {"mode": "managed", "type": "aws_ecs_task_definition", "name": "shop",
            "instances": [{"attributes": attributes, "sensitive_attributes": []}]}  # fmt: skip
    client = shop.client("s3")
    client.create_bucket(Bucket="states", CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_object(
        Bucket="states", Key="shop.tfstate", Body=json.dumps({"version": 4, "resources": [held]}).encode()
    )
    state = f', state: "s3://states/shop.tfstate", state_access: {{region: {REGION}, endpoint_url: "{shop.url}"}}'
    (shop.root / "scanner.yaml").write_text(PROJECT.format(region=REGION, url=shop.url, state=state))
    found = row(shop.drift(), "DEBUG").cell(Plane.PROVISIONED)
    texts = {item.observation.provenance.collector: item.text for item in found.readings}
    assert texts == {"terraform": "true", "ecs": "false"}, "both are shown, and they disagree"
    done = shop.command("check", str(shop.root))
    assert "lies elsewhere and was not asked" in done.stdout + done.stderr


def test_an_api_that_the_emulator_lacks_names_its_action_and_leaves_the_rest(shop: Shop) -> None:
    project = (shop.root / "scanner.yaml").read_text()
    lacking = f'      - lambda: {{function: gone, region: {REGION}, endpoint_url: "{shop.url}"}}\n'
    (shop.root / "scanner.yaml").write_text(project + lacking)
    result = shop.drift()
    assert any("holds no function gone" in gap.reason for gap in result.gaps)
    assert told(row(result, "LOG_LEVEL"))["running"] == "WARNING"
