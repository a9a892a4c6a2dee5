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
from dataclasses import dataclass
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

    url: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]


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
    chosen, log = processes.free_port(port), directory / "application.log"
    # Not importing from the current directory keeps a stray module of the caller out of the server.
    arguments = [sys.executable, "-P", "-B", "-m", "uvicorn", module, "--app-dir", str(project or example_project())]
    arguments += ["--host", processes.LOOPBACK, "--port", str(chosen), *options]
    if tls:
        files = tls.named(certificate)
        arguments += ["--ssl-certfile", str(files.certificate), "--ssl-keyfile", str(files.key)]
    log.touch(mode=0o600)
    process = processes.start(
        arguments,
        log=log,
        account=CURRENT,
        environment=processes.minimal_environment(**(environment or {})),
        farewell=signal.SIGTERM,
    )
    with contextlib.ExitStack() as stack:
        stack.callback(processes.stop, process, signal.SIGTERM)
        processes.wait_until(lambda: _answers(chosen, ready_path, bool(tls)), process, name="the application", log=log)
        scheme = "https" if tls else "http"
        yield Application(f"{scheme}://{processes.LOOPBACK}:{chosen}", chosen, log, process)


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
