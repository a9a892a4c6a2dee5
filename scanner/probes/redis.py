"""What a Redis or Valkey server says to a client that has not logged in.

One inline ``PING`` is sent, in the clear or over TLS, and the first line of the answer is classified by its prefix. No
password is ever tried: each guess would stand in the server's ACL log. That nobody listens in the clear counts only
beside a control, an answer of the same server in the same scan; without one a refusal says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.model import Content, Known, Unresolved
from scanner.probes import tls
from scanner.probes.channel import Channel, Deadline, Endpoint, connect

MAX_LINE = 1_024
TLS_RECORD_TYPES = (20, 21, 22)


class Reply(StrEnum):
    """What came back."""

    OPEN = "open"
    """The command was answered without a login."""
    NEEDS_LOGIN = "needs_login"
    NO_PERMISSION = "no_permission"
    """Logged in without a password, as a user who may not run the command."""
    PROTECTED = "protected"
    """Protected mode turns this address away."""
    OTHER = "other"
    """Another line of the Redis protocol, such as an error while it loads."""
    REFUSED = "refused"
    """Nobody listens there, for this address."""
    CLOSED = "closed"
    """Closed without a word, or answered by a TLS alert: no plaintext here."""
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    NOT_REDIS = "not_redis"
    NO_TLS = "no_tls"


SPEAKS = frozenset({Reply.OPEN, Reply.NEEDS_LOGIN, Reply.NO_PERMISSION, Reply.PROTECTED, Reply.OTHER})
"""Replies that only a Redis server gives."""


@dataclass(frozen=True)
class Ping:
    """The outcome of one ``PING`` at one endpoint."""

    endpoint: Endpoint
    reply: Reply
    over_tls: bool = False
    detail: str = ""

    def __str__(self) -> str:
        return f"{'TLS' if self.over_tls else 'plaintext'} on {self.endpoint}: {self.detail or self.reply.value}"


def ping(endpoint: Endpoint, *, over_tls: bool = False, timeout: float = 10.0) -> Ping:
    """Send ``PING`` without a login. Never raises for what a server does."""
    if over_tls:
        return _over_tls(endpoint, timeout)
    try:
        with connect(endpoint, Deadline.after(timeout)) as channel:
            return _exchange(channel, endpoint, over_tls=False)
    except TimeoutError:
        return Ping(endpoint, Reply.SILENT, detail=f"no connection within {timeout:g} s")
    except ConnectionRefusedError:
        return Ping(endpoint, Reply.REFUSED, detail="connection refused")
    except OSError as error:
        return Ping(endpoint, Reply.UNREACHABLE, detail=error.strerror or "no connection")


def _over_tls(endpoint: Endpoint, timeout: float) -> Ping:
    shaken, channel = tls.secure(endpoint, timeout=timeout)
    if channel is None:
        return Ping(endpoint, _WITHOUT_SESSION.get(shaken.outcome, Reply.CLOSED), True, shaken.detail)
    with channel:
        return _exchange(channel, endpoint, over_tls=True)


_WITHOUT_SESSION = {
    tls.Outcome.NO_TLS: Reply.NO_TLS,
    tls.Outcome.TIMEOUT: Reply.SILENT,
    tls.Outcome.UNREACHABLE: Reply.UNREACHABLE,
}


def _exchange(channel: Channel, endpoint: Endpoint, *, over_tls: bool) -> Ping:
    line = b""
    try:
        channel.send(b"PING\r\n")
        while b"\r\n" not in line and len(line) < MAX_LINE:
            chunk = channel.receive(MAX_LINE)
            if not chunk:
                break
            line += chunk
    except TimeoutError:
        return Ping(endpoint, Reply.SILENT, over_tls, f"no answer within {channel.deadline.seconds:g} s")
    except OSError:
        return Ping(endpoint, Reply.CLOSED, over_tls, "the server ended the connection")
    reply, detail = classify(line)
    return Ping(endpoint, reply, over_tls, detail)


def classify(line: bytes) -> tuple[Reply, str]:
    """What the first bytes of an answer mean."""
    for prefix, reply, detail in _PREFIXES:
        if line.startswith(prefix):
            return reply, detail
    if not line:
        return Reply.CLOSED, "the server ended the connection"
    if line[0] in TLS_RECORD_TYPES:
        return Reply.CLOSED, "answered by a TLS alert"
    if line[:1] in b"+-" and b"\r\n" in line:
        return Reply.OTHER, "answered by another line of the Redis protocol"
    return Reply.NOT_REDIS, "the answer is not the Redis protocol"


_PREFIXES = (
    (b"+PONG", Reply.OPEN, "answered without a login"),
    (b"-NOAUTH", Reply.NEEDS_LOGIN, "asks for a login"),
    (b"-NOPERM", Reply.NO_PERMISSION, "answered without a login, as a user without permission"),
    (b"-DENIED", Reply.PROTECTED, "turned away by protected mode"),
)


def plaintext_accepted(pings: Sequence[Ping], *, control: bool) -> Content:
    """Whether any of the endpoints speaks Redis in the clear. ``control``: the server answered otherwise."""
    asked = "; ".join(str(found) for found in pings)
    if any(found.reply in SPEAKS for found in pings):
        return Known(True)
    if not pings:
        return Unresolved("no port is known at which plaintext could be asked for", "name one as plaintext_port")
    open_ones = [found for found in pings if found.reply in {Reply.SILENT, Reply.UNREACHABLE}]
    if open_ones or not control:
        why = "neither accepted nor refused" if open_ones else "refused, but nothing else of this server answered"
        return Unresolved(f"plaintext was {why} ({asked})", "make the server reachable from the scanner")
    return Known(False)


def authentication_required(found: Ping) -> Content:
    """Whether a client must log in before it is served."""
    if found.reply is Reply.NEEDS_LOGIN:
        return Known(True)
    if found.reply in {Reply.OPEN, Reply.NO_PERMISSION}:
        return Known(False)
    remedies = {
        Reply.PROTECTED: "scan from an address that the server serves",
        Reply.CLOSED: "if the server asks for client certificates, judge tls-auth-clients instead",
    }
    remedy = remedies.get(found.reply, "make the server reachable from the scanner")
    return Unresolved(f"no answer that shows it ({found})", remedy)
