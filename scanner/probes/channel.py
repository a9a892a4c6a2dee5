"""Bytes to and from a server under one hard deadline, in the clear or over TLS.

Probes ask servers that may be silent, slow or no server of the expected kind at all. A time-out on a single call does
not bound a peer that sends one byte a second, so every probe carries a ``Deadline`` for its whole exchange. A name is
resolved once: all probes of a scan, and their control, speak to the same address.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from types import TracebackType

CHUNK = 65_536


@dataclass(frozen=True)
class Deadline:
    """A moment after which nothing is waited for any more."""

    seconds: float
    ends: float = field(default=0.0)

    @staticmethod
    def after(seconds: float) -> Deadline:
        return Deadline(seconds, time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left, always positive. TimeoutError when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no answer within {self.seconds:g} s")
        return left


@dataclass(frozen=True)
class Endpoint:
    """A server as people name it, and the one address that stands for it during this scan."""

    host: str
    port: int
    address: str
    family: int = socket.AF_INET

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def resolve(host: str, port: int) -> Endpoint:
    """The endpoint behind a name: IPv4 first, as most servers listen there. OSError when the name leads nowhere."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = min(found, key=lambda item: item[0] != socket.AF_INET)
    return Endpoint(host, port, str(address[0]), family)


class Channel:
    """A connected socket with the deadline of its probe. Errors are OSError; the end of the stream is empty bytes."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self.connection, self.deadline = connection, deadline

    def send(self, data: bytes) -> None:
        self.connection.settimeout(self.deadline.remaining())
        self.connection.sendall(data)

    def receive(self, limit: int = CHUNK) -> bytes:
        """What has arrived, up to ``limit`` bytes; empty when the server has closed."""
        self.connection.settimeout(self.deadline.remaining())
        return self.connection.recv(limit)

    def receive_exactly(self, count: int) -> bytes:
        """``count`` bytes, or fewer when the server closes before."""
        found = b""
        while len(found) < count:
            chunk = self.receive(count - len(found))
            if not chunk:
                break
            found += chunk
        return found

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(endpoint: Endpoint, deadline: Deadline) -> Channel:
    """A plain TCP channel. OSError when the server refuses, TimeoutError when it says nothing."""
    connection = socket.socket(endpoint.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(deadline.remaining())
        connection.connect((endpoint.address, endpoint.port))
    except BaseException:
        connection.close()
        raise
    return Channel(connection, deadline)
