"""A handshake is judged by the records that come back; a refusal counts only beside a handshake that succeeds.

The server of these tests lives in memory: no socket is opened.
"""

from __future__ import annotations

import datetime
import socket
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Known, Unresolved
from scanner.probes import certificate
from scanner.probes.channel import Channel, Deadline, Endpoint
from scanner.probes.tls import NoTLS, Outcome, Prepare, handshake, lowest_tls_accepted, secure

PLACE = Endpoint("db.example", 5432, "192.0.2.1")
MOMENT = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


class Scripted(Channel):
    """A channel whose other end is a function from what was sent to what comes back."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.deadline = Deadline.after(60)
        self._answer, self._waiting, self.closed = answer, b"", False

    def send(self, data: bytes) -> None:
        self._waiting += self._answer(data)

    def receive(self, limit: int = 65_536) -> bytes:
        found, self._waiting = self._waiting[:limit], self._waiting[limit:]
        return found

    def close(self) -> None:
        self.closed = True


def answering(data: bytes) -> Prepare:
    return lambda _endpoint, _deadline: Scripted(lambda _sent: data)


def failing(error: OSError) -> Prepare:
    def prepare(_endpoint: Endpoint, _deadline: Deadline) -> Channel:
        raise error

    return prepare


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "db.example")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(MOMENT).not_valid_after(MOMENT + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("db.example")]), False).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def server(pem: Path, lowest: ssl.TLSVersion, highest: ssl.TLSVersion, *, ask: bool = False) -> Prepare:
    """A TLS server in memory."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = lowest, highest
    if ask:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(pem)

    def prepare(_endpoint: Endpoint, _deadline: Deadline) -> Channel:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = context.wrap_bio(incoming, outgoing, server_side=True)
        done: list[bool] = []

        def answer(data: bytes) -> bytes:
            incoming.write(data)
            try:
                if not done:
                    session.do_handshake()
                    done.append(True)
                session.write(session.read(1000))
            except ssl.SSLError:
                pass
            return outgoing.read()

        return Scripted(answer)

    return prepare


OLD, NEW = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def test_a_strong_server_is_known_by_refusals_and_the_control_that_ends_them(pem: Path) -> None:
    found = lowest_tls_accepted(PLACE, prepare=server(pem, NEW, NEW))
    assert found.content == Known("TLSv1.3")
    assert [item.outcome for _, item in found.handshakes] == [Outcome.REFUSED] * 3 + [Outcome.ACCEPTED]
    assert {item.detail for _, item in found.handshakes[:3]} == {"alert protocol_version"}
    assert found.accepted and certificate.read(found.accepted.certificate).matches("db.example")


def test_the_first_version_that_is_accepted_ends_the_search(pem: Path) -> None:
    found = lowest_tls_accepted(PLACE, prepare=server(pem, OLD, NEW))
    assert found.content == Known("TLSv1.2")
    assert [name for name, _ in found.handshakes] == ["TLSv1", "TLSv1.1", "TLSv1.2"]


def test_a_demand_for_a_client_certificate_is_no_refusal_of_the_version(pem: Path) -> None:
    found = handshake(PLACE, ("TLSv1.2", "TLSv1.2"), prepare=server(pem, OLD, OLD, ask=True))
    assert (found.outcome, found.version, found.finished) == (Outcome.ACCEPTED, "TLSv1.2", False)


def test_a_server_that_refuses_everything_proves_nothing() -> None:
    alert = bytes([21, 3, 3, 0, 2, 2, 70])
    found = lowest_tls_accepted(PLACE, prepare=answering(alert))
    assert isinstance(found.content, Unresolved)
    assert len(found.handshakes) == 4
    assert found.accepted is None


@pytest.mark.parametrize(
    ("prepare", "outcome"),
    [
        (answering(b""), Outcome.CLOSED),
        (answering(bytes([21, 3, 1, 0, 2, 2, 70])), Outcome.REFUSED),
        (answering(bytes([21, 3, 1, 0, 2, 2, 80])), Outcome.POLICY),
        (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Outcome.NO_TLS),
        (answering(b"-ERR unknown command\r\n"), Outcome.NO_TLS),
        (failing(NoTLS("no")), Outcome.NO_TLS),
        (failing(TimeoutError()), Outcome.TIMEOUT),
        (failing(ConnectionRefusedError(111, "refused")), Outcome.UNREACHABLE),
        (failing(socket.gaierror(-2, "unknown name")), Outcome.UNREACHABLE),
    ],
)
def test_each_way_to_fail_has_its_own_word(prepare: Prepare, outcome: Outcome) -> None:
    found = handshake(PLACE, ("TLSv1.2", "TLSv1.2"), prepare=prepare)
    assert (found.outcome, found.finished, found.certificate) == (outcome, False, b"")


def test_silence_ends_the_search_instead_of_multiplying_the_time_out() -> None:
    found = lowest_tls_accepted(PLACE, prepare=failing(TimeoutError()))
    assert len(found.handshakes) == 1
    assert isinstance(found.content, Unresolved)


def test_closed_without_a_word_counts_as_refused_beside_a_control(pem: Path) -> None:
    real = server(pem, NEW, NEW)
    asked: list[int] = []

    def front(endpoint: Endpoint, deadline: Deadline) -> Channel:
        asked.append(1)
        return Scripted(lambda _data: b"") if len(asked) < 4 else real(endpoint, deadline)

    found = lowest_tls_accepted(PLACE, prepare=front)
    assert found.content == Known("TLSv1.3")
    assert [item.outcome for _, item in found.handshakes[:3]] == [Outcome.CLOSED] * 3


def test_bytes_go_through_a_secured_channel(pem: Path) -> None:
    found, channel = secure(PLACE, prepare=server(pem, NEW, NEW))
    assert found.finished and channel is not None
    channel.send(b"hello")
    assert channel.receive() == b"hello"
    channel.close()


@given(st.binary(max_size=200))
def test_no_answer_raises_and_none_that_is_not_tls_is_accepted(data: bytes) -> None:
    found = handshake(PLACE, ("TLSv1", "TLSv1"), prepare=answering(data))
    assert not found.finished
    if not data.startswith(b"\x16"):
        assert found.outcome is not Outcome.ACCEPTED
