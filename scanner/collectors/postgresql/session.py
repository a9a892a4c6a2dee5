"""One read-only connection, and a deadline that holds even against a server that falls silent.

Time-outs inside the server help only while it is a PostgreSQL that behaves. A watchdog therefore shuts the socket down
when the time of a statement is over; the driver sees the end of the stream and raises. Trouble is told apart by
SQLSTATE and by what the wire says to a startup message, never by the text of a message, which depends on the language
of the server. Text goes out of here only after every known secret in it has been replaced.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.collectors.postgresql.reaching import destination, silence, why_not
from scanner.readers import secrecy

if TYPE_CHECKING:
    import psycopg

Rows = list[dict[str, Any]]

MAX_ROWS = 50_000
MAX_CHARACTERS = 30_000_000
MAX_TEXT = 300

NOT_IN_ENCODING = "22021"


@dataclass(frozen=True)
class Denied:
    """A query that brought nothing, by the SQLSTATE of its error; ``08…`` means that the connection is gone."""

    sqlstate: str
    reason: str

    @property
    def lost(self) -> bool:
        return self.sqlstate.startswith("08") or self.sqlstate in {"57P01", "57P02", "57P03"}


class Session:
    """The connection of one scan. ``query`` returns rows or ``Denied`` and never raises for what the server does."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], timeout: float, secrets: Sequence[str]) -> None:
        self._connection, self._timeout, self._secrets = connection, timeout, tuple(secrets)
        self.lost: Denied | None = None

    def query(self, statement: str) -> Rows | Denied:
        """The rows of one statement, within the time-out."""
        found = self._ask(statement)
        if isinstance(found, Denied) and found.sqlstate == NOT_IN_ENCODING:
            # A database in SQL_ASCII holds any bytes; ask for them as they are.
            self._ask("set client_encoding = 'SQL_ASCII'")
            found = self._ask(statement)
        return found

    def _ask(self, statement: str) -> Rows | Denied:
        from psycopg import Error, OperationalError

        if self.lost:
            return self.lost
        try:
            with _watchdog(self._connection, self._timeout):
                if statement.startswith("set "):
                    self._connection.execute(statement.encode())
                    return []
                return self._rows(statement)
        except Error as error:
            gone = self._connection.closed or (isinstance(error, OperationalError) and not error.sqlstate)
            denied = Denied("08006" if gone else error.sqlstate or "XX000", self._say(error, gone))
        except (ValueError, OverflowError, UnicodeError):
            denied = Denied("08P01", "the server sent more than a server sends, or what cannot be read")
        if denied.lost:
            self.lost = denied
        return denied

    def _rows(self, statement: str) -> Rows:
        """Rows one by one, so that a server that never stops sending fills neither memory nor time."""
        found: Rows = []
        size = 0
        for row in self._connection.cursor().stream(statement.encode()):
            size += sum(len(str(value)) for value in row.values())
            if len(found) >= MAX_ROWS or size > MAX_CHARACTERS:
                self._connection.pgconn.finish()
                raise ValueError("too many rows")
            found.append(row)
        return found

    def _say(self, error: Exception, gone: bool) -> str:
        if gone:
            return f"the connection ended during a query, or the answer took longer than {self._timeout:g} s"
        return clean(str(error), self._secrets)


def clean(text: str, secrets: Sequence[str]) -> str:
    """One line of a driver's message, short, without the secrets that are known and those that look like one."""
    line = " ".join(text.split())
    for secret in sorted((item for item in secrets if item), key=len, reverse=True):
        line = line.replace(secret, secrecy.REDACTED)
    return secrecy.redact(line)[:MAX_TEXT]


@contextlib.contextmanager
def connected(given: Mapping[str, str], variable: str, timeout: float) -> Iterator[Session]:
    """A read-only session. SilentSource when there is none, with what the wire says about the reason."""
    import psycopg
    from psycopg.rows import dict_row

    secrets = [given.get("password", ""), given.get("sslpassword", "")]
    seconds = max(2, int(timeout))
    options: dict[str, Any] = {
        **given,
        "connect_timeout": min(seconds, int(given.get("connect_timeout") or seconds) or seconds),
        "client_encoding": "UTF8",
        "fallback_application_name": "scanner",
    }
    try:
        connection = psycopg.Connection[dict[str, Any]].connect(**options, autocommit=True, row_factory=dict_row)
    except (psycopg.Error, UnicodeError, ValueError) as error:
        place = destination(given)
        if isinstance(error, psycopg.errors.ConnectionTimeout):
            raise silence(place, timeout) from None
        raise why_not(clean(str(error), secrets), place, variable, timeout) from None
    try:
        _read_text_whatever_it_is(connection)
        yield Session(connection, timeout, secrets)
    finally:
        with _watchdog(connection, 2.0):
            connection.close()


def _read_text_whatever_it_is(connection: psycopg.Connection[Any]) -> None:
    """Bytes that are no UTF-8 (databases in SQL_ASCII hold them) become escapes instead of errors."""
    from psycopg.adapt import Loader

    class Lenient(Loader):
        def load(self, data: bytes | bytearray | memoryview) -> str:
            return bytes(data).decode("utf-8", "backslashreplace")

    for name in ("text", "varchar", "name", "bpchar", '"char"'):
        connection.adapters.register_loader(name, Lenient)


@contextlib.contextmanager
def _watchdog(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Shut the socket down when the time is over, whatever the server does."""
    try:
        own = socket.socket(fileno=os.dup(connection.fileno()))
    except Exception:  # noqa: BLE001 - a connection that is gone has no socket to guard
        yield
        return

    def end() -> None:
        with contextlib.suppress(OSError):
            own.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        own.close()
