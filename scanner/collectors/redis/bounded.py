"""A socket for the driver that no server can keep waiting or fill without end."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any

from scanner.probes.channel import Deadline

MAX_BYTES = 16_000_000
"""What one server may say in one scan."""


@dataclass
class BoundedSocket:
    """A socket with one deadline for an exchange and a limit on what is read. Everything else passes through."""

    inner: socket.socket
    deadline: Deadline
    left: int = MAX_BYTES

    def recv(self, size: int, flags: int = 0) -> bytes:
        self._before()
        found = self.inner.recv(size, flags)
        self._after(len(found))
        return found

    def recv_into(self, *arguments: Any) -> int:
        self._before()
        count = self.inner.recv_into(*arguments)
        self._after(count)
        return count

    def sendall(self, data: bytes, flags: int = 0) -> None:
        self._before()
        self.inner.sendall(data, flags)

    def settimeout(self, _seconds: float | None) -> None:
        """The driver's own time-outs would start anew with every byte."""

    def _before(self) -> None:
        self.inner.settimeout(self.deadline.remaining())

    def _after(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise OSError("the server answers without end")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
