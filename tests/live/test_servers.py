"""The throw-away servers are what they say they are, and gone when their block ends."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import stat
from pathlib import Path

import psycopg
import pytest

from scanner.demo.servers.application import Application
from scanner.demo.servers.binaries import Engine, _valkey_wheel
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.demo.servers.processes import listens
from scanner.demo.servers.redis import Redis, redis

pytestmark = pytest.mark.live


def handshake(port: int, certificates: Certificates) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(certificates.authority))
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        return context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_the_strong_postgresql_serves_its_reader_over_tls_1_3(postgresql_strong: PostgreSQL) -> None:
    with psycopg.connect(postgresql_strong.dsn) as connection:
        row = connection.execute("select version from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
        formats = connection.execute("select rolname, fmt from drift_scan.password_formats()").fetchall()
    assert row == ("TLSv1.3",)
    assert {("scanner", "scram-sha-256"), ("app", "scram-sha-256")} <= set(formats)


def test_the_strong_postgresql_refuses_plaintext(postgresql_strong: PostgreSQL) -> None:
    plain = postgresql_strong.dsn.replace("sslmode=verify-full", "sslmode=disable")
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(plain)


def test_the_weak_postgresql_lets_a_trusted_role_in_without_a_password(postgresql_weak: PostgreSQL) -> None:
    address = f"host=127.0.0.1 port={postgresql_weak.port} dbname=postgres user=reporting sslmode=disable"
    with psycopg.connect(address) as connection:
        assert connection.execute("select current_user").fetchone() == ("reporting",)


def test_a_reload_takes_a_change_and_says_when_it_could_not(
    tmp_path: Path, certificates: Certificates, postgresql_engine: Engine
) -> None:
    with postgresql(tmp_path, tls=certificates, engine=postgresql_engine) as server:
        server.sql("alter system set log_connections = on")
        assert server.sql("show log_connections") == [("off",)]
        assert server.reload()
        assert server.sql("show log_connections") == [("on",)]
        process = server.process
        server.restart()
        assert server.process is not process
        assert server.sql("show log_connections") == [("on",)]
        pid, port = server.process.pid if server.process else 0, server.port
        data = server.data_directory
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not listens(port)
    assert os.geteuid() != 0 or not data.exists() or data.is_relative_to(tmp_path)


def test_no_password_stands_on_the_command_line_of_a_server(postgresql_strong: PostgreSQL, redis_strong: Redis) -> None:
    for server, words in (
        (postgresql_strong, (postgresql_strong.password, postgresql_strong.superuser_password)),
        (redis_strong, (redis_strong.password, redis_strong.admin_password)),
    ):
        assert server.process is not None
        said = Path(f"/proc/{server.process.pid}/cmdline").read_text() if Path("/proc").is_dir() else ""
        assert not any(word in said for word in words)


def test_the_strong_redis_answers_its_looking_user_and_nobody_else(redis_strong: Redis) -> None:
    import redis as driver

    client = driver.Redis.from_url(redis_strong.url)
    assert client.acl_whoami() == "scanner"
    with pytest.raises(driver.exceptions.NoPermissionError):
        client.get("orders:1")
    client.close()
    nobody = driver.Redis.from_url(redis_strong.url_for("", ""))
    with pytest.raises(driver.exceptions.AuthenticationError):
        nobody.ping()
    nobody.close()
    assert redis_strong.plain_port == 0


def test_the_weak_redis_has_a_plaintext_listener(redis_weak: Redis) -> None:
    with socket.create_connection(("127.0.0.1", redis_weak.plain_port), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(100).startswith(b"-NOAUTH")


def test_a_redis_without_tls_gets_a_front_that_speaks_it(tmp_path: Path, certificates: Certificates) -> None:
    import redis as driver

    engine = _valkey_wheel([])
    assert engine is not None
    with redis(tmp_path / "valkey", tls=certificates, engine=engine, settings={"tls-protocols": '"TLSv1.3"'}) as server:
        assert server.front is not engine.tls
        client = driver.Redis.from_url(server.url)
        assert client.acl_whoami() == "scanner"
        client.close()
        with handshake(server.port, certificates) as connection:
            assert connection.version() == "TLSv1.3"


def test_configuration_survives_a_rewrite_and_a_restart_of_redis(tmp_path: Path, redis_engine: Engine) -> None:
    with redis(tmp_path / "redis", engine=redis_engine) as server:
        server.command("CONFIG", "SET", "maxmemory", "100mb")
        server.command("CONFIG", "REWRITE")
        server.restart()
        assert server.command("CONFIG", "GET", "maxmemory") == {"maxmemory": "104857600"}
        port = server.port
    assert not listens(port)


def test_the_application_serves_https_with_hsts_when_hardened(
    application_strong: Application, certificates: Certificates
) -> None:
    context = ssl.create_default_context(cafile=str(certificates.authority))
    connection = http.client.HTTPSConnection("127.0.0.1", application_strong.port, timeout=5, context=context)
    connection.request("GET", "/session")
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.getheader("strict-transport-security") == "max-age=31536000; includeSubDomains"
    assert answer.getheader("server") is None
    cookies = [value.lower() for value in answer.headers.get_all("set-cookie") or []]
    assert len(cookies) == 2
    assert all("secure" in cookie and "httponly" in cookie and "samesite=strict" in cookie for cookie in cookies)
    connection.close()


def test_the_weak_application_reflects_a_foreign_origin_with_credentials(application_weak: Application) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", application_weak.port, timeout=5)
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    connection.request("OPTIONS", "/orders", headers=headers)
    answer = connection.getresponse()
    assert answer.getheader("access-control-allow-origin") == "https://evil.example"
    assert answer.getheader("access-control-allow-credentials") == "true"
    connection.close()


def test_key_files_are_for_their_owner_only(certificates: Certificates) -> None:
    for name in ("good", "wrong_host", "expired", "nine_days_left", "self_signed", "client"):
        assert stat.S_IMODE(certificates.named(name).key.stat().st_mode) == 0o600
