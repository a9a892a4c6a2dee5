"""Builds are found in the stated order, one with TLS before one without, and a missing one is told with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.demo.servers import apt, binaries


def program(path: Path, said: str, tls: bool) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{said}'\n# {'SSL_CTX_new' if tls else 'no encryption'}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(package: str, workspace: Path) -> Path:
        raise apt.NotUnpacked(f"no {package}")

    monkeypatch.setattr(apt, "unpacked", refused)
    monkeypatch.setattr(binaries, "_valkey_wheel", lambda tried: None)
    monkeypatch.delenv("SCANNER_REDIS_SERVER", raising=False)
    monkeypatch.delenv("SCANNER_POSTGRESQL_BIN", raising=False)


def test_a_redis_on_path_is_taken_with_its_version_and_its_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_else: None
) -> None:
    program(tmp_path / "redis-server", "Redis server v=7.4.1 sha=0", tls=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = binaries.find_redis(tmp_path / "work")
    assert (engine.name, engine.version, engine.major, engine.tls, engine.origin) == ("Redis", "7.4.1", 7, True, "PATH")


def test_a_build_without_tls_is_taken_only_when_there_is_none_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_else: None
) -> None:
    program(tmp_path / "path" / "redis-server", "Redis server v=7.4.1", tls=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert binaries.find_redis(tmp_path / "work").tls is False
    unpacked = program(tmp_path / "root" / "usr" / "bin" / "redis-server", "Redis server v=7.0.15", tls=True)
    monkeypatch.setattr(apt, "unpacked", lambda package, workspace: tmp_path / "root")
    assert binaries.find_redis(tmp_path / "work").program == unpacked


def test_a_stated_program_is_the_only_one_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_else: None
) -> None:
    program(tmp_path / "path" / "redis-server", "Redis server v=7.4.1", tls=True)
    stated = program(tmp_path / "valkey-server", "Valkey server v=9.1.2 sha=0", tls=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("SCANNER_REDIS_SERVER", str(stated))
    engine = binaries.find_redis(tmp_path / "work")
    assert (engine.name, engine.version, engine.program) == ("Valkey", "9.1.2", stated)


def test_a_missing_redis_says_where_it_was_looked_for_and_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_else: None
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(binaries.EngineMissing) as caught:
        binaries.find_redis(tmp_path / "work")
    assert "no redis-server" in str(caught.value)
    assert "redis-server" in caught.value.remedy


def test_postgresql_needs_both_of_its_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_else: None
) -> None:
    program(tmp_path / "postgres", "postgres (PostgreSQL) 17.10", tls=True)
    monkeypatch.setenv("SCANNER_POSTGRESQL_BIN", str(tmp_path))
    with pytest.raises(binaries.EngineMissing, match="SCANNER_POSTGRESQL_BIN"):
        binaries.find_postgresql()
    program(tmp_path / "initdb", "initdb (PostgreSQL) 17.10", tls=False)
    engine = binaries.find_postgresql()
    assert (engine.version, engine.major, engine.tls) == ("17.10", 17, True)


def test_a_program_that_cannot_run_has_an_unknown_version(tmp_path: Path) -> None:
    broken = tmp_path / "redis-server"
    broken.write_text("not a program")
    assert binaries.version(broken) == "unknown"
    assert binaries.Engine("Redis", "unknown", False, broken, "test").major == 0
