"""Servers that are silent, slow, rude or something else: each is a gap with a remedy, within the time-out."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.collectors.http import Http
from tests.support.carriers import ask, contents, raws

pytestmark = pytest.mark.live
Behaviour = Callable[[socket.socket, threading.Event], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"


@contextlib.contextmanager
def server(behave: Behaviour) -> Iterator[int]:
    """A server on loopback that treats every connection as the test says."""
    stop, listener = threading.Event(), socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behave(connection, stop)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=one, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *threads):
            thread.join(5)


def silent(connection: socket.socket, stop: threading.Event) -> None:
    stop.wait(30)


def drips(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
    while not stop.wait(0.05):
        connection.sendall(b"a")


def closes(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)


def closes_in_the_middle(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 2")


def talks_something_else(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
    connection.recv(65536)


def endless_headers(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.is_set():
        connection.sendall(b"X-Long: " + b"a" * 4096 + b"\r\n")


def many_headers(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(OK + b"X-A: b\r\n" * 500 + b"\r\nok")


def bad_status(connection: socket.socket, stop: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 \xff\xff huh\r\n\r\n")


@pytest.mark.parametrize(
    "behave",
    [silent, drips, closes, closes_in_the_middle, talks_something_else, endless_headers, many_headers, bad_status],
)
def test_a_server_that_does_not_answer_as_one_is_one_gap(behave: Behaviour, tmp_path: Path) -> None:
    started = time.monotonic()
    with server(behave) as port:
        found = ask(Http(f"http://127.0.0.1:{port}"), tmp_path, timeout=0.7)
    assert time.monotonic() - started < 5
    assert found.observations == ()
    assert found.answers == ()
    (gap,) = found.gaps
    assert gap.reason
    assert gap.remedy
    assert gap.settings == (), "it hides everything that this source could show"


@pytest.mark.parametrize("behave", [silent, closes, talks_something_else])
def test_a_server_without_tls_behind_an_https_address_is_one_gap(behave: Behaviour, tmp_path: Path) -> None:
    with server(behave) as port:
        found = ask(Http(f"https://127.0.0.1:{port}"), tmp_path, timeout=0.7)
    assert found.observations == ()
    assert "over TLS" in found.gaps[0].remedy


def test_nobody_listening_is_one_gap(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (gap,) = ask(Http(f"http://127.0.0.1:{port}"), tmp_path).gaps
    assert "no connection" in gap.reason


@pytest.mark.parametrize(
    "url", ["", "not a url", "ftp://x", "http://", "http://[::1", "http://127.0.0.1:99999", "http://a b/", "http:///x"]
)
def test_an_address_that_is_none_is_a_gap(url: str, tmp_path: Path) -> None:
    found = ask(Http(url), tmp_path)
    assert found.observations == ()
    assert found.gaps[0].remedy


def test_a_password_in_the_address_is_neither_sent_nor_said(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def listen(connection: socket.socket, stop: threading.Event) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(OK + b"\r\nok")

    with server(listen) as port:
        found = ask(Http(f"http://user:hunter22@127.0.0.1:{port}/"), tmp_path, timeout=1)
    assert seen
    assert not any(b"hunter22" in data or b"uthorization" in data or b"Cookie" in data for data in seen)
    assert "hunter22" not in repr(found)
    assert all(b"User-Agent: scanner" in data for data in seen)
    assert {data.split(b" ")[0] for data in seen} <= {b"GET", b"OPTIONS", b"TRACE"}, "nothing that changes anything"


def test_redirects_are_not_followed(tmp_path: Path) -> None:
    asked: list[bytes] = []

    def elsewhere(connection: socket.socket, stop: threading.Event) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(OK + b"\r\nok")

    with server(elsewhere) as other:

        def redirects(connection: socket.socket, stop: threading.Event) -> None:
            connection.recv(65536)
            place = f"Location: http://127.0.0.1:{other}/docs\r\nContent-Length: 0\r\n\r\n".encode()
            connection.sendall(b"HTTP/1.1 302 Found\r\n" + place)

        with server(redirects) as port:
            found = ask(Http(f"http://127.0.0.1:{port}"), tmp_path, timeout=1)
    assert asked == []
    assert raws(found)["docs_exposed"] is False
    assert raws(found)["HTTPS_REDIRECT"] is False, "it leads to http"


def test_a_server_that_stops_answering_costs_only_what_was_not_asked_yet(tmp_path: Path) -> None:
    count = iter(range(1000))

    def tires(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        if next(count) < 1:
            connection.sendall(OK + b"Server: uvicorn\r\n\r\nok")
        else:
            stop.wait(30)

    started = time.monotonic()
    with server(tires) as port:
        found = ask(Http(f"http://127.0.0.1:{port}", origin="https://a.com"), tmp_path, timeout=0.5)
    assert time.monotonic() - started < 4, "after two silences nothing more is waited for"
    assert raws(found) == {"server_software_named": True, "HTTPS_REDIRECT": False}
    hidden = {name for gap in found.gaps for name in gap.settings}
    assert {"foreign_origin_allowed", "docs_exposed", "trace_allowed"} <= hidden


def test_hostile_headers_stay_text_and_line_breaks_are_not_sent(tmp_path: Path) -> None:
    def hostile(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(OK + b"Server: <script>\x1b[31m php/8\xff\r\nAccess-Control-Allow-Origin: *\r\n\r\nok")

    with server(hostile) as port:
        found = ask(Http(f"http://127.0.0.1:{port}", origin="https://a.com"), tmp_path, timeout=1)
        assert contents(found)["server_software_named"]
        assert raws(found)["foreign_origin_allowed"] is True
        broken = ask(Http(f"http://127.0.0.1:{port}", path="/a\r\nX: y"), tmp_path, timeout=1)
        assert broken.observations == ()
        injected = ask(Http(f"http://127.0.0.1:{port}", origin="https://a.com\r\nX: y"), tmp_path, timeout=1)
        assert any("origin" in gap.reason for gap in injected.gaps)


def test_a_body_that_does_not_end_does_not_hide_the_headers(tmp_path: Path) -> None:
    def streams(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nServer: uvicorn\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        stop.wait(30)

    with server(streams) as port:
        found = ask(Http(f"http://127.0.0.1:{port}", docs_paths=[]), tmp_path, timeout=0.2)
    assert raws(found)["server_software_named"] is True


def test_an_echo_of_trace_is_seen(tmp_path: Path) -> None:
    def echoes(connection: socket.socket, stop: threading.Event) -> None:
        request = connection.recv(65536)
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(request)}\r\n\r\n".encode() + request)

    with server(echoes) as port:
        assert raws(ask(Http(f"http://127.0.0.1:{port}"), tmp_path, timeout=1))["trace_allowed"] is True
