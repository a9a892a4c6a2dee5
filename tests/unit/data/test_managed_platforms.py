"""What the shipped data says of managed services: decided where documentation decides, unknown where it is silent.

Each stack here is written as people write it, with little set; a value that nobody set and no page states is a guess,
and a guess that passes is a false green.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from scanner import baselines, controls, project, scan
from scanner.catalogue import shipped
from scanner.model import Default, Plane, ScanResult, Verdict

BASELINES = tuple(
    item
    for item in baselines.load(baselines.shipped_paths(), shipped(), controls.shipped())
    if item.component in {"postgresql", "redis"}
)
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
NOT_APPLICABLE = Verdict.NOT_APPLICABLE
RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
ELASTICACHE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html"

DATABASE = 'resource "aws_db_instance" "this" {\n  engine = "postgres"\n%s\n}\n'
CLUSTER = 'resource "aws_rds_cluster" "this" {\n  engine = "aurora-postgresql"\n%s\n}\n'
CACHE = 'resource "aws_elasticache_replication_group" "this" {\n  engine = "redis"\n%s\n}\n'
SERVERLESS = 'resource "aws_elasticache_serverless_cache" "this" {\n  name = "c"\n  engine = "redis"\n%s\n}\n'
SIXTEEN = 'engine_version = "16.4"'
SEVEN = 'engine_version = "7.1"'
PARAMETERS = {
    "postgresql_port": 5432,
    "postgresql_max_connections": 100,
    "redis_maxclients": 1000,
    "redis_maxmemory_policy": "volatile-lru",
    "redis_appendonly": "yes",
}


def judged(directory: Path, source: str, target: str) -> ScanResult:
    """What ``check`` says of one production target with this source."""
    (directory / "scanner.yaml").write_text(
        f"project: p\nparameters: {PARAMETERS}\n"
        f"targets:\n  - {{id: t, {target}, environment: production, sources: [{source}]}}\n"
    )
    request = scan.Request(project.load(directory / "scanner.yaml", shipped()), BASELINES)
    return scan.scan(request, shipped())


def declared(directory: Path, terraform: str) -> ScanResult:
    """What is said of the resource ``this`` of a Terraform root."""
    (directory / "main.tf").write_text(terraform)
    kind = next(line.split('"')[1] for line in terraform.splitlines() if line.endswith('"this" {'))
    component = "redis" if "elasticache" in kind else "postgresql"
    return judged(directory, f"{{terraform: {{path: ., address: {kind}.this}}}}", f"component: {component}")


def verdicts(result: ScanResult) -> Mapping[str, Verdict]:
    return {item.rule: item.verdict for item in result.findings if item.scope == "server"}


def default_of(result: ScanResult, setting: str) -> Default:
    """The documented default that stands in for what is not written."""
    (row,) = (row for row in result.rows if row.setting == setting)
    reading = row.cell(Plane.DECLARED).effective
    assert reading is not None
    content = reading.observation.content
    assert isinstance(content, Default), content
    return content


# ---------------------------------------------------------------- what documentation decides


@pytest.mark.parametrize(
    ("rule", "setting", "verdict", "source"),
    [
        ("postgresql-dead-clients-are-noticed", "tcp_keepalives_idle", PASS, RDS),
        ("postgresql-log-without-name-lookup", "log_hostname", PASS, RDS),
        ("postgresql-log-destination", "log_destination", PASS, RDS),
        ("postgresql-log-checkpoints", "log_checkpoints", PASS, RDS),
        ("postgresql-rds-force-ssl", "rds.force_ssl", PASS, RDS),
        ("postgresql-log-disconnections", "log_disconnections", FAIL, RDS),
        ("postgresql-log-lock-waits", "log_lock_waits", FAIL, RDS),
    ],
)
def test_rds_is_judged_by_the_defaults_of_its_guide(
    rule: str, setting: str, verdict: Verdict, source: str, tmp_path: Path
) -> None:
    result = declared(tmp_path, DATABASE % SIXTEEN)
    assert verdicts(result)[rule] is verdict
    assert default_of(result, setting).source.startswith(source)


@pytest.mark.parametrize("group", ["", 'parameter_group_name = "default.redis7"'])
@pytest.mark.parametrize(
    ("rule", "setting", "verdict"),
    [
        ("redis-tcp-keepalive", "tcp-keepalive", PASS),
        ("redis-keyspace-events-off", "notify-keyspace-events", PASS),
        ("redis-slow-commands-remembered", "slowlog-log-slower-than", PASS),
        ("redis-maxmemory-policy-declared", "maxmemory-policy", PASS),
        ("redis-idle-clients-closed", "timeout", FAIL),
    ],
)
def test_elasticache_is_judged_by_the_tables_of_its_guide(
    rule: str, setting: str, verdict: Verdict, group: str, tmp_path: Path
) -> None:
    result = declared(tmp_path, CACHE % f"{SEVEN}\n{group}")
    assert verdicts(result)[rule] is verdict
    assert default_of(result, setting).source == ELASTICACHE


def test_a_parameter_of_the_attached_group_wins_over_the_default(tmp_path: Path) -> None:
    group = (
        'resource "aws_elasticache_parameter_group" "own" {\n  name = "own"\n  family = "redis7"\n'
        '  parameter {\n    name = "tcp-keepalive"\n    value = "0"\n  }\n'
        '  parameter {\n    name = "notify-keyspace-events"\n    value = "KEA"\n  }\n}\n'
    )
    link = f"{SEVEN}\nparameter_group_name = aws_elasticache_parameter_group.own.name"
    found = verdicts(declared(tmp_path, CACHE % link + group))
    assert found["redis-tcp-keepalive"] is FAIL
    assert found["redis-keyspace-events-off"] is FAIL
    assert found["redis-slow-commands-remembered"] is PASS


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        ("", PASS),
        ("port = 5432", PASS),
        ("port = 5433", FAIL),
        ('replicate_source_db = "other"', UNKNOWN),
        ('snapshot_identifier = "other"', UNKNOWN),
        ('replicate_source_db = "other"\nport = 5432', PASS),
    ],
)
def test_the_port_of_a_database_is_its_argument_or_the_documented_one(
    arguments: str, verdict: Verdict, tmp_path: Path
) -> None:
    found = verdicts(declared(tmp_path, DATABASE % f"{SIXTEEN}\n{arguments}"))
    assert found["postgresql-port-as-agreed"] is verdict


@pytest.mark.parametrize("rule", ["redis-maxclients-declared", "redis-appendonly-declared", "redis-appendfsync"])
def test_what_no_customer_of_elasticache_can_set_does_not_apply(rule: str, tmp_path: Path) -> None:
    assert verdicts(declared(tmp_path, CACHE % SEVEN))[rule] is NOT_APPLICABLE


def test_a_token_or_a_group_of_users_decides_whether_a_token_is_asked_for(tmp_path: Path) -> None:
    rule = "redis-auth-token-set"
    assert verdicts(declared(tmp_path, CACHE % SEVEN))[rule] is FAIL
    assert verdicts(declared(tmp_path, CACHE % f'{SEVEN}\nuser_group_ids = ["u"]'))[rule] is NOT_APPLICABLE
    assert verdicts(declared(tmp_path, CACHE % f"{SEVEN}\nuser_group_ids = var.groups"))[rule] is UNKNOWN


# ---------------------------------------------------------------- what must stay unknown


@pytest.mark.parametrize(
    "rule",
    [
        "postgresql-authentication-timeout",
        "postgresql-clients-see-no-debug",
        "postgresql-max-connections-as-agreed",
        "postgresql-row-security",
        "postgresql-superuser-connections-kept",
        "postgresql-synchronous-commit",
        "postgresql-tls-1.3",
        "postgresql-tls-not-capped",
    ],
)
@pytest.mark.parametrize("stack", [DATABASE, CLUSTER], ids=["rds", "aurora"])
def test_what_no_page_of_the_platform_states_is_unknown(stack: str, rule: str, tmp_path: Path) -> None:
    assert verdicts(declared(tmp_path, stack % SIXTEEN))[rule] is UNKNOWN


@pytest.mark.parametrize(
    ("stack", "rule"),
    [
        (DATABASE, "postgresql-rds-force-ssl"),
        (DATABASE, "postgresql-tls-cannot-be-bypassed"),
        (DATABASE, "postgresql-password-encryption-scram"),
        (CACHE, "redis-tcp-keepalive"),
    ],
)
def test_a_default_that_depends_on_a_version_is_unknown_without_one(stack: str, rule: str, tmp_path: Path) -> None:
    unknown = 'variable "wanted" {}\n' + stack % "engine_version = var.wanted"
    assert verdicts(declared(tmp_path, unknown))[rule] is UNKNOWN
    known = stack % (SIXTEEN if stack is DATABASE else SEVEN)
    assert verdicts(declared(tmp_path, known))[rule] is PASS


def test_the_family_of_the_attached_group_tells_the_version(tmp_path: Path) -> None:
    group = 'resource "aws_db_parameter_group" "own" {\n  name = "own"\n  family = "postgres14"\n}\n'
    found = verdicts(declared(tmp_path, DATABASE % "parameter_group_name = aws_db_parameter_group.own.name" + group))
    assert found["postgresql-rds-force-ssl"] is FAIL


@pytest.mark.parametrize(
    ("rule", "rds", "aurora"),
    [
        ("postgresql-dead-clients-are-noticed", PASS, PASS),
        ("postgresql-log-destination", PASS, PASS),
        ("postgresql-log-without-name-lookup", PASS, UNKNOWN),
        ("postgresql-rds-force-ssl", PASS, UNKNOWN),
        ("postgresql-tls-on", PASS, UNKNOWN),
        ("postgresql-log-checkpoints", PASS, NOT_APPLICABLE),
    ],
)
def test_what_is_documented_for_rds_is_not_claimed_for_aurora(
    rule: str, rds: Verdict, aurora: Verdict, tmp_path: Path
) -> None:
    assert verdicts(declared(tmp_path, DATABASE % SIXTEEN))[rule] is rds
    result = declared(tmp_path, CLUSTER % SIXTEEN)
    assert verdicts(result)[rule] is aurora
    sources = [
        reading.observation.content.source
        for row in result.rows
        for cell in row.cells
        for reading in cell.readings
        if isinstance(reading.observation.content, Default) and reading.observation.content.source.startswith(RDS)
    ]
    both = ("PostgreSQL_Password_Encryption_configuration", "USER_LogAccess.Concepts.PostgreSQL.overview")
    assert [source for source in sources if not source.removeprefix(RDS).startswith(both)] == []


@pytest.mark.parametrize("rule", ["redis-transit-encryption-required", "redis-plaintext-refused"])
def test_encryption_without_a_mode_does_not_show_that_plaintext_is_refused(rule: str, tmp_path: Path) -> None:
    encrypted = f"{SEVEN}\ntransit_encryption_enabled = true"
    assert verdicts(declared(tmp_path, CACHE % encrypted))[rule] is UNKNOWN
    required = f'{encrypted}\ntransit_encryption_mode = "required"'
    assert verdicts(declared(tmp_path, CACHE % required))[rule] is PASS
    preferred = f'{encrypted}\ntransit_encryption_mode = "preferred"'
    assert verdicts(declared(tmp_path, CACHE % preferred))[rule] is FAIL


@pytest.mark.parametrize("name", ["var.elsewhere", '"made-by-hand"', "data.aws_db_parameter_group.x.name"])
def test_a_group_that_cannot_be_read_hides_every_default_of_a_group(name: str, tmp_path: Path) -> None:
    group = f'parameter_group_name = {name}\n}}\nvariable "elsewhere" {{'
    for stack, version in ((DATABASE, SIXTEEN), (CACHE, SEVEN)):
        result = declared(tmp_path, stack % f"{version}\n{group}")
        decided = {
            row.setting
            for row in result.rows
            for cell in row.cells
            for reading in cell.readings
            if isinstance(reading.observation.content, Default)
        }
        arguments = {"port", "storage_encrypted", "publicly_accessible", "iam_authentication", "deletion_protection"}
        assert decided <= {*arguments, "backup_retention_days", "transit_encryption", "at_rest_encryption"}
        assert UNKNOWN in verdicts(result).values()


@pytest.mark.parametrize(
    "rule",
    [
        "redis-tcp-keepalive",
        "redis-keyspace-events-off",
        "redis-slow-commands-remembered",
        "redis-maxmemory-policy-declared",
        "redis-idle-clients-closed",
    ],
)
def test_a_serverless_cache_has_no_parameter_group_whose_defaults_could_hold(rule: str, tmp_path: Path) -> None:
    result = declared(tmp_path, SERVERLESS % 'major_engine_version = "7"')
    assert verdicts(result)[rule] is UNKNOWN
    assert verdicts(result)["redis-transit-encryption"] is PASS


# ---------------------------------------------------------------- files of servers of one's own, without a version


def of_files(directory: Path, kind: str, text: str) -> Mapping[str, Verdict]:
    (directory / "server.conf").write_text(text)
    source = {
        "postgresql": "{postgresql_files: {configuration: server.conf}}",
        "redis": "{redis_file: {path: server.conf}}",
    }[kind]
    return verdicts(judged(directory, source, f"component: {kind}, platform: self-managed"))


def test_a_file_without_a_version_is_judged_by_rules_that_every_supported_version_can_meet(tmp_path: Path) -> None:
    found = of_files(tmp_path, "postgresql", "ssl_min_protocol_version = 'TLSv1.2'\nlog_min_duration_statement = 500\n")
    assert found["postgresql-tls-1.3"] is FAIL
    assert found["postgresql-tls-not-capped"] is PASS
    assert found["postgresql-no-values-in-the-log"] is FAIL
    (tmp_path / "redis").mkdir()
    rule = "redis-new-users-without-channels"
    assert of_files(tmp_path / "redis", "redis", "acl-pubsub-default allchannels\n")[rule] is FAIL
    assert of_files(tmp_path / "redis", "redis", "acl-pubsub-default resetchannels\n")[rule] is PASS


def test_a_file_without_a_version_stays_unknown_where_supported_versions_differ(tmp_path: Path) -> None:
    found = of_files(tmp_path, "postgresql", "ssl = on\n")
    for rule in ("scram-iterations", "no-user-names-per-database", "no-alter-system", "log-checkpoints"):
        assert found[f"postgresql-{rule}"] is UNKNOWN, rule
    (tmp_path / "redis").mkdir()
    found = of_files(tmp_path / "redis", "redis", "port 6379\n")
    for rule in ("new-users-without-channels", "no-debug-command", "no-module-command", "no-protected-configs"):
        assert found[f"redis-{rule}"] is UNKNOWN, rule
