"""How many calls 1,000 instances in one region cost, beside the pages that there are and a call for each instance.

Run ``python -m tests.bench.aws`` from the checkout. It prints counts and judges nothing. AWS answers in this process
in pages of 100, as the service has them; 1,000 instances share ten parameter groups of 400 parameters.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from scanner import catalogue, scan
from scanner.cli import request
from scanner.model import Baseline, Target
from scanner.project import Project, SourceEntry, TargetEntry
from tests.support import aws
from tests.support.aws import REGION, Aws, paged

INSTANCES, GROUPS, PARAMETERS, PAGE = 1_000, 10, 400, 100


def account(found: Aws) -> None:
    """The answers of a region."""
    instances = [
        {
            "DBInstanceIdentifier": f"db-{number}", "DBInstanceArn": f"arn:aws:rds:{REGION}:1:db:db-{number}",
            "Engine": "postgres", "EngineVersion": "16.4", "StorageEncrypted": True, "PubliclyAccessible": False,
            "DBParameterGroups": [
                {"DBParameterGroupName": f"group-{number % GROUPS}", "ParameterApplyStatus": "in-sync"}
            ],
        }
        for number in range(INSTANCES)
    ]  # fmt: skip
    groups = [
        {"DBParameterGroupName": f"group-{number}", "DBParameterGroupFamily": "postgres16"} for number in range(GROUPS)
    ]
    parameters: list[Any] = [{"ParameterName": "rds.force_ssl", "ParameterValue": "1", "Source": "user"}]
    parameters += [{"ParameterName": f"p{number}", "Source": "engine-default"} for number in range(PARAMETERS - 1)]
    found.answer("rds", "DescribeDBInstances", paged(list(instances), "DBInstances", PAGE))
    found.answer("rds", "DescribeDBParameters", paged(parameters, "Parameters", PAGE))
    found.answer("rds", "DescribeDBParameterGroups", {"DBParameterGroups": groups})
    found.answer("rds", "DescribeEngineDefaultParameters", paged(parameters, "EngineDefaults.Parameters", PAGE))


def project() -> Project:
    """Every instance as a target."""
    targets = tuple(
        TargetEntry(
            Target(f"db-{number}", "postgresql", "production", platform="rds"),
            (SourceEntry("rds", {"instance": f"db-{number}", "region": REGION}, f"db-{number}"),),
        )
        for number in range(INSTANCES)
    )
    return Project("bench", Path(), targets)


def main() -> None:
    """Print the calls, the pages and the peer."""
    baselines: tuple[Baseline, ...] = request.load_baselines(())
    rules = sum(len(item.rules) for item in baselines if item.component == "postgresql")
    with pytest.MonkeyPatch.context() as patch, aws.connected(patch) as found:
        account(found)
        asked = scan.Request(project(), baselines, command="drift", live=True)
        start = time.perf_counter()
        result = scan.scan(asked, catalogue.shipped())
        took = time.perf_counter() - start
    pages = INSTANCES // PAGE + GROUPS * (PARAMETERS // PAGE) + PARAMETERS // PAGE + 2
    print(f"{len(result.targets)} targets, {len(result.rows)} rows in {took:.1f} s")
    print(f"{len(found.calls)} calls; {pages} pages; {INSTANCES * rules} for each instance and rule ({rules} rules)")
    for notice in (item for item in result.notices if item.kind == "calls"):
        print(f"  {notice.text}")


if __name__ == "__main__":
    main()
