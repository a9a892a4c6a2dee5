"""Making a PostgreSQL cluster before its server starts: a place its account can reach, initdb, files, first roles."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.collectors.postgresql import grants as grants_for
from scanner.demo.servers import processes
from scanner.demo.servers.account import Account, unprivileged
from scanner.demo.servers.binaries import Engine, EngineMissing

if TYPE_CHECKING:
    from scanner.demo.servers.postgresql import PostgreSQL

SUPERUSER_LINE = "local all postgres scram-sha-256"
_SOCKET_PATH_LIMIT = 85


@contextlib.contextmanager
def home(directory: Path) -> Iterator[tuple[Path, Account]]:
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


def reachable(engine: Engine, account: Account, home: Path) -> Engine:
    """The same build where the account can run it: a private environment's programs are copied first."""
    if account.reaches(engine.program.parent):
        return engine
    source, copy = engine.program.parent.parent, home / "engine"
    shutil.copytree(source, copy, symlinks=True)
    copy.chmod(0o755)
    program = copy / engine.program.relative_to(source)
    return Engine(engine.name, engine.version, engine.tls, program, engine.origin, engine.libraries)


def socket_directory(home: Path, account: Account, stack: contextlib.ExitStack) -> Path:
    """Where the superuser's socket stands; elsewhere than below ``home`` when that path is too long for a socket."""
    place = home / "socket"
    if len(str(place)) > _SOCKET_PATH_LIMIT:
        place = stack.enter_context(processes.short_directory("pg-"))
    place.mkdir(mode=0o700, exist_ok=True)
    account.own(place)
    return place


def initialise(server: PostgreSQL) -> None:
    """Run initdb. Raises ``ServerDidNotStart`` with what it said."""
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


def configure(server: PostgreSQL, settings: dict[str, str], hba: str, certificate: str) -> None:
    """Write the configuration files, the certificate and an empty log."""
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
    server.hba.write_text(f"{SUPERUSER_LINE}\n{hba.strip()}\n", encoding="utf-8")
    # The log may stand in a directory of ours; the server's account only inherits the open file.
    server.log.touch(mode=0o600)


def quoted(value: str) -> str:
    """A value as postgresql.conf and SQL write it."""
    return "'" + value.replace("'", "''") + "'"


def prepare(server: PostgreSQL, database: str, setup: Sequence[str], grants: bool) -> None:
    """With the server up: the database, the role of the scanner, and what the caller asked for."""
    if database != "postgres":
        server.sql(f'create database "{database}"')
        server.database = database
    server.sql(f"create role scanner login password {quoted(server.password)} connection limit 10")
    if grants:
        server.sql(*grants_for(server.engine.version))
    server.sql(*setup)
