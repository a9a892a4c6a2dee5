"""A throw-away Redis (or Valkey) on loopback, started from a configuration file as in real life.

Users come as ACL lines; a ``scanner`` user that may only look is added unless the caller says otherwise, and an
``admin`` user that may administer but read no key, for what a test or the demonstration changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import signal
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.demo.servers import processes
from scanner.demo.servers.account import CURRENT
from scanner.demo.servers.binaries import Engine, find_redis
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.tls_front import tls_front

if TYPE_CHECKING:
    import redis as driver

_SOCKET_PATH_LIMIT = 90
_LOOK = (
    "+ping +config|get +acl|list +acl|getuser +acl|users +acl|whoami +acl|dryrun +info +client|info +client|list "
    "+command|info +module|list"
)
_ADMINISTER = "+@admin +@connection +info +acl +config"


@dataclass(slots=True)
class Redis:
    """A running server. ``port`` speaks TLS when ``tls`` is given; ``plain_port`` is 0 when there is none."""

    engine: Engine
    directory: Path
    configuration: Path
    port: int
    plain_port: int
    socket: Path
    tls: Certificates | None
    certificate: str
    front: bool
    """TLS is spoken by a front before the server, because the build has none."""
    password: str = field(repr=False)
    admin_password: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The looking user's URL, with the authority when it is TLS."""
        return self.url_for("scanner", self.password)

    def url_for(self, user: str, password: str) -> str:
        """The URL of any user; an empty password leaves the credentials out."""
        credentials = f"{user}:{password}@" if password else ""
        if self.tls:
            query = f"?ssl_ca_certs={self.tls.authority}"
            return f"rediss://{credentials}{processes.LOOPBACK}:{self.port}/0{query}"
        return f"redis://{credentials}{processes.LOOPBACK}:{self.port}/0"

    @property
    def log(self) -> Path:
        return self.directory / "redis.log"

    def command(self, *words: str) -> object:
        """Send one command as the administrator, through the server's private socket."""
        with contextlib.closing(self._client()) as client:
            return client.execute_command(*words)  # type: ignore[no-untyped-call]

    def _client(self) -> driver.Redis:
        import redis as driver

        return driver.Redis(
            unix_socket_path=str(self.socket), username="admin", password=self.admin_password, decode_responses=True
        )

    def append(self, *lines: str) -> None:
        """Add lines to the configuration file; they count at the next restart."""
        with self.configuration.open("a", encoding="utf-8") as text:
            text.write("".join(f"{line}\n" for line in lines))

    def start(self) -> None:
        """Start the process from its configuration file and wait until it answers."""
        self.process = processes.start(
            [str(self.engine.program), str(self.configuration)],
            log=self.log,
            account=CURRENT,
            environment=processes.minimal_environment(**self.engine.environment()),
            farewell=signal.SIGTERM,
        )
        processes.wait_until(self._ready, self.process, name=self.engine.name, log=self.log)

    def stop(self) -> None:
        """Stop this server, by its own process id."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _ready(self) -> bool:
        return self.socket.exists() and all(
            processes.listens(port) for port in {0 if self.front else self.port, self.plain_port} - {0}
        )


@contextlib.contextmanager
def redis(
    directory: Path,
    *,
    tls: Certificates | None = None,
    certificate: str = "good",
    settings: Mapping[str, str | Sequence[str]] | None = None,
    users: Sequence[str] = (),
    password: str | None = None,
    scanner: bool = True,
    plaintext: bool | None = None,
    port: int = 0,
    plain_port: int = 0,
    engine: Engine | None = None,
) -> Iterator[Redis]:
    """A server in ``directory`` for the length of the block.

    ``settings`` are lines of redis.conf (a sequence repeats the name, a value is written as given, so quote it where
    the file wants quotes); ``users`` are ACL lines without the word ``user``. There is a plaintext listener only where
    there is no TLS or where ``plaintext`` asks for one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    chosen = engine or find_redis(directory.parent / "engines")
    with contextlib.ExitStack() as stack:
        server = Redis(
            engine=chosen,
            directory=directory,
            configuration=directory / "redis.conf",
            port=processes.free_port(port),
            plain_port=processes.free_port(plain_port) if plaintext and tls else 0,
            socket=_socket(directory, stack),
            tls=tls,
            certificate=certificate,
            front=bool(tls) and not chosen.tls,
            password=password or secrets.token_hex(20),
            admin_password=secrets.token_hex(20),
        )
        _write_configuration(server, dict(settings or {}), users, scanner)
        if server.tls and server.front:
            stack.enter_context(tls_front(server.port, server.socket, server.tls.named(certificate), _lowest(settings)))
        stack.callback(server.stop)
        server.start()
        yield server


def _socket(directory: Path, stack: contextlib.ExitStack) -> Path:
    place = directory.resolve() / "redis.sock"
    if len(str(place)) <= _SOCKET_PATH_LIMIT:
        return place
    return stack.enter_context(processes.short_directory("redis-")) / "redis.sock"


def _lowest(settings: Mapping[str, str | Sequence[str]] | None) -> ssl.TLSVersion:
    asked = str((settings or {}).get("tls-protocols", "TLSv1.2 TLSv1.3"))
    return ssl.TLSVersion.TLSv1_2 if "TLSv1.2" in asked else ssl.TLSVersion.TLSv1_3


def _write_configuration(
    server: Redis, settings: dict[str, str | Sequence[str]], users: Sequence[str], scanner: bool
) -> None:
    base: dict[str, str | Sequence[str]] = {
        "bind": processes.LOOPBACK,
        "dir": f'"{server.directory.resolve()}"',
        "save": '""',
        "unixsocket": f'"{server.socket}"',
        "unixsocketperm": "700",
        **_listeners(server),
    }
    if server.front:
        settings = {name: value for name, value in settings.items() if not name.startswith("tls-")}
    accounts = [f"admin on #{_digest(server.admin_password)} resetkeys resetchannels -@all {_ADMINISTER}", *users]
    if scanner:
        look = _LOOK if server.engine.major >= 7 else _LOOK.replace("+acl|dryrun ", "")
        accounts.append(f"scanner on #{_digest(server.password)} resetkeys resetchannels -@all {look}")
    lines = [line for name, value in {**base, **settings}.items() for line in _lines(name, value)]
    server.configuration.touch(mode=0o600)
    text = "\n".join([*lines, *(f"user {account}" for account in accounts)])
    server.configuration.write_text(f"{text}\n", encoding="utf-8")


def _listeners(server: Redis) -> dict[str, str | Sequence[str]]:
    if server.tls is None:
        return {"port": str(server.port)}
    if server.front:
        return {"port": str(server.plain_port)}
    chosen = server.tls.named(server.certificate)
    return {
        "port": str(server.plain_port),
        "tls-port": str(server.port),
        "tls-cert-file": f'"{chosen.certificate.resolve()}"',
        "tls-key-file": f'"{chosen.key.resolve()}"',
        "tls-ca-cert-file": f'"{server.tls.authority.resolve()}"',
        "tls-auth-clients": "no",
    }


def _lines(name: str, value: str | Sequence[str]) -> list[str]:
    return [f"{name} {value}"] if isinstance(value, str) else [f"{name} {each}" for each in value]


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()
