"""Certificates for throw-away servers: one authority, one good certificate and the usual wrong ones.

The names say what is wrong. ``cryptography`` belongs to the demo extra and is imported only when they are made.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of one certificate; the key file is for its owner only."""

    name: str
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """The authority and what it signed (``self_signed`` it did not)."""

    authority: Path
    good: Certificate
    wrong_host: Certificate
    name_in_subject_only: Certificate
    expired: Certificate
    nine_days_left: Certificate
    self_signed: Certificate
    client: Certificate

    def named(self, name: str) -> Certificate:
        """The certificate of that name, such as ``expired``."""
        found = getattr(self, name)
        if not isinstance(found, Certificate):
            raise KeyError(name)
        return found


@dataclass(frozen=True, slots=True)
class _Authority:
    key: EllipticCurvePrivateKey
    certificate: x509.Certificate


def certificates(directory: Path, *, now: datetime.datetime | None = None) -> Certificates:
    """Make all of them in ``directory``, counted from ``now``."""
    from cryptography.hazmat.primitives.asymmetric import ec

    directory.mkdir(parents=True, exist_ok=True)
    at = now or datetime.datetime.now(datetime.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _Authority(key, _signed("Throw-away authority", (), key, None, (at - 400 * DAY, at + 400 * DAY)))
    _write(directory / "authority.crt", _pem(authority.certificate), 0o644)
    local, year = ("localhost", "127.0.0.1", "::1"), (at - DAY, at + 365 * DAY)

    def make(name: str, subject: str, names: tuple[str, ...], valid: tuple[datetime.datetime, datetime.datetime],
             signed_by: _Authority | None = authority) -> Certificate:  # fmt: skip
        own = ec.generate_private_key(ec.SECP256R1())
        files = Certificate(name, directory / f"{name}.crt", directory / f"{name}.key")
        _write(files.certificate, _pem(_signed(subject, names, own, signed_by, valid)), 0o644)
        _write(files.key, _pem_key(own), 0o600)
        return files

    return Certificates(
        authority=directory / "authority.crt",
        good=make("good", "localhost", local, year),
        wrong_host=make("wrong_host", "db.elsewhere.example", ("db.elsewhere.example",), year),
        name_in_subject_only=make("name_in_subject_only", "localhost", (), year),
        expired=make("expired", "localhost", local, (at - 60 * DAY, at - 10 * DAY)),
        nine_days_left=make("nine_days_left", "localhost", local, (at - 80 * DAY, at + 9 * DAY + DAY / 24)),
        self_signed=make("self_signed", "localhost", local, year, None),
        client=make("client", "app", (), year),
    )


def _signed(
    subject: str,
    names: tuple[str, ...],
    key: EllipticCurvePrivateKey,
    authority: _Authority | None,
    valid: tuple[datetime.datetime, datetime.datetime],
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    # From 3.13 on, Python refuses certificates without the extensions that the standard asks for.
    signer, is_authority = authority.key if authority else key, authority is None and not names
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(authority.certificate.subject if authority else named(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), False)
    return builder.sign(signer, hashes.SHA256())


def _usage(is_authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _pem_key(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_bytes(content)
