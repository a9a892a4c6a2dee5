"""What listens at the address of a PostgreSQL need not be one: each trouble ends as gaps, within its time-out."""

from __future__ import annotations

import contextlib
import resource
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner import catalogue
from scanner.collectors import Collected, Context
from scanner.collectors.postgresql import PostgreSQL
from scanner.model import Known, Plane, Target

pytestmark = pytest.mark.live

TIMEOUT = 2.0
PASSWORD = "hunter2-but-longer-Zq9"
LIVE = {Plane.RUNNING, Plane.PERSISTED, Plane.SERVED}

Behaviour = Callable[[socket.socket], None]


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


AUTHENTICATED = (
    message(b"R", struct.pack("!I", 0))
    + b"".join(
        message(b"S", f"{name}\0{value}\0".encode())
        for name, value in (
            ("server_version", "17.0"), ("client_encoding", "UTF8"), ("standard_conforming_strings", "on"),
        )
    )
    + message(b"K", struct.pack("!II", 1, 1))
    + message(b"Z", b"I")
)  # fmt: skip


@contextlib.contextmanager
def listening(behaviour: Behaviour) -> Iterator[int]:
    """A server that does ``behaviour`` with each connection, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behaviour(connection)

    def accept() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def collect(dsn: str, timeout: float = TIMEOUT, **fields: object) -> Collected:
    context = Context(
        root=Path.cwd(),
        catalogue=catalogue.shipped(),
        target=Target("db", "postgresql", "production", platform="self-managed"),
        process_environment={"DSN": dsn},
        timeout=timeout,
        now="2026-11-22T00:00:00+00:00",
    )
    return PostgreSQL("DSN", **fields).collect(context)  # type: ignore[arg-type]


def dsn(port: int) -> str:
    return (
        f"host=127.0.0.1 port={port} dbname=orders user=scanner password={PASSWORD} sslmode=prefer gssencmode=disable"
    )


def silent(connection: socket.socket) -> None:
    while connection.recv(1000):
        pass


def closing(connection: socket.socket) -> None:
    connection.recv(8)


def garbage(connection: socket.socket) -> None:
    connection.recv(8)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def dripping(connection: socket.socket) -> None:
    connection.recv(1000)
    for byte in b"E\0\0\xff\xff" + b"S" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.3)


def refusing_tls_then(after_login: Behaviour) -> Behaviour:
    """A server without TLS that lets everybody in and then does something else."""

    def behave(connection: socket.socket) -> None:
        first = connection.recv(1000)
        if len(first) == 8:
            connection.sendall(b"N")
            first = connection.recv(1000)
        if first:
            connection.sendall(AUTHENTICATED)
            after_login(connection)

    return behave


def silent_in_query(connection: socket.socket) -> None:
    silent(connection)


def closing_in_query(connection: socket.socket) -> None:
    connection.recv(100)


def garbage_in_query(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"\xff" * 5000)
    silent(connection)


def endless_rows(connection: socket.socket) -> None:
    connection.recv(100)
    name = b"name\0" + struct.pack("!IhIhih", 0, 0, 25, -1, -1, 0)
    connection.sendall(message(b"T", struct.pack("!h", 1) + name))
    row = message(b"D", struct.pack("!hI", 1, 20_000) + b"x" * 20_000)
    while True:
        connection.sendall(row)


CASES: dict[str, Behaviour] = {
    "says nothing": silent,
    "closes at once": closing,
    "is an HTTP server": garbage,
    "sends a byte now and then": dripping,
    "says nothing in a query": refusing_tls_then(silent_in_query),
    "closes in a query": refusing_tls_then(closing_in_query),
    "sends garbage in a query": refusing_tls_then(garbage_in_query),
    "sends rows without end": refusing_tls_then(endless_rows),
}


@pytest.mark.parametrize("name", CASES)
def test_a_server_that_is_none_leaves_gaps_within_its_time(name: str) -> None:
    with listening(CASES[name]) as port:
        started = time.monotonic()
        found = collect(dsn(port))
        elapsed = time.monotonic() - started
    assert elapsed < 2 * TIMEOUT
    assert {gap.plane for gap in found.gaps} >= {Plane.RUNNING, Plane.PERSISTED}
    assert not [item for item in found.observations if item.plane is not Plane.SERVED]
    assert all(gap.reason and gap.remedy for gap in found.gaps)
    assert PASSWORD not in repr(found)


@pytest.mark.parametrize("name", ["says nothing", "closes at once", "is an HTTP server", "sends a byte now and then"])
def test_a_probe_of_what_does_not_speak_postgresql_is_a_gap_on_the_served_plane(name: str) -> None:
    with listening(CASES[name]) as port:
        found = collect(dsn(port))
    assert {gap.plane for gap in found.gaps} == LIVE
    assert found.observations == ()


def test_a_port_where_nothing_listens_is_told_at_once() -> None:
    with listening(closing) as port:
        pass
    started = time.monotonic()
    found = collect(dsn(port))
    assert time.monotonic() - started < TIMEOUT
    assert {gap.plane for gap in found.gaps} == LIVE
    assert any(f"nothing listens at 127.0.0.1:{port}" in gap.reason for gap in found.gaps)


def test_a_name_that_does_not_resolve_is_told() -> None:
    found = collect(f"host=no-such-host.invalid dbname=orders user=scanner password={PASSWORD}")
    assert {gap.plane for gap in found.gaps} == LIVE
    assert PASSWORD not in repr(found)
    assert all("does not resolve" in gap.reason for gap in found.gaps)


@pytest.mark.parametrize(
    "text", ["", "  ", f"nonsense {PASSWORD}", f"postgresql://u:{PASSWORD}@[::1", f"host=x {PASSWORD}=1", "x" * 100_000]
)
def test_a_connection_string_that_is_none_is_named_by_its_variable_and_never_shown(text: str) -> None:
    found = collect(text)
    assert {gap.plane for gap in found.gaps} == LIVE
    assert all("DSN" in gap.reason for gap in found.gaps)
    assert PASSWORD not in repr(found)
    assert "xxxxxxxx" not in repr(found)


def test_a_server_without_tls_that_trusts_everybody_is_seen_for_what_it_is() -> None:
    with listening(refusing_tls_then(closing_in_query)) as port:
        found = collect(dsn(port), application_roles=["app"])
    served = {(item.setting, item.scope): item.content for item in found.observations}
    assert served["trust_accepted", "server"] == Known(True)
    assert served["plaintext_accepted", "role=app"] == Known(True)
    assert served["authentication_offered", "server"] == Known("trust")
    assert served["lowest_tls_accepted", "server"] == Known("")


def test_roles_that_were_not_asked_for_are_no_silent_pass() -> None:
    with listening(refusing_tls_then(closing_in_query)) as port:
        found = collect(dsn(port), application_roles=[f"app{number}" for number in range(12)])
    gaps = [gap for gap in found.gaps if gap.plane is Plane.SERVED]
    assert ["first 10 of 12" in gap.reason for gap in gaps] == [True]
    assert len({item.scope for item in found.observations}) == 11


def test_rows_without_end_do_not_fill_the_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with listening(CASES["sends rows without end"]) as port:
        collect(dsn(port), timeout=10.0, probe=False)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300_000  # kB
