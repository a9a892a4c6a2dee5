"""Each certificate is wrong in exactly the way that its name says."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509

from scanner.demo.servers.certificates import Certificates, certificates

NOW = datetime.datetime(2026, 5, 1, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"), now=NOW)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found]


def test_the_good_one_names_this_host_by_name_and_address(made: Certificates) -> None:
    good = read(made.good.certificate)
    assert {"localhost", "127.0.0.1"} <= set(names(good))
    assert good.not_valid_before_utc < NOW < good.not_valid_after_utc
    good.verify_directly_issued_by(read(made.authority))


def test_the_expired_one_ended_before_now_and_is_right_otherwise(made: Certificates) -> None:
    expired = read(made.expired.certificate)
    assert expired.not_valid_after_utc < NOW
    assert "127.0.0.1" in names(expired)
    expired.verify_directly_issued_by(read(made.authority))


def test_the_short_one_has_nine_days_left(made: Certificates) -> None:
    left = read(made.nine_days_left.certificate).not_valid_after_utc - NOW
    assert left.days == 9


def test_the_wrong_one_names_another_host_only(made: Certificates) -> None:
    assert names(read(made.wrong_host.certificate)) == ["db.elsewhere.example"]


def test_a_name_in_the_subject_only_is_no_alternative_name(made: Certificates) -> None:
    certificate = read(made.name_in_subject_only.certificate)
    assert names(certificate) == []
    assert certificate.subject.rfc4514_string() == "CN=localhost"


def test_the_self_signed_one_is_its_own_issuer(made: Certificates) -> None:
    certificate = read(made.self_signed.certificate)
    assert certificate.issuer == certificate.subject
    certificate.verify_directly_issued_by(certificate)


def test_keys_are_for_their_owner_only_even_where_the_umask_is_open(made: Certificates) -> None:
    keys = [made.named(name).key for name in ("good", "expired", "self_signed", "client")]
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_only_certificates_can_be_named(made: Certificates) -> None:
    with pytest.raises(KeyError):
        made.named("authority")
