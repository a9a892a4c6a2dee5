"""What the shipped rules of PostgreSQL say of values at their edges: nothing slips by, nothing sound is refused."""

from __future__ import annotations

from typing import Any

import pytest

from scanner import baselines, catalogue, controls
from scanner.evaluate.expectation import Judge
from scanner.model import Content, Default, Expectation, Known, Present, Rule, Unresolved

CATALOGUE = catalogue.shipped()
RULES: dict[str, Rule] = {
    rule.id: rule
    for baseline in baselines.load(baselines.shipped_paths(), CATALOGUE, controls.shipped())
    for rule in baseline.rules
    if rule.component == "postgresql"
}
PARAMETERS: dict[str, Any] = {
    "postgresql_superusers": ["postgres", "admin"],
    "postgresql_people": ["ada"],
    "postgresql_extensions": ["plpgsql", "pgcrypto"],
    "postgresql_log_rotation_size": "10MB",
}


def holds(rule: str, raw: object, expectation: Expectation | None = None) -> bool | None:
    content: Content = raw if isinstance(raw, Present | Unresolved | Default) else Known(raw)
    asked = expectation or RULES[rule].expectation
    assert asked is not None
    setting = CATALOGUE.settings["postgresql", RULES[rule].setting]
    return Judge(setting, PARAMETERS).holds(asked, content).holds


def line(
    kind: str = "hostssl", address: str = "10.0.0.0", netmask: str = "255.0.0.0", **more: object
) -> dict[str, Any]:
    record = {"database": ["all"], "user_name": ["all"], "auth_method": "scram-sha-256", "options": [], "error": ""}
    return {**record, "type": kind, "address": address, "netmask": netmask, "place": "pg_hba.conf:1", **more}


LOCAL = line("local", "", "", auth_method="peer")
LOOPBACK4 = line("host", "127.0.0.1", "255.255.255.255")
LOOPBACK6 = line("host", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
BROKEN = line("", "", "", auth_method="", error="invalid line")
REMOTE_TLS = "postgresql-tls-for-every-remote-line"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([LOCAL, line()], True),
        ([LOCAL, LOOPBACK4, LOOPBACK6], True),
        ([line("host", "127.0.0.1/32", "")], True),
        ([line("host", "localhost", "")], True),
        ([line("host", "samehost", "")], True),
        ([line("hostgssenc")], True),
        ([line("host")], False),
        ([line("hostnossl")], False),
        ([line("hostnogssenc")], False),
        ([line("host", "127.0.0.1", "0.0.0.0")], False),
        ([line("host", "127.0.0.1", "128.0.0.0")], False),
        ([line("host", "::1", "::")], False),
        ([line("host", "127.0.0.1.example.com", "")], False),
        ([line("host", "localhost.example.com", "")], False),
        ([line("host", "samenet", "")], False),
        ([line("host", "all", "")], False),
        ([line("host", "10.0.0.0/8", "")], False),
        ([line(), line("host", "all", "", auth_method="reject")], True),
        ([], None),
    ],
)
def test_a_line_for_other_hosts_without_tls_is_found(lines: list[dict[str, Any]], expected: bool | None) -> None:
    assert holds(REMOTE_TLS, lines) is expected


@pytest.mark.parametrize("rule", sorted(name for name, rule in RULES.items() if rule.setting == "hba_rules"))
def test_no_rule_passes_on_a_file_without_lines_or_on_one_that_is_not_known(rule: str) -> None:
    assert holds(rule, []) is None
    assert holds(rule, Unresolved("the file is newer than the load")) is None
    assert holds(rule, [LOCAL, line()]) is True


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("postgresql-no-trust-from-hosts", line(auth_method="trust"), line("local", "", "", auth_method="trust")),
        ("postgresql-no-trust-from-hosts", line("host", "::1", "", auth_method="trust"), LOOPBACK6),
        ("postgresql-no-trust-on-the-socket", line("local", "", "", auth_method="trust"), LOCAL),
        ("postgresql-no-weak-authentication-method", line(auth_method="md5"), line(auth_method="cert")),
        ("postgresql-no-weak-authentication-method", line("local", "", "", auth_method="password"), LOCAL),
        ("postgresql-no-weak-authentication-method", line(auth_method="ident"), line(auth_method="gss")),
        ("postgresql-no-line-for-every-address", line(address="0.0.0.0", netmask="0.0.0.0"), line()),
        (
            "postgresql-no-line-for-every-address",
            line(address="::/0", netmask=""),
            line(address="10.0.0.0/8", netmask=""),
        ),
        ("postgresql-no-line-for-every-address", line(address="all", netmask=""), line(address="samenet", netmask="")),
        (
            "postgresql-no-line-for-every-address",
            line(address="all", netmask="", auth_method="md5"),
            line("hostnossl", address="all", netmask="", auth_method="reject"),
        ),
        ("postgresql-superuser-only-local", line(user_name=["app", "postgres"]), line(user_name=["postgres_exporter"])),
        (
            "postgresql-superuser-only-local",
            line("hostssl", "127.0.0.1", "0.0.0.0", user_name=["postgres"]),
            line("hostssl", "127.0.0.1", "255.255.255.255", user_name=["postgres"]),
        ),
    ],
)
def test_a_line_that_opens_too_much_is_found_and_its_sound_neighbour_is_not(
    rule: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    assert holds(rule, [LOCAL, bad]) is False
    assert holds(rule, [LOCAL, good]) is True


@pytest.mark.parametrize(
    ("ciphers", "expected"),
    [
        ("HIGH:MEDIUM:+3DES:!aNULL", False),
        ("DEFAULT", False),
        ("ECDHE-RSA-AES256-SHA384", False),
        ("AES256-GCM-SHA384", False),
        ("ECDHE+AESGCM:DES-CBC3-SHA", False),
        ("ECDHE+AESGCM:HIGH", False),
        ("", False),
        ("ECDHE+AESGCM", True),
        ("ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:@STRENGTH", True),
        ("ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-CCM", True),
    ],
)
def test_only_lists_of_forward_secret_authenticated_ciphers_conform(ciphers: str, expected: bool) -> None:
    assert holds("postgresql-tls-ciphers", ciphers) is expected


@pytest.mark.parametrize(
    ("ciphers", "expected"),
    [
        ("HIGH:MEDIUM:+3DES:!aNULL", False),
        ("ALL", False),
        ("HIGH:RC4-SHA", False),
        ("NULL-SHA256", False),
        ("HIGH:!aNULL:!3DES:!MD5:!RC4", True),
        ("ECDHE+AESGCM:AES256-SHA256", True),
    ],
)
def test_in_staging_no_weak_cipher_is_allowed(ciphers: str, expected: bool) -> None:
    staging = next(item for item in RULES["postgresql-tls-ciphers"].variants if item.when.environments == ("staging",))
    assert holds("postgresql-tls-ciphers", ciphers, staging.expectation) is expected


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("%m [%p] %q%u@%d/%a from %r ", True),
        ("%t:%p:%u:%d:%h:%a", True),
        ("%n %-6p %10u %d %r %a", True),
        ("%m [%p] ", False),
        ("%m [%P] %u@%d/%a %r ", False),
        ("%m [%%p] %u@%d/%a %r ", False),
        ("%m %%%p %u@%d/%a %r ", True),
        ("time pid user db app client", False),
    ],
)
def test_a_log_line_prefix_holds_its_escapes_however_they_are_padded(prefix: str, expected: bool) -> None:
    assert holds("postgresql-log-line-says-who-and-when", prefix) is expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("password_encryption", "md5", False),
        ("password_encryption", "scram-sha-256", True),
        ("row_security", "off", False),
        ("row_security", "on", True),
        ("log_statement", "none", False),
        ("log_statement", "all", True),
        ("log_connections", "", False),
        ("log_connections", "off", False),
        ("synchronous_commit", "off", False),
        ("synchronous_commit", "remote_apply", True),
        ("zero_damaged_pages", "on", False),
        ("statement_timeout", "0", False),
        ("statement_timeout", "0ms", False),
        ("statement_timeout", "10min", True),
        ("work_mem", "0", True),
    ],
)
def test_an_override_that_weakens_is_told_from_one_that_does_not(name: str, value: str, expected: bool) -> None:
    record = {"role": "app", "database": "*", "name": name, "value": value}
    assert holds("postgresql-roles-keep-security-settings", [record]) is expected
    assert holds("postgresql-roles-keep-security-settings", []) is True


def role(name: str = "app", **more: object) -> dict[str, Any]:
    record = {"superuser": False, "bypassrls": False, "connection_limit": 10, "valid_until": "", "replication": False}
    return {"role": name, **record, **more}


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("postgresql-superusers-as-agreed", role(superuser=True), role("admin", superuser=True)),
        ("postgresql-no-role-passes-row-security", role(bypassrls=True), role(superuser=True, bypassrls=True)),
        ("postgresql-role-connection-limits", role(connection_limit=-1), role(superuser=True, connection_limit=-1)),
        ("postgresql-people-expire", role("ada"), role("ada", valid_until="2027-01-01 00:00:00+00")),
        ("postgresql-people-expire", role("ada"), role("app")),
    ],
)  # fmt: skip
def test_a_role_with_too_much_is_found(rule: str, bad: dict[str, Any], good: dict[str, Any]) -> None:
    assert holds(rule, [role(), bad]) is False
    assert holds(rule, [role(), good]) is True
    assert holds(rule, []) is None


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("postgresql-no-md5-password-stored", {"format": "md5"}, {"format": "scram-sha-256", "iterations": 4096}),
        ("postgresql-no-md5-password-stored", {"format": "other"}, {"format": "none", "iterations": 0}),
        (
            "postgresql-scram-iterations-stored",
            {"format": "scram-sha-256", "iterations": 4095},
            {"format": "scram-sha-256", "iterations": 4096},
        ),
    ],
)
def test_a_weakly_stored_password_is_found(rule: str, bad: dict[str, Any], good: dict[str, Any]) -> None:
    first = {"role": "a", "iterations": 0}
    assert holds(rule, [{**first, **bad}]) is False
    assert holds(rule, [{**first, **good}]) is True
    assert holds(rule, []) is None


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("postgresql-no-untrusted-languages", "plpython3u", "plpgsql"),
        ("postgresql-extensions-as-agreed", "dblink", "pgcrypto"),
    ],
)
def test_an_extension_that_should_not_be_there_is_found(rule: str, bad: str, good: str) -> None:
    assert holds(rule, [{"name": "plpgsql"}, {"name": bad}]) is False
    assert holds(rule, [{"name": "plpgsql"}, {"name": good}]) is True


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("postgresql-tls-on", ["off", "0", False, "no"], ["on", "true", True, "1"]),
        ("postgresql-tls-1.3", ["TLSv1", "TLSv1.2", "", "SSLv3"], ["TLSv1.3", "tlsv1.3"]),
        ("postgresql-tls-not-capped", ["TLSv1.2", "TLSv1.1"], ["", "TLSv1.3"]),
        ("postgresql-password-encryption-scram", ["md5", "on", "MD5"], ["scram-sha-256", "SCRAM-SHA-256"]),
        ("postgresql-authentication-timeout", ["61s", "2min", "1h"], ["60", "1min", "60000ms", "5s"]),
        ("postgresql-statement-timeout", ["0", 0], ["1ms", "1h"]),
        ("postgresql-log-connections", ["off", "", "receipt", "0"], ["on", "true", "all", "receipt,authorization"]),
        ("postgresql-log-files-private", ["0640", "0644", "0666"], ["0600", "600", 0o600]),
        ("postgresql-log-rotation-daily", ["0", "2d", "1441"], ["1d", "1440", "60min"]),
        ("postgresql-log-rotation-size-as-agreed", ["5MB", "0"], ["10MB", "10240kB", "10240"]),
        ("postgresql-log-destination", ["", "eventlog", "stderr,eventlog"], ["stderr", "csvlog, syslog", "jsonlog"]),
        ("postgresql-not-on-every-address", ["*", "0.0.0.0", "localhost, ::", "10.0.0.5,*"], ["10.0.0.5", ""]),
        ("postgresql-audit-module-loaded", ["", "pg_stat_statements"], ["pgaudit", "pg_stat_statements, pgaudit"]),
        ("postgresql-audit-scope", ["none", "role", "ddl"], ["role, ddl", "all", "ddl,role,read"]),
        ("postgresql-certificate-not-expiring", [29, 0, -3], [30, 365]),
        ("postgresql-authentication-offered", ["md5", "cleartext", "trust"], ["scram-sha-256", "gss"]),
        ("postgresql-standby-checks-primary", ["prefer", "require", "disable"], ["", "verify-ca", "verify-full"]),
        ("postgresql-version-supported", ["14.20", "9.6"], ["15.18", "17.4", "18"]),
        ("postgresql-socket-permissions", ["0777", "0755"], ["0700", "0770"]),
        ("postgresql-backups-kept", [0, 6], [7, 35]),
        ("postgresql-synchronous-commit", ["off", "local", "false"], ["on", "remote_apply", "true"]),
    ],
)  # fmt: skip
def test_values_on_both_sides_of_an_expectation(rule: str, bad: list[object], good: list[object]) -> None:
    assert {str(raw): holds(rule, raw) for raw in bad} == {str(raw): False for raw in bad}
    assert {str(raw): holds(rule, raw) for raw in good} == {str(raw): True for raw in good}
