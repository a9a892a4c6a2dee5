"""A throw-away PostgreSQL on loopback: a fresh cluster with the settings, the hba lines and the certificate asked for.

The superuser comes in through a Unix socket in a private directory, so that no line for it is needed among the hba
lines of the network. Everybody else comes over TCP, as in real life.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner.collectors.postgresql.grants import grants as grants_for
from scanner.demo.servers import processes
from scanner.demo.servers.account import Account, unprivileged
from scanner.demo.servers.binaries import Engine, EngineMissing, find_postgresql
from scanner.demo.servers.certificates import Certificates

STRICT_HBA = "hostssl all all 127.0.0.1/32 scram-sha-256"
_SUPERUSER_LINE = "local all postgres scram-sha-256"
_SOCKET_PATH_LIMIT = 85
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
    with _home(directory) as (home, account), contextlib.ExitStack() as stack:
        server = PostgreSQL(
            engine=_reachable(chosen, account, home),
            account=account,
            data_directory=home / "data",
            socket_directory=_socket_directory(home, account, stack),
            port=processes.free_port(port),
            database="postgres",
            tls=tls,
            password=password or secrets.token_hex(20),
            superuser_password=secrets.token_hex(20),
            command_line=dict(command_line or {}),
        )
        _initialise(server)
        _configure(server, dict(settings or {}), hba, certificate)
        stack.callback(server.stop)
        server.start()
        _prepare(server, database, setup, grants)
        yield server


@contextlib.contextmanager
def _home(directory: Path) -> Iterator[tuple[Path, Account]]:
    """A directory that the server's account can reach: below the given one, else one of its own that is removed."""
    try:
        account = unprivileged()
    except PermissionError as error:
        raise EngineMissing("PostgreSQL", ("this account",), str(error)) from error
    directory.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        place = directory.resolve()
        if not account.reaches(place):
            parents = [Path(name) for name in (tempfile.gettempdir(), "/tmp", "/var/tmp")]  # noqa: S108 - see below
            parent = next((parent for parent in parents if parent.is_dir() and account.reaches(parent)), parents[0])
            # A name that nobody can foresee, for us and the account alone, removed at the end.
            made = tempfile.TemporaryDirectory(prefix="scanner-postgresql-", dir=parent)
            place = Path(stack.enter_context(made))
        account.own(place)
        yield place, account


def _reachable(engine: Engine, account: Account, home: Path) -> Engine:
    """The same build where the account can run it: a private environment's programs are copied first."""
    if account.reaches(engine.program.parent):
        return engine
    source, copy = engine.program.parent.parent, home / "engine"
    shutil.copytree(source, copy, symlinks=True)
    copy.chmod(0o755)
    program = copy / engine.program.relative_to(source)
    return Engine(engine.name, engine.version, engine.tls, program, engine.origin, engine.libraries)


def _socket_directory(home: Path, account: Account, stack: contextlib.ExitStack) -> Path:
    place = home / "socket"
    if len(str(place)) > _SOCKET_PATH_LIMIT:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pg-")))
    place.mkdir(mode=0o700, exist_ok=True)
    account.own(place)
    return place


def _initialise(server: PostgreSQL) -> None:
    secret = server.data_directory.parent / "superuser"
    secret.touch(mode=0o600)
    secret.write_text(server.superuser_password, encoding="utf-8")
    server.account.own(secret)
    options = ["-U", "postgres", "-A", "scram-sha-256", "--locale=C", "-E", "UTF8", "--no-sync", "--data-checksums"]
    program = str(server.engine.program.parent / "initdb")
    try:
        done = subprocess.run(  # noqa: S603 - the build that was found
            [*server.account.prefix, program, "-D", str(server.data_directory), f"--pwfile={secret}", *options],
            cwd="/",
            env=processes.minimal_environment(**server.engine.environment()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            user=server.account.user,
            group=server.account.group,
            extra_groups=server.account.other_groups,
        )
    finally:
        secret.unlink()
    if done.returncode:
        raise processes.ServerDidNotStart(f"initdb of {server.engine} failed:\n{done.stderr.strip()}")


def _configure(server: PostgreSQL, settings: dict[str, str], hba: str, certificate: str) -> None:
    lines = {
        "listen_addresses": processes.LOOPBACK,
        "port": str(server.port),
        "unix_socket_directories": str(server.socket_directory),
    }
    if server.tls:
        server.use_certificate(certificate)
        authority = server.data_directory / "root.crt"
        authority.write_bytes(server.tls.authority.read_bytes())
        server.account.own(authority)
        lines |= {"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"}
    server.append(server.configuration, *(f"{name} = {quoted(value)}" for name, value in {**lines, **settings}.items()))
    server.hba.write_text(f"{_SUPERUSER_LINE}\n{hba.strip()}\n", encoding="utf-8")
    # The log may stand in a directory of ours; the server's account only inherits the open file.
    server.log.touch(mode=0o600)


def quoted(value: str) -> str:
    """A value as postgresql.conf and SQL write it."""
    return "'" + value.replace("'", "''") + "'"


def _prepare(server: PostgreSQL, database: str, setup: Sequence[str], grants: bool) -> None:
    if database != "postgres":
        server.sql(f'create database "{database}"')
        server.database = database
    server.sql(f"create role scanner login password {quoted(server.password)} connection limit 10")
    if grants:
        server.sql(*grants_for(server.engine.major))
    server.sql(*setup)
