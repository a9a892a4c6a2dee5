"""What a PostgreSQL asks for before anybody has logged in is read from the protocol's bytes, never from a text."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.probes import postgresql, tls
from scanner.probes.channel import Channel, Deadline, Endpoint
from scanner.probes.postgresql import (
    Answer,
    Offer,
    request_tls,
    startup_in_the_clear,
    startup_message,
    startup_over_tls,
)

PLACE = Endpoint("db.example", 5432, "192.0.2.1")


class Scripted(Channel):
    """A channel whose other end is a function from what was sent to what comes back."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.deadline = Deadline.after(60)
        self._answer, self._waiting, self.sent, self.closed = answer, b"", b"", False

    def send(self, data: bytes) -> None:
        self.sent += data
        self._waiting += self._answer(data)

    def receive(self, limit: int = 65_536) -> bytes:
        found, self._waiting = self._waiting[:limit], self._waiting[limit:]
        return found

    def close(self) -> None:
        self.closed = True


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def request(code: int, rest: bytes = b"") -> bytes:
    return message(b"R", struct.pack("!I", code) + rest)


def error(state: str) -> bytes:
    return message(b"E", b"SFATAL\0VFATAL\0C" + state.encode() + b"\0Mein Text in einer fremden Sprache\0\0")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Scripted]:
    """Put a server in place that gives one answer."""

    def place(answer: bytes) -> Scripted:
        channel = Scripted(lambda sent: answer if sent != postgresql.TERMINATE else b"")
        monkeypatch.setattr(postgresql, "connect", lambda _endpoint, _deadline: channel)
        return channel

    return place


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (request(0), Answer.TRUST),
        (request(3), Answer.CLEARTEXT),
        (request(5, b"salt"), Answer.MD5),
        (request(7), Answer.GSS),
        (request(9), Answer.SSPI),
        (request(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"), Answer.SCRAM),
        (request(10, b"OAUTHBEARER\0\0"), Answer.OAUTH),
        (request(10, b"SOMETHING\0\0"), Answer.ERROR),
        (request(99), Answer.ERROR),
        (error("28000"), Answer.REFUSED),
        (error("53300"), Answer.ERROR),
        (message(b"v", struct.pack("!II", 0, 0)) + request(10, b"SCRAM-SHA-256\0\0"), Answer.SCRAM),
        (message(b"E", b"\0"), Answer.NOT_POSTGRESQL),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Answer.NOT_POSTGRESQL),
        (b"R\xff\xff\xff\xff", Answer.NOT_POSTGRESQL),
        (b"R\0\0\0\x08\0", Answer.CLOSED),
        (b"", Answer.CLOSED),
    ],
)
def test_each_answer_has_its_meaning(server: Callable[[bytes], Scripted], reply: bytes, expected: Answer) -> None:
    channel = server(reply)
    assert startup_in_the_clear(PLACE, "app", "orders", 5).answer is expected
    assert channel.closed


def test_an_open_door_is_closed_again_without_a_statement(server: Callable[[bytes], Scripted]) -> None:
    channel = server(request(0))
    startup_in_the_clear(PLACE, "app", "orders", 5)
    assert channel.sent == startup_message("app", "orders") + postgresql.TERMINATE


def test_an_error_is_told_by_its_state_and_never_by_its_text(server: Callable[[bytes], Scripted]) -> None:
    server(error("57P03"))
    assert startup_in_the_clear(PLACE, "app", "orders", 5) == Offer(Answer.ERROR, "57P03")


def test_the_question_for_tls_has_three_answers(server: Callable[[bytes], Scripted]) -> None:
    channel = server(b"S")
    assert request_tls(PLACE, Deadline.after(5)) is channel
    assert channel.sent == bytes.fromhex("0000000804d2162f")
    for refusal in (b"N", b"E", b"H"):
        channel = server(refusal)
        with pytest.raises(tls.NoTLS):
            request_tls(PLACE, Deadline.after(5))
        assert channel.closed
    server(b"")
    with pytest.raises(ConnectionResetError):
        request_tls(PLACE, Deadline.after(5))


def test_without_tls_there_is_no_answer_over_tls(server: Callable[[bytes], Scripted]) -> None:
    server(b"N")
    assert startup_over_tls(PLACE, "app", "orders", 5).answer is Answer.NO_TLS


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_can_add_a_field_to_the_startup_message(role: str, database: str) -> None:
    try:
        built = startup_message(role, database)
    except UnicodeEncodeError:
        return
    assert int.from_bytes(built[:4], "big") == len(built)
    assert built[8:].count(b"\0") == 7


@given(st.binary(max_size=100))
def test_no_bytes_raise_and_only_a_request_lets_in(reply: bytes) -> None:
    channel = Scripted(lambda _sent: reply)
    offer = postgresql._ask(lambda: channel, "app", "orders")
    assert not offer.answer.lets_in or reply.startswith((b"R", b"v"))
