"""The readers against a real server: what it makes of a file and of rules is what we say it makes of them."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as driver

from scanner.catalogue import shipped
from scanner.collectors import Context
from scanner.collectors.redis_file import RedisFile
from scanner.demo.servers import processes
from scanner.demo.servers import redis as redis_server
from scanner.demo.servers.binaries import Engine
from scanner.demo.servers.redis import Redis
from scanner.model import Known, Target, Unresolved
from scanner.readers import redis_acl, redis_conf
from scanner.readers.redis_rights import table
from scanner.values import read
from tests.support.redis_scan import collect, raw

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, redis_engine: Engine) -> Iterator[Any]:
    """A server that was told nothing but where to listen."""
    place = tmp_path_factory.mktemp("bare")
    with started(redis_engine, place, "") as client:
        yield client


class started:  # noqa: N801 - reads as a word in `with`
    """A server with exactly this configuration text, on a Unix socket; ``client`` is the user default."""

    def __init__(self, engine: Engine, place: Path, text: str, password: str = "") -> None:
        self._engine, self._place, self._password = engine, place, password
        self._socket = place / "s"
        (place / "redis.conf").write_bytes(text.encode("utf-8", "surrogateescape"))

    def __enter__(self) -> Any:
        words = ["--port", "0", "--unixsocket", str(self._socket), "--dir", str(self._place)]
        environment = processes.minimal_environment(**self._engine.environment())
        self._process = subprocess.Popen(
            [str(self._engine.program), str(self._place / "redis.conf"), *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not self._socket.exists():
            if self._process.poll() is not None:
                raise AssertionError("the server refused this configuration")
        return driver.Redis(unix_socket_path=str(self._socket), password=self._password or None, decode_responses=True)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


LINES = (
    "a#b",
    r"a\b",
    r'"a\tb"',
    r'"\x41\x2d\x7a"',
    r'"\q\"\\"',
    r"'a\'b'",
    r"'a\tb'",
    "a'b'",
    r'a"b c"',
    '""',
    "'single \"inside\"'",
    "\"double 'inside'\"",
)


@pytest.mark.parametrize("written", LINES)
def test_a_value_is_read_as_the_server_reads_it(tmp_path: Path, redis_engine: Engine, written: str) -> None:
    with started(redis_engine, tmp_path, f"Syslog-Ident {written}\n") as client:
        assert client.config_get("syslog-ident")["syslog-ident"] == redis_conf.words(f"x {written}")[1]


@pytest.mark.parametrize("written", ['"open', "'open", '"a"b'])
def test_what_we_call_malformed_the_server_refuses(tmp_path: Path, redis_engine: Engine, written: str) -> None:
    with pytest.raises(redis_conf.MalformedLine):
        redis_conf.words(f"syslog-ident {written}")
    with pytest.raises(AssertionError, match="refused"), started(redis_engine, tmp_path, f"syslog-ident {written}\n"):
        pass


def test_the_file_and_the_server_say_the_same_of_every_setting(tmp_path: Path, redis_engine: Engine) -> None:
    (tmp_path / "more.conf").write_text("TIMEOUT 77\nmaxmemory 3MB\n")
    text = f"""
timeout 5
maxmemory 100mb
include {tmp_path / "more.conf"}
maxmemory-policy AllKeys-LRU
save 3600 1 300 100
slave-read-only no
bind 127.0.0.1 -::1
bind 127.0.0.1
loglevel verbose
unixsocketperm 0700
notify-keyspace-events ""
requirepass "p q"
"""
    with started(redis_engine, tmp_path, text, "p q") as client:
        context = Context(root=tmp_path, catalogue=shipped(), target=Target("t", "redis", "test", version="7.0"))
        found = RedisFile(path="redis.conf", plane="persisted").collect(context)
        compared = 0
        for item in found.observations:
            setting = shipped().setting("redis", item.setting)
            assert setting is not None
            answer = client.config_get(setting.name) if "_" not in setting.name and not setting.secret else {}
            if isinstance(item.content, Known) and setting.name in answer:
                live = answer[setting.name].split() if setting.type == "set" else answer[setting.name]
                assert read(setting, item.content.raw).meaning == read(setting, live).meaning, setting.name
                compared += 1
        assert compared >= 9


def test_lines_of_save_add_up_but_not_around_an_include(tmp_path: Path, redis_engine: Engine) -> None:
    with started(redis_engine, tmp_path, "save 3600 1\nsave 300 100\n") as client:
        assert client.config_get("save")["save"] == "3600 1 300 100"
    (tmp_path / "s").unlink(missing_ok=True)
    (tmp_path / "more.conf").write_text("timeout 77\n")
    text = f"save 3600 1\ninclude {tmp_path / 'more.conf'}\nsave 300 100\n"
    with started(redis_engine, tmp_path, text) as client:
        assert client.config_get("save")["save"] in {"300 100", "3600 1 300 100"}
    context = Context(root=tmp_path, catalogue=shipped(), target=Target("t", "redis", "test"))
    found = RedisFile(path="redis.conf", plane="persisted").collect(context)
    assert isinstance(next(item.content for item in found.observations if item.setting == "save"), Unresolved)


def test_documented_defaults_are_those_of_a_server_that_was_told_nothing(bare: Any) -> None:
    version = bare.info("server")["redis_version"]
    assert str(version).startswith("7.")
    compared = 0
    for setting in shipped().of("redis"):
        if not setting.defaults or "_" in setting.name:
            continue
        if setting.name in {"port", "unixsocket"}:
            continue  # this test's own command line sets them
        value = bare.config_get(setting.name)[setting.name]
        live = value.split() if setting.type == "set" else value
        assert read(setting, setting.defaults[0].value).meaning == read(setting, live).meaning, setting.name
        compared += 1
    assert compared > 35


def test_takes_effect_tells_which_settings_a_running_server_can_change(bare: Any) -> None:
    """A server that is asked to keep what it has refuses only where the setting is fixed at its start."""
    for setting in shipped().of("redis"):
        if "_" in setting.name or setting.secret or setting.name in {"replicaof", "tls-port", "port"}:
            continue
        answer = bare.config_get(setting.name)
        if setting.name not in answer or setting.name.startswith("tls-"):
            continue
        try:
            bare.config_set(setting.name, answer[setting.name])
            fixed = False
        except driver.ResponseError as error:
            fixed = "immutable" in str(error)
        assert fixed is (setting.takes_effect.value == "restart"), setting.name


def test_the_table_of_commands_is_the_servers_own(bare: Any, redis_engine: Engine) -> None:
    if not redis_engine.version.startswith("7.0"):
        pytest.skip(f"the table is that of Redis 7.0, this is {redis_engine.version}")
    for category, members in table().categories.items():
        assert set(bare.execute_command("ACL", "CAT", category)) == members, category


RULES = (
    "on nopass ~* &* +@all",
    "on >secret ~app:* %R~b %RW~c resetchannels &x -@all +@read +@write +@connection -@dangerous -@admin",
    "on +@all -@dangerous +keys",
    "on +@read -@dangerous +@write",
    "on +config -config|set",
    "off +@slow -@admin +@dangerous",
    "on +get -@all +set",
    "on +@all -keys +keys",
    "on ALLKEYS ALLCOMMANDS -DEBUG",
    "on >a >b <a nopass resetpass >c",
    "on +get ~a (~b +set) (%W~c +@hash -@dangerous)",
    "on ~a (~b +set) clearselectors",
    "on allchannels resetchannels +@pubsub -@write",
    "on -@all +@admin +@connection +info +acl +config",
)


@pytest.mark.parametrize("rules", RULES)
def test_rules_mean_to_us_what_the_server_makes_of_them(bare: Any, rules: str) -> None:
    bare.execute_command("ACL", "SETUSER", "tested", *redis_acl._merged(rules.split()))
    try:
        line = next(line for line in bare.execute_command("ACL", "LIST") if line.startswith("user tested "))
    finally:
        bare.execute_command("ACL", "DELUSER", "tested")
    ours = redis_acl.user("tested", rules.split())
    theirs = redis_acl.line(line)
    assert ours.hashes == theirs.hashes
    assert ours.record(frozenset(), "") == theirs.record(frozenset(), "")


def test_dryrun_agrees_with_the_replayed_rules(bare: Any) -> None:
    for number, rules in enumerate(RULES):
        name = f"u{number}"
        bare.execute_command("ACL", "SETUSER", name, *redis_acl._merged(rules.split()))
        user = redis_acl.user(name, rules.split())
        for command in redis_acl.DANGEROUS:
            allowed = bare.execute_command("ACL", "DRYRUN", name, *command.words) in {"OK", b"OK", True}
            assert allowed is (command.title in user.dangerous_commands), (rules, command.title)
        bare.execute_command("ACL", "DELUSER", name)


def password_works(socket: Path, password: str) -> bool:
    try:
        return bool(driver.Redis(unix_socket_path=str(socket), password=password).ping())
    except (driver.AuthenticationError, driver.ResponseError):
        return False


def test_an_acl_file_overrides_requirepass_as_we_say(tmp_path: Path, redis_engine: Engine) -> None:
    digest = hashlib.sha256(b"other").hexdigest()
    (tmp_path / "users.acl").write_text(f"user app on #{digest} ~* +get\n")
    text = f"requirepass secret\naclfile {tmp_path / 'users.acl'}\n"
    with started(redis_engine, tmp_path, text) as client:
        assert client.ping()
    context = Context(root=tmp_path, catalogue=shipped(), target=Target("t", "redis", "test"))
    found = RedisFile(path="redis.conf", plane="persisted").collect(context)
    records = next(item.content for item in found.observations if item.setting == "acl_users")
    assert isinstance(records, Known)
    default = next(item for item in records.raw if item["user"] == "default")  # type: ignore[attr-defined]
    assert default["nopass"] is True


def test_a_line_for_default_overrides_requirepass_as_we_say(tmp_path: Path, redis_engine: Engine) -> None:
    text = "user default on >other ~* +@all\nrequirepass secret\n"
    with started(redis_engine, tmp_path, text):
        assert password_works(tmp_path / "s", "other")
        assert not password_works(tmp_path / "s", "secret")


def test_after_config_rewrite_file_and_server_still_mean_the_same(tmp_path: Path, redis_engine: Engine) -> None:
    users = ("app on >changeme ~app:* +@read +@write -@dangerous", "default on >secret ~* &* +@all")
    with redis_server.redis(tmp_path, users=users, settings={"save": "60 5"}, engine=redis_engine) as server:
        rewritten(server)
        context = Context(root=tmp_path, catalogue=shipped(), target=Target("t", "redis", "test", version="7.0"))
        file = RedisFile(path=str(server.configuration), plane="persisted").collect(context)
        live = collect(server.url)
        by_name = {item.setting: item.content for item in file.observations}
        assert by_name["rewritten_by_server"] == Known(True)
        for name in ("acl_users", "save", "timeout", "bind", "maxmemory"):
            setting = shipped().setting("redis", name)
            content = by_name.get(name)
            assert setting is not None
            if isinstance(content, Known):
                assert read(setting, content.raw).meaning == read(setting, raw(live, name)).meaning, name


def rewritten(server: Redis) -> None:
    server.command("CONFIG", "SET", "timeout", "44")
    assert server.command("CONFIG", "REWRITE") in {"OK", True}
