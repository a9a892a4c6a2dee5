"""The example's FastAPI application under uvicorn on loopback, configured by environment variables only."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner import resources
from scanner.demo.servers import processes
from scanner.demo.servers.account import CURRENT
from scanner.demo.servers.binaries import EngineMissing
from scanner.demo.servers.certificates import Certificates

_NEEDED = ("fastapi", "uvicorn", "pydantic_settings", "itsdangerous")


@dataclass(slots=True)
class Application:
    """A running application; ``url`` has no slash at its end."""

    directory: Path
    project: Path
    module: str
    port: int
    tls: Certificates | None
    certificate: str
    options: Sequence[str]
    ready_path: str
    environment: Mapping[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{processes.LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        return self.directory / "application.log"

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.process = processes.start(
            self._arguments(),
            log=self.log,
            account=CURRENT,
            environment=processes.minimal_environment(**self.environment),
            farewell=signal.SIGTERM,
        )
        processes.wait_until(self._ready, self.process, name="the application", log=self.log)

    def stop(self) -> None:
        """Stop this application, by its own process id."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM)

    def restart(self, environment: Mapping[str, str] | None = None) -> None:
        """Stop and start, with another environment if one is given."""
        self.environment = dict(environment) if environment is not None else self.environment
        self.stop()
        self.start()

    def _ready(self) -> bool:
        return _answers(self.port, self.ready_path, self.tls is not None)

    def _arguments(self) -> list[str]:
        # Not importing from the current directory keeps a stray module of the caller out of the server.
        server = [sys.executable, "-P", "-B", "-m", "uvicorn", self.module, "--app-dir", str(self.project)]
        address = ["--host", processes.LOOPBACK, "--port", str(self.port)]
        certificate: list[str] = []
        if self.tls:
            files = self.tls.named(self.certificate)
            certificate = ["--ssl-certfile", str(files.certificate), "--ssl-keyfile", str(files.key)]
        return [*server, *address, *certificate, *self.options]


def example_project() -> Path:
    """Where the example project stands in this installation."""
    return resources.directory("examples") / "ghostquant"


@contextlib.contextmanager
def application(
    directory: Path,
    *,
    environment: Mapping[str, str] | None = None,
    tls: Certificates | None = None,
    certificate: str = "good",
    project: Path | None = None,
    module: str = "app.main:app",
    options: Sequence[str] = (),
    ready_path: str = "/health",
    port: int = 0,
) -> Iterator[Application]:
    """The application in ``project`` (default: the example) for the length of the block; https when ``tls`` is given.

    ``environment`` is all that the process gets beside PATH; ``options`` are uvicorn's.
    """
    if missing := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        raise EngineMissing("FastAPI application", (f"Python package {missing[0]}",), "install scanner's extra demo")
    directory.mkdir(parents=True, exist_ok=True)
    server = Application(
        directory=directory,
        project=project or example_project(),
        module=module,
        port=processes.free_port(port),
        tls=tls,
        certificate=certificate,
        options=tuple(options),
        ready_path=ready_path,
        environment=dict(environment or {}),
    )
    server.log.touch(mode=0o600)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _answers(port: int, path: str, encrypted: bool) -> bool:
    """Any answer will do here, from whatever certificate: this only waits for the process that we started."""
    connection: http.client.HTTPConnection
    if encrypted:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(processes.LOOPBACK, port, timeout=2, context=context)
    else:
        connection = http.client.HTTPConnection(processes.LOOPBACK, port, timeout=2)
    with contextlib.closing(connection):
        try:
            connection.request("GET", path)
            return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False
