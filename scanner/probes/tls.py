"""What a TLS handshake with a server proves, and what it does not.

``handshake`` offers a range of versions over a connection that a callable prepares: plain TCP, or a protocol that asks
for TLS first. The answer is read from the records themselves, so no error text is interpreted: a ServerHello means that
the server agreed to a version, even when it ends the session later because it wants a client certificate; an alert says
why it refuses.

A refusal alone proves nothing, a server that is down refuses everything. ``lowest_tls_accepted`` therefore asks upwards
until one handshake succeeds: that one is the control for all refusals before it, on the same address in the same scan.
No certificate is verified here; ``certificate`` reads what was served.
"""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from threading import Lock

from scanner.model import Content, Known, Unresolved
from scanner.probes.channel import Channel, Deadline, Endpoint, connect

VERSIONS: tuple[tuple[str, ssl.TLSVersion], ...] = (
    ("TLSv1", ssl.TLSVersion.TLSv1),
    ("TLSv1.1", ssl.TLSVersion.TLSv1_1),
    ("TLSv1.2", ssl.TLSVersion.TLSv1_2),
    ("TLSv1.3", ssl.TLSVersion.TLSv1_3),
)
"""Every version that can be asked for, lowest first, by the name that is reported."""

ANY = ("TLSv1", "TLSv1.3")

ALERT, HANDSHAKE = 21, 22
PROTOCOL_VERSION, INTERNAL_ERROR = 70, 80
ALERTS = {
    40: "handshake_failure",
    42: "bad_certificate",
    47: "illegal_parameter",
    PROTOCOL_VERSION: "protocol_version",
    71: "insufficient_security",
    INTERNAL_ERROR: "internal_error",
    86: "inappropriate_fallback",
    112: "unrecognized_name",
    116: "certificate_required",
    120: "no_application_protocol",
}


class Outcome(StrEnum):
    """How a handshake ended."""

    ACCEPTED = "accepted"
    """The server agreed to a version."""
    REFUSED = "refused"
    """The server refused by an alert."""
    POLICY = "policy"
    """The server's operating system refused although its own settings may allow it (alert internal_error)."""
    CLOSED = "closed"
    """The server ended the connection without a word."""
    TIMEOUT = "timeout"
    NO_TLS = "no_tls"
    """The server speaks, but not TLS."""
    UNREACHABLE = "unreachable"
    """No connection at all."""
    CANNOT_ASK = "cannot_ask"
    """This machine's own TLS library does not speak the version."""


class NoTLS(OSError):  # noqa: N818 - named for what it is
    """Raised by a preparing callable when the server says that it has no TLS."""


@dataclass(frozen=True)
class Handshake:
    """What came of one handshake."""

    outcome: Outcome
    version: str = ""
    cipher: str = ""
    certificate: bytes = b""
    """The served certificate as DER, unverified; empty when the handshake did not get that far."""
    finished: bool = False
    """A session was established. An accepted version may still end in a demand for a client certificate."""
    detail: str = ""


Prepare = Callable[[Endpoint, Deadline], Channel]
"""Connects and says whatever comes before TLS. OSError when it fails, NoTLS when the server has none."""


class SecureChannel(Channel):
    """A channel whose bytes go through TLS; made by ``secure``."""

    def __init__(self, channel: Channel, session: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO):
        self.deadline = channel.deadline
        self._plain, self._session, self._incoming, self._outgoing = channel, session, incoming, outgoing

    def close(self) -> None:
        self._plain.close()

    def send(self, data: bytes) -> None:
        self._session.write(data)
        self._plain.send(self._outgoing.read())

    def receive(self, limit: int = 65_536) -> bytes:
        while True:
            try:
                return self._session.read(limit)
            except ssl.SSLWantReadError:
                arrived = self._plain.receive()
                if not arrived:
                    return b""
                self._incoming.write(arrived)
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""


def handshake(
    endpoint: Endpoint,
    versions: tuple[str, str] = ANY,
    *,
    prepare: Prepare = connect,
    timeout: float = 10.0,
    alpn: tuple[str, ...] = (),
) -> Handshake:
    """One handshake that offers ``versions`` (lowest, highest). Never raises for what a server does."""
    result, channel = secure(endpoint, versions, prepare=prepare, timeout=timeout, alpn=alpn)
    if channel is not None:
        channel.close()
    return result


def secure(
    endpoint: Endpoint,
    versions: tuple[str, str] = ANY,
    *,
    prepare: Prepare = connect,
    timeout: float = 10.0,
    alpn: tuple[str, ...] = (),
) -> tuple[Handshake, SecureChannel | None]:
    """As ``handshake``, and the open channel when a session was established; the caller closes it."""
    try:
        channel = prepare(endpoint, Deadline.after(timeout))
    except NoTLS as error:
        return Handshake(Outcome.NO_TLS, detail=str(error)), None
    except TimeoutError:
        return Handshake(Outcome.TIMEOUT, detail=f"no connection to {endpoint} within {timeout:g} s"), None
    except OSError as error:
        return Handshake(Outcome.UNREACHABLE, detail=f"{endpoint}: {error.strerror or 'no connection'}"), None
    conversation = _Conversation(channel, endpoint.host, versions, alpn)
    result = conversation.run()
    if not result.finished:
        channel.close()
        return result, None
    return result, conversation.channel()


class _Conversation:
    """A handshake through memory buffers, with an eye on the first records that the server sends."""

    def __init__(self, channel: Channel, host: str, versions: tuple[str, str], alpn: tuple[str, ...]) -> None:
        self._channel, self._versions = channel, versions
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if _is_address(host) else host
        context = _context(*versions, alpn)
        self._session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name) if context else None
        self._seen = b""

    def run(self) -> Handshake:
        if self._session is None:
            return Handshake(Outcome.CANNOT_ASK, detail="this machine's TLS library does not have the version")
        try:
            while not self._step(self._session):
                pass
        except TimeoutError:
            return self._failed(Outcome.TIMEOUT, f"no TLS answer within {self._channel.deadline.seconds:g} s")
        except ssl.SSLError as error:
            return self._failed(Outcome.REFUSED if self._seen else Outcome.CANNOT_ASK, error.reason or "TLS error")
        except (OSError, ValueError):
            return self._failed(Outcome.CLOSED, "the server ended the connection during the handshake")
        cipher = self._session.cipher()
        der = self._session.getpeercert(binary_form=True) or b""
        name = (self._session.version() or "").replace("TLSv1.0", "TLSv1")
        return Handshake(Outcome.ACCEPTED, name, cipher[0] if cipher else "", der, finished=True)

    def channel(self) -> SecureChannel:
        assert self._session is not None  # noqa: S101 - only called after a finished handshake
        return SecureChannel(self._channel, self._session, self._incoming, self._outgoing)

    def _step(self, session: ssl.SSLObject) -> bool:
        try:
            session.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            arrived = self._channel.receive()
            if not arrived:
                raise ConnectionResetError from None
            self._seen = (self._seen + arrived)[:64]
            self._incoming.write(arrived)
            return False
        self._flush()
        return True

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            self._channel.send(data)

    def _failed(self, outcome: Outcome, detail: str) -> Handshake:
        """The records decide; ``outcome`` holds when they say nothing."""
        record = self._seen
        if not record:
            return Handshake(outcome, detail=detail)
        if record[0] == ALERT and len(record) >= 7:
            code = record[6]
            kind = Outcome.POLICY if code == INTERNAL_ERROR else Outcome.REFUSED
            return Handshake(kind, detail=f"alert {ALERTS.get(code, str(code))}")
        if record[0] == HANDSHAKE:
            agreed = _agreed(record)
            if agreed and _between(agreed, self._versions):
                return Handshake(Outcome.ACCEPTED, agreed, detail=f"agreed, then: {detail}")
            return Handshake(outcome, detail=detail)
        if record[0] != ALERT:
            return Handshake(Outcome.NO_TLS, detail="the server answered with something that is not TLS")
        return Handshake(outcome, detail=detail)


def _agreed(record: bytes) -> str:
    """The version of a ServerHello up to TLS 1.2, as a name. TLS 1.3 hides its own behind the number of 1.2."""
    if len(record) < 11 or record[5] != 2:
        return ""
    return {0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2"}.get(int.from_bytes(record[9:11], "big"), "")


def _between(version: str, versions: tuple[str, str]) -> bool:
    """Whether a ServerHello of that number can only mean that version, and it was offered."""
    order = [name for name, _ in VERSIONS]
    return versions[1] != "TLSv1.3" and order.index(versions[0]) <= order.index(version) <= order.index(versions[1])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return not host
    return True


_BUILDING = Lock()


@lru_cache(maxsize=32)
def _context(lowest: str, highest: str, alpn: tuple[str, ...]) -> ssl.SSLContext | None:
    """A context that offers exactly these versions with every cipher there is; None when the library cannot."""
    known = dict(VERSIONS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with _BUILDING, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = known[lowest]
            context.maximum_version = known[highest]
    except (ValueError, ssl.SSLError):
        return None
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


@dataclass(frozen=True)
class LowestVersion:
    """The lowest TLS version that a server accepts, with every handshake that shows it."""

    content: Content
    handshakes: tuple[tuple[str, Handshake], ...]
    """The version that was offered, and what came of it."""

    @property
    def accepted(self) -> Handshake | None:
        """The handshake that succeeded: the control of all refusals, and the source of the certificate."""
        return next((found for _, found in self.handshakes if found.outcome is Outcome.ACCEPTED), None)

    @property
    def speaks_no_tls(self) -> bool:
        return any(found.outcome is Outcome.NO_TLS for _, found in self.handshakes)


def lowest_tls_accepted(endpoint: Endpoint, *, prepare: Prepare = connect, timeout: float = 10.0) -> LowestVersion:
    """Ask upwards from TLS 1.0 until one version is accepted.

    Refused by alert, by the system's policy, or closed without a word counts as *not accepted* because the handshake
    that ends the search is the control. A version that timed out, or that this machine cannot speak, stays open: then
    the content is unresolved, and its alternatives are the versions that it can still be.
    """
    tried: list[tuple[str, Handshake]] = []
    for name, _ in VERSIONS:
        found = handshake(endpoint, (name, name), prepare=prepare, timeout=timeout)
        if found.outcome is Outcome.ACCEPTED:
            found = replace(found, version=name)
        tried.append((name, found))
        if found.outcome in {Outcome.ACCEPTED, Outcome.NO_TLS, Outcome.UNREACHABLE, Outcome.TIMEOUT}:
            break
    return LowestVersion(_lowest(endpoint, tried), tuple(tried))


def _lowest(endpoint: Endpoint, tried: list[tuple[str, Handshake]]) -> Content:
    last_name, last = tried[-1]
    if last.outcome is not Outcome.ACCEPTED:
        why = last.detail or last.outcome.value
        return Unresolved(f"no TLS handshake succeeded: {why}", f"make {endpoint} reachable from the scanner over TLS")
    still_open = [name for name, found in tried if found.outcome is Outcome.CANNOT_ASK]
    if not still_open:
        return Known(last_name)
    reason = f"{last_name} is accepted; whether {', '.join(still_open)} is too cannot be asked from this machine"
    return Unresolved(reason, "scan from a machine whose OpenSSL policy allows old versions", (*still_open, last_name))
