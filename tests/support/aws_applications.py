"""An ECS service, its task definitions and its tasks, made in moto; tasks are answered, since moto starts none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import boto3

from scanner.collectors import Collected
from scanner.model import Content, Observation, Plane
from tests.support.aws import REGION, Aws

ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/live"
FILES = "shop-env"
SAFE = {"DEBUG": "false", "LOG_LEVEL": "WARNING", "CORS_ORIGINS": "https://ghostquant.com"}


def definition(revision: int, family: str = "shop") -> str:
    """The ARN of a task definition."""
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{family}:{revision}"


def pairs(variables: Mapping[str, str]) -> list[dict[str, str]]:
    """Variables as ECS lists them."""
    return [{"name": name, "value": value} for name, value in variables.items()]


def container(variables: Mapping[str, str], name: str = "web", **more: Any) -> dict[str, Any]:
    """A container of a task definition."""
    return {"name": name, "image": "shop", "memory": 128, "environment": pairs(variables), **more}


def task(number: int, revision: int = 1, *overrides: Mapping[str, Any], status: str = "RUNNING") -> dict[str, Any]:
    """A task as DescribeTasks answers it."""
    return {
        "taskArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/live/{number:032x}",
        "taskDefinitionArn": definition(revision), "lastStatus": status, "desiredStatus": "RUNNING",
        "clusterArn": CLUSTER, "overrides": {"containerOverrides": [dict(item) for item in overrides]},
    }  # fmt: skip


class Service:
    """A service named web in the cluster live, behind an endpoint where one is given."""

    def __init__(self, account: Aws, url: str = "") -> None:
        self.account = account
        self.older: list[dict[str, Any]] = []
        """Deployments that are still there beside the primary one."""
        self.ecs, self.s3 = (boto3.client(name, region_name=REGION, endpoint_url=url or None) for name in ("ecs", "s3"))
        self.ecs.create_cluster(clusterName="live")
        self.s3.create_bucket(Bucket=FILES, CreateBucketConfiguration={"LocationConstraint": REGION})

    def register(self, *containers: Mapping[str, Any]) -> None:
        """A new revision of the family shop."""
        self.ecs.register_task_definition(family="shop", containerDefinitions=list(containers))

    def create(self, *containers: Mapping[str, Any]) -> None:
        """The first revision and a service that uses it, of which one task runs."""
        self.register(*containers)
        self.ecs.create_service(cluster="live", serviceName="web", taskDefinition="shop:1", desiredCount=1)
        self.run([task(1)])

    def deploy(self, revision: int) -> None:
        """Use a revision; tasks stay what they are. The deployment follows here, which moto leaves as it was."""
        self.ecs.update_service(cluster="live", service="web", taskDefinition=f"shop:{revision}")

        def follow(parsed: Any) -> None:
            found = parsed["services"][0]
            primary = {**found["deployments"][0], "taskDefinition": definition(revision)}
            found["deployments"] = [primary, *self.older]

        self.account.change("ecs", "DescribeServices", follow)

    def run(self, tasks: Sequence[Mapping[str, Any]]) -> None:
        """The tasks that run."""
        held = {str(item["taskArn"]): item for item in tasks}
        self.account.answer("ecs", "ListTasks", {"taskArns": list(held)})
        self.account.answer(
            "ecs", "DescribeTasks", lambda asked: {"tasks": [dict(held[arn]) for arn in asked["tasks"]]}
        )

    def put(self, key: str, text: str | bytes) -> dict[str, str]:
        """An environment file, and how a container names it."""
        self.s3.put_object(Bucket=FILES, Key=key, Body=text if isinstance(text, bytes) else text.encode())
        return {"value": f"arn:aws:s3:::{FILES}/{key}", "type": "s3"}


def observed(found: Collected, setting: str, plane: Plane = Plane.PROVISIONED, scope: str = "server") -> Observation:
    """The one observation of a setting on a plane and in a scope."""
    (only,) = [item for item in found.observations if (item.setting, item.plane, item.scope) == (setting, plane, scope)]
    return only


def on(found: Collected, plane: Plane, scope: str = "server") -> dict[str, Content]:
    """What is said on a plane, by setting."""
    return {item.setting: item.content for item in found.observations if (item.plane, item.scope) == (plane, scope)}


def raws(found: Collected, plane: Plane, scope: str = "server") -> dict[str, Any]:
    """The values on a plane, by setting."""
    return {name: getattr(item, "raw", item.kind) for name, item in on(found, plane, scope).items()}
