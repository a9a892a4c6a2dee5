"""A deadline bounds a whole exchange, however slowly the other end sends."""

from __future__ import annotations

import socket
import time

import pytest

from scanner.probes.channel import Channel, Deadline, Endpoint, resolve


def test_a_deadline_that_has_passed_raises_whatever_is_asked() -> None:
    over = Deadline(1.0, time.monotonic() - 1)
    with pytest.raises(TimeoutError, match="no answer within 1 s"):
        over.remaining()


def test_bytes_that_trickle_in_do_not_move_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    near, far = socket.socketpair()
    with near, far:
        asked = Channel(near, Deadline.after(5))
        for _ in range(4):
            far.sendall(b"x")
            assert asked.receive(1) == b"x"
            now[0] += 1.5
        far.sendall(b"x")
        with pytest.raises(TimeoutError):
            asked.receive(1)


def test_fewer_bytes_than_asked_for_mean_the_end_of_the_stream() -> None:
    near, far = socket.socketpair()
    with near:
        far.sendall(b"abc")
        far.close()
        assert Channel(near, Deadline.after(5)).receive_exactly(10) == b"abc"


def test_a_name_is_resolved_once_and_ipv4_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 5432, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 5432)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answers)
    assert resolve("db.example", 5432) == Endpoint("db.example", 5432, "192.0.2.1", socket.AF_INET)


@pytest.mark.parametrize(("host", "shown"), [("db.example", "db.example:5432"), ("::1", "[::1]:5432")])
def test_an_endpoint_is_written_as_people_write_it(host: str, shown: str) -> None:
    assert str(Endpoint(host, 5432, host)) == shown
