"""What listens at the address of a Redis need not be one: each trouble ends as gaps, within its time-out."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from scanner.collectors import Collected
from scanner.model import Known, Plane
from tests.support.redis_scan import collect

pytestmark = pytest.mark.live

TIMEOUT = 1.0
PASSWORD = "hunter2-but-longer-Zq9"
Behaviour = Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(behaviour: Behaviour) -> Iterator[int]:
    """A server that does ``behaviour`` with each connection, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            behaviour(connection)

    def accept() -> None:
        while not stopped.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stopped.set()
        thread.join(5)
        listener.close()


def answering(*replies: bytes) -> Behaviour:
    """Says one reply after each thing it hears, the last one again and again."""

    def behave(connection: socket.socket) -> None:
        said = 0
        while connection.recv(65_536):
            connection.sendall(replies[min(said, len(replies) - 1)])
            said += 1

    return behave


def silent(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


def dripping(connection: socket.socket) -> None:
    connection.recv(65_536)
    for _ in range(100):
        connection.sendall(b"+")
        time.sleep(0.1)


def late(connection: socket.socket) -> None:
    """Each reply just before the patience for a single one would end."""
    connection.recv(65_536)
    connection.sendall(b"+OK\r\n")
    while data := connection.recv(65_536):
        for _ in range(max(1, data.count(b"*") // 2)):
            time.sleep(0.6 * TIMEOUT)
            connection.sendall(b"*2\r\n$4\r\nport\r\n$4\r\n6379\r\n")


def closing(connection: socket.socket) -> None:
    connection.recv(65_536)


def closing_mid_answer(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"+OK\r\n")
    connection.recv(65_536)
    connection.sendall(b"$1000\r\nredis_version:7.0.15\r\n")


def endless(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"+OK\r\n")
    connection.recv(65_536)
    connection.sendall(b"$9999999999\r\n")
    while True:
        connection.sendall(b"x" * 1_000_000)


BEHAVIOURS: dict[str, tuple[Behaviour, str]] = {
    "silent": (silent, "no answer within"),
    "one byte at a time": (dripping, "no answer within"),
    "late with every reply": (late, "no answer within"),
    "closing": (closing, "ended the connection"),
    "closing mid-answer": (closing_mid_answer, "ended the connection"),
    "without end": (endless, ""),
    "another protocol": (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not speak the Redis protocol"),
    "binary": (answering(bytes(range(128, 256)) * 4 + b"\r\n"), "does not speak the Redis protocol"),
    "numbers that are none": (answering(b"+OK\r\n", b":abc\r\n"), "does not speak the Redis protocol"),
    "nested without end": (answering(b"+OK\r\n", b"*1\r\n" * 100_000), "does not speak the Redis protocol"),
    "loading": (answering(b"-LOADING Redis is loading the dataset in memory\r\n"), "loading"),
    "wrong password": (answering(b"-WRONGPASS invalid username-password pair\r\n"), "refused the user"),
}


def told(found: Collected) -> str:
    return repr(found)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_strange_server_is_a_gap_within_its_time(name: str) -> None:
    behaviour, reason = BEHAVIOURS[name]
    with listening(behaviour) as port:
        started = time.monotonic()
        found = collect(f"redis://scanner:{PASSWORD}@127.0.0.1:{port}", timeout=TIMEOUT)
        assert time.monotonic() - started < 8 * TIMEOUT
    running = [gap for gap in found.gaps if gap.plane is Plane.RUNNING]
    assert any(reason in gap.reason for gap in running)
    assert all(gap.remedy for gap in found.gaps)
    assert "acl_users" in {setting for gap in running for setting in gap.settings}
    assert PASSWORD not in told(found)


def test_a_server_that_answers_without_end_takes_no_memory() -> None:
    with listening(endless) as port:
        tracemalloc.start()
        collect(f"redis://scanner:{PASSWORD}@127.0.0.1:{port}", timeout=TIMEOUT, probe=False)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 150_000_000


def test_a_refused_connection_hides_both_planes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = collect(f"redis://127.0.0.1:{port}", timeout=TIMEOUT)
    assert {gap.plane for gap in found.gaps} == {Plane.RUNNING, Plane.SERVED}
    assert "refused the connection" in found.gaps[0].reason
    assert found.observations == ()


def test_a_name_that_leads_nowhere_is_a_gap() -> None:
    found = collect("redis://no-such-host.invalid:6379", timeout=TIMEOUT)
    assert {gap.plane for gap in found.gaps} == {Plane.RUNNING, Plane.SERVED}
    assert found.observations == ()


def test_a_tls_port_that_speaks_no_tls_is_a_gap() -> None:
    with listening(answering(b"+PONG\r\n")) as port:
        found = collect(f"rediss://:{PASSWORD}@127.0.0.1:{port}", timeout=TIMEOUT)
    assert PASSWORD not in told(found)
    hidden = {setting for gap in found.gaps for setting in gap.settings}
    assert {"port", "lowest_tls_accepted", "certificate_days_left"} <= hidden


def test_refusals_without_any_control_prove_nothing() -> None:
    with listening(closing) as port:
        found = collect(f"rediss://127.0.0.1:{port}", timeout=TIMEOUT)
    assert not [item for item in found.observations if item.setting == "plaintext_accepted"]
    assert "plaintext_accepted" in {setting for gap in found.gaps for setting in gap.settings}


HOSTILE = "\x1b[2J<script>alert(1)</script>\u202e\r\n"


def bulk(text: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text), text)


def test_hostile_values_are_raw_text_and_nothing_more() -> None:
    evil = HOSTILE.encode() + b"\xff\xfe"
    information = bulk(b"# Server\r\nredis_version:" + evil.replace(b"\r\n", b"") + b"\r\n")
    pair = b"*2\r\n" + bulk(b"port") + bulk(evil)
    with listening(answering(b"+OK\r\n", information, pair)) as port:
        found = collect(f"redis://:{PASSWORD}@127.0.0.1:{port}", timeout=TIMEOUT, probe=False)
    contents = [item.content for item in found.observations if item.setting == "server_version"]
    assert contents
    assert isinstance(contents[0], Known)
    assert "<script>" in str(contents[0].raw)


def test_more_than_was_asked_for_is_not_looked_at() -> None:
    answer = b"*4\r\n" + bulk(b"requirepass") + bulk(PASSWORD.encode()) + bulk(b"port") + bulk(b"6379")
    with listening(answering(b"+OK\r\n", bulk(b"redis_version:7.0.15\r\n"), answer)) as port:
        found = collect(f"redis://:x@127.0.0.1:{port}", timeout=TIMEOUT, probe=False)
    assert PASSWORD not in told(found)
