"""The fixes that application rules print for compose, Kubernetes and Terraform are read back and close their rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import baselines, controls, project, scan
from scanner.catalogue import shipped
from scanner.model import Rule, Verdict

BASELINES = tuple(
    item
    for item in baselines.load(baselines.shipped_paths(), shipped(), controls.shipped())
    if item.component == "fastapi"
)
BY_VARIABLE = [
    rule
    for item in BASELINES
    for rule in item.rules
    if rule.expectation is not None
    and shipped().settings["fastapi", rule.setting].name.isupper()
    and not shipped().settings["fastapi", rule.setting].secret
]
CORS = [rule for item in BASELINES for rule in item.rules if rule.setting.endswith("_origin_allowed")]
POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n"


def verdict(root: Path, source: str, rule: Rule) -> tuple[Verdict, str]:
    """What the rule says of a production target that has this source alone."""
    target = f"  - {{id: shop, component: fastapi, environment: production, sources: [{source}]}}\n"
    parameters = 'parameters: {allowed_origins: ["https://ghostquant.com"]}\n'
    (root / "scanner.yaml").write_text(f"project: shop\n{parameters}targets:\n{target}")
    request = scan.Request(project.load(root / "scanner.yaml", shipped()), BASELINES)
    (finding,) = (item for item in scan.scan(request, shipped()).findings if item.rule == rule.id)
    return finding.verdict, finding.reason


def in_terraform(root: Path, kind: str, name: str, rule: Rule) -> tuple[Verdict, str]:
    """The verdict on a resource of that type with the printed fix in it."""
    (root / "main.tf").write_text(f'resource "{kind}" "api" {{\n  {name}\n  {printed(rule, kind)}\n}}\n')
    return verdict(root, f"{{terraform: {{path: ., address: {kind}.api}}}}", rule)


def printed(rule: Rule, where: str) -> str:
    return dict(rule.fix)[where]


@pytest.mark.parametrize("rule", [*BY_VARIABLE, *CORS], ids=lambda rule: rule.id)
def test_the_fix_for_compose(rule: Rule, tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(printed(rule, "compose").replace("<service>", "api"))
    assert verdict(tmp_path, "{compose: {path: compose.yml, service: api}}", rule)[0] is Verdict.PASS


@pytest.mark.parametrize("rule", [*BY_VARIABLE, *CORS], ids=lambda rule: rule.id)
def test_the_fix_for_kubernetes(rule: Rule, tmp_path: Path) -> None:
    where, *entries = printed(rule, "kubernetes").splitlines()
    assert where == "spec.template.spec.containers[].env:"
    env = "".join(f"            {line}\n" for line in entries)
    (tmp_path / "web.yaml").write_text(f"{POD}        - name: api\n          env:\n{env}")
    assert verdict(tmp_path, "{kubernetes: {path: web.yaml, workload: web, container: api}}", rule)[0] is Verdict.PASS


@pytest.mark.parametrize("rule", [*BY_VARIABLE, *CORS], ids=lambda rule: rule.id)
def test_the_fix_for_an_ecs_task_definition(rule: Rule, tmp_path: Path) -> None:
    found, reason = in_terraform(tmp_path, "aws_ecs_task_definition", 'family = "api"', rule)
    assert found is Verdict.PASS, reason


@pytest.mark.parametrize("rule", [*BY_VARIABLE, *CORS], ids=lambda rule: rule.id)
def test_the_fix_for_a_lambda_function(rule: Rule, tmp_path: Path) -> None:
    found, reason = in_terraform(tmp_path, "aws_lambda_function", 'function_name = "api"', rule)
    assert found is Verdict.PASS, reason


@pytest.mark.parametrize("rule", BY_VARIABLE, ids=lambda rule: rule.id)
def test_the_fix_in_the_settings_class(rule: Rule, tmp_path: Path) -> None:
    if "settings class" not in printed(rule, "application"):
        assert "add_middleware" in printed(rule, "application") or "response." in printed(rule, "application")
        return
    (tmp_path / "settings.py").write_text(f"class Settings(BaseSettings):\n    {printed(rule, 'application')}\n")
    found, reason = verdict(tmp_path, "{pydantic_settings: {path: settings.py}}", rule)
    assert found is Verdict.PASS, reason
