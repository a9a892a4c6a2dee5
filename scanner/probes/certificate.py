"""What a served certificate says of itself, read from its DER bytes.

Only what rules ask for is read: the period of validity, the names it is good for, the size of its key, the signature's
hash and whether it was issued by itself. Nothing is verified: a handshake reports only the first thing that is wrong,
while these questions are asked separately. The reader is small and bounded, as the bytes come from strangers.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scanner.model import Content, Known, Unresolved

MAX_BYTES = 100_000
MAX_NAMES = 2_000

INTEGER, BIT_STRING, OBJECT_ID, UTC_TIME, GENERALIZED_TIME, SEQUENCE = 0x02, 0x03, 0x06, 0x17, 0x18, 0x30
VERSION_TAG, EXTENSIONS_TAG, DNS_NAME, IP_ADDRESS = 0xA0, 0xA3, 0x82, 0x87

SUBJECT_ALTERNATIVE_NAME = bytes.fromhex("551d11")
RSA = bytes.fromhex("2a864886f70d010101")
KEYS = {
    bytes.fromhex("2a8648ce3d030107"): ("P-256", 256),
    bytes.fromhex("2b81040022"): ("P-384", 384),
    bytes.fromhex("2b81040023"): ("P-521", 521),
    bytes.fromhex("2b8104000a"): ("secp256k1", 256),
    bytes.fromhex("2b6570"): ("Ed25519", 256),
    bytes.fromhex("2b6571"): ("Ed448", 456),
}
SIGNATURES = {
    bytes.fromhex("2a864886f70d010104"): "md5",
    bytes.fromhex("2a864886f70d010105"): "sha1",
    bytes.fromhex("2a864886f70d01010b"): "sha256",
    bytes.fromhex("2a864886f70d01010c"): "sha384",
    bytes.fromhex("2a864886f70d01010d"): "sha512",
    bytes.fromhex("2a8648ce3d0401"): "sha1",
    bytes.fromhex("2a8648ce3d040302"): "sha256",
    bytes.fromhex("2a8648ce3d040303"): "sha384",
    bytes.fromhex("2a8648ce3d040304"): "sha512",
    bytes.fromhex("2b6570"): "Ed25519",
    bytes.fromhex("2b6571"): "Ed448",
}


class UnreadableCertificate(ValueError):  # noqa: N818 - named for what it is
    """The bytes are no certificate that this reader understands."""


@dataclass(frozen=True)
class Certificate:
    """What was read from a served certificate."""

    not_before: datetime
    not_after: datetime
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...]
    key_algorithm: str
    key_bits: int
    """0 when the algorithm is not known."""
    signature_hash: str
    self_signed: bool
    """Issuer and subject are the same name."""

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires, negative when it has expired."""
        return (self.not_after - now).days

    def matches(self, host: str) -> bool:
        """Whether a client that connects to ``host`` accepts the name; the common name does not count."""
        address = _address(host)
        if address is not None:
            return any(_address(own) == address for own in self.addresses)
        return any(_name_matches(pattern, host) for pattern in self.dns_names)


def read(der: bytes) -> Certificate:
    """The certificate in DER bytes. UnreadableCertificate for anything else."""
    if not 0 < len(der) <= MAX_BYTES:
        raise UnreadableCertificate("no certificate, or one that is too large")
    try:
        return _read(der)
    except (ValueError, IndexError, StopIteration, OverflowError) as error:
        raise UnreadableCertificate(f"not a certificate: {error}") from None


def _read(der: bytes) -> Certificate:
    certificate = _only(der, SEQUENCE)
    parts = _Parts(certificate)
    body = _Parts(parts.take(SEQUENCE))
    body.skip(VERSION_TAG)
    body.take(INTEGER)
    algorithm = _Parts(body.take(SEQUENCE)).take(OBJECT_ID)
    issuer = body.take(SEQUENCE)
    validity = _Parts(body.take(SEQUENCE))
    not_before, not_after = _time(*validity.next()), _time(*validity.next())
    subject = body.take(SEQUENCE)
    key_algorithm, key_bits = _key(body.take(SEQUENCE))
    names, addresses = _alternative_names(body)
    return Certificate(
        not_before=not_before,
        not_after=not_after,
        dns_names=names,
        addresses=addresses,
        key_algorithm=key_algorithm,
        key_bits=key_bits,
        signature_hash=SIGNATURES.get(algorithm, "unknown"),
        self_signed=issuer == subject,
    )


class _Parts:
    """The members of a constructed value, one after the other."""

    def __init__(self, content: bytes) -> None:
        self._members = _members(content)
        self._ahead: tuple[int, bytes] | None = None

    def next(self) -> tuple[int, bytes]:
        if self._ahead is not None:
            found, self._ahead = self._ahead, None
            return found
        found_next = next(self._members, None)
        if found_next is None:
            raise ValueError("it ends too early")
        return found_next

    def take(self, tag: int) -> bytes:
        """The next member's content, which must have that tag."""
        found, content = self.next()
        if found != tag:
            raise ValueError(f"tag {found:#04x} where {tag:#04x} belongs")
        return content

    def skip(self, tag: int) -> None:
        """Pass over the next member if it has that tag."""
        member = self.next()
        if member[0] != tag:
            self._ahead = member

    def rest(self) -> Iterator[tuple[int, bytes]]:
        if self._ahead is not None:
            yield self.next()
        yield from self._members


def _members(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each member. One-byte tags and definite lengths only, as DER in certificates has them."""
    position = 0
    while position < len(content):
        tag, first = content[position], content[position + 1]
        position += 2
        if first >= 0x80:
            count = first & 0x7F
            if not 1 <= count <= 4:
                raise ValueError("a length that DER does not allow")
            first = int.from_bytes(content[position : position + count], "big")
            position += count
        if position + first > len(content):
            raise ValueError("a member is longer than its container")
        yield tag, content[position : position + first]
        position += first


def _only(content: bytes, tag: int) -> bytes:
    return _Parts(content).take(tag)


def _time(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii")
    if tag == UTC_TIME:
        text = ("20" if int(text[:2]) < 50 else "19") + text
    elif tag != GENERALIZED_TIME:
        raise ValueError("a time of an unknown form")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _key(content: bytes) -> tuple[str, int]:
    parts = _Parts(content)
    algorithm = _Parts(parts.take(SEQUENCE))
    identifier = algorithm.take(OBJECT_ID)
    if identifier == RSA:
        bits = parts.take(BIT_STRING)[1:]
        modulus = _Parts(_only(bits, SEQUENCE)).take(INTEGER)
        return "RSA", int.from_bytes(modulus, "big").bit_length()
    curve = next((member for tag, member in algorithm.rest() if tag == OBJECT_ID), identifier)
    return KEYS.get(curve, ("unknown", 0))


def _alternative_names(body: _Parts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names: list[str] = []
    addresses: list[str] = []
    wrapped = next((content for tag, content in body.rest() if tag == EXTENSIONS_TAG), b"")
    for _, extension in _members(_only(wrapped, SEQUENCE)) if wrapped else ():
        fields = list(_members(extension))
        if not fields or fields[0] != (OBJECT_ID, SUBJECT_ALTERNATIVE_NAME):
            continue
        for tag, value in _members(_only(fields[-1][1], SEQUENCE)):
            if len(names) + len(addresses) >= MAX_NAMES:
                raise ValueError("it holds too many names")
            if tag == DNS_NAME:
                names.append(value.decode("ascii", "replace"))
            elif tag == IP_ADDRESS and len(value) in (4, 16):
                addresses.append(str(ipaddress.ip_address(value)))
    return tuple(names), tuple(addresses)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _name_matches(pattern: str, host: str) -> bool:
    """A star stands for exactly one leftmost label, as clients read it; never for a top-level domain."""
    wanted = host.rstrip(".").lower().split(".")
    given = pattern.rstrip(".").lower().split(".")
    if not host or "" in wanted or "" in given:
        return False
    if given[0] == "*" and len(given) > 2 and len(given) == len(wanted):
        return given[1:] == wanted[1:]
    return given == wanted and "*" not in pattern


def contents(der: bytes, host: str, now: str) -> dict[str, Content]:
    """The settings that a served certificate answers, for a client that says ``host``, at the ISO time ``now``."""
    names = ("certificate_days_left", "certificate_host_matches", "certificate_self_signed")
    try:
        found = read(der)
    except UnreadableCertificate as error:
        return {name: Unresolved(f"the served certificate cannot be read: {error}") for name in names}
    moment = datetime.fromisoformat(now.replace("Z", "+00:00"))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    answers = (found.days_left(moment), found.matches(host), found.self_signed)
    return {name: Known(answer) for name, answer in zip(names, answers, strict=True)}
