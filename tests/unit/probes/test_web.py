"""Addresses and answers of HTTP, without a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import SilentSource
from scanner.probes import web
from scanner.probes.channel import Channel, Endpoint
from scanner.probes.web import Reply, Site

SITE = Site("https", "a.com", 443, Endpoint("a.com", 443, "192.0.2.1"))


class Recorded(Channel):
    """A channel that hands out bytes in pieces and then the end of the stream."""

    def __init__(self, data: bytes, size: int = 7) -> None:
        self._pieces = [data[start : start + size] for start in range(0, len(data), size)]

    def receive(self, limit: int = 65536) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def read(data: bytes, method: str = "GET") -> Reply:
    return web._read(Recorded(data), method, SITE)


@pytest.mark.parametrize(
    ("url", "host", "connect", "expected"),
    [
        ("http://127.0.0.1", "", "", ("http://127.0.0.1", "127.0.0.1:80", "")),
        ("https://127.0.0.1:8443/api/", "", "", ("https://127.0.0.1:8443", "127.0.0.1:8443", "/api")),
        ("https://app.example", "", "127.0.0.1:9", ("https://app.example", "app.example:9", "")),
        ("https://user:pw@127.0.0.1/x?q=1", "", "", ("https://127.0.0.1", "127.0.0.1:443", "/x")),
        ("http://127.0.0.1:8000", "app.example", "", ("http://app.example:8000", "app.example:8000", "")),
        ("http://[::1]:8000", "", "", ("http://[::1]:8000", "[::1]:8000", "")),
    ],
)
def test_where_requests_go(url: str, host: str, connect: str, expected: tuple[str, str, str]) -> None:
    found = web.site(url, host, connect)
    assert (str(found), str(found.endpoint), found.prefix) == expected


@pytest.mark.parametrize(
    ("url", "host", "connect"),
    [("", "", ""), ("x", "", ""), ("ftp://127.0.0.1", "", ""), ("http://127.0.0.1:x", "", ""),
     ("http://127.0.0.1", "a b", ""), ("http://127.0.0.1", "", "h:x"), ("http://127.0.0.1", "a\r\nX: y", "")],
)  # fmt: skip
def test_an_address_that_cannot_be_used_says_so(url: str, host: str, connect: str) -> None:
    with pytest.raises(SilentSource) as silence:
        web.site(url, host, connect)
    assert silence.value.remedy


def test_every_header_is_kept_and_found_in_any_case() -> None:
    found = read(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 2\r\n\r\nok")
    assert found.all("SET-COOKIE") == ["a=1", "b=2"]
    assert (found.first("set-cookie"), found.first("none"), found.body) == ("a=1", "", b"ok")
    assert "a=1" not in repr(found), "headers may hold a session"


def test_chunks_are_joined_and_an_early_end_keeps_the_headers() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    assert read(chunked).body == b"ok"
    assert read(b"HTTP/1.1 404 Not Found\r\nContent-Length: 99\r\n\r\nshort").status == 404
    assert read(b"HTTP/1.1 204 No Content\r\n\r\n").status == 204


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"HTTP/1.1",
        b"HTTP/1.1 abc\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_no_answer_says_so(data: bytes) -> None:
    with pytest.raises(SilentSource, match=r"https://a\.com") as silence:
        read(data)
    assert silence.value.remedy


def test_headers_without_end_are_refused() -> None:
    with pytest.raises(SilentSource, match="more than"):
        web._read(Recorded(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000, 65_536), "GET", SITE)


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_make_it_fail_otherwise(data: bytes, with_status: bool) -> None:
    try:
        found = read((b"HTTP/1.1 200 OK\r\n" if with_status else b"") + data)
    except SilentSource as silence:
        assert silence.remedy
    else:
        assert isinstance(found.status, int)
