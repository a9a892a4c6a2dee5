"""What CONFIG SET, CONFIG REWRITE and a rogue user look like when server and file are read together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.demo.servers import redis as redis_server
from scanner.demo.servers.binaries import Engine
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.redis import Redis
from scanner.model import Drift, Plane, Row, ScanResult, Verdict
from tests.support.redis_scan import finding, scan

pytestmark = pytest.mark.live


@pytest.fixture
def server(tmp_path: Path, certificates: Certificates, redis_engine: Engine) -> Iterator[Redis]:
    users = ("default off",)
    with redis_server.redis(tmp_path / "own", tls=certificates, users=users, engine=redis_engine) as running:
        yield running


def row(result: ScanResult, setting: str) -> Row:
    return next(item for item in result.rows if item.setting == setting and item.scope == "server")


def test_at_first_server_and_file_agree_on_everything(server: Redis) -> None:
    result = scan(server)
    assert not [(item.setting, item.drift_note) for item in result.rows if set(item.drift) - {Drift.IN_SYNC}]
    assert result.gaps == ()


def test_config_set_is_gone_at_the_next_restart(server: Redis) -> None:
    server.command("CONFIG", "SET", "protected-mode", "no")
    result = scan(server)
    assert row(result, "protected-mode").headline is Drift.RUNTIME_ONLY
    found = finding(result, "redis-protected-mode")
    assert found.verdict is Verdict.FAIL
    assert [item.plane for item in found.judgements if item.verdict is Verdict.FAIL] == [Plane.RUNNING]
    server.restart()
    assert finding(scan(server), "redis-protected-mode").verdict is Verdict.PASS


def test_config_rewrite_launders_the_drift_but_not_the_verdict(server: Redis) -> None:
    server.command("CONFIG", "SET", "protected-mode", "no")
    server.command("ACL", "SETUSER", "rogue", "on", "nopass", "~*", "&*", "+@all")
    before = scan(server)
    assert row(before, "acl_users").headline is Drift.RUNTIME_ONLY
    server.command("CONFIG", "REWRITE")
    result = scan(server)
    assert row(result, "protected-mode").headline is Drift.IN_SYNC
    assert row(result, "acl_users").headline is Drift.IN_SYNC
    for rule in ("redis-protected-mode", "redis-password-on-every-user", "redis-no-all-powerful-user"):
        found = finding(result, rule)
        failed = {item.plane for item in found.judgements if item.verdict is Verdict.FAIL}
        assert {Plane.RUNNING, Plane.PERSISTED} <= failed, rule
    rewritten = row(result, "rewritten_by_server").cell(Plane.PERSISTED).effective
    assert rewritten is not None
    assert rewritten.text == "yes"


def test_an_edit_that_waits_for_a_restart_is_pending(server: Redis) -> None:
    server.append("rdbchecksum no")
    result = scan(server)
    assert row(result, "rdbchecksum").headline is Drift.PENDING
    assert finding(result, "redis-snapshots-checked").verdict is Verdict.FAIL


def test_a_declared_file_differs_from_what_runs(server: Redis, tmp_path: Path) -> None:
    declared = tmp_path / "declared" / "redis.conf"
    declared.parent.mkdir()
    declared.write_text(server.configuration.read_text() + "timeout 60\n")
    result = scan(server, declared=declared)
    found = row(result, "timeout")
    assert found.headline is Drift.DIFFERS
    assert "60" in found.drift_note or "1 min" in found.drift_note
    assert row(result, "acl_users").headline is Drift.IN_SYNC


def test_a_server_that_stops_keeps_what_its_file_says(server: Redis) -> None:
    server.stop()
    result = scan(server, timeout=1)
    assert {gap.plane for gap in result.gaps} == {Plane.RUNNING, Plane.SERVED}
    assert finding(result, "redis-protected-mode").verdict is Verdict.UNKNOWN
    assert finding(result, "redis-idle-clients-closed").verdict is Verdict.FAIL
    assert result.exit_code == 1
