"""Every shipped Redis rule that a real server can show: pass, unknown, fail, and closed again by the fix it prints.

``CASES`` is the table: how a rule is broken, what must be hidden so that it cannot be told, and the words for the
places in angle brackets of the printed fix. The fix itself is run as it is printed: commands by the administrator,
lines in the file with the restart that they ask for. Rules of managed services have unit tests.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis as driver

from scanner import baselines, catalogue, controls
from scanner.collectors.redis import grants
from scanner.demo import forms
from scanner.demo.servers import processes
from scanner.demo.servers import redis as redis_server
from scanner.demo.servers.binaries import Engine, _valkey_wheel
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.redis import Redis
from scanner.model import Finding, Verdict
from scanner.readers.redis_conf import words
from tests.support.redis_scan import BASELINE, finding, scan

pytestmark = pytest.mark.live

PASSWORD = "Vq8mP2xR7tK4wZ9bN6cL3hJ5gF1dS0aYeU"
DIGEST = hashlib.sha256(PASSWORD.encode()).hexdigest()
(SHIPPED,) = baselines.load([BASELINE], catalogue.shipped(), controls.shipped())
RULES = {rule.id: rule for rule in SHIPPED.rules}

MANAGED = {
    "redis-auth-token-set",
    "redis-transit-encryption",
    "redis-transit-encryption-required",
    "redis-at-rest-encryption",
}
"""Rules of arguments that only a managed service has."""

CONFIG, USERS = "+config|get", "+acl|list"
CONFIG_AND_INFO = "+config|get +info"
CONNECTION, FILE = "the connection", "the file"


@dataclass(frozen=True)
class Case:
    """One rule on one server."""

    bad: tuple[str, ...] = ()
    """Commands that break it, in the process and then in the file."""
    bad_file: tuple[str, ...] = ()
    """Lines that break it at the next start; one that begins with ``remove`` takes lines away."""
    bad_acl_file: tuple[str, ...] = ()
    """The same where users stand in an ACL file."""
    good: tuple[str, ...] = ()
    good_file: tuple[str, ...] = ()
    hidden: str = CONFIG
    """What is taken away so that it cannot be told: an ACL rule, the connection, or an include of the file."""
    on: str = "strong"
    values: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    wrong_parameters: Mapping[str, Any] = field(default_factory=dict)
    """What the project would have to ask for so that the server fails, where the server cannot be changed."""
    fixed_by: tuple[str, ...] = ()
    """Commands that do what a fix in words asks for."""
    unfixed: str = ""
    """Why the printed fix cannot be run here."""


def changed(name: str, value: str, **more: Any) -> Case:
    """A setting that CONFIG SET breaks."""
    return Case(bad=(f"CONFIG SET {name} {value}",), **more)


def edited(name: str, value: str, **more: Any) -> Case:
    """A setting that only the file can break."""
    return Case(bad_file=(f"{name} {value}",), **more)


def user(rules: str, **more: Any) -> Case:
    """A user whose rights break it."""
    values = {"user": "extra", "prefix": "orders", "password": PASSWORD, "sha256": DIGEST}
    values["rules"] = "~orders:* resetchannels -@all +get"
    return Case(bad=(f"ACL SETUSER extra {rules}",), hidden=USERS, values=values, **more)


DEFAULT = {"password": PASSWORD, "sha256": DIGEST, "prefix": "orders"}
CHOSEN = {"parameters": {"redis_users": ["admin", "app", "scanner"]}}

CASES: dict[str, Case] = {
    "redis-login-required": Case(bad_file=("remove requirepass",), on="password", hidden=USERS, values=DEFAULT),
    "redis-requirepass-set": Case(bad_file=("remove requirepass",), on="password", hidden=USERS, values=DEFAULT),
    "redis-requirepass-strong": Case(
        bad_file=("remove requirepass", "requirepass changeme"), on="password", hidden=FILE, values=DEFAULT
    ),
    "redis-password-hashed-in-file": Case(
        good_file=("remove requirepass", f"user default on #{DIGEST} ~orders:* +get"),
        bad_file=("remove user default", f"requirepass {PASSWORD}"),
        bad_acl_file=(f"user default on >{PASSWORD} ~orders:* +get",),
        on="password",
        hidden=FILE,
        values=DEFAULT,
    ),
    "redis-default-user-off": Case(
        good_file=("user default off",), bad_file=("remove user default",), on="password", hidden=USERS
    ),
    "redis-password-on-every-user": user("on nopass ~orders:* +get"),
    "redis-password-not-publicly-known": user("on >changeme ~orders:* +get"),
    "redis-no-all-powerful-user": user(f"on >{PASSWORD} ~* &* +@all"),
    "redis-no-dangerous-commands": user(f"on >{PASSWORD} ~orders:* +@all"),
    "redis-keys-limited": user(f"on >{PASSWORD} ~* +get"),
    "redis-channels-limited": user(f"on >{PASSWORD} ~orders:* &* +get"),
    "redis-users-declared": user(f"on >{PASSWORD} ~orders:* +get", **CHOSEN),
    "redis-new-users-without-channels": changed("acl-pubsub-default", "allchannels"),
    "redis-plaintext-refused": changed("port", "<port>"),
    "redis-plaintext-port-closed": changed("port", "<port>"),
    "redis-tls-offered": changed(
        "tls-port",
        "0",
        on="both",
        values={"certificate": "<certificate>", "key": "<key>", "authority": "<authority>"},
    ),
    "redis-tls-port-6380": changed("tls-port", "<port>", good=("CONFIG SET tls-port 6380",), on="both"),
    "redis-tls-1.2": changed("tls-protocols", '"TLSv1.1 TLSv1.2"', hidden=CONNECTION),
    "redis-tls-versions-named": changed("tls-protocols", '""'),
    "redis-tls-ciphers-strong": changed("tls-ciphers", '"ECDHE+AESGCM:DES-CBC3-SHA"'),
    "redis-tls-client-certificates": changed("tls-auth-clients", "no", good=("CONFIG SET tls-auth-clients optional",)),
    "redis-certificate-not-expiring": Case(
        bad=("CONFIG SET tls-cert-file <nine_days_left> tls-key-file <nine_days_left_key>",),
        fixed_by=("CONFIG SET tls-cert-file <certificate> tls-key-file <key>",),
        hidden=CONNECTION,
    ),
    "redis-certificate-host": Case(
        bad=("CONFIG SET tls-cert-file <wrong_host> tls-key-file <wrong_host_key>",),
        fixed_by=("CONFIG SET tls-cert-file <certificate> tls-key-file <key>",),
        hidden=CONNECTION,
    ),
    "redis-certificate-issued-by-authority": Case(
        bad=("CONFIG SET tls-cert-file <self_signed> tls-key-file <self_signed_key>",),
        fixed_by=("CONFIG SET tls-cert-file <certificate> tls-key-file <key>",),
        hidden=CONNECTION,
    ),
    "redis-tls-replication": changed(
        "tls-replication", "no", good=("CONFIG SET tls-replication yes", "REPLICAOF 127.0.0.1 1")
    ),
    "redis-tls-cluster": changed(
        "tls-cluster", "no", good_file=("cluster-enabled yes", "cluster-port <port>", "tls-cluster yes")
    ),
    "redis-protected-mode": changed("protected-mode", "no"),
    "redis-bind-not-everywhere": changed("bind", '"127.0.0.1 -::*"'),
    "redis-bind-private": changed("bind", '"127.0.0.1 -203.0.113.7"'),
    "redis-unix-socket-mode": edited("unixsocketperm", "770"),
    "redis-idle-clients-closed": changed("timeout", "0"),
    "redis-tcp-keepalive": changed("tcp-keepalive", "0"),
    "redis-maxclients-declared": changed(
        "maxclients",
        "600",
        good=("CONFIG SET maxclients 500",),
        parameters={"redis_maxclients": 500},
        values={"number": "500"},
        hidden=CONFIG_AND_INFO,
    ),
    "redis-no-debug-command": edited("enable-debug-command", "yes"),
    "redis-no-module-command": edited("enable-module-command", "yes"),
    "redis-no-protected-configs": edited("enable-protected-configs", "local"),
    "redis-modules-declared": Case(
        on="valkey",
        hidden="+module|list",
        parameters={"redis_modules": ["lua"]},
        wrong_parameters={"redis_modules": ["search.so"]},
        unfixed="the only module that this engine has is built in",
    ),
    "redis-maxmemory-set": changed("maxmemory", "0", values={"bytes": "64mb"}, hidden=CONFIG_AND_INFO),
    "redis-maxmemory-policy-declared": changed(
        "maxmemory-policy",
        "allkeys-lru",
        parameters={"redis_maxmemory_policy": "noeviction"},
        values={"policy": "noeviction"},
        hidden=CONFIG_AND_INFO,
    ),
    "redis-appendonly-declared": changed(
        "appendonly", "yes", parameters={"redis_appendonly": "no"}, values={"choice": "no"}, hidden=CONFIG_AND_INFO
    ),
    "redis-appendfsync": changed("appendfsync", "no", good=("CONFIG SET appendonly yes",)),
    "redis-save-declared": changed(
        "save",
        '"60 5"',
        good=('CONFIG SET save "3600 1"',),
        parameters={"redis_save": "3600 1"},
        values={"pairs": "3600 1"},
    ),
    "redis-stop-writes-after-failed-snapshot": changed("stop-writes-on-bgsave-error", "no"),
    "redis-snapshots-checked": edited("rdbchecksum", "no"),
    "redis-keyspace-events-off": changed("notify-keyspace-events", "KEA"),
    "redis-replica-read-only": changed("replica-read-only", "no"),
    "redis-replicas-for-writes": changed(
        "min-replicas-to-write",
        "0",
        good=("CONFIG SET min-replicas-to-write 1",),
        parameters={"redis_min_replicas": 1},
        values={"number": "1"},
    ),
    "redis-loglevel-notice": changed("loglevel", "debug"),
    "redis-log-kept": edited("logfile", '""', values={"path": '"redis-server.log"'}),
    "redis-acl-log-length": changed("acllog-max-len", "10"),
    "redis-slow-commands-remembered": changed("slowlog-log-slower-than", "-1"),
    "redis-latency-tracking": changed("latency-tracking", "no"),
    "redis-log-without-user-data": changed("hide-user-data-from-log", "no", on="valkey"),
    "redis-crash-report-declared": changed(
        "crash-log-enabled", "no", parameters={"redis_crash_log": "yes"}, values={"choice": "yes"}
    ),
    "redis-version-supported": Case(
        hidden="+info",
        parameters={"redis_minimum_version": "7.0"},
        wrong_parameters={"redis_minimum_version": "99.0"},
        unfixed="an upgrade is a procedure of people",
    ),
}


def test_every_rule_has_a_case_or_is_of_a_managed_service() -> None:
    assert set(CASES) | MANAGED == set(RULES)
    assert not set(CASES) & MANAGED


@dataclass
class Bench:
    """A server that is put back to its first state before each use."""

    server: Redis
    text: str
    plain_url: bool = False
    port: int = 0

    def reset(self) -> None:
        self.server.stop()
        self.server.port = self.port
        self.server.configuration.write_text(self.text)
        for left in (*self.server.directory.glob("*.rdb"), *self.server.directory.glob("nodes*.conf")):
            left.unlink()
        self.server.start()

    @property
    def url(self) -> str:
        return self.url_for("scanner", self.server.password)

    def url_for(self, name: str, password: str) -> str:
        if self.plain_url:
            return f"redis://{name}:{password}@127.0.0.1:{self.server.plain_port}"
        return self.server.url_for(name, password)

    def filled(self, text: str, case: Case) -> str:
        """The text with every place in angle brackets replaced."""
        for name, value in (*case.values.items(), *self._files(), ("port", str(processes.free_port(0)))):
            text = text.replace(f"<{name}>", value)
        assert not re.search(r"<\w+>", text), text
        return text

    def _files(self) -> Iterator[tuple[str, str]]:
        tls = self.server.tls
        if tls is None:
            return
        yield "authority", str(tls.authority)
        for name, word in (("good", ""), ("nine_days_left", "x"), ("wrong_host", "x"), ("self_signed", "x")):
            pair = tls.named(name)
            yield ("certificate" if not word else name), str(pair.certificate)
            yield ("key" if not word else f"{name}_key"), str(pair.key)

    def run(self, commands: tuple[str, ...], case: Case) -> None:
        """Commands of the administrator, and then the file written over by the server."""
        for command in commands:
            self.do(command, case)
        if commands:
            self.server.command("ACL", "SAVE") if self.acl_file.exists() else self.server.command("CONFIG", "REWRITE")

    def do(self, command: str, case: Case) -> None:
        text = self.filled(command, case)
        if "6380" in text:
            patient(lambda: self.server.command(*words(text)))
        else:
            self.server.command(*words(text))

    @property
    def acl_file(self) -> Path:
        return self.server.directory / "users.acl"

    def edit(self, lines: tuple[str, ...], case: Case, file: Path | None = None) -> None:
        """Lines of a file, and the restart that they need."""
        if not lines:
            return
        place = file or self.server.configuration
        for line in lines:
            text = self.filled(line, case)
            if text.startswith("tls-port "):
                self.server.port = int(text.split()[1])  # where the restart is waited for
            gone = text.removeprefix("remove ") if text.startswith("remove ") else ""
            replaced = " ".join(text.split()[:2]) if text.startswith("user ") else ""
            kept = [
                old
                for old in place.read_text().splitlines()
                if not any(old.startswith(f"{name} ") or old == name for name in (gone, replaced) if name)
            ]
            place.write_text("\n".join([*kept, *([] if gone else [text])]) + "\n")
        if self.server.port == 6380:
            patient(self.server.restart)
        else:
            self.server.restart()

    def move_users_to_an_acl_file(self) -> None:
        lines = self.server.configuration.read_text().splitlines()
        own = [line for line in lines if line.startswith("user ")]
        rest = [line for line in lines if not line.startswith("user ")]
        self.acl_file.write_text("\n".join(own) + "\n")
        self.server.configuration.write_text("\n".join([*rest, f'aclfile "{self.acl_file}"']) + "\n")
        self.server.restart()


@pytest.fixture(scope="module")
def benches(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, redis_tls_engine: Engine
) -> Iterator[dict[str, Bench]]:
    """A hardened server, one with a password for the user default, one with both kinds of port, and a Valkey."""
    settings, users = forms.redis_strong(DIGEST)
    place = tmp_path_factory.mktemp("rules")
    valkey = _valkey_wheel([])
    assert valkey is not None
    with contextlib.ExitStack() as stack:

        def bench(name: str, plain_url: bool = False, **options: Any) -> Bench:
            server = stack.enter_context(redis_server.redis(place / name, **{"engine": redis_tls_engine, **options}))
            return Bench(server, server.configuration.read_text(), plain_url, server.port)

        yield {
            "strong": bench("strong", tls=certificates, settings=settings, users=users),
            "password": bench("password", tls=certificates, settings={"requirepass": PASSWORD}),
            "both": bench("both", plain_url=True, tls=certificates, plaintext=True, settings=settings, users=users),
            "valkey": bench("valkey", engine=valkey, users=("default off",)),
        }


def judged(bench: Bench, rule: str, case: Case, url: str = "", **options: Any) -> Finding:
    found = scan(bench.server, url=url or bench.url, **{"parameters": dict(case.parameters), **options})
    return finding(found, rule)


def prepared(bench: Bench, case: Case, acl_file: bool = False) -> None:
    bench.reset()
    bench.acl_file.unlink(missing_ok=True)
    bench.edit(case.good_file, case)
    if acl_file:
        bench.move_users_to_an_acl_file()
    bench.run(case.good, case)


def patient(act: Callable[[], object]) -> None:
    """Do something that needs the agreed port; wait while somebody else of this machine holds it."""
    until = time.monotonic() + 30
    while True:
        try:
            act()
        except (driver.ResponseError, processes.ServerDidNotStart):
            if not processes.listens(6380) or time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_passes_where_it_holds_and_is_unknown_where_it_is_hidden(benches: dict[str, Bench], rule: str) -> None:
    case = CASES[rule]
    bench = benches[case.on]
    prepared(bench, case)
    passed = judged(bench, rule, case)
    assert passed.verdict is Verdict.PASS, passed.reason
    hidden = _hidden(bench, rule, case)
    assert hidden.verdict is Verdict.UNKNOWN, hidden.reason
    assert hidden.reason
    assert hidden.remedy
    if case.hidden.startswith("+"):
        assert f"ACL SETUSER blind {case.hidden.split()[0]}" in hidden.remedy


def _hidden(bench: Bench, rule: str, case: Case) -> Finding:
    if case.hidden == CONNECTION:
        return judged(bench, rule, case, url=f"rediss://127.0.0.1:{processes.free_port(0)}")
    if case.hidden == FILE:
        with bench.server.configuration.open("a") as text:
            text.write("include missing.conf\n")
        return judged(bench, rule, case)
    bench.server.command(*grants(bench.server.engine.version, "blind")[0].replace("<password>", PASSWORD).split())
    bench.server.command("ACL", "SETUSER", "blind", *(f"-{right[1:]}" for right in case.hidden.split()))
    return judged(bench, rule, case, url=bench.url_for("blind", PASSWORD))


PLACES = [
    (rule, place) for rule in CASES for place, _ in RULES[rule].fix if place in {"redis", "redis.conf", "users.acl"}
]
PROCEDURES = [(rule, "") for rule, case in CASES.items() if case.fixed_by]


@pytest.mark.parametrize(("rule", "place"), [*PLACES, *PROCEDURES])
def test_a_broken_rule_fails_and_its_printed_fix_closes_it(benches: dict[str, Bench], rule: str, place: str) -> None:
    case = CASES[rule]
    bench = benches[case.on]
    prepared(bench, case, acl_file=place == "users.acl")
    if case.wrong_parameters:
        assert judged(bench, rule, case, parameters=dict(case.wrong_parameters)).verdict is Verdict.FAIL
        assert case.unfixed
        return
    bench.run(case.bad, case)
    if place == "users.acl":
        bench.edit(case.bad_acl_file, case, bench.acl_file)
    else:
        bench.edit(case.bad_file, case)
    failed = judged(bench, rule, case)
    assert failed.verdict is Verdict.FAIL, failed.reason
    assert failed.fix_at
    assert failed.remedy in dict(RULES[rule].fix).values()
    if place:
        follow(bench, dict(RULES[rule].fix)[place], place, case)
    else:
        bench.run(case.fixed_by, case)
    closed = judged(bench, rule, case)
    assert closed.verdict is Verdict.PASS, closed.reason


def follow(bench: Bench, fix: str, place: str, case: Case) -> None:
    """Do what the fix says, word for word."""
    steps = [part.strip() for part in fix.split(";")]
    if place == "redis":
        for step in steps:
            bench.do(step, case)
        return
    assert steps[-1] == "restart the server"
    bench.edit(tuple(steps[:-1]), case, bench.acl_file if place == "users.acl" else None)


def test_rules_that_only_words_can_fix_are_few(benches: dict[str, Bench]) -> None:
    without = {rule for rule, case in CASES.items() if case.unfixed}
    assert without == {"redis-modules-declared", "redis-version-supported"}
    for rule in without:
        case = CASES[rule]
        bench = benches[case.on]
        prepared(bench, case)
        assert judged(bench, rule, case, parameters=dict(case.wrong_parameters)).verdict is Verdict.FAIL
