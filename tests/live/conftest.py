"""Servers that the live tests share: a strong and a weak form of each, started once and stopped at the end.

Where an engine is missing, the tests that need it are skipped with the reason; in CI nothing may be skipped, so there
it is an error. Which engines were found is printed once in the header of the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.demo import forms
from scanner.demo.servers import application as application_server
from scanner.demo.servers import postgresql as postgresql_server
from scanner.demo.servers import redis as redis_server
from scanner.demo.servers.application import Application
from scanner.demo.servers.binaries import Engine, EngineMissing, find_postgresql, find_redis
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.certificates import certificates as make_certificates
from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.postgresql import PostgreSQL
from scanner.demo.servers.redis import Redis

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
APP_PASSWORD = secrets.token_hex(20)
"""The password of the role and user ``app`` on the strong servers."""


@contextlib.contextmanager
def needed() -> Iterator[None]:
    """Turn a missing engine into a skip with its reason; in CI it stays the error that it is."""
    try:
        yield
    except EngineMissing as missing:
        if IN_CI:
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where packages are unpacked if Redis has to be fetched."""
    stated = os.environ.get("SCANNER_TEST_ENGINES")
    return Path(stated) if stated else tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """One authority, a good certificate and the usual wrong ones."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def postgresql_engine() -> Engine:
    """The PostgreSQL build that the live tests use."""
    with needed():
        return find_postgresql()
    raise AssertionError("unreachable")


@pytest.fixture(scope="session")
def redis_engine(workspace: Path) -> Engine:
    """The Redis or Valkey build that the live tests use."""
    with needed():
        return find_redis(workspace)
    raise AssertionError("unreachable")


@pytest.fixture(scope="session")
def redis_tls_engine(redis_engine: Engine) -> Engine:
    """A Redis that was built with TLS; a TLS front before one without is not good enough for these tests."""
    if not redis_engine.tls:
        with needed():
            raise EngineMissing("Redis with TLS", (str(redis_engine),), "install Debian's package redis-server")
    return redis_engine


@pytest.fixture(scope="session")
def postgresql_strong(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, postgresql_engine: Engine
) -> Iterator[PostgreSQL]:
    """A hardened PostgreSQL with a role ``app``. Shared: change nothing that is not put back."""
    setup = (
        f"create role app login password {quoted(APP_PASSWORD)} connection limit 20",
        "create database orders owner app",
    )
    with (
        needed(),
        postgresql_server.postgresql(
            tmp_path_factory.mktemp("postgresql-strong"),
            tls=certificates,
            settings=forms.postgresql_strong(postgresql_engine),
            hba=forms.POSTGRESQL_STRONG_HBA,
            setup=setup,
            engine=postgresql_engine,
        ) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def postgresql_weak(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, postgresql_engine: Engine
) -> Iterator[PostgreSQL]:
    """PostgreSQL as it is often found: md5, trust, plaintext. Shared: change nothing that is not put back."""
    setup = (
        f"create role app login password {quoted(APP_PASSWORD)}",
        "create role reporting login",
        "create database orders owner app",
    )
    with (
        needed(),
        postgresql_server.postgresql(
            tmp_path_factory.mktemp("postgresql-weak"),
            tls=certificates,
            certificate="nine_days_left",
            settings=forms.POSTGRESQL_WEAK,
            hba=forms.POSTGRESQL_WEAK_HBA,
            setup=setup,
            engine=postgresql_engine,
        ) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def redis_strong(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, redis_engine: Engine
) -> Iterator[Redis]:
    """A hardened Redis over TLS only. Shared: change nothing that is not put back."""
    settings, users = forms.redis_strong(hashlib.sha256(APP_PASSWORD.encode()).hexdigest())
    place = tmp_path_factory.mktemp("redis-strong")
    with (
        needed(),
        redis_server.redis(place, tls=certificates, settings=settings, users=users, engine=redis_engine) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def redis_weak(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, redis_engine: Engine
) -> Iterator[Redis]:
    """Redis as it is often found: a plaintext listener beside TLS and a password from every list. Shared."""
    place, settings = tmp_path_factory.mktemp("redis-weak"), forms.redis_weak(redis_engine)
    with (
        needed(),
        redis_server.redis(
            place,
            tls=certificates,
            certificate="nine_days_left",
            settings=settings,
            plaintext=True,
            engine=redis_engine,
        ) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def application_strong(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Application]:
    """The example application, hardened, over https."""
    with (
        needed(),
        application_server.application(
            tmp_path_factory.mktemp("application-strong"),
            environment=forms.application_strong(secrets.token_hex(32)),
            tls=certificates,
            options=forms.HIDDEN_SERVER_HEADER,
        ) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def application_weak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The example application as it is often found, over http."""
    place = tmp_path_factory.mktemp("application-weak")
    with needed(), application_server.application(place, environment=forms.application_weak()) as server:
        yield server
