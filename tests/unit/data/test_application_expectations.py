"""What the shipped baselines ask of applications, environment by environment, held against the origin standard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from scanner import baselines, controls, layers, project, scan
from scanner.catalogue import shipped
from scanner.derive import derive
from scanner.evaluate import evaluate
from scanner.join import join
from scanner.model import Answer, Finding, Known, Plane, Provenance, Severity, Strength, Target, Verdict
from scanner.readers import environment
from scanner.readers.environment import Variable

BASELINES = tuple(
    item
    for item in baselines.load(baselines.shipped_paths(), shipped(), controls.shipped())
    if item.component == "fastapi"
)
RULES = {rule.id: rule for item in BASELINES for rule in item.rules}
ORIGIN = "https://ghostquant.com"


def judge(
    variables: Mapping[str, str], environment_name: str, parameters: Mapping[str, object] | None = None
) -> dict[str, Finding]:
    """The findings on an application whose process environment is these variables."""
    given = {"allowed_origins": [ORIGIN]} if parameters is None else parameters
    target = Target("app", "fastapi", environment_name, parameters=tuple(given.items()))
    observations, _ = environment.observe(
        [Variable(name, Known(value), f".env:{line}") for line, (name, value) in enumerate(variables.items(), 1)],
        target="app",
        catalogue=shipped(),
        collector="dotenv",
    )
    answers = [Answer("app", Plane.DECLARED, "dotenv", True, Provenance("dotenv", ".env"))]
    targets = {"app": target}
    whole = layers.complete(observations, answers, targets, shipped())
    whole += derive(whole, targets, shipped())
    wanted = {(rule.component, rule.setting) for rule in RULES.values()}
    rows = join(whole, answers, (), targets, shipped(), wanted)
    return {finding.rule: finding for finding in evaluate(BASELINES, targets, rows, shipped())}


def verdict(rule: str, environment_name: str, **variables: str) -> Verdict:
    return judge(variables, environment_name)[rule].verdict


PASS, FAIL, UNKNOWN, SKIPPED = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("environment_name", "debug", "level"),
    [("development", "True", "DEBUG"), ("staging", "False", "INFO"), ("production", "False", "WARNING")],
)
def test_the_standards_table_of_environments_passes_exactly(environment_name: str, debug: str, level: str) -> None:
    assert verdict("debug-per-environment", environment_name, DEBUG=debug) is PASS
    assert verdict("log-level-per-environment", environment_name, LOG_LEVEL=level) is PASS
    other = {"True": "False", "False": "True"}[debug]
    assert verdict("debug-per-environment", environment_name, DEBUG=other) is FAIL


@pytest.mark.parametrize(
    ("environment_name", "level", "expected"),
    [
        ("production", "ERROR", PASS),
        ("production", "critical", PASS),
        ("production", "40", PASS),
        ("production", "INFO", FAIL),
        ("production", "DEBUG", FAIL),
        ("production", "loud", FAIL),
        ("production", "", FAIL),
        ("staging", "DEBUG", FAIL),
        ("staging", "WARNING", FAIL),
        ("staging", "info", PASS),
        ("development", "INFO", FAIL),
    ],
)
def test_log_levels_by_environment(environment_name: str, level: str, expected: Verdict) -> None:
    assert verdict("log-level-per-environment", environment_name, LOG_LEVEL=level) is expected


def test_a_difference_in_development_is_of_low_severity_and_in_production_critical() -> None:
    severities = {
        name: judge({"DEBUG": value}, name)["debug-per-environment"].severity
        for name, value in (("development", "false"), ("staging", "true"), ("production", "true"))
    }
    assert severities == {
        "development": Severity.LOW,
        "staging": Severity.HIGH,
        "production": Severity.CRITICAL,
    }


@pytest.mark.parametrize("raw", ["enable", "2", "", "on off", "None"])
def test_what_is_no_boolean_for_the_application_never_passes(raw: str) -> None:
    for name in ("production", "development"):
        assert verdict("debug-per-environment", name, DEBUG=raw) is FAIL
    assert verdict("fastapi-session-cookie-secure", "production", SESSION_COOKIE_SECURE=raw) is FAIL


@pytest.mark.parametrize("raw", ["true", "True", "1", "yes", "on", "t", "y", "TRUE"])
def test_every_spelling_of_true_is_read(raw: str) -> None:
    assert verdict("fastapi-session-cookie-secure", "production", SESSION_COOKIE_SECURE=raw) is PASS


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ('["https://ghostquant.com"]', PASS),
        ("https://ghostquant.com", PASS),
        ("HTTPS://GhostQuant.com:443/", PASS),
        ('["https://ghostquant.com", "https://other.com"]', FAIL),
        ('["*"]', FAIL),
        ('["http://ghostquant.com"]', FAIL),
        ("null", FAIL),
    ],
)
def test_the_whitelist_is_the_projects_own(origins: str, expected: Verdict) -> None:
    assert verdict("fastapi-cors-origins-whitelist", "production", CORS_ORIGINS=origins) is expected


def test_without_the_projects_list_the_whitelist_is_not_assessed_and_the_wildcard_still_fails() -> None:
    found = judge({"CORS_ORIGINS": '["*"]'}, "production", {})
    assert found["fastapi-cors-origins-whitelist"].verdict is Verdict.NOT_ASSESSED
    assert found["fastapi-cors-origins-no-wildcard"].verdict is FAIL


def test_local_pages_are_fine_in_development_only() -> None:
    for name, expected in (("development", PASS), ("staging", FAIL), ("production", FAIL)):
        local = "http://localhost:3000"
        assert verdict("fastapi-cors-origins-whitelist", name, CORS_ORIGINS=local) is expected
    assert verdict("fastapi-cors-origins-https", "development", CORS_ORIGINS="http://localhost:3000") is SKIPPED


@pytest.mark.parametrize(
    ("environment_name", "value", "expected"),
    [
        ("production", "Strict", PASS),
        ("production", "lax", FAIL),
        ("production", "none", FAIL),
        ("production", "tight", FAIL),
        ("staging", "strict", PASS),
        ("staging", "lax", FAIL),
        ("development", "lax", PASS),
        ("development", "none", FAIL),
    ],
)
def test_same_site_by_environment(environment_name: str, value: str, expected: Verdict) -> None:
    rule = "fastapi-session-cookie-samesite-strict"
    assert verdict(rule, environment_name, SESSION_COOKIE_SAMESITE=value) is expected


def test_http_only_holds_everywhere_and_secure_outside_development() -> None:
    for name in ("development", "staging", "production"):
        assert verdict("fastapi-session-cookie-httponly", name, SESSION_COOKIE_HTTPONLY="false") is FAIL
    assert verdict("fastapi-session-cookie-secure", "development", SESSION_COOKIE_SECURE="false") is SKIPPED


@pytest.mark.parametrize(
    ("environment_name", "stated", "expected"),
    [
        ("production", "prod", PASS),
        ("production", "staging", FAIL),
        ("staging", "uat", PASS),
        ("development", "production", FAIL),
        ("test", "ci", PASS),
    ],
)
def test_the_application_knows_where_it_runs(environment_name: str, stated: str, expected: Verdict) -> None:
    assert verdict("environment-matches-inventory", environment_name, ENVIRONMENT=stated) is expected


@pytest.mark.parametrize(
    "rule",
    [
        "debug-per-environment",
        "log-level-per-environment",
        "environment-matches-inventory",
        "fastapi-cors-origins-whitelist",
        "fastapi-session-cookie-secure",
        "fastapi-session-cookie-httponly",
        "fastapi-session-cookie-samesite-strict",
        "fastapi-secret-key-strong",
        "fastapi-foreign-origin-refused",
    ],
)
def test_what_nobody_sets_is_unknown_and_never_passes(rule: str) -> None:
    assert verdict(rule, "production") is UNKNOWN


def test_two_names_of_one_setting_that_differ_are_unknown_and_that_agree_are_one() -> None:
    assert verdict("log-level-per-environment", "production", LOG_LEVEL="WARNING", LOGLEVEL="ERROR") is UNKNOWN
    assert verdict("log-level-per-environment", "production", LOG_LEVEL="WARNING", LOGLEVEL="warning") is PASS


@pytest.mark.parametrize(
    ("rule", "default"),
    [
        ("fastapi-allowed-hosts-explicit", 'ALLOWED_HOSTS: list[str] = ["ghostquant.com"]'),
        ("fastapi-docs-closed", "DOCS_ENABLED: bool = False"),
        ("fastapi-hsts-one-year", "HSTS_SECONDS: int = 31536000"),
        ("debug-per-environment", "DEBUG: bool = False"),
    ],
)
def test_a_default_in_code_is_unknown_while_the_file_over_it_cannot_be_read(
    rule: str, default: str, tmp_path: Path
) -> None:
    (tmp_path / "settings.py").write_text(f"class Settings(BaseSettings):\n    {default}\n")
    sources = "[{pydantic_settings: {path: settings.py}}, {dotenv: {path: .env}}]"
    (tmp_path / "scanner.yaml").write_text(
        f"project: p\ntargets:\n  - {{id: a, component: fastapi, environment: production, sources: {sources}}}\n"
    )
    request = scan.Request(project.load(tmp_path / "scanner.yaml", shipped()), BASELINES, only=(rule,))
    assert [item.verdict for item in scan.scan(request, shipped()).findings] == [UNKNOWN]
    (tmp_path / ".env").write_text("")
    assert [item.verdict for item in scan.scan(request, shipped()).findings] == [PASS]


def test_every_rule_is_evidence_for_the_configuration_objective_and_a_criterion() -> None:
    for rule in RULES.values():
        cited = {(item.framework, item.id): item.strength for item in rule.controls}
        assert cited["nist-800-53r5", "cm-6_obj.b"] is Strength.MEASURED, rule.id
        assert any(framework == "soc2" for framework, _ in cited), rule.id
        assert all(
            strength is not Strength.MEASURED
            for (framework, name), strength in cited.items()
            if framework == "nist-800-53r5" and name != "cm-6_obj.b"
        ), rule.id


def test_every_variable_says_how_to_fix_it_in_each_carrier() -> None:
    for rule in RULES.values():
        setting = shipped().settings["fastapi", rule.setting]
        if setting.name.isupper() and not setting.secret and rule.expectation is not None:
            assert {"env", "compose", "kubernetes", "aws_ecs_task_definition"} <= dict(rule.fix).keys(), rule.id
