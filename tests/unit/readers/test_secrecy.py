"""A secret is said to be set, weak or strong, and nothing else about it is ever said."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.readers import secrecy

PRINTABLE = st.text(string.ascii_letters + string.digits + "!$%&*+-_.", min_size=6, max_size=60)


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "DATABASE_PASSWORD",
        "db_passwd",
        "API_TOKEN",
        "requirepass",
        "masterauth",
        "DATABASE_URL",
        "aws_secret_access_key",
        "primary_conninfo",
        "redis.url",
        "PRIVATE_KEY",
        "auth_token",
    ],
)
def test_names_that_hold_secrets(name: str) -> None:
    assert secrecy.looks_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "password_encryption",
        "TOKEN_EXPIRE_MINUTES",
        "ssl_key_file",
        "CORS_ORIGINS",
        "DEBUG",
        "secret_name",
        "compass_path",
    ],
)
def test_names_that_only_look_so(name: str) -> None:
    assert not secrecy.looks_secret(name)


@pytest.mark.parametrize(
    "text", ["", "   ", "password", "PASSWORD ", "a" * 64, "abcabcabc", "Tr0ub4dor&3", "1234567890" * 4]
)
def test_weak_secrets(text: str) -> None:
    assert secrecy.present(text, {"password"}).strength == "weak"


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_hex(32), lambda: secrets.token_urlsafe(32), lambda: secrets.token_urlsafe(48)]
)
def test_random_secrets_of_the_usual_tools_are_strong(make: Callable[[], str]) -> None:
    assert {secrecy.present(make(), set()).strength for _ in range(200)} == {"strong"}


@given(PRINTABLE)
def test_what_is_said_of_a_secret_does_not_contain_it(text: str) -> None:
    told = repr(secrecy.present(text, {"password"}))
    fixed = repr(secrecy.present("password", {"password"})) + repr(secrecy.present("x" * 9, set())) + "strong"
    assert text not in told or text in fixed


@given(PRINTABLE)
def test_credentials_in_a_url_do_not_survive(text: str) -> None:
    shown = secrecy.redact(f'could not connect to "postgresql://scan:{text}@localhost:5432/db"')
    assert f":{text}@" not in shown
    assert "localhost:5432/db" in shown


@given(PRINTABLE, st.sampled_from(["password={}", "PASSWORD: {}", "pwd='{}'", 'requirepass = "{}"', "token={}"]))
def test_assignments_in_free_text_do_not_survive(text: str, form: str) -> None:
    assert secrecy.redact(f"host=db {form.format(text)} port=5432").count(secrecy.REDACTED) == 1


@given(st.binary(min_size=32, max_size=32), PRINTABLE, PRINTABLE)
def test_digests_are_equal_for_equal_texts_of_one_run_only(key: bytes, first: str, second: str) -> None:
    assert (secrecy.digest(key, first) == secrecy.digest(key, second)) is (first == second)
    assert secrecy.digest(key, first) != secrecy.digest(key[::-1] + b"x", first)


@pytest.mark.parametrize(
    "text",
    [
        "SCRAM-SHA-256$4096:salt$stored:server",
        "md5" + "0123456789abcdef" * 2,
        "user app on #" + "ab" * 32 + " ~*",
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\ntruncated",
        "AKIA" + "A1B2C3D4E5F6G7H8",
    ],
)
def test_material_is_recognised_wherever_it_stands(text: str) -> None:
    shown = secrecy.redact(f"before {text} after")
    assert secrecy.REDACTED in shown
    assert text.split("\n")[0] not in shown


def test_plain_configuration_is_left_alone() -> None:
    text = "ssl_min_protocol_version = TLSv1.2 at pg_hba.conf:12, hostssl all all 10.0.0.0/8 scram-sha-256"
    assert secrecy.redact(text) == text


def test_the_name_of_a_secret_in_a_store_is_no_secret() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/key-abc"
    assert secrecy.redact(arn) == arn
    for text in ("db:123456789012:secret=hunter2", "12345:secret:hunter2", ":123456789012:password:hunter2"):
        assert "hunter2" not in secrecy.redact(text)
