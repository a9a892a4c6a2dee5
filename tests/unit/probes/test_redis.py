"""What an answer without a login means, and what a refusal is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Known, Unresolved
from scanner.probes.channel import Endpoint
from scanner.probes.redis import Ping, Reply, authentication_required, classify, plaintext_accepted

HERE = Endpoint("cache.example", 6379, "127.0.0.1")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"+PONG\r\n", Reply.OPEN),
        (b"-NOAUTH Authentication required.\r\n", Reply.NEEDS_LOGIN),
        (b"-NOPERM this user has no permissions\r\n", Reply.NO_PERMISSION),
        (b"-DENIED Redis is running in protected mode\r\n", Reply.PROTECTED),
        (b"-LOADING Redis is loading the dataset in memory\r\n", Reply.OTHER),
        (b"-ERR unknown command\r\n", Reply.OTHER),
        (b"", Reply.CLOSED),
        (b"\x15\x03\x01\x00\x02\x02\x46", Reply.CLOSED),
        (b"HTTP/1.1 400 Bad Request\r\n", Reply.NOT_REDIS),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Reply.NOT_REDIS),
        (b"+PO", Reply.NOT_REDIS),
    ],
)
def test_an_answer_is_classified_by_its_first_bytes(line: bytes, reply: Reply) -> None:
    assert classify(line)[0] is reply


@given(st.binary(max_size=100))
def test_any_bytes_are_classified_and_never_repeated(line: bytes) -> None:
    reply, detail = classify(line)
    assert isinstance(reply, Reply)
    assert detail.isascii()


def pings(*replies: Reply) -> list[Ping]:
    return [Ping(HERE, reply) for reply in replies]


@pytest.mark.parametrize("reply", [Reply.OPEN, Reply.NEEDS_LOGIN, Reply.NO_PERMISSION, Reply.PROTECTED, Reply.OTHER])
def test_any_word_of_the_protocol_in_the_clear_means_accepted(reply: Reply) -> None:
    assert plaintext_accepted(pings(Reply.REFUSED, reply), control=False) == Known(True)


@pytest.mark.parametrize("reply", [Reply.REFUSED, Reply.CLOSED, Reply.NOT_REDIS])
def test_a_refusal_counts_only_beside_a_control(reply: Reply) -> None:
    assert plaintext_accepted(pings(reply), control=True) == Known(False)
    assert isinstance(plaintext_accepted(pings(reply), control=False), Unresolved)


@pytest.mark.parametrize("reply", [Reply.SILENT, Reply.UNREACHABLE])
def test_silence_is_never_a_refusal(reply: Reply) -> None:
    assert isinstance(plaintext_accepted(pings(Reply.REFUSED, reply), control=True), Unresolved)


def test_without_a_port_nothing_is_claimed() -> None:
    assert isinstance(plaintext_accepted([], control=True), Unresolved)


@pytest.mark.parametrize(
    ("reply", "required"), [(Reply.NEEDS_LOGIN, True), (Reply.OPEN, False), (Reply.NO_PERMISSION, False)]
)
def test_the_answer_shows_whether_a_login_is_needed(reply: Reply, required: bool) -> None:
    assert authentication_required(Ping(HERE, reply)) == Known(required)


@pytest.mark.parametrize(
    "reply", [reply for reply in Reply if reply.value not in {"needs_login", "open", "no_permission"}]
)
def test_everything_else_leaves_it_open_with_a_remedy(reply: Reply) -> None:
    found = authentication_required(Ping(HERE, reply))
    assert isinstance(found, Unresolved)
    assert found.remedy
