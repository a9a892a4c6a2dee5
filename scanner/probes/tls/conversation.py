"""A handshake over a channel: the answer is read from the records that the server sends, not from an error's text."""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from functools import lru_cache
from threading import Lock

from scanner.probes.channel import Channel
from scanner.probes.tls.outcome import VERSIONS, Handshake, Outcome

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


class Conversation:
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
