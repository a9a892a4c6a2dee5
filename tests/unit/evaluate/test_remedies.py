"""The fix that is printed suits the place that is wrong."""

from __future__ import annotations

import pytest

from scanner import baselines, controls
from scanner.catalogue import shipped
from scanner.evaluate.remedies import fix_for, remedy
from scanner.model import Cell, CellState, Judgement, Plane, Provenance, Row, Rule, Verdict

RULES = {
    rule.id: rule
    for item in baselines.load(baselines.shipped_paths(), shipped(), controls.shipped())
    for rule in item.rules
}


def named(rule: Rule, text: str) -> str:
    return next(name for name, how in rule.fix if how == text)


@pytest.mark.parametrize(
    ("rule", "collector", "locator", "expected"),
    [
        ("postgresql-tls-1.3", "rds", "arn:aws:rds:eu-west-1:1:pg:orders", "aws_db_parameter_group"),
        ("fastapi-cors-origins-no-wildcard", "ecs", "arn:aws:ecs:eu-west-1:1:task-definition/shop:1",
         "aws_ecs_task_definition"),
        ("fastapi-cors-origins-no-wildcard", "lambda", "arn:aws:lambda:eu-west-1:1:function:shop",
         "aws_lambda_function"),
        ("fastapi-cors-origins-no-wildcard", "ecs", "s3://shop/a.env:3", "aws_ecs_task_definition"),
        ("fastapi-no-secret-in-parameter-store", "ssm", "arn:aws:ssm:eu-west-1:1:parameter/shop/KEY", "procedure"),
        ("fastapi-cors-origins-no-wildcard", "dotenv", ".env:3", "env"),
    ],
)  # fmt: skip
def test_the_fix_is_the_one_for_the_source(rule: str, collector: str, locator: str, expected: str) -> None:
    assert named(RULES[rule], fix_for(RULES[rule], Provenance(collector, locator))) == expected


@pytest.mark.parametrize(("derived", "begins"), [(False, 'ALTER ROLE "app" RESET'), (True, "")])
def test_only_a_setting_of_the_server_can_be_reset_for_a_role(derived: bool, begins: str) -> None:
    rule = RULES["postgresql-tls-on"]
    cell = Cell(Plane.RUNNING, CellState.ANSWERED)
    row = Row("db", rule.setting, "role=app", (cell,))
    told = remedy(rule, Verdict.FAIL, [Judgement(Plane.RUNNING, Verdict.FAIL, "off")], row, derived)
    assert told.startswith(begins)
    assert ("RESET" in told) is not derived
