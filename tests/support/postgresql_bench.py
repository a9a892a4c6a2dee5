"""A strong PostgreSQL on which rules are broken and closed again, and what a scan says of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scanner import baselines, catalogue, controls, resources, scan
from scanner.demo import forms
from scanner.demo.servers.binaries import Engine
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.model import Finding, ScanResult, Target, Verdict
from scanner.project import Project, SourceEntry, TargetEntry

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


Findings = Mapping[str, list[Finding]]


def findings(bench: Bench, **place: Any) -> Findings:
    """What a scan says of every rule."""
    bench.verdicts(**place)
    found: dict[str, list[Finding]] = {}
    for finding in bench.told.findings if bench.told else ():
        found.setdefault(finding.rule, []).append(finding)
    return found
