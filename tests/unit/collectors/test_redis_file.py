"""redis.conf as a source: what is set, what is not, and what cannot be known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.catalogue import shipped
from scanner.collect import construct
from scanner.collectors import Collected, Context
from scanner.collectors.redis_file import RedisFile, survey
from scanner.errors import UserError
from scanner.model import Known, Observation, Plane, Present, Target, Unresolved
from scanner.project import SourceEntry
from scanner.readers.redis_acl import password_hash
from scanner.readers.redis_conf import quote

STRONG = "Vq8mP2xR7tK4wZ9bN6cL3hJ5gF1dS0aYeU"


def collected(tmp_path: Path, text: str, version: str = "", **fields: Any) -> Collected:
    (tmp_path / "redis.conf").write_bytes(text.encode("utf-8", "surrogateescape"))
    context = Context(
        root=tmp_path,
        catalogue=shipped(),
        target=Target("cache", "redis", "production", version=version),
        digest_key=b"key",
        now="2026-01-01T00:00:00Z",
    )
    return RedisFile(path="redis.conf", **fields).collect(context)


def seen(found: Collected, setting: str) -> Observation:
    matching = [item for item in found.observations if item.setting == setting]
    assert len(matching) == 1, f"{setting}: {matching}"
    return matching[0]


def users(found: Collected) -> dict[str, dict[str, Any]]:
    content = seen(found, "acl_users").content
    assert isinstance(content, Known)
    return {record["user"]: record for record in content.raw}  # type: ignore[attr-defined]


def test_a_value_has_the_line_a_person_would_edit(tmp_path: Path) -> None:
    found = collected(tmp_path, "# comment\nTLS-Port 6380\n")
    observation = seen(found, "tls-port")
    assert observation.content == Known("6380")
    assert (observation.provenance.locator, observation.plane) == ("redis.conf:2", Plane.DECLARED)


def test_what_the_file_leaves_out_is_left_to_the_documented_default(tmp_path: Path) -> None:
    found = collected(tmp_path, "port 0\n")
    assert not [item for item in found.observations if item.setting == "tls-port"]
    assert found.answers[0].complete
    assert found.targets[0].platform == "self-managed"


def test_old_names_mean_the_new_settings(tmp_path: Path) -> None:
    found = collected(tmp_path, "slave-read-only no\nslaveof 10.0.0.1 6379\nprimaryauth x\n")
    assert seen(found, "replica-read-only").content == Known("no")
    assert seen(found, "replicaof").content == Known("10.0.0.1 6379")
    assert isinstance(seen(found, "masterauth").content, Present)


def test_lines_of_save_add_up_until_an_empty_one(tmp_path: Path) -> None:
    assert seen(collected(tmp_path, "save 3600 1\nsave 300 100\n"), "save").content == Known("3600 1 300 100")
    assert seen(collected(tmp_path, 'save 3600 1\nsave ""\n'), "save").content == Known("")


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    found = collected(tmp_path, "port 0\n", arguments=["--port", "6379"])
    layers = {item.layer.name: item.content for item in found.observations if item.setting == "port"}
    assert layers == {"file": Known("0"), "command line": Known("6379")}


def test_a_server_may_be_started_without_any_file(tmp_path: Path) -> None:
    context = Context(root=tmp_path, catalogue=shipped(), target=Target("cache", "redis", "test"), digest_key=b"key")
    found = RedisFile(arguments=["--save", "", "--protected-mode", "no", "--requirepass", "changeme"]).collect(context)
    assert seen(found, "protected-mode").content == Known("no")
    assert seen(found, "protected-mode").provenance.locator == "command line of cache"
    assert seen(found, "save").content == Known("")
    assert seen(found, "requirepass_strength").content == Known("weak")
    assert found.answers[0].complete
    assert "changeme" not in repr(found)


@pytest.mark.parametrize("fields", [{}, {"service": "cache", "arguments": ["--port", "0"]}])
def test_a_source_without_what_it_needs_is_a_mistake_of_the_user(fields: dict[str, Any]) -> None:
    entry = SourceEntry("redis_file", fields, label="redis_file", place="scanner.yaml:7")
    with pytest.raises(UserError, match=r"scanner\.yaml:7: .*needs path"):
        construct(entry)


def test_a_password_is_present_and_measured_but_never_told(tmp_path: Path) -> None:
    for text, strength in ((STRONG, "strong"), ("changeme", "weak"), ("short-one", "weak")):
        found = collected(tmp_path, f"requirepass {text}\n")
        content = seen(found, "requirepass").content
        assert isinstance(content, Present)
        assert content.strength == strength
        assert seen(found, "requirepass_strength").content == Known(strength)
        assert users(found)["default"]["nopass"] is False
        assert text not in repr(found)


def test_without_a_password_the_user_default_is_open(tmp_path: Path) -> None:
    for text in ("port 0\n", 'requirepass ""\n'):
        found = collected(tmp_path, text)
        assert users(found)["default"]["nopass"] is True
        assert seen(found, "requirepass").content == Known("")


def test_a_line_for_default_takes_the_place_of_requirepass(tmp_path: Path) -> None:
    digest = password_hash(STRONG)
    found = collected(tmp_path, f"requirepass changeme\nuser default on #{digest} ~app:* +get\n")
    assert seen(found, "requirepass_strength").content == Known("hashed")
    assert users(found)["default"]["weak_password"] is False


def test_an_acl_file_without_default_leaves_it_open_whatever_requirepass_says(tmp_path: Path) -> None:
    (tmp_path / "users.acl").write_text(f"user app on #{password_hash(STRONG)} ~* +get\n")
    found = collected(tmp_path, f"requirepass {STRONG}\naclfile /etc/redis/users.acl\n")
    assert users(found)["default"]["nopass"] is True
    assert users(found)["app"]["place"] == "users.acl:1"
    assert seen(found, "requirepass").content == Known("")


def test_a_missing_acl_file_hides_the_users_and_nothing_else(tmp_path: Path) -> None:
    found = collected(tmp_path, "aclfile /etc/redis/users.acl\nport 0\n")
    assert seen(found, "port").content == Known("0")
    assert "acl_users" in found.gaps[0].settings
    assert not found.answers[0].complete


@pytest.mark.parametrize("line", ["user app on nonsense-rule", "user app on\nuser app off", "user"])
def test_users_that_the_server_would_refuse_are_unknown(tmp_path: Path, line: str) -> None:
    found = collected(tmp_path, f"{line}\n")
    assert "acl_users" in found.gaps[0].settings
    assert "nonsense" not in repr(found.gaps)


def test_an_include_that_cannot_be_read_hides_what_it_may_have_changed(tmp_path: Path) -> None:
    found = collected(tmp_path, "port 0\ninclude missing.conf\ntimeout 300\n")
    assert seen(found, "timeout").content == Known("300")
    assert not [item for item in found.observations if item.setting in {"port", "acl_users"}]
    hidden = found.gaps[0].settings
    assert {"port", "tls-port", "acl_users", "requirepass"} <= set(hidden)
    assert "timeout" not in hidden


def test_a_placeholder_is_unresolved_in_a_repository_and_text_on_the_host(tmp_path: Path) -> None:
    text = "requirepass ${REDIS_PASSWORD}\nport ${PORT}\n"
    declared = collected(tmp_path, text)
    assert isinstance(seen(declared, "port").content, Unresolved)
    assert isinstance(seen(declared, "requirepass_strength").content, Unresolved)
    persisted = collected(tmp_path, text, plane="persisted")
    assert seen(persisted, "port").content == Known("${PORT}")


def test_renamed_commands_and_modules_are_told_by_name(tmp_path: Path) -> None:
    found = collected(tmp_path, 'rename-command CONFIG ""\nrename-command GET g\nloadmodule /opt/m/search.so arg\n')
    assert seen(found, "renamed_commands").content == Known(["config"])
    assert seen(found, "loaded_modules").content == Known(["search.so"])


def test_a_missing_file_is_a_gap_over_everything_it_could_show(tmp_path: Path) -> None:
    context = Context(root=tmp_path, catalogue=shipped(), target=Target("cache", "redis", "production"))
    found = RedisFile(path="missing.conf").collect(context)
    assert not found.observations
    assert not found.answers
    assert {"port", "tls-port", "acl_users"} <= set(found.gaps[0].settings)


def test_new_users_of_an_old_version_reach_every_channel(tmp_path: Path) -> None:
    line = f"user app on #{password_hash(STRONG)} ~a +get\n"
    assert users(collected(tmp_path, line, "6.2.14"))["app"]["all_channels"] is True
    assert users(collected(tmp_path, line, "7.0.15"))["app"]["all_channels"] is False
    assert users(collected(tmp_path, f"acl-pubsub-default allchannels\n{line}"))["app"]["all_channels"] is True


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_characters="\0\n\r", exclude_categories=["Cs"]), min_size=12, max_size=40)
)
def test_no_password_leaves_the_collector_however_it_is_written(tmp_path: Path, secret: str) -> None:
    secret = f"\u00a7{secret}\u00a7"  # no word of ours
    text = f"requirepass {quote(secret)}\nmasterauth {quote(secret)}\nuser app on {quote('>' + secret)} ~* +@all\n"
    told = repr(collected(tmp_path, text)) + repr(collected(tmp_path, text, plane="persisted"))
    assert repr(secret)[1:-1] not in told
    assert password_hash(secret) not in told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_file_is_read_or_is_a_gap(tmp_path: Path, data: bytes) -> None:
    found = collected(tmp_path, data.decode("utf-8", "surrogateescape"))
    assert found.observations or found.gaps


def test_a_directory_is_surveyed_by_names(tmp_path: Path) -> None:
    names = ["redis.conf", "redis-production.conf", "valkey.conf", "redis.conf.example", "sentinel.conf", "nginx.conf"]
    paths = tuple(tmp_path / name for name in names)
    for path in paths:
        path.write_text("port 0\n")
    found = survey(tmp_path, paths, shipped())
    assert [proposal.label for proposal in found] == ["redis.conf", "redis-production.conf", "valkey.conf"]
    assert [proposal.environment for proposal in found] == ["", "production", ""]
