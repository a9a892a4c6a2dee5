"""From the example's server files to running servers, and back: the copy of the project is told the real places.

A repository says port 5432 and /run/redis; a throw-away server has a free port and a temporary directory. What names a
place of the machine is taken from the server into the copy, so that only real differences show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from scanner.readers.postgresql_conf import ConfLine, read_conf

POSTGRESQL_PLACES = ("listen_addresses", "port", "unix_socket_directories", "ssl", "ssl_cert_file", "ssl_key_file")
REDIS_PLACES = (
    "bind", "port", "tls-port", "tls-cert-file", "tls-key-file", "tls-ca-cert-file", "unixsocket", "unixsocketperm",
    "dir",
)  # fmt: skip
_SUPERUSER = re.compile(r"^local\s+all\s+postgres\s", re.MULTILINE)


def postgresql_settings(file: Path) -> dict[str, str]:
    """The settings of a postgresql.conf, without the places of the machine."""
    lines = read_conf(file.read_text(encoding="utf-8"))
    return {
        line.name: line.value for line in lines if isinstance(line, ConfLine) and line.name not in POSTGRESQL_PLACES
    }


def hba_lines(file: Path) -> str:
    """The lines of a pg_hba.conf without the superuser's own, which every throw-away server has already."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip() and line[0] != "#" and not _SUPERUSER.match(line))


def redis_lines(file: Path) -> tuple[dict[str, list[str]], list[str]]:
    """The settings of a redis.conf without the places of the machine, and its users."""
    settings: dict[str, list[str]] = {}
    users: list[str] = []
    for line in _directives(file.read_text(encoding="utf-8")):
        name, _, rest = line.partition(" ")
        if name == "user":
            users.append(rest)
        elif name not in REDIS_PLACES:
            settings.setdefault(name, []).append(rest)
    return settings, users


def adopt_postgresql(file: Path, actual: Mapping[str, str]) -> None:
    """Write the places of the running server into the copy's postgresql.conf."""
    lines = [_with_place(line, actual) for line in file.read_text(encoding="utf-8").splitlines()]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _with_place(line: str, actual: Mapping[str, str]) -> str:
    name = line.partition("=")[0].strip()
    return f"{name} = '{actual[name]}'" if name in actual else line


def adopt_redis(file: Path, server_file: Path) -> None:
    """Write the places and the users of the running server into the copy's redis.conf."""
    actual = [line for line in _directives(server_file.read_text(encoding="utf-8")) if _is_place(line, REDIS_PLACES)]
    places = {line.partition(" ")[0]: line for line in actual}
    users = [line for line in _directives(server_file.read_text(encoding="utf-8")) if line.startswith("user ")]
    kept: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("user "):
            kept.append(places.pop(line.partition(" ")[0], line))
    file.write_text("\n".join([*kept, *users, *places.values(), ""]), encoding="utf-8")


def variables(file: Path) -> dict[str, str]:
    """The variables of one of the example's ``.env`` files, which are written without quotes."""
    pairs = (line.partition("=") for line in _directives(file.read_text(encoding="utf-8")))
    return {name: value for name, _, value in pairs}


def _directives(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _is_place(line: str, names: Iterable[str]) -> bool:
    return line.partition(" ")[0] in names
