"""Why a server does not answer: one command refused, or a connection that is of no use, in our own words.

Error texts of a server are classified by their first words and never passed on.
"""

from __future__ import annotations

import socket
import ssl
from enum import Enum

from scanner.collectors.redis.access import Access
from scanner.errors import SilentSource


class Refusal(Enum):
    """Why a server did not answer one command, while the connection stands."""

    PERMISSION = "permission"
    UNKNOWN_COMMAND = "unknown command"
    UNKNOWN_SUBCOMMAND = "unknown subcommand"
    LOGIN = "login"
    BUSY = "busy"
    OTHER = "other"


def refusal(error: Exception) -> Refusal:
    """What an error reply means, by its class and its first words."""
    text = str(error).lower()
    if type(error).__name__ in {"NoPermissionError"} or text.startswith(("noperm", "this user has no permissions")):
        return Refusal.PERMISSION
    if type(error).__name__.startswith("Authentication") or "authentication required" in text:
        return Refusal.LOGIN
    if text.startswith("unknown command") or "unknown command" in text[:30]:
        return Refusal.UNKNOWN_COMMAND
    if "unknown subcommand" in text[:40] or "wrong number of arguments" in text or "syntax" in text[:30]:
        return Refusal.UNKNOWN_SUBCOMMAND
    return Refusal.BUSY if text.startswith(("busy", "loading", "masterdown")) else Refusal.OTHER


def silence(error: BaseException, access: Access, timeout: float) -> SilentSource:
    """Why the connection is of no use, in our own words."""
    import redis

    place, causes = access.place, _causes(error)
    if any(isinstance(item, ssl.SSLCertVerificationError) for item in causes):
        found = next(item for item in causes if isinstance(item, ssl.SSLCertVerificationError))
        return SilentSource(
            f"the certificate of {place} was not accepted ({found.verify_message}), so no password was sent",
            "serve a certificate for this host name from an authority that ca_file names",
        )
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return SilentSource(f"{place} is loading its data", "scan again when it has loaded")
    if isinstance(error, redis.AuthenticationError | redis.exceptions.AuthenticationWrongNumberOfArgsError):
        return SilentSource(
            f"{place} refused the user {access.user} (wrong name or password)",
            f"correct the password of the scanner, or create the user: ACL SETUSER {access.user} on ><password> …",
        )
    if any(isinstance(item, TimeoutError | redis.TimeoutError) for item in causes):
        return SilentSource(f"{place} gave no answer within {timeout:g} s", "see why the server does not answer")
    if any(isinstance(item, ConnectionRefusedError) for item in causes):
        return SilentSource(f"{place} refused the connection", "start the server, or correct host and port")
    if any(isinstance(item, ssl.SSLError) for item in causes):
        return SilentSource(f"no TLS session with {place}", "check that the port speaks TLS and whom it lets in")
    if any(isinstance(item, socket.gaierror) for item in causes):
        return SilentSource(f"the name {access.host} leads nowhere", "correct the host")
    if isinstance(error, redis.exceptions.InvalidResponse | ValueError | RecursionError | MemoryError):
        return SilentSource(f"{place} does not speak the Redis protocol", "correct host and port")
    return SilentSource(
        f"{place} ended the connection", "check that the port is the right one (TLS or not) and whom the server lets in"
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and len(found) < 10:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
