"""One read-only conversation with a Redis or Valkey server.

Only the few commands that read configuration can be sent at all, and ``CONFIG GET`` only with exact names that are not
those of secrets: the server would hand them out in the clear to anybody who may ask, and a pattern would match them.

The driver (redis-py) is loaded when a session opens. Its socket is wrapped, so that one deadline holds for each
exchange however slowly a server speaks, and so that no server can make us read without end. Nothing is tried twice.
Error texts of a server are classified by their prefix and never passed on.
"""

from __future__ import annotations

import inspect
import ssl
from collections.abc import Sequence
from typing import Any

from scanner.collectors.redis.access import Access
from scanner.collectors.redis.bounded import BoundedSocket
from scanner.collectors.redis.refusals import Refusal, refusal, silence
from scanner.errors import SilentSource
from scanner.probes.channel import Deadline, connect, resolve

SECRET_NAMES = frozenset(
    {"requirepass", "masterauth", "primaryauth", "tls-key-file-pass", "tls-client-key-file-pass", "sentinel-pass"}
)
"""Names that ``CONFIG GET`` answers in the clear. They are never sent."""

READ_ONLY = frozenset(
    {"ping", "info", "config get", "acl list", "acl whoami", "acl dryrun", "command info", "module list"}
)


class NotToBeAsked(AssertionError):  # noqa: N818 - named for what it is
    """A mistake of this program: a command that is not on the list of harmless ones."""


Reply = Any
"""Integers, text, lists of replies, None, or a ``Refusal``."""


def check(words: Sequence[str]) -> None:
    """Refuse, before the socket, whatever is not a harmless question."""
    name = " ".join(words[:2]).lower()
    if words[0].lower() not in READ_ONLY and name not in READ_ONLY:
        raise NotToBeAsked(name)
    if name == "config get":
        for asked in words[2:]:
            if asked.lower() in SECRET_NAMES or any(sign in asked for sign in "*?[]\\"):
                raise NotToBeAsked("a secret name or a pattern")


class Session:
    """An open connection. ``ask`` raises SilentSource once the connection is of no use any more."""

    def __init__(self, access: Access, context: ssl.SSLContext | None, timeout: float) -> None:
        self._access, self._context, self._timeout = access, context, timeout
        self._connection: Any = None
        self._socket: BoundedSocket | None = None
        self._broken: SilentSource | None = None

    def open(self) -> None:
        """Connect and log in. SilentSource tells what stands in the way."""
        import redis

        session = self

        class Connection(redis.Connection):
            def _connect(self) -> Any:
                session._socket = session._dial()
                return session._socket

        # Naming the client is a command of its own, which a minimal account may not run and the ACL log would keep.
        quiet = "driver_info" in inspect.signature(redis.connection.AbstractConnection.__init__).parameters
        names: dict[str, Any] = {"driver_info": None} if quiet else {"lib_name": None, "lib_version": None}
        self._connection = Connection(  # type: ignore[no-untyped-call]
            host=self._access.host,
            port=self._access.port,
            username=self._access.username or None,
            password=self._access.password or None,
            socket_timeout=self._timeout,
            protocol=2,
            **names,
        )
        self._guard(self._connection.connect)

    def _dial(self) -> BoundedSocket:
        """A connected socket, over TLS where asked for, with all of it under one deadline."""
        deadline = Deadline.after(self._timeout)
        plain = connect(resolve(self._access.host, self._access.port), deadline).connection
        if self._context is None:
            return BoundedSocket(plain, deadline)
        try:
            name = self._access.server_name or self._access.host
            plain.settimeout(deadline.remaining())
            return BoundedSocket(self._context.wrap_socket(plain, server_hostname=name), deadline)
        except BaseException:
            plain.close()
            raise

    def ask(self, *words: str) -> Reply:
        """The reply to one command."""
        return self.ask_all([words])[0]

    def ask_all(self, commands: Sequence[Sequence[str]]) -> list[Reply]:
        """The replies to several commands, sent together, all under the time limit of one call."""
        for words in commands:
            check(words)
        if self._broken:
            raise self._broken
        self._renew()
        found = []
        if commands:
            packed = self._connection.pack_commands([tuple(words) for words in commands])
            self._guard(lambda: self._connection.send_packed_command(packed, check_health=False))
        for _ in commands:
            found.append(_text(self._guard(self._read)))
        return found

    def _renew(self) -> None:
        if self._socket is not None:
            self._socket.deadline = Deadline.after(self._timeout)

    def _read(self) -> Any:
        import redis

        try:
            return self._connection.read_response()
        except redis.ResponseError as error:
            return refusal(error)
        except redis.exceptions.BusyLoadingError:
            return Refusal.BUSY
        except redis.AuthenticationError:
            return Refusal.LOGIN

    def _guard(self, act: Any) -> Any:
        """Turn whatever goes wrong with the connection into silence with a remedy."""
        import redis

        try:
            return act()
        except (redis.RedisError, OSError, ValueError, RecursionError, MemoryError) as error:
            self._broken = silence(error, self._access, self._timeout)
        self.close()
        raise self._broken

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.disconnect()


def _text(reply: Any) -> Reply:
    if isinstance(reply, bytes):
        return reply.decode("utf-8", "surrogateescape")
    if isinstance(reply, list):
        return [_text(item) for item in reply]
    if isinstance(reply, Exception):
        return refusal(reply)
    return reply
