"""The Redis baseline and catalogue: complete, readable, and with fixes that can be followed word for word."""

from __future__ import annotations

import re

import pytest

from scanner import baselines, catalogue, controls, resources
from scanner.collectors.redis.session import SECRET_NAMES
from scanner.expectations import parameters
from scanner.model import Rule
from scanner.readers.redis_rights import table
from scanner.readers.redis_words import words

CATALOGUE = catalogue.shipped()
(BASELINE,) = baselines.load(
    [resources.directory("baselines") / "secure" / "redis.yaml"], CATALOGUE, controls.shipped()
)
RULES = BASELINE.rules

PARAMETERS = {
    "redis_appendonly",
    "redis_crash_log",
    "redis_maxclients",
    "redis_maxmemory_policy",
    "redis_min_replicas",
    "redis_minimum_version",
    "redis_modules",
    "redis_save",
    "redis_users",
}
"""What a project can state for Redis; a rule whose parameter is not given is not assessed."""

WRITES = {"CONFIG SET", "CONFIG REWRITE", "ACL SETUSER", "ACL DELUSER", "MODULE UNLOAD"}


def named(rules: tuple[Rule, ...]) -> list[str]:
    return [rule.id for rule in rules]


def test_the_origin_standard_and_what_gives_it_meaning_is_asked() -> None:
    asked = {rule.setting for rule in RULES}
    assert {"requirepass", "requirepass_strength", "tls-port", "port", "acl_users", "protected-mode", "bind"} <= asked
    assert {"plaintext_accepted", "authentication_required", "lowest_tls_accepted", "dangerous_commands"} <= asked
    assert len(RULES) >= 24


def test_parameters_are_the_documented_ones() -> None:
    assert {name for rule in RULES for name in parameters(rule)} == PARAMETERS


@pytest.mark.parametrize("rule", RULES, ids=named(RULES))
def test_a_fix_by_command_changes_something_and_keeps_it(rule: Rule) -> None:
    fix = dict(rule.fix).get("redis")
    if fix is None:
        assert any(
            place in dict(rule.fix) for place in ("redis.conf", "procedure", "aws_elasticache_replication_group")
        )
        return
    commands = [words(part) for part in fix.split(";")]
    assert all(" ".join(command[:2]) in WRITES for command in commands)
    if not fix.startswith("MODULE"):
        assert commands[-1] == ["CONFIG", "REWRITE"]


@pytest.mark.parametrize("rule", RULES, ids=named(RULES))
def test_a_fix_by_file_names_directives_that_exist_and_ends_in_a_restart(rule: Rule) -> None:
    known = {setting.name for setting in CATALOGUE.of("redis")} | {"user", "loadmodule"}
    fixes = dict(rule.fix)
    for place in ("redis.conf", "users.acl"):
        if place in fixes:
            *lines, last = [part.strip() for part in fixes[place].split(";")]
            assert last == "restart the server"
            assert lines
            assert {words(line.removeprefix("remove "))[0] for line in lines} <= known


@pytest.mark.parametrize("rule", RULES, ids=named(RULES))
def test_a_rule_cites_where_it_comes_from(rule: Rule) -> None:
    assert any(reference.startswith("https://") for reference in rule.references)


def test_no_fix_holds_a_password() -> None:
    for rule in RULES:
        for _, fix in rule.fix:
            assert not re.search(r"requirepass (?!<password>|;|$)\S", fix), rule.id
            assert not re.search(r" >(?!<password>)\S", fix), rule.id


def test_names_of_the_catalogue_are_redis_own_or_plainly_ours() -> None:
    for setting in CATALOGUE.of("redis"):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|[a-z0-9]+(_[a-z0-9]+)+", setting.name), setting.name


def test_every_secret_name_that_a_file_can_hold_is_secret_in_the_catalogue() -> None:
    for name in SECRET_NAMES - {"primaryauth", "sentinel-pass", "tls-client-key-file-pass"}:
        setting = CATALOGUE.setting("redis", name)
        assert setting is not None
        assert setting.secret
    renamed = CATALOGUE.known_as("redis", "redis_file", "primaryauth")
    assert renamed is not None
    assert renamed.secret


def test_the_table_of_commands_knows_what_the_rules_speak_of() -> None:
    assert {"config|set", "acl|setuser", "module|load", "flushall", "keys", "debug"} <= table().everything
    assert table().categories["admin"] <= table().categories["dangerous"]
