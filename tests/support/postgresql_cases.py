"""How each shipped rule of PostgreSQL is broken on a real server, and how a fix that is a procedure is followed."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.processes import minimal_environment
from tests.support.postgresql_bench import Bench

Act = Callable[[Bench], None]


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
