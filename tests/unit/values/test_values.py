"""One meaning, many spellings; and no meaning where there is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Setting
from scanner.values import TYPES, Malformed, origin, read, version_within


def a(type_: str, **more: object) -> Setting:
    return Setting("x", "postgresql", type_, **more)  # type: ignore[arg-type]


SAME = [
    (a("boolean"), ["on", "true", "True", "yes", "1", 1, True, "t", " ON "]),
    (a("boolean"), ["off", "False", "no", "0", 0, False]),
    (a("size", unit="8kB"), ["8MB", "8192kB", 1024, "1024", "0.0078125GB"]),
    (a("size"), ["100mb", "104857600", "104857600b", 104857600]),
    (a("size"), ["5k", "5000"]),
    (a("duration", unit="s"), ["1.5min", "90s", "90", 90, "90000ms"]),
    (a("duration", unit="min"), ["1440", "1d", "24h"]),
    (a("octal"), ["0600", "600", "0o600", 384]),
    (a("tls_version"), ["TLSv1.2", "TLS1_2", "tlsv1.2", "1.2", "TLS 1.2"]),
    (a("tls_version"), ["TLSv1", "TLSv1.0", "1.0"]),
    (a("log_level"), ["WARNING", "warn", "Warning", "30", 30]),
    (a("list"), ["iso, mdy", "ISO, MDY", ["ISO", "MDY"], '["iso","mdy"]']),
    (a("set"), ["ddl, role", "ROLE,DDL", ["role", "ddl"], "role ddl"]),
    (a("origins"), ['["https://A.com:443"]', "https://a.com", "https://a.com/", "['https://a.com']"]),
    (a("origins"), ["http://a.com,https://b.com:8443", "https://b.com:8443 http://a.com:80"]),
    (a("enum", choices=("off", "ddl")), ["off", "OFF", False, "false"]),
    (a("version"), ["17.4", "17.4 (Debian 17.4-1)", "v17.4"]),
]


@pytest.mark.parametrize(("setting", "spellings"), SAME, ids=lambda value: str(value)[:40])
def test_the_same_meaning_in_other_words(setting: Setting, spellings: list[object]) -> None:
    assert len({read(setting, raw).meaning for raw in spellings}) == 1


DIFFERENT = [
    (a("list"), ["mdy, iso", "iso, mdy"]),
    (a("tls_version"), ["TLSv1.2", "TLSv1.3", "SSLv3", ""]),
    (a("origins"), ["https://a.com", "http://a.com", "https://a.com.evil.example", "null", "*", "https://a.com:8443"]),
    (a("size"), ["1k", "1kb", "1"]),
    (a("duration", unit="ms"), ["0", "-1", "1"]),
]


@pytest.mark.parametrize(("setting", "spellings"), DIFFERENT, ids=lambda value: str(value)[:40])
def test_different_meanings_stay_apart(setting: Setting, spellings: list[object]) -> None:
    assert len({read(setting, raw).meaning for raw in spellings}) == len(spellings)


@pytest.mark.parametrize(
    ("setting", "raw"),
    [
        (a("boolean"), "enable"),
        (a("boolean"), "2"),
        (a("boolean"), ""),
        (a("integer"), "08x"),
        (a("integer"), "1.5"),
        (a("integer"), "Infinity"),
        (a("size"), "8 parsecs"),
        (a("octal"), "0800"),
        (a("enum", choices=("a", "b")), "c"),
        (a("tls_version"), "newest"),
        (a("log_level"), "LOUD"),
        (a("records"), ["no record"]),
        (a("string"), None),
        (a("string"), {"a": 1}),
        (a("string"), "x" * 2_000_000),
        (a("secret"), "hunter2"),
    ],
    ids=str,
)
def test_what_has_no_meaning_is_refused(setting: Setting, raw: object) -> None:
    with pytest.raises(Malformed):
        read(setting, raw)


def test_a_refused_secret_is_not_repeated() -> None:
    with pytest.raises(Malformed) as caught:
        read(a("secret"), "hunter2")
    assert "hunter2" not in str(caught.value)


def test_tls_versions_are_ordered() -> None:
    found = [read(a("tls_version"), text).meaning for text in ("", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")]
    assert found == sorted(found, key=lambda item: int(str(item)))


@pytest.mark.parametrize(
    ("text", "condition", "expected"),
    [
        ("17.4", ">=14,<18", True),
        ("17.4", "==17", True),
        ("18", "<18", False),
        ("9.6", ">=14", False),
        ("", ">=14", None),
        ("unknown", ">=14", None),
        ("7.0.15", ">=7.0.16", False),
        ("17", "", True),
        ("6.x", ">=6.2", None),
        ("6.x", ">=6", True),
        ("6", "<6.2", None),
        ("6", ">=6.0", True),
        ("6", "<6.0", False),
        ("6", "==6.2", None),
        ("6.x", ">=6.2,<6", False),
        ("7", ">=6.2", True),
    ],
)
def test_version_conditions(text: str, condition: str, expected: bool | None) -> None:
    assert version_within(text, condition) is expected


def test_a_condition_that_is_none_is_refused() -> None:
    with pytest.raises(Malformed):
        version_within("17", "new")


@given(
    st.sampled_from(sorted(TYPES)), st.one_of(st.text(), st.integers(), st.booleans(), st.floats(), st.lists(st.text()))
)
def test_any_input_has_a_meaning_or_is_refused(type_: str, raw: object) -> None:
    try:
        value = read(a(type_), raw)
    except Malformed:
        return
    hash(value.meaning)
    assert isinstance(value.text, str)


@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["kB", "MB", "GB"]))
def test_the_text_of_a_size_means_the_same_size(number: int, unit: str) -> None:
    value = read(a("size"), f"{number}{unit}")
    assert read(a("size"), value.text).meaning == value.meaning


@given(st.integers(min_value=0, max_value=10**12))
def test_whole_numbers_survive(number: int) -> None:
    assert read(a("integer"), str(number)).meaning == number == read(a("integer"), Decimal(number)).meaning


@given(st.text(max_size=200))
def test_an_origin_has_one_spelling(text: str) -> None:
    assert origin(origin(text)) == origin(text)
