"""The Redis rules on managed services: what Terraform declares there is judged by arguments of the service."""

from __future__ import annotations

import pytest

from scanner import baselines, catalogue, controls, layers, resources
from scanner.derive import derive
from scanner.evaluate import evaluate
from scanner.join import join
from scanner.model import Answer, Content, Known, Observation, Plane, Present, Provenance, Target, Unresolved, Verdict

CATALOGUE = catalogue.shipped()
RULES = baselines.load([resources.directory("baselines") / "secure" / "redis.yaml"], CATALOGUE, controls.shipped())
PLACE = Provenance("terraform", "cache.tf:3")
STRONG: dict[str, Content] = {
    "transit_encryption": Known(True),
    "transit_encryption_mode": Known("required"),
    "at_rest_encryption": Known(True),
    "auth_token": Present("computed"),
}


def verdicts(declared: dict[str, Content], platform: str = "elasticache") -> dict[str, Verdict]:
    """What each rule says of a service that Terraform declares so."""
    targets = {"cache": Target("cache", "redis", "production", platform=platform, version="7.1")}
    observations = [Observation("cache", name, Plane.DECLARED, content, PLACE) for name, content in declared.items()]
    answers = [Answer("cache", Plane.DECLARED, "terraform", True, PLACE)]
    found = layers.complete(observations, answers, targets, CATALOGUE)
    found += derive(found, targets, CATALOGUE)
    wanted = {(rule.component, rule.setting) for baseline in RULES for rule in baseline.rules}
    rows = join(found, answers, [], targets, CATALOGUE, wanted)
    return {item.rule: item.verdict for item in evaluate(RULES, targets, rows, CATALOGUE)}


def test_a_service_that_is_declared_well_passes() -> None:
    found = verdicts(STRONG)
    for rule in (
        "redis-transit-encryption",
        "redis-transit-encryption-required",
        "redis-at-rest-encryption",
        "redis-auth-token-set",
        "redis-login-required",
        "redis-plaintext-refused",
    ):
        assert found[rule] is Verdict.PASS, rule


@pytest.mark.parametrize(
    ("rule", "change", "verdict"),
    [
        ("redis-transit-encryption", {"transit_encryption": Known(False)}, Verdict.FAIL),
        ("redis-plaintext-refused", {"transit_encryption": Known(False)}, Verdict.FAIL),
        ("redis-transit-encryption-required", {"transit_encryption_mode": Known("preferred")}, Verdict.FAIL),
        ("redis-plaintext-refused", {"transit_encryption_mode": Known("preferred")}, Verdict.FAIL),
        ("redis-at-rest-encryption", {"at_rest_encryption": Known(False)}, Verdict.FAIL),
        ("redis-transit-encryption", {"transit_encryption": Unresolved("var.x")}, Verdict.UNKNOWN),
        ("redis-plaintext-refused", {"transit_encryption": Unresolved("var.x")}, Verdict.UNKNOWN),
        ("redis-at-rest-encryption", {"at_rest_encryption": Unresolved("var.x")}, Verdict.UNKNOWN),
        ("redis-auth-token-set", {"auth_token": Unresolved("var.x")}, Verdict.UNKNOWN),
        ("redis-login-required", {"auth_token": Unresolved("var.x")}, Verdict.UNKNOWN),
        ("redis-transit-encryption-required", {"transit_encryption": Known(False)}, Verdict.NOT_APPLICABLE),
    ],
)
def test_what_is_declared_wrong_fails_and_what_cannot_be_known_is_unknown(
    rule: str, change: dict[str, Content], verdict: Verdict
) -> None:
    assert verdicts({**STRONG, **change})[rule] is verdict


@pytest.mark.parametrize(
    ("rule", "left_out", "verdict"),
    [
        ("redis-transit-encryption", "transit_encryption", Verdict.FAIL),
        ("redis-auth-token-set", "auth_token", Verdict.FAIL),
        ("redis-login-required", "auth_token", Verdict.FAIL),
        ("redis-transit-encryption-required", "transit_encryption_mode", Verdict.UNKNOWN),
        ("redis-plaintext-refused", "transit_encryption_mode", Verdict.UNKNOWN),
        ("redis-at-rest-encryption", "at_rest_encryption", Verdict.UNKNOWN),
    ],
)
def test_what_is_left_out_is_the_documented_default_or_unknown(rule: str, left_out: str, verdict: Verdict) -> None:
    declared = {name: content for name, content in STRONG.items() if name != left_out}
    assert verdicts(declared)[rule] is verdict


def test_a_group_of_users_replaces_the_token_but_proves_no_password() -> None:
    declared = {name: content for name, content in STRONG.items() if name != "auth_token"}
    found = verdicts({**declared, "user_group_ids": Known(["app"])})
    assert found["redis-auth-token-set"] is Verdict.NOT_APPLICABLE
    assert found["redis-login-required"] is Verdict.UNKNOWN


def test_port_6379_with_tls_is_right_on_a_service() -> None:
    found = verdicts({**STRONG, "port": Known("6379")})
    assert found["redis-plaintext-port-closed"] is Verdict.NOT_APPLICABLE
    assert found["redis-tls-port-6380"] is Verdict.NOT_APPLICABLE
    assert found["redis-plaintext-refused"] is Verdict.PASS


def test_files_of_a_server_of_ours_are_not_asked_of_a_service() -> None:
    found = verdicts(STRONG)
    for rule in ("redis-bind-not-everywhere", "redis-protected-mode", "redis-log-kept", "redis-no-module-command"):
        assert found[rule] is Verdict.NOT_APPLICABLE, rule


def test_a_service_without_tokens_is_not_asked_for_one() -> None:
    declared: dict[str, Content] = {
        "transit_encryption": Known(True),
        "at_rest_encryption": Known(True),
        "authentication_required": Known(True),
    }
    for platform in ("memorydb", "memorystore"):
        found = verdicts(declared, platform)
        assert found["redis-auth-token-set"] is Verdict.NOT_APPLICABLE
        assert found["redis-login-required"] is Verdict.PASS
        assert found["redis-plaintext-refused"] is Verdict.PASS


def test_arguments_of_a_service_are_not_asked_of_a_server_of_ours() -> None:
    found = verdicts({}, "self-managed")
    for rule in ("redis-transit-encryption", "redis-auth-token-set", "redis-at-rest-encryption"):
        assert found[rule] is Verdict.NOT_APPLICABLE, rule


def test_in_a_container_the_network_decides_who_reaches_every_address() -> None:
    targets = {name: Target(name, "redis", "production", platform=name) for name in ("container", "self-managed")}
    observations = [
        Observation(name, setting, Plane.DECLARED, Known(raw), PLACE)
        for name in targets
        for setting, raw in (("bind", ["*", "-::*"]), ("logfile", ""), ("syslog-enabled", "no"))
    ]
    wanted = {("redis", "bind"), ("redis", "logfile"), ("redis", "syslog-enabled")}
    answers = [Answer(name, Plane.DECLARED, "redis_file", False, PLACE) for name in targets]
    rows = join(observations, answers, [], targets, CATALOGUE, wanted)
    found = {(item.rule, item.target): item for item in evaluate(RULES, targets, rows, CATALOGUE)}
    severities = [found["redis-bind-not-everywhere", name].severity.value for name in targets]
    assert severities == ["low", "high"]
    assert found["redis-log-kept", "container"].verdict is Verdict.NOT_APPLICABLE
    assert found["redis-log-kept", "self-managed"].verdict is Verdict.FAIL
