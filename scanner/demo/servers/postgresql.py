"""A throw-away PostgreSQL on loopback: a fresh cluster with the settings, the hba lines and the certificate asked for.

The superuser comes in through a Unix socket in a private directory, so that no line for it is needed among the hba
lines of the network. Everybody else comes over TCP, as in real life.
"""

from __future__ import annotations

import contextlib
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner.demo.servers import cluster, processes
from scanner.demo.servers.account import Account
from scanner.demo.servers.binaries import Engine, EngineMissing, find_postgresql
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.cluster import quoted as quoted

STRICT_HBA = "hostssl all all 127.0.0.1/32 scram-sha-256"
_PATIENCE = 5.0


@dataclass(slots=True)
class PostgreSQL:
    """A running server. ``dsn`` is a read-only reader's, ``superuser_dsn`` goes through the private socket."""

    engine: Engine
    account: Account
    data_directory: Path
    socket_directory: Path
    port: int
    database: str
    tls: Certificates | None
    password: str = field(repr=False)
    superuser_password: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = None
    command_line: Mapping[str, str] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        """The reader's connection over TCP: verified TLS where the server has it."""
        return self.dsn_for("scanner", self.password)

    @property
    def superuser_dsn(self) -> str:
        return (
            f"host='{self.socket_directory}' port={self.port} dbname={self.database} user=postgres "
            f"password={self.superuser_password}"
        )

    def dsn_for(self, user: str, password: str) -> str:
        """The connection of any role over TCP."""
        trust = f"sslmode=verify-full sslrootcert='{self.tls.authority}'" if self.tls else "sslmode=prefer"
        address = f"host={processes.LOOPBACK} port={self.port} dbname={self.database}"
        return f"{address} user={user} password={password} {trust} connect_timeout=5"

    @property
    def configuration(self) -> Path:
        return self.data_directory / "postgresql.conf"

    @property
    def hba(self) -> Path:
        return self.data_directory / "pg_hba.conf"

    @property
    def log(self) -> Path:
        return self.data_directory.parent / "postgresql.log"

    def sql(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as superuser, each on its own; the rows of the last one."""
        import psycopg

        with psycopg.connect(self.superuser_dsn, autocommit=True) as connection:
            rows: list[tuple[object, ...]] = []
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def append(self, file: Path, *lines: str) -> None:
        """Add lines to a file of the server, as somebody with a shell would."""
        with file.open("a", encoding="utf-8") as text:
            text.write("".join(f"{line}\n" for line in lines))

    def use_certificate(self, name: str) -> None:
        """Put another certificate in place; the server takes it at the next reload."""
        if self.tls is None:
            raise ValueError("this server has no TLS")
        chosen = self.tls.named(name)
        for source, target in ((chosen.certificate, "server.crt"), (chosen.key, "server.key")):
            place = self.data_directory / target
            place.unlink(missing_ok=True)
            place.touch(mode=0o600)
            place.write_bytes(source.read_bytes())
            self.account.own(place)

    def reload(self) -> bool:
        """Ask for a reload and wait for it; False when the server did not take the new configuration."""
        before = self.sql("select pg_conf_load_time()")
        assert self.process is not None  # noqa: S101 - a server that was started has a process
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.sql("select pg_conf_load_time()") != before:
                return True
            time.sleep(0.05)
        return False

    def start(self) -> None:
        """Start the process and wait until it accepts connections."""
        options = [word for name, value in self.command_line.items() for word in ("-c", f"{name}={value}")]
        self.process = processes.start(
            [str(self.engine.program), "-D", str(self.data_directory), *options],
            log=self.log,
            account=self.account,
            environment=processes.minimal_environment(**self.engine.environment()),
            farewell=signal.SIGINT,
        )
        processes.wait_until(self._ready, self.process, name="PostgreSQL", log=self.log)

    def stop(self) -> None:
        """Stop this server, by its own process id."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, signal.SIGQUIT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _ready(self) -> bool:
        # The last line of postmaster.pid is written when the server is ready, whatever the hba lines say.
        try:
            return (self.data_directory / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False


@contextlib.contextmanager
def postgresql(
    directory: Path,
    *,
    tls: Certificates | None = None,
    certificate: str = "good",
    settings: Mapping[str, str] | None = None,
    hba: str = STRICT_HBA,
    setup: Sequence[str] = (),
    password: str | None = None,
    grants: bool = True,
    command_line: Mapping[str, str] | None = None,
    database: str = "postgres",
    port: int = 0,
    engine: Engine | None = None,
) -> Iterator[PostgreSQL]:
    """A server in ``directory`` for the length of the block.

    ``settings`` are appended to postgresql.conf; ``hba`` replaces pg_hba.conf below the superuser's local line;
    ``setup`` is SQL for the superuser; ``grants`` gives the role ``scanner`` what a full reading needs.
    """
    chosen = engine or find_postgresql()
    if tls and not chosen.tls:
        raise EngineMissing("PostgreSQL with TLS", (str(chosen),), "install Debian's package postgresql")
    with cluster.home(directory) as (home, account), contextlib.ExitStack() as stack:
        server = PostgreSQL(
            engine=cluster.reachable(chosen, account, home),
            account=account,
            data_directory=home / "data",
            socket_directory=cluster.socket_directory(home, account, stack),
            port=processes.free_port(port),
            database="postgres",
            tls=tls,
            password=password or secrets.token_hex(20),
            superuser_password=secrets.token_hex(20),
            command_line=dict(command_line or {}),
        )
        cluster.initialise(server)
        cluster.configure(server, dict(settings or {}), hba, certificate)
        stack.callback(server.stop)
        server.start()
        cluster.prepare(server, database, setup, grants)
        yield server
