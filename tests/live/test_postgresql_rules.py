"""Every shipped PostgreSQL rule that a real server can show is proven there: pass, fail, unknown, closed by its fix.

``CASES`` says how to break each rule. The fix that is then run is the text that the rule prints: SQL and lines of
postgresql.conf as they stand, pg_hba.conf as the file; where a rule prints a procedure, the case follows it. A rule
that stands neither here nor in ``ELSEWHERE`` fails the test.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scanner import baselines, catalogue, controls, resources, scan
from scanner.demo import forms
from scanner.demo.servers.binaries import Engine, _has_tls, _postgresql_places, version
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.demo.servers.processes import minimal_environment
from scanner.model import Finding, Plane, Rule, ScanResult, TakesEffect, Target, Verdict
from scanner.project import Project, SourceEntry, TargetEntry

pytestmark = pytest.mark.live

CATALOGUE = catalogue.shipped()

HBA = """
local   all          scanner  scram-sha-256
local   all          blind    scram-sha-256
hostssl all          all      127.0.0.1/32  scram-sha-256
hostssl certificates all      10.255.0.0/16 scram-sha-256 clientcert=verify-full
"""

SETTINGS = {
    **forms.POSTGRESQL_STRONG,
    "shared_preload_libraries": "auth_delay",
    "auth_delay.milliseconds": "500",
    "log_min_duration_statement": "1s",
    "log_rotation_size": "10MB",
    "max_connections": "100",
    "ssl_crl_file": "clients.crl",
    "ssl_ca_file": "clients-ca.crt",
    "archive_command": "true",
}

MARK = "# a test writes below this line"

Act = Callable[["Bench"], None]


@dataclass(frozen=True)
class Case:
    """How to break a rule, and how to follow a fix that is a procedure."""

    value: str | None = None
    """A value that breaks the rule's own setting."""
    hba: str = ""
    """A line of pg_hba.conf that breaks it, put first."""
    sql: tuple[str, ...] = ()
    """Statements that break it."""
    act: Act | None = None
    """Anything else that breaks it."""
    fixed_by: tuple[str, ...] | Act = ()
    """Statements or steps of the procedure, where the rule prints one."""
    given: tuple[str, ...] = ()
    """Statements that the rule needs to apply at all; a reload follows."""
    restart: bool = False
    """Breaking and fixing take a restart that the setting's own catalogue entry does not tell."""
    fails_at_first: bool = False
    """The strong server does not conform: nothing has to be broken, and the fix is proven."""


ELSEWHERE = {
    "postgresql-rds-force-ssl": "only Amazon RDS has the parameter",
    "postgresql-platform-requires-tls": "only managed services have the switch",
    "postgresql-storage-encrypted": "only a platform shows it",
    "postgresql-not-on-the-internet": "only a platform shows it",
    "postgresql-deletion-protected": "only a platform shows it",
    "postgresql-backups-kept": "only a platform shows it",
    "postgresql-platform-authority-current": "only a platform shows it",
    "postgresql-audit-scope": "the parameter exists only with pgaudit, which no package here brings",
}

ON, OFF = Case(value="on"), Case(value="off")


def certificate(name: str) -> Act:
    def act(bench: Bench) -> None:
        bench.server.use_certificate(name)
        bench.reload()

    return act


def another_port(bench: Bench) -> None:
    server = bench.server
    bench.port = bench.port or server.port
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        server.sql(f"alter system set port = {free.getsockname()[1]}")
        server.port = free.getsockname()[1]
    bench.restart()


def agreed_port(bench: Bench) -> None:
    bench.server.sql(f"ALTER SYSTEM SET port = {bench.port}")
    bench.server.port = bench.port
    bench.restart()


def checksums(option: str) -> Act:
    def act(bench: Bench) -> None:
        server = bench.server
        server.stop()
        program = str(server.engine.program.parent / "pg_checksums")
        subprocess.run(
            [*server.account.prefix, program, option, "-D", str(server.data_directory)],
            cwd="/", env=minimal_environment(**server.engine.environment()), check=True, capture_output=True,
            timeout=60, user=server.account.user, group=server.account.group, extra_groups=server.account.other_groups,
        )  # fmt: skip
        server.start()

    return act


def unknown_name(bench: Bench) -> None:
    bench.server.append(bench.server.configuration, "no_such_setting = 1")


def without_unknown_name(bench: Bench) -> None:
    text = bench.server.configuration.read_text()
    bench.server.configuration.write_text(text.replace("no_such_setting = 1\n", ""))
    bench.reload()


def waiting(bench: Bench) -> None:
    bench.server.sql("alter system set max_connections = 101")
    bench.reload()


def change_taken_back(bench: Bench) -> None:
    bench.server.sql("alter system reset max_connections")
    bench.reload()


OVERRIDES = {
    "password_encryption": "md5",
    "row_security": "off",
    "log_statement": "none",
    "synchronous_commit": "off",
    "zero_damaged_pages": "on",
    "statement_timeout": "0",
}

CASES: dict[str, Case] = {
    "postgresql-tls-on": OFF,
    "postgresql-tls-1.3": Case(value="TLSv1.2"),
    "postgresql-tls-lowest-accepted": Case(sql=("alter system set ssl_min_protocol_version = 'TLSv1.2'",)),
    "postgresql-tls-not-capped": Case(
        value="TLSv1.2", given=("alter system set ssl_min_protocol_version = 'TLSv1.2'",)
    ),
    "postgresql-tls-ciphers": Case(
        value="HIGH:MEDIUM:+3DES:!aNULL", given=("alter system set ssl_min_protocol_version = 'TLSv1.2'",)
    ),
    "postgresql-tls-server-chooses-cipher": OFF,
    "postgresql-tls-for-every-remote-line": Case(hba="host all all 10.0.0.0/8 scram-sha-256"),
    "postgresql-tls-cannot-be-bypassed": Case(hba="host all all 127.0.0.1/32 scram-sha-256"),
    "postgresql-certificate-not-expiring": Case(act=certificate("nine_days_left"), fixed_by=certificate("good")),
    "postgresql-certificate-names-its-host": Case(act=certificate("wrong_host"), fixed_by=certificate("good")),
    "postgresql-certificate-not-self-signed": Case(act=certificate("self_signed"), fixed_by=certificate("good")),
    "postgresql-client-certificate-authority": Case(value=""),
    "postgresql-client-certificate-revocation": Case(value=""),
    "postgresql-tls-passphrase-not-at-reload": ON,
    "postgresql-password-encryption-scram": Case(value="md5"),
    "postgresql-no-md5-password-stored": Case(
        sql=("set password_encryption = 'md5'; create role old login connection limit 1 password 'first'",),
        fixed_by=("set password_encryption = 'scram-sha-256'; alter role old password 'second'", "drop role old"),
    ),
    "postgresql-scram-iterations": Case(value="1000"),
    "postgresql-scram-iterations-stored": Case(
        sql=(
            "create role weakly login connection limit 1 password "
            "'SCRAM-SHA-256$1000:c2FsdHNhbHRzYWx0c2E=$NmQ1ZjBhNDU2NzM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ=:"
            "NmQ1ZjBhNDU2NzM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ='",
        ),
        fixed_by=("alter role weakly password 'second'", "drop role weakly"),
    ),
    "postgresql-no-user-names-per-database": ON,
    "postgresql-kerberos-names-exact": ON,
    "postgresql-authentication-timeout": Case(value="5min"),
    "postgresql-delay-after-failed-login": Case(value="10"),
    "postgresql-no-trust-from-hosts": Case(hba="hostssl all all 10.0.0.0/8 trust"),
    "postgresql-no-trust-on-the-socket": Case(hba="local all nobody trust"),
    "postgresql-no-weak-authentication-method": Case(hba="hostssl all all 10.0.0.0/8 md5"),
    "postgresql-trust-not-accepted": Case(hba="hostssl all all 127.0.0.1/32 trust"),
    "postgresql-authentication-offered": Case(hba="hostssl all all 127.0.0.1/32 password"),
    "postgresql-roles-keep-security-settings": Case(
        sql=tuple(f"alter role app set {name} = {quoted(value)}" for name, value in OVERRIDES.items()),
        fixed_by=tuple(f"ALTER ROLE app RESET {name};" for name in OVERRIDES),
    ),
    "postgresql-no-line-for-every-address": Case(hba="hostssl all all 0.0.0.0/0 scram-sha-256"),
    "postgresql-superuser-only-local": Case(hba="hostssl all postgres 10.0.0.0/8 scram-sha-256"),
    "postgresql-superusers-as-agreed": Case(
        sql=("create role boss superuser login connection limit 5",),
        fixed_by=("ALTER ROLE boss NOSUPERUSER;", "drop role boss"),
    ),
    "postgresql-no-role-passes-row-security": Case(
        sql=("create role passer login bypassrls connection limit 5",),
        fixed_by=("ALTER ROLE passer NOBYPASSRLS;", "drop role passer"),
    ),
    "postgresql-role-connection-limits": Case(
        sql=("create role leaky login",), fixed_by=("ALTER ROLE leaky CONNECTION LIMIT 50;", "drop role leaky")
    ),
    "postgresql-people-expire": Case(
        sql=("alter role anna login",),
        fixed_by=("ALTER ROLE anna VALID UNTIL '2027-01-01';", "alter role anna nologin"),
    ),
    "postgresql-not-on-every-address": Case(value="*"),
    "postgresql-port-as-agreed": Case(act=another_port, fixed_by=agreed_port),
    "postgresql-socket-permissions": Case(value="0777"),
    "postgresql-max-connections-as-agreed": Case(value="90"),
    "postgresql-superuser-connections-kept": Case(value="1"),
    "postgresql-statement-timeout": Case(value="0"),
    "postgresql-idle-in-transaction-timeout": Case(value="0"),
    "postgresql-dead-clients-are-noticed": Case(value="0"),
    "postgresql-log-connections": OFF,
    "postgresql-log-disconnections": OFF,
    "postgresql-log-schema-changes": Case(value="none"),
    "postgresql-log-line-says-who-and-when": Case(value="%m [%p] "),
    "postgresql-log-without-name-lookup": ON,
    "postgresql-log-error-detail": Case(value="terse"),
    "postgresql-log-warnings": Case(value="error"),
    "postgresql-log-failed-statements": Case(value="panic"),
    "postgresql-log-in-utc": Case(value="Europe/Zurich"),
    "postgresql-log-files-private": Case(value="0640"),
    "postgresql-log-is-kept": OFF,
    "postgresql-log-destination": Case(value=""),
    "postgresql-log-rotation-reuses-names": OFF,
    "postgresql-log-rotation-daily": Case(value="7d"),
    "postgresql-log-rotation-size-as-agreed": Case(value="1GB"),
    "postgresql-log-checkpoints": OFF,
    "postgresql-log-lock-waits": OFF,
    "postgresql-log-replication": OFF,
    "postgresql-slow-statements-as-agreed": Case(value="10ms"),
    "postgresql-no-values-in-the-log": Case(value="-1"),
    "postgresql-debug-print-parse": ON,
    "postgresql-debug-print-rewritten": ON,
    "postgresql-debug-print-plan": ON,
    "postgresql-clients-see-no-debug": Case(value="debug1"),
    "postgresql-audit-module-loaded": Case(fails_at_first=True),
    "postgresql-fsync": OFF,
    "postgresql-full-page-writes": OFF,
    "postgresql-synchronous-commit": Case(value="local"),
    "postgresql-data-checksums": Case(act=checksums("--disable"), fixed_by=checksums("--enable")),
    "postgresql-row-security": OFF,
    "postgresql-allow-system-table-mods": ON,
    "postgresql-zero-damaged-pages": ON,
    "postgresql-ignore-system-indexes": ON,
    "postgresql-ignore-checksum-failure": ON,
    "postgresql-jit-debugging-support": ON,
    "postgresql-jit-profiling-support": ON,
    "postgresql-no-delay-for-debuggers": Case(value="1"),
    "postgresql-no-alter-system": Case(fails_at_first=True),
    "postgresql-no-untrusted-languages": Case(
        sql=(
            "create extension pgcrypto",
            "update pg_catalog.pg_extension set extname = 'plperlu' where extname = 'pgcrypto'",
        ),
        fixed_by=("DROP EXTENSION plperlu;",),
    ),
    "postgresql-extensions-as-agreed": Case(sql=("create extension pgcrypto",), fixed_by=("DROP EXTENSION pgcrypto;",)),
    "postgresql-files-readable": Case(act=unknown_name, fixed_by=without_unknown_name),
    "postgresql-nothing-waits-for-restart": Case(act=waiting, fixed_by=change_taken_back, restart=True),
    "postgresql-version-supported": Case(),
    "postgresql-archive-mode": OFF,
    "postgresql-archive-has-a-command": Case(value=""),
    "postgresql-standby-checks-primary": Case(
        sql=("alter system set primary_conninfo = 'host=primary sslmode=prefer'", "select pg_reload_conf()"),
        fixed_by=(
            "alter system set primary_conninfo = 'host=primary sslmode=verify-full sslrootcert=x'",
            "SELECT pg_reload_conf();",
        ),
    ),
}  # fmt: skip

NEVER_FAILS = {"postgresql-version-supported": "a version without support cannot be started here"}


RULES = {
    rule.id: rule
    for baseline in baselines.load(
        [resources.directory("baselines") / "secure" / "postgresql.yaml"], CATALOGUE, controls.shipped()
    )
    for rule in baseline.rules
}
(BASELINE,) = baselines.load(
    [resources.directory("baselines") / "secure" / "postgresql.yaml"], CATALOGUE, controls.shipped()
)


@dataclass
class Bench:
    """A strong server on which one rule after the other is broken and closed again."""

    server: PostgreSQL
    blind_password: str
    port: int = 0
    agreed: int = 0
    suffix: str = ""
    told: ScanResult | None = None

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "postgresql_superusers": ["postgres"],
            "postgresql_people": ["anna"],
            "postgresql_port": self.agreed,
            "postgresql_max_connections": 100,
            "postgresql_log_rotation_size": "10MB",
            "postgresql_log_min_duration_statement": "1s",
            "postgresql_extensions": ["plpgsql"],
        }

    def dsn(self, role: str, password: str) -> str:
        server = self.server
        address = f"host='{server.socket_directory}' port={server.port} dbname=postgres"
        return f"{address} user={role}{self.suffix} password={password}"

    def sql(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as superuser, whatever login names look like just now."""
        rows: list[tuple[object, ...]] = []
        try:
            opened = psycopg.connect(self.dsn("postgres", self.server.superuser_password), autocommit=True)
        except psycopg.OperationalError:
            # With db_user_namespace a login name that holds everywhere ends with an at sign.
            self.suffix = "" if self.suffix else "@"
            opened = psycopg.connect(self.dsn("postgres", self.server.superuser_password), autocommit=True)
        with opened as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def verdicts(self, *rules: str, dsn: str = "", port: int = 0) -> dict[str, set[Verdict]]:
        """Scan as a user would, by these rules; the verdicts of every scope."""
        server = self.server
        os.environ["BENCH_DSN"] = dsn or self.dsn("scanner", server.password)
        fields = {"dsn_env": "BENCH_DSN", "host": "127.0.0.1", "port": port or server.port}
        target = Target(
            "db", "postgresql", "production", platform="self-managed", parameters=tuple(self.parameters.items())
        )
        project = Project("bench", server.data_directory, (TargetEntry(target, (SourceEntry("postgresql", fields),)),))
        chosen = replace(BASELINE, rules=tuple(rule for rule in BASELINE.rules if not rules or rule.id in rules))
        result = scan.scan(scan.Request(project, (chosen,), command="drift", live=True), CATALOGUE)
        found: dict[str, set[Verdict]] = {}
        for finding in result.findings:
            found.setdefault(finding.rule, set()).add(finding.verdict)
        self.told = result
        return found

    def verdict(self, rule: str) -> Verdict:
        """The worst verdict of one rule."""
        found = self.verdicts(rule)[rule]
        worst: tuple[Verdict, ...] = (Verdict.FAIL, Verdict.UNKNOWN, *Verdict)
        return next(verdict for verdict in worst if verdict in found)

    def restart(self) -> None:
        """As ``pg_ctl restart -m fast``."""
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGINT)
        self.server.process.wait(20)
        self.server.start()

    def reload(self) -> None:
        """Send the signal and wait until the server has read its files."""
        before = self.sql("select pg_conf_load_time()")
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGHUP)
        _until(lambda: self.sql("select pg_conf_load_time()") != before)

    def run(self, *statements: str) -> None:
        """Run statements as they stand, and wait for the reload that they ask for."""
        before = self.sql("select pg_conf_load_time()")
        for statement in statements:
            self.sql(*_single(statement))
        if any("pg_reload_conf" in statement for statement in statements):
            _until(lambda: self.sql("select pg_conf_load_time()") != before)


def _single(script: str) -> list[str]:
    """ALTER SYSTEM cannot stand in one message with others; a body of a role or function is never in these scripts."""
    return [part.strip() for part in script.split(";") if part.strip() and not part.strip().startswith("--")]


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline, "the server did not reload"
        time.sleep(0.02)


def revoked(place: Path) -> None:
    """A list of revoked certificates; whose does not matter, as nobody presents one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clients")])
    now = datetime.now(UTC)
    made = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(now).next_update(now + timedelta(30))
    place.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


@contextlib.contextmanager
def bench(directory: Path, certificates: Certificates, engine: Engine) -> Iterator[Bench]:
    """A server that conforms to every rule, but for the module that no package here brings."""
    blind = secrets.token_hex(20)
    setup = (
        f"create role blind login password {quoted(blind)} connection limit 5",
        "create role app login connection limit 20",
        "create role anna connection limit 5",
    )
    with postgresql(directory, tls=certificates, hba=HBA, setup=setup, engine=engine) as server:
        files = server.data_directory
        libraries = files / "libraries"
        libraries.mkdir()
        shutil.copy(certificates.authority, files / "clients-ca.crt")
        revoked(files / "clients.crl")
        # The module itself is in no package here; that a library of this name is loaded is what the rule reads.
        source = next(path for path in _library_places(server) if (path / "pgcrypto.so").is_file())
        shutil.copy(source / "pgcrypto.so", libraries / "pgaudit.so")
        for path in (files / "clients-ca.crt", files / "clients.crl", libraries / "pgaudit.so", libraries):
            server.account.own(path)
        settings = {**SETTINGS, "dynamic_library_path": f"{libraries}:$libdir"}
        server.append(server.configuration, *(f"{name} = {quoted(value)}" for name, value in settings.items()))
        server.append(server.configuration, MARK)
        server.restart()
        yield Bench(server, blind, agreed=server.port)


def _library_places(server: PostgreSQL) -> list[Path]:
    asked = server.sql("select setting from pg_config where name = 'PKGLIBDIR'")
    home = server.engine.program.parent.parent
    return [Path(str(asked[0][0])), home / "lib", home / "lib" / "postgresql"]


@pytest.fixture(scope="module")
def main_bench(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, postgresql_engine: Engine
) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("rules"), certificates, postgresql_engine) as made:
        yield made


@pytest.fixture(scope="module")
def newer_bench(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Bench]:
    """A version that has the settings which the main one may lack."""
    for directory, origin in _postgresql_places():
        program = (directory / "postgres").resolve()
        if program.is_file() and _has_tls(program) and int(version(program).split(".")[0]) >= 17:
            engine = Engine("PostgreSQL", version(program), True, program, origin)
            with bench(tmp_path_factory.mktemp("newer"), certificates, engine) as made:
                yield made
            return
    missing = "no PostgreSQL 17 or newer with TLS here; the demo extra brings one"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def bench_for(rule: Rule, request: pytest.FixtureRequest) -> Bench:
    """The main server, or the newer one for what the main one does not have."""
    chosen: Bench = request.getfixturevalue("main_bench")
    if chosen.verdicts(rule.id)[rule.id] == {Verdict.NOT_APPLICABLE} and not CASES[rule.id].given:
        chosen = request.getfixturevalue("newer_bench")
    return chosen


def test_every_shipped_rule_has_a_case_or_a_reason() -> None:
    assert set(CASES) | set(ELSEWHERE) == set(RULES)
    assert not set(CASES) & set(ELSEWHERE)


def test_the_strong_server_conforms_to_every_rule_that_applies(main_bench: Bench) -> None:
    found = main_bench.verdicts()
    applicable = {name for name, verdicts in found.items() if verdicts != {Verdict.NOT_APPLICABLE}}
    expected = {name for name in applicable if CASES.get(name, Case()).fails_at_first}
    assert {name for name, verdicts in found.items() if Verdict.FAIL in verdicts} == expected
    assert {name for name, verdicts in found.items() if Verdict.UNKNOWN in verdicts} == set()
    assert {name for name, verdicts in found.items() if Verdict.NOT_ASSESSED in verdicts} == set()


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_rule_is_failed_and_its_printed_fix_closes_it(name: str, request: pytest.FixtureRequest) -> None:
    rule, case = RULES[name], CASES[name]
    bench = bench_for(rule, request)
    if name in NEVER_FAILS:
        assert bench.verdict(name) is Verdict.PASS
        return
    fixes = dict(rule.fix)
    if case.given:
        bench.run(*case.given, "select pg_reload_conf()")
    try:
        assert bench.verdict(name) is (Verdict.FAIL if case.fails_at_first else Verdict.PASS)
        for way in ways(rule, case):
            break_it(bench, rule, case, way)
            assert bench.verdict(name) is Verdict.FAIL, way
            apply(bench, rule, case, way, fixes.get(way, ""))
            assert bench.verdict(name) is Verdict.PASS, f"{way}: {told(bench, name)}"
    finally:
        restore(bench, needs_restart(rule, case))


def told(bench: Bench, rule: str) -> str:
    findings = bench.told.findings if bench.told else ()
    found = [finding for finding in findings if finding.rule == rule]
    return "; ".join(f"{item.scope}: {item.verdict}: {item.reason}: {item.remedy}" for item in found)


def ways(rule: Rule, case: Case) -> list[str]:
    """The fixes of a rule that can be run: the file first, as ALTER SYSTEM wins over it afterwards."""
    if case.hba:
        return ["pg_hba.conf"]
    printed = [name for name, _ in rule.fix]
    chosen: list[str] = [way for way in ("postgresql.conf", "postgresql") if way in printed and case.value is not None]
    if case.fails_at_first:
        return ["postgresql.conf"]
    return chosen or (["postgresql"] if "postgresql" in printed and not case.fixed_by else ["procedure"])


def needs_restart(rule: Rule, case: Case) -> bool:
    return case.restart or CATALOGUE.settings["postgresql", rule.setting].takes_effect is TakesEffect.RESTART


def settle(bench: Bench, rule: Rule, case: Case) -> None:
    if needs_restart(rule, case):
        bench.restart()
        return
    bench.reload()


def break_it(bench: Bench, rule: Rule, case: Case, way: str) -> None:
    server = bench.server
    if case.hba:
        text = server.hba.read_text()
        server.hba.write_text(f"{text.splitlines()[0]}\n{case.hba}\n" + "\n".join(text.splitlines()[1:]) + "\n")
        bench.reload()
    elif case.act:
        case.act(bench)
    elif case.sql:
        bench.run(*case.sql, "select pg_reload_conf()")
    elif case.value is not None and way == "postgresql":
        bench.sql(f"alter system set {rule.setting} = {quoted(case.value)}")
        settle(bench, rule, case)
    elif case.value is not None:
        server.append(server.configuration, f"{rule.setting} = {quoted(case.value)}")
        settle(bench, rule, case)


def apply(bench: Bench, rule: Rule, case: Case, way: str, fix: str) -> None:
    """Do what the rule prints."""
    server = bench.server
    if callable(case.fixed_by):
        case.fixed_by(bench)
    elif case.fixed_by:
        bench.run(*case.fixed_by)
    elif way == "pg_hba.conf":
        assert "then: SELECT pg_reload_conf();" in fix
        server.hba.write_text(fix + "\n")
        bench.reload()
    elif way == "postgresql.conf":
        server.append(server.configuration, fix)
        if case.fails_at_first:
            bench.restart()
        else:
            settle(bench, rule, case)
    else:
        sql, _, afterwards = fix.partition("-- ")
        assert bool(afterwards) == needs_restart(rule, case), "a fix says when it needs a restart, and only then"
        bench.run(sql)
        if afterwards:
            assert afterwards.strip() == "then restart"
            bench.restart()


def restore(bench: Bench, restarts: bool) -> None:
    """The strong server as it was: the first lines of its files, and no ALTER SYSTEM."""
    server = bench.server
    head = server.configuration.read_text().partition(MARK)[0]
    server.hba.write_text(f"local all postgres scram-sha-256\n{HBA.strip()}\n")
    server.configuration.write_text(f"{head}{MARK}\n")
    if server.process is None or server.process.poll() is not None:
        server.start()
    bench.reload()
    bench.sql("alter system reset all")
    if restarts:
        bench.restart()
    else:
        bench.reload()


Findings = Mapping[str, list[Finding]]


def findings(bench: Bench, **place: Any) -> Findings:
    """What a scan says of every rule."""
    bench.verdicts(**place)
    found: dict[str, list[Finding]] = {}
    for finding in bench.told.findings if bench.told else ():
        found.setdefault(finding.rule, []).append(finding)
    return found


@pytest.fixture(scope="module")
def hidden(main_bench: Bench) -> Findings:
    """What is left of each rule when the scanner's role has no grant at all."""
    return findings(main_bench, dsn=main_bench.dsn("blind", main_bench.blind_password))


@pytest.fixture(scope="module")
def unreachable(main_bench: Bench) -> Findings:
    """What is left of each rule when nothing listens where the scanner asks."""
    nowhere = f"host=127.0.0.1 port=1 dbname=postgres user=scanner password={main_bench.server.password}"
    return findings(main_bench, dsn=nowhere, port=1)


ALWAYS_VISIBLE = {"role_overrides", "login_roles", "extensions", "pending_restart", "server_version", "data_checksums"}
"""What every role may read; only a server that cannot be reached hides it."""

SERVED = {
    setting.name
    for setting in CATALOGUE.of("postgresql")
    if dict(setting.shown_by).get("postgresql") == (Plane.SERVED,) and not setting.derived
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_rule_is_unknown_when_a_grant_or_the_server_is_missing(
    name: str, hidden: Findings, unreachable: Findings
) -> None:
    rule = RULES[name]
    seen = hidden[name]
    if rule.setting in ALWAYS_VISIBLE | SERVED or {item.verdict for item in seen} == {Verdict.NOT_APPLICABLE}:
        seen = unreachable[name]
    assert {item.verdict for item in seen} == {Verdict.UNKNOWN}
    assert all(item.reason and item.remedy for item in seen)
    assert Verdict.PASS not in {item.verdict for item in unreachable[name]}
