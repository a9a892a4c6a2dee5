"""The stage of the demonstration: a copy of the example project with real servers behind two of its environments."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from scanner.demo import deploy
from scanner.demo.servers.application import Application, application, example_project
from scanner.demo.servers.binaries import EngineMissing, find_postgresql, find_redis
from scanner.demo.servers.certificates import Certificates, certificates
from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.demo.servers.processes import ServerDidNotStart, free_port
from scanner.demo.servers.redis import Redis, redis

PRODUCTION, STAGING = "production", "staging"
CERTIFICATE = {PRODUCTION: "good", STAGING: "nine_days_left"}
AS_TERRAFORM_SAYS = {PRODUCTION: {"LOG_LEVEL": "INFO", "SESSION_COOKIE_SAMESITE": "lax"}, STAGING: {}}
"""What the task definition sets over the .env file, so that the running application is what was declared."""
WAIVER_DATES = {
    "approved_on: 2026-10-05": timedelta(days=-30),
    "expires: 2027-03-31": timedelta(days=120),
    "review_on: 2027-01-31": timedelta(days=60),
    "approved_on: 2025-10-06": timedelta(days=-100),
    "expires: 2025-12-31": timedelta(days=-30),
}


T = TypeVar("T")


@dataclass(slots=True)
class Stage:
    """What is up: servers by environment, the variables that point at them, and what could not be had."""

    project: Path
    certificates: Certificates | None = None
    postgresql: dict[str, PostgreSQL] = field(default_factory=dict)
    redis: dict[str, Redis] = field(default_factory=dict)
    application: dict[str, Application] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    engines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@contextlib.contextmanager
def stage(directory: Path, tell: Callable[[str], None]) -> Iterator[Stage]:
    """Everything up for the length of the block; what cannot be had is named and left out."""
    project = directory / "ghostquant"
    shutil.copytree(example_project(), project, ignore=shutil.ignore_patterns("__pycache__", ".terraform*"))
    _refresh_waivers(project)
    found = Stage(project)
    with contextlib.ExitStack() as stack:
        for name, start in (("PostgreSQL", _postgresql), ("Redis", _redis), ("the application", _application)):
            try:
                found.certificates = found.certificates or certificates(directory / "certificates")
                start(found, directory, stack)
            except ModuleNotFoundError as error:
                found.missing.append(
                    f"{name}: the Python package {error.name} is not here; install scanner's extra demo"
                )
            except (EngineMissing, ServerDidNotStart) as error:
                found.missing.append(f"{name}: {error}")
        for line in found.engines:
            tell(f"  {line}")
        yield found


def _started(
    stack: contextlib.ExitStack, start: Callable[..., AbstractContextManager[T]], place: Path, **ports: int
) -> T:
    """A server on its usual ports, or on any where somebody took one of them between looking and starting."""
    try:
        return stack.enter_context(start(place, **ports))
    except ServerDidNotStart:
        return stack.enter_context(start(place.with_name(f"{place.name}-elsewhere")))


def _postgresql(found: Stage, directory: Path, stack: contextlib.ExitStack) -> None:
    engine = find_postgresql()
    for environment in (PRODUCTION, STAGING):
        files = found.project / "servers" / environment
        password = secrets.token_hex(20)
        limit = "connection limit 20" if environment == PRODUCTION else ""
        setup = [f"create role app login password {quoted(password)} {limit}"]
        setup += ["create role reporting login"] if environment == STAGING else []
        start = partial(
            postgresql,
            tls=found.certificates,
            certificate=CERTIFICATE[environment],
            settings=deploy.postgresql_settings(files / "postgresql.conf"),
            hba=deploy.hba_lines(files / "pg_hba.conf"),
            setup=setup,
            engine=engine,
        )
        server = _started(stack, start, directory / f"postgresql-{environment}", port=5432)
        actual = {"port": str(server.port), "unix_socket_directories": str(server.socket_directory)}
        deploy.adopt_postgresql(files / "postgresql.conf", actual)
        found.postgresql[environment] = server
        found.variables[f"LEDGER_{environment.upper()}_DSN"] = server.dsn
        found.engines.append(f"{engine} on port {server.port} as ledger-{environment}, under {server.account.words}")


def _redis(found: Stage, directory: Path, stack: contextlib.ExitStack) -> None:
    engine = find_redis(directory / "engines")
    for environment in (PRODUCTION, STAGING):
        file = found.project / "servers" / environment / "redis.conf"
        settings, users = deploy.redis_lines(file)
        digest = hashlib.sha256(secrets.token_bytes(20)).hexdigest()
        users = [" ".join(f"#{digest}" if word[0] == "#" else word for word in user.split()) for user in users]
        start = partial(
            redis,
            tls=found.certificates,
            certificate=CERTIFICATE[environment],
            settings=settings,
            users=users,
            plaintext=environment == STAGING,
            engine=engine,
        )
        server = _started(stack, start, directory / f"redis-{environment}", port=6380, plain_port=6379)
        deploy.adopt_redis(file, server.configuration)
        found.redis[environment] = server
        found.variables[f"QUEUE_{environment.upper()}_URL"] = server.url
        front = ", with a TLS front of ours before it" if server.front else ""
        found.engines.append(f"{engine} on port {server.port} as queue-{environment}{front}")
    # The files on the servers' hosts are read, too, as an agent there would.
    lines = {name: f"      - redis: {{url_env: QUEUE_{name.upper()}_URL}}\n" for name in found.redis}
    host = '      - redis_file: {{path: "{}", plane: persisted}}\n'
    _rewrite(found, {line: line + host.format(found.redis[name].configuration) for name, line in lines.items()})


def _rewrite(found: Stage, changes: Mapping[str, str]) -> None:
    """Change lines of the copied scanner.yaml to what is true of the throw-away servers."""
    file = found.project / "scanner.yaml"
    text = file.read_text(encoding="utf-8")
    for written, instead in changes.items():
        text = text.replace(written, instead)
    file.write_text(text, encoding="utf-8")


def _application(found: Stage, directory: Path, stack: contextlib.ExitStack) -> None:
    for environment in (PRODUCTION, STAGING):
        variables = deploy.variables(found.project / f".env.{environment}")
        hosts = '["127.0.0.1", "localhost"]'
        own = {"ALLOWED_HOSTS": hosts, "SECRET_KEY": secrets.token_hex(32)}
        server = stack.enter_context(
            application(
                directory / f"application-{environment}",
                environment={**own, **variables, **AS_TERRAFORM_SAYS[environment]},
                tls=found.certificates,
                certificate=CERTIFICATE[environment],
                project=found.project,
                options=("--no-server-header",) if environment == PRODUCTION else (),
            )
        )
        found.application[environment] = server
        found.variables[f"API_{environment.upper()}_URL"] = server.url
        # Plain http is asked for where nothing of ours listens, not at port 80 of whoever runs this.
        named = f"http: {{url_env: API_{environment.upper()}_URL, "
        _rewrite(found, {named: f"{named}http_port: {free_port()}, "})
        found.engines.append(f"FastAPI under uvicorn at {server.url} as api-{environment}")


def _refresh_waivers(project: Path) -> None:
    """One waiver of the copy is valid and one has run out, whatever the date is on which this runs."""
    file = project / "waivers.yaml"
    text = file.read_text(encoding="utf-8")
    for written, distance in WAIVER_DATES.items():
        key = written.partition(":")[0]
        text = text.replace(written, f"{key}: {datetime.now(UTC) + distance:%Y-%m-%d}")
    file.write_text(text, encoding="utf-8")
