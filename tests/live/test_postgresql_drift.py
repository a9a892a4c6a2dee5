"""Rows of a real PostgreSQL tell what the planes say of one another: declared files, what persists, what runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner import baselines, catalogue, controls, resources, scan
from scanner.demo import forms
from scanner.demo.servers.binaries import Engine
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.model import Drift, Plane, Row, ScanResult, Target, Verdict
from scanner.project import Project, SourceEntry, TargetEntry

pytestmark = pytest.mark.live

CATALOGUE = catalogue.shipped()
BASELINES = baselines.load(
    [resources.directory("baselines") / "secure" / "postgresql.yaml"], CATALOGUE, controls.shipped()
)


@dataclass(frozen=True)
class Orders:
    """A server, and the repository in which its files stand, too."""

    server: PostgreSQL
    repository: Path

    def drift(self, previous: ScanResult | None = None) -> ScanResult:
        """What ``scanner drift`` would do."""
        sources = (
            SourceEntry("postgresql_files", {"configuration": "postgresql.conf", "hba": "pg_hba.conf"}),
            SourceEntry("postgresql", {"dsn_env": "DRIFT_DSN", "application_roles": ["app"]}),
        )
        target = Target("orders-db", "postgresql", "production", platform="self-managed")
        project = Project("drift", self.repository, (TargetEntry(target, sources),))
        return scan.scan(scan.Request(project, BASELINES, command="drift", live=True, previous=previous), CATALOGUE)


@pytest.fixture
def orders(
    tmp_path: Path, certificates: Certificates, postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Orders]:
    """A strong server as its repository says."""
    with postgresql(
        tmp_path / "server",
        tls=certificates,
        settings=forms.POSTGRESQL_STRONG,
        hba=forms.POSTGRESQL_STRONG_HBA,
        setup=("create role app login connection limit 20",),
        engine=postgresql_engine,
    ) as server:
        repository = tmp_path / "repository"
        repository.mkdir()
        names = {"ssl": "on", "listen_addresses": "127.0.0.1", **forms.POSTGRESQL_STRONG}
        (repository / "postgresql.conf").write_text(
            "".join(f"{name} = {quoted(value)}\n" for name, value in names.items())
        )
        (repository / "pg_hba.conf").write_text(server.hba.read_text())
        monkeypatch.setenv("DRIFT_DSN", server.dsn)
        yield Orders(server, repository)


def row(result: ScanResult, setting: str, scope: str = "server") -> Row:
    return next(item for item in result.rows if (item.setting, item.scope) == (setting, scope))


def verdicts(result: ScanResult, rule: str) -> set[Verdict]:
    return {finding.verdict for finding in result.findings if finding.rule == rule}


def test_a_server_as_its_repository_says_drifts_nowhere(orders: Orders) -> None:
    result = orders.drift()
    assert result.gaps == ()
    quiet = {Drift.IN_SYNC, Drift.UNDECLARED, None}
    assert [(item.setting, item.headline, item.drift_note) for item in result.rows if item.headline not in quiet] == []
    assert row(result, "ssl_min_protocol_version").headline is Drift.IN_SYNC
    assert row(result, "hba_rules").headline is Drift.IN_SYNC


def test_alter_system_without_reload_is_pending_and_names_the_file(orders: Orders) -> None:
    orders.server.sql("alter system set log_connections = off")
    result = orders.drift()
    found = row(result, "log_connections")
    assert found.headline is Drift.PENDING and "reload" in found.drift_note
    assert verdicts(result, "postgresql-log-connections") == {Verdict.FAIL}
    finding = next(item for item in result.findings if item.rule == "postgresql-log-connections")
    assert finding.fix_at.endswith("postgresql.auto.conf:3")


def test_alter_system_with_reload_differs_from_the_repository(orders: Orders) -> None:
    before = orders.drift()
    orders.server.sql("alter system set log_connections = off")
    assert orders.server.reload()
    assert row(orders.drift(), "log_connections").headline is Drift.DIFFERS
    found = row(orders.drift(previous=before), "log_connections")
    assert (found.headline, found.moved) == (Drift.CHANGED, "the live system")


def test_a_restart_that_is_due_is_pending(orders: Orders) -> None:
    orders.server.sql("alter system set unix_socket_permissions = '0777'")
    assert orders.server.reload()
    found = row(orders.drift(), "unix_socket_permissions")
    assert found.headline is Drift.PENDING and "restart" in found.drift_note


def test_an_override_of_a_role_is_a_row_of_its_own(orders: Orders) -> None:
    orders.server.sql("alter role app set password_encryption = 'md5'")
    result = orders.drift()
    found = row(result, "password_encryption", "role=app")
    assert found.headline is Drift.OVERRIDDEN
    assert row(result, "password_encryption").headline is Drift.IN_SYNC
    assert Verdict.FAIL in verdicts(result, "postgresql-password-encryption-scram")


def test_a_line_in_pg_hba_without_reload_is_seen_before_it_takes_effect(orders: Orders) -> None:
    orders.server.append(orders.server.hba, "host all all 10.0.0.0/8 trust")
    moment = orders.server.hba.stat().st_mtime + 5
    os.utime(orders.server.hba, (moment, moment))
    result = orders.drift()
    assert verdicts(result, "postgresql-no-trust-from-hosts") == {Verdict.FAIL}
    found = row(result, "hba_rules")
    assert found.headline is Drift.PENDING and "reload" in found.drift_note
    assert Drift.DIFFERS in found.drift, "the server's file is no longer the repository's"
    assert found.cell(Plane.SERVED).effective is None


def test_lines_in_another_order_are_other_lines(orders: Orders) -> None:
    lines = "hostnossl all all 0.0.0.0/0 reject\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
    for file in (orders.repository / "pg_hba.conf", orders.server.hba):
        file.write_text(orders.server.hba.read_text().splitlines()[0] + "\n" + lines)
    assert orders.server.reload()
    assert row(orders.drift(), "hba_rules").headline is Drift.IN_SYNC
    declared = orders.repository / "pg_hba.conf"
    declared.write_text("\n".join(reversed(declared.read_text().splitlines())))
    assert row(orders.drift(), "hba_rules").headline is Drift.DIFFERS


def test_an_edited_repository_has_not_been_applied(orders: Orders) -> None:
    before = orders.drift()
    file = orders.repository / "postgresql.conf"
    file.write_text(file.read_text().replace("log_statement = 'ddl'", "log_statement = 'all'"))
    found = row(orders.drift(previous=before), "log_statement")
    assert (found.headline, found.moved) == (Drift.UNAPPLIED, "the source")


def test_an_edited_line_that_was_not_reloaded_differs_on_the_server_itself(orders: Orders) -> None:
    text = orders.server.configuration.read_text().replace("log_statement = 'ddl'", "log_statement = 'none'")
    orders.server.configuration.write_text(text)
    found = row(orders.drift(), "log_statement")
    assert found.headline is Drift.PENDING
    assert verdicts(orders.drift(), "postgresql-log-schema-changes") == {Verdict.FAIL}
