"""What a PostgreSQL server says before anybody has logged in.

Every connection begins with a question that costs no credentials: will you speak TLS, and what would you ask this role
for? The answer speaks for this source address, role and database only. No password is ever sent, no statement is run,
and each question is asked once, as each leaves a line in the server's log.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scanner.probes import tls
from scanner.probes.channel import Channel, Deadline, Endpoint, connect

SSL_REQUEST = struct.pack("!II", 8, 80877103)
PROTOCOL_3 = 196608
TERMINATE = b"X\0\0\0\4"
MAX_MESSAGE = 64_000
APPLICATION = "scanner-probe"

NOT_ALLOWED = "28000"
"""SQLSTATE invalid_authorization_specification: no line of pg_hba.conf lets this connection in, or one rejects it."""


class Answer(StrEnum):
    """What the server asks for, or why there is no such answer."""

    TRUST = "trust"
    CLEARTEXT = "cleartext"
    MD5 = "md5"
    SCRAM = "scram-sha-256"
    GSS = "gss"
    SSPI = "sspi"
    OAUTH = "oauth"
    REFUSED = "refused"
    """SQLSTATE 28000."""
    ERROR = "error"
    """Another error, named by its SQLSTATE."""
    NOT_POSTGRESQL = "not PostgreSQL"
    CLOSED = "closed"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    NO_TLS = "no TLS"

    @property
    def lets_in(self) -> bool:
        """The server goes on to authentication: the connection itself is allowed."""
        return self in _ASKS

    @property
    def decided(self) -> bool:
        """The server said yes or no; everything else leaves the question open."""
        return self.lets_in or self is Answer.REFUSED


_CODES = {
    0: Answer.TRUST,
    3: Answer.CLEARTEXT,
    5: Answer.MD5,
    7: Answer.GSS,
    9: Answer.SSPI,
}
_SASL = 10
_ASKS = frozenset({*_CODES.values(), Answer.SCRAM, Answer.OAUTH})


@dataclass(frozen=True)
class Offer:
    """The answer to one startup message."""

    answer: Answer
    detail: str = ""
    """A SQLSTATE, or what happened on the wire; never the server's own words."""


def request_tls(endpoint: Endpoint, deadline: Deadline) -> Channel:
    """A channel on which the server has agreed to start TLS. NoTLS when it says that it has none."""
    channel = connect(endpoint, deadline)
    try:
        channel.send(SSL_REQUEST)
        answer = channel.receive(1)
    except BaseException:
        channel.close()
        raise
    if answer == b"S":
        return channel
    channel.close()
    if answer == b"":
        raise ConnectionResetError(104, "the server ended the connection when it was asked for TLS")
    raise tls.NoTLS(
        "the server has no TLS" if answer == b"N" else "the answer to the request for TLS is not PostgreSQL's"
    )


def startup_over_tls(endpoint: Endpoint, role: str, database: str, timeout: float) -> Offer:
    """What the server asks ``role`` for over TLS."""
    found, channel = tls.secure(endpoint, prepare=request_tls, timeout=timeout)
    if channel is None:
        kind = {
            tls.Outcome.NO_TLS: Answer.NO_TLS,
            tls.Outcome.TIMEOUT: Answer.TIMEOUT,
            tls.Outcome.UNREACHABLE: Answer.UNREACHABLE,
        }.get(found.outcome, Answer.CLOSED)
        return Offer(kind, found.detail)
    return _ask(lambda: channel, role, database)


def startup_in_the_clear(endpoint: Endpoint, role: str, database: str, timeout: float) -> Offer:
    """What the server asks ``role`` for when nothing is encrypted."""
    return _ask(lambda: connect(endpoint, Deadline.after(timeout)), role, database)


def startup_message(role: str, database: str) -> bytes:
    """The first message of a session: who wants to use what."""
    pairs = ("user", role, "database", database, "application_name", APPLICATION)
    body = struct.pack("!I", PROTOCOL_3) + b"".join(text.replace("\0", "").encode() + b"\0" for text in pairs) + b"\0"
    return struct.pack("!I", len(body) + 4) + body


def _ask(opened: Callable[[], Channel], role: str, database: str) -> Offer:
    try:
        with opened() as channel:
            channel.send(startup_message(role, database))
            offer = _read(channel)
            if offer.answer.lets_in:
                channel.send(TERMINATE)
            return offer
    except TimeoutError:
        return Offer(Answer.TIMEOUT, "no answer to the startup message in time")
    except ConnectionRefusedError:
        return Offer(Answer.UNREACHABLE, "nothing listens there")
    except OSError:
        return Offer(Answer.CLOSED, "the connection ended before an answer")


def _read(channel: Channel) -> Offer:
    """The first message: a request for authentication or an error."""
    head = channel.receive_exactly(5)
    if not head:
        return Offer(Answer.CLOSED, "the server ended the connection without an answer")
    length = int.from_bytes(head[1:5], "big") - 4 if len(head) == 5 else -1
    if head[:1] not in (b"R", b"E", b"v") or not 0 <= length <= MAX_MESSAGE:
        return Offer(Answer.NOT_POSTGRESQL, "the answer is not PostgreSQL's")
    body = channel.receive_exactly(length)
    if len(body) < length:
        return Offer(Answer.CLOSED, "the server ended the connection in the middle of its answer")
    if head[:1] == b"v":
        return _read(channel)
    return _request(body) if head[:1] == b"R" else _error(body)


def _request(body: bytes) -> Offer:
    code = int.from_bytes(body[:4], "big")
    if code == _SASL:
        names = [name.decode("ascii", "replace") for name in body[4:].split(b"\0") if name]
        if any(name.startswith("SCRAM-SHA-256") for name in names):
            return Offer(Answer.SCRAM, ", ".join(names))
        if "OAUTHBEARER" in names:
            return Offer(Answer.OAUTH)
        return Offer(Answer.ERROR, "an unknown SASL mechanism")
    return Offer(_CODES[code]) if code in _CODES else Offer(Answer.ERROR, f"authentication request {code}")


def _error(body: bytes) -> Offer:
    fields = {field[:1]: field[1:] for field in body.split(b"\0") if field}
    state = fields.get(b"C", b"").decode("ascii", "replace")
    if len(state) != 5 or not state.isalnum():
        return Offer(Answer.NOT_POSTGRESQL, "an error without a SQLSTATE")
    return Offer(Answer.REFUSED if state == NOT_ALLOWED else Answer.ERROR, state)
