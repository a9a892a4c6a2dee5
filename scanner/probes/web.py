"""One HTTP request on a connection of its own, under one deadline.

Nothing is followed, no cookie is kept, no credential is sent. Whatever a server does (silence, a byte a second, an
early end, garbage, endless headers) ends as ``SilentSource`` with what would help, within the time allowed.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast
from urllib.parse import urlsplit

from scanner.errors import SilentSource
from scanner.probes import tls
from scanner.probes.channel import Channel, Deadline, Endpoint, connect, resolve

USER_AGENT = "scanner (configuration audit; read-only)"
MAX_HEADERS = 65_536
MAX_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Site:
    """Where requests go: the address, the name that is asked for, and whether TLS comes first."""

    scheme: str
    host: str
    port: int
    endpoint: Endpoint
    prefix: str = ""
    """The path of the given address, before every path that is asked for."""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, every header as it was sent, and the beginning of its body."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False, default=b"")

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value.strip() for key, value in self.headers if key.lower() == name.lower()]

    def first(self, name: str) -> str:
        """The first value of a header, empty when it is not there."""
        return next(iter(self.all(name)), "")


def site(url: str, host: str = "", connect_to: str = "") -> Site:
    """The site behind an address. ``host`` is asked for in its place, ``connect_to`` (host:port) is connected to.

    SilentSource when the address cannot be used or the name leads nowhere.
    """
    remedy = "write it as https://host or https://host:port/path"
    try:
        parts = urlsplit(url.strip())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        other = urlsplit(f"//{connect_to}")
        to, to_port = other.hostname or parts.hostname, other.port or port
    except ValueError:
        raise SilentSource("the address is no URL", remedy) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not to:
        raise SilentSource("the address is no http or https URL", remedy)
    if any(not letter.isprintable() or letter.isspace() for letter in host + parts.hostname + parts.path):
        raise SilentSource("the address holds characters that no URL has", remedy)
    try:
        found = resolve(to, to_port)
    except (OSError, UnicodeError, ValueError):
        raise SilentSource(f"the name {to} leads nowhere", "correct the address, or scan where it is known") from None
    name = host or parts.hostname
    endpoint = Endpoint(name, found.port, found.address, found.family)
    return Site(parts.scheme, name, port if not host else to_port, endpoint, parts.path.rstrip("/"))


def plain(where: Site, port: int) -> Site:
    """The same host over plain http."""
    endpoint = replace(where.endpoint, port=port)
    return replace(where, scheme="http", port=port, endpoint=endpoint)


def refuses(where: Site, timeout: float) -> bool:
    """Whether connections are refused outright, as opposed to met with silence."""
    try:
        connect(where.endpoint, Deadline.after(timeout)).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def request(
    where: Site, method: str, path: str, headers: Mapping[str, str] | None = None, timeout: float = 5.0
) -> Reply:
    """The answer to one request. SilentSource when there is none that can be read."""
    deadline = Deadline.after(timeout)
    target = (path if path.startswith("/") else f"/{path}") if path else "/"
    lines = [f"{method} {target} HTTP/1.1", f"Host: {where.authority}", f"User-Agent: {USER_AGENT}", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    text = "\r\n".join([*lines, "Connection: close", "", ""])
    if any(letter in line for line in lines for letter in "\r\n\0"):
        raise SilentSource("the request would hold a line break", "correct the path in the source")
    with _open(where, deadline, timeout) as channel:
        try:
            channel.send(text.encode("utf-8", "replace"))
            return _read(channel, method, where)
        except TimeoutError:
            raise SilentSource(
                f"{where} gave no complete answer within {timeout:g} s", f"see why {where} is slow or silent"
            ) from None
        except OSError:
            raise SilentSource(f"{where} ended the connection before it answered", f"see the log of {where}") from None


def _open(where: Site, deadline: Deadline, timeout: float) -> Channel:
    remedy = f"make {where} reachable from here"
    if where.scheme == "https":
        found, channel = tls.secure(where.endpoint, timeout=timeout, alpn=("http/1.1",))
        if channel is None:
            raise SilentSource(f"no TLS session with {where}: {found.detail or found.outcome.value}", remedy)
        channel.deadline = deadline
        return channel
    try:
        return connect(where.endpoint, deadline)
    except TimeoutError:
        raise SilentSource(f"no connection to {where} within {timeout:g} s", remedy) from None
    except OSError as error:
        raise SilentSource(f"no connection to {where}: {error.strerror or 'refused'}", remedy) from None


def _read(channel: Channel, method: str, where: Site) -> Reply:
    """Read headers and the beginning of the body, then let the standard library take them apart."""
    data = b""
    while b"\r\n\r\n" not in data and b"\n\n" not in data:
        chunk = channel.receive()
        data += chunk
        if len(data) > MAX_HEADERS:
            raise SilentSource(
                f"{where} sent more than {MAX_HEADERS:,} bytes of headers", f"see what answers at {where}"
            )
        if not chunk:
            break
        if not b"HTTP/".startswith(data[:5]) and not data.startswith(b"HTTP/"):
            break
    if data.startswith(b"HTTP/"):
        data = _with_body(channel, data)
    try:
        response = http.client.HTTPResponse(cast("socket.socket", _Recorded(data)), method=method)
        response.begin()
        body = _body(response)
    except (http.client.HTTPException, ValueError, OSError):
        shown = "nothing" if not data else "something that is no HTTP answer"
        raise SilentSource(f"{where} answered with {shown}", f"see what answers at {where}") from None
    return Reply(response.status, tuple(response.getheaders()), body)


def _with_body(channel: Channel, data: bytes) -> bytes:
    """The answer with the beginning of its body; a body that does not end does not hide the headers."""
    limit = len(data) + MAX_BODY
    try:
        while len(data) < limit and not _complete(data):
            chunk = channel.receive()
            if not chunk:
                break
            data += chunk
    except TimeoutError:
        return data
    return data


def _complete(data: bytes) -> bool:
    """Whether the body has arrived, as far as its length says."""
    head, _, body = data.partition(b"\r\n\r\n")
    lowered = head.lower()
    if b"\ncontent-length:" in lowered:
        number = lowered.split(b"\ncontent-length:", 1)[1].split(b"\r\n", 1)[0].strip()
        return number.isdigit() and len(body) >= int(number)
    if b"\ntransfer-encoding:" in lowered:
        return body.endswith(b"0\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return status in ([b"204"], [b"304"])


def _body(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(MAX_BODY)
    except (http.client.HTTPException, ValueError, OSError):
        return b""


class _Recorded:
    """Bytes that have arrived, in the place of a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object, **__: object) -> io.BytesIO:
        return io.BytesIO(self._data)
