"""What is read from a certificate agrees with a full library, and no bytes can make the reader fail in another way."""

from __future__ import annotations

import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Known, Unresolved
from scanner.probes.certificate import UnreadableCertificate, contents, read

EC_KEY = ec.generate_private_key(ec.SECP384R1())
MOMENT = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)


def der(
    names: list[str] = [],  # noqa: B006 - never changed
    addresses: list[str] = [],  # noqa: B006 - never changed
    *,
    until: datetime.datetime = MOMENT + datetime.timedelta(days=10),
    since: datetime.datetime | None = None,
    issuer: str = "authority",
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey = EC_KEY,
) -> bytes:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder().subject_name(name("server")).issuer_name(name(issuer)).public_key(key.public_key())
        .serial_number(2**150).not_valid_before(since or until - datetime.timedelta(days=90)).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )  # fmt: skip
    general = [x509.DNSName(item) for item in names]
    others = [x509.IPAddress(ipaddress.ip_address(item)) for item in addresses]
    if general or others:
        builder = builder.add_extension(x509.SubjectAlternativeName([*general, *others]), critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(serialization.Encoding.DER)


LABEL = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)
HOST = st.lists(LABEL, min_size=2, max_size=4).map(".".join)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(HOST, max_size=5),
    st.lists(st.ip_addresses().map(str), max_size=5),
    st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2200, 1, 1)),
)
def test_what_is_read_is_what_was_written(names: list[str], addresses: list[str], until: datetime.datetime) -> None:
    until = until.replace(microsecond=0, tzinfo=datetime.UTC)
    found = read(der(names, addresses, until=until, since=datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)))
    assert found.not_after == until
    assert found.dns_names == tuple(names)
    assert found.addresses == tuple(addresses)
    assert (found.key_algorithm, found.key_bits, found.signature_hash, found.self_signed) == (
        "P-384", 384, "sha256", False,
    )  # fmt: skip
    assert all(found.matches(name) for name in (*names, *addresses))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (rsa.generate_private_key(65537, 1024), ("RSA", 1024, "sha256")),
        (ed25519.Ed25519PrivateKey.generate(), ("Ed25519", 256, "Ed25519")),
        (ec.generate_private_key(ec.SECP256R1()), ("P-256", 256, "sha256")),
    ],
)
def test_keys_are_named_with_their_size(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, expected: tuple[str, int, str]
) -> None:
    found = read(der(key=key))
    assert (found.key_algorithm, found.key_bits, found.signature_hash) == expected


def test_issuer_equal_to_subject_is_self_signed() -> None:
    assert read(der(issuer="server")).self_signed


@pytest.mark.parametrize(
    ("name", "host", "expected"),
    [
        ("db.example.com", "DB.example.com.", True),
        ("*.example.com", "db.example.com", True),
        ("*.example.com", "a.db.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.com", "example.com", False),
        ("*", "localhost", False),
        ("d*.example.com", "db.example.com", False),
        ("db.example.com", "db.example.com.evil.test", False),
        ("127.0.0.1", "127.0.0.1", False),
    ],
)
def test_a_name_matches_as_clients_read_it(name: str, host: str, expected: bool) -> None:
    assert read(der([name])).matches(host) is expected


def test_the_common_name_alone_matches_nothing() -> None:
    assert not read(der()).matches("server")


def test_an_address_matches_in_any_spelling() -> None:
    found = read(der(addresses=["::1"]))
    assert found.matches("0:0:0:0:0:0:0:1")
    assert not found.matches("127.0.0.1")


def test_days_are_whole_and_negative_after_the_end() -> None:
    found = read(der())
    assert found.days_left(MOMENT) == 10
    assert found.days_left(MOMENT + datetime.timedelta(seconds=1)) == 9
    assert found.days_left(MOMENT + datetime.timedelta(days=10, seconds=1)) == -1


def test_the_settings_of_a_certificate_come_with_it_or_say_why_not() -> None:
    good = contents(der(["db.example"], issuer="server"), "db.example", "2026-06-01T12:00:00Z")
    assert list(good.values()) == [Known(10), Known(True), Known(True)]
    assert all(isinstance(item, Unresolved) for item in contents(b"no", "db.example", "2026-06-01T12:00:00Z").values())


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail_in_another_way(data: bytes) -> None:
    with pytest.raises(UnreadableCertificate):
        read(data)


GOOD = der(["db.example"], ["127.0.0.1"])


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_damaged_certificate_is_read_or_refused(position: int, value: int) -> None:
    damaged = GOOD[:position] + bytes([value]) + GOOD[position + 1 :]
    try:
        assert read(damaged).not_after.tzinfo is datetime.UTC
    except UnreadableCertificate as error:
        assert str(error)


@given(st.integers(0, len(GOOD) - 1))
def test_a_shortened_certificate_is_refused(length: int) -> None:
    with pytest.raises(UnreadableCertificate):
        read(GOOD[:length])
