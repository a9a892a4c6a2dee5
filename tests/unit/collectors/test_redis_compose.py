"""Redis in a compose file: found by its image, read from its command."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.catalogue import shipped
from scanner.collectors import Collected, Context
from scanner.collectors.redis_file import RedisFile, survey
from scanner.model import Content, Known, Present, Unresolved


def collected(tmp_path: Path, service: str, name: str = "cache") -> Collected:
    (tmp_path / "docker-compose.yaml").write_text(f"services:\n  {name}:\n{service}")
    context = Context(root=tmp_path, catalogue=shipped(), target=None, digest_key=b"key", environment="test")
    return RedisFile(path="docker-compose.yaml", service=name).collect(context)


def content(found: Collected, setting: str) -> Content:
    return next(item.content for item in found.observations if item.setting == setting)


def test_the_words_of_a_command_are_settings_with_their_line(tmp_path: Path) -> None:
    found = collected(tmp_path, '    image: redis:7.2-alpine\n    command: redis-server --save "" --appendonly yes\n')
    observation = next(item for item in found.observations if item.setting == "appendonly")
    assert observation.content == Known("yes")
    assert observation.provenance.locator == "docker-compose.yaml:4"
    assert content(found, "save") == Known("")
    assert (found.targets[0].platform, found.targets[0].version) == ("container", "7.2")
    assert found.targets[0].id == "docker-compose.yaml:cache"
    assert [item.path for item in found.inputs] == ["docker-compose.yaml"]


@pytest.mark.parametrize(
    "command",
    [
        '["redis-server", "--timeout", "5"]',
        "--timeout 5",
        "valkey-server --timeout 5",
        'sh -c "redis-server --timeout 5 && echo done"',
        "/usr/local/bin/redis-server --timeout 5",
    ],
)
def test_a_command_is_read_in_all_its_forms(tmp_path: Path, command: str) -> None:
    found = collected(tmp_path, f"    image: redis\n    command: {command}\n")
    assert content(found, "timeout") == Known("5")


def test_without_a_command_everybody_gets_in(tmp_path: Path) -> None:
    found = collected(tmp_path, "    image: valkey/valkey:8\n")
    users = content(found, "acl_users")
    assert isinstance(users, Known)
    assert users.raw[0]["nopass"] is True  # type: ignore[index]
    assert found.answers[0].complete


def test_a_password_of_the_environment_is_filled_in_and_never_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REDIS_PASSWORD=changeme\n")
    found = collected(tmp_path, "    image: redis\n    command: redis-server --requirepass ${REDIS_PASSWORD}\n")
    secret = content(found, "requirepass")
    assert isinstance(secret, Present)
    assert secret.strength == "weak"
    assert "changeme" not in repr(found)


@pytest.mark.parametrize("reference", ["${REDIS_PASSWORD}", "${REDIS_PASSWORD:?missing}"])
def test_a_reference_that_nothing_fills_is_unresolved(tmp_path: Path, reference: str) -> None:
    found = collected(tmp_path, f"    image: redis\n    command: redis-server --requirepass {reference}\n")
    assert isinstance(content(found, "requirepass_strength"), Unresolved)


def test_a_mounted_file_is_read_and_the_command_wins(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "redis.conf").write_text("timeout 5\nport 0\n")
    service = (
        "    image: redis\n    command: redis-server /etc/redis/redis.conf --port 6379\n"
        "    volumes: ['./conf:/etc/redis:ro']\n"
    )
    found = collected(tmp_path, service)
    assert content(found, "timeout") == Known("5")
    ports = {item.layer.name: item.content for item in found.observations if item.setting == "port"}
    assert ports == {"file": Known("0"), "command line": Known("6379")}


def test_a_file_that_no_volume_brings_hides_what_the_command_does_not_say(tmp_path: Path) -> None:
    found = collected(tmp_path, "    image: redis\n    command: redis-server /etc/redis/redis.conf --port 0\n")
    assert "timeout" in found.gaps[0].settings
    assert not found.answers or not found.answers[0].complete


@pytest.mark.parametrize(
    "service",
    ["    image: redis\n    command: ./start.sh\n", "    image: redis\n    command: 'redis-server \"'\n"],
)
def test_a_command_that_cannot_be_read_is_a_gap(tmp_path: Path, service: str) -> None:
    found = collected(tmp_path, service)
    assert found.observations == ()
    assert found.gaps[0].remedy


def test_services_are_found_by_the_official_images(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n  a: {image: 'redis:7'}\n  b: {image: 'mirror.example:5000/library/redis@sha256:0'}\n"
        "  c: {image: 'bitnami/redis:7'}\n  d: {image: 'valkey/valkey'}\n  e: {image: 'my/redis-proxy'}\n"
        "  f: {build: ., image: redis}\n  g: {image: 'mirror.example/team/redis:7'}\n"
    )
    found = survey(tmp_path, (tmp_path / "compose.yaml",), shipped())
    assert [proposal.fields["service"] for proposal in found] == ["a", "b", "d"]


def test_a_broken_compose_file_is_left_to_the_compose_source(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: [\n")
    assert survey(tmp_path, (tmp_path / "compose.yaml",), shipped()) == []
