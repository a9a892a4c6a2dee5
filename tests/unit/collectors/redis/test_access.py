"""How a server is reached: URLs, variables, and what an error may say of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect import construct
from scanner.collectors.redis.access import from_url, from_variable, security
from scanner.collectors.redis.grants import grants
from scanner.errors import SilentSource, UserError
from scanner.project import SourceEntry


def test_a_url_is_taken_apart() -> None:
    found = from_url("rediss://app:p%40ss%2Fword@cache.example:6380/0?ssl_ca_certs=ca.pem", "URL")
    assert (found.host, found.port, found.username, found.tls, found.ca_file) == (
        "cache.example",
        6380,
        "app",
        True,
        "ca.pem",
    )
    assert found.password == "p@ss/word"


def test_a_password_alone_belongs_to_the_user_default() -> None:
    found = from_url("redis://:secret@cache.example", "URL")
    assert (found.username, found.user, found.port, found.tls) == ("", "default", 6379, False)


def test_an_address_of_version_six_is_shown_in_brackets() -> None:
    assert from_url("redis://[::1]:6380", "URL").place == "[::1]:6380"


@pytest.mark.parametrize("url", ["", "cache.example", "http://:s3cr3t@h", "redis://", "redis://u:s3cr3t@h:port"])
def test_what_is_no_url_is_silence_without_its_text(url: str) -> None:
    with pytest.raises(SilentSource) as caught:
        from_url(url, "CACHE_URL")
    assert "CACHE_URL" in str(caught.value)
    assert "s3cr3t" not in f"{caught.value}{caught.value.remedy}"


@given(st.text(max_size=60))
def test_any_text_is_a_server_or_silence(text: str) -> None:
    try:
        found = from_url(text, "URL")
    except SilentSource:
        return
    assert found.host


def test_a_password_is_never_shown() -> None:
    assert "hunter2" not in repr(from_url("redis://:hunter2@h", "URL"))


def test_a_missing_variable_names_itself_as_the_remedy() -> None:
    with pytest.raises(SilentSource) as caught:
        from_variable({}, "CACHE_URL")
    assert "CACHE_URL" in caught.value.remedy


def test_certificate_files_that_cannot_be_read_are_silence(tmp_path: Path) -> None:
    access = from_url("rediss://h?ssl_ca_certs=missing.pem", "URL")
    with pytest.raises(SilentSource):
        security(access, tmp_path)


def test_the_account_for_an_old_server_leaves_out_what_it_does_not_know() -> None:
    assert "dryrun" in grants("7.0.15")[0]
    assert "dryrun" in grants("")[0]
    assert "dryrun" not in grants("6.2.14")[0]
    assert grants("7.0", "looker")[0].startswith("ACL SETUSER looker ")


def test_a_source_without_an_address_is_a_mistake_of_the_user_before_anything_is_asked() -> None:
    entry = SourceEntry("redis", {"username": "x"}, label="redis", place="scanner.yaml:7")
    with pytest.raises(UserError, match=r"scanner\.yaml:7: .*url_env or host"):
        construct(entry)
