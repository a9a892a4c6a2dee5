"""Where a connection string leads, and why nobody is let in there.

The driver's message depends on the language of the server, so the reason is found by one startup message to the same
place: what the wire says to it is a SQLSTATE or a request, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scanner.errors import SilentSource
from scanner.probes.channel import resolve
from scanner.probes.postgresql import Answer, startup_in_the_clear, startup_over_tls

_DRIVER = re.compile(r"^(postgres(?:ql)?)\+\w+://", re.IGNORECASE)


class Silence(SilentSource):
    """Nothing was said within the time-out: asking the same address again would only take as long again."""


@dataclass(frozen=True)
class Destination:
    """Where a connection string leads, without its password."""

    host: str
    port: int
    role: str
    database: str

    @property
    def is_network(self) -> bool:
        return bool(self.host) and not self.host.startswith(("/", "@"))

    def __str__(self) -> str:
        return f"{self.host or 'the local socket'}:{self.port}"


def parameters(text: str, name: str) -> dict[str, str]:
    """The parts of a connection string. SilentSource names the variable, never its text."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        found = conninfo_to_dict(_DRIVER.sub(r"\1://", text.strip()))
    except (ProgrammingError, UnicodeError, ValueError):
        raise SilentSource(
            f"the text in {name} is not a PostgreSQL connection string",
            f"set {name} to postgresql://role:password@host:5432/database?sslmode=verify-full",
        ) from None
    return {key: str(value) for key, value in found.items() if value is not None}


def destination(given: Mapping[str, str]) -> Destination:
    """Where these parameters lead, with the driver's own defaults where they leave something out."""
    from psycopg.pq import Conninfo

    defaults = {
        item.keyword.decode(): item.val.decode("utf-8", "replace") for item in Conninfo.get_defaults() if item.val
    }
    merged = {**defaults, **{key: value for key, value in given.items() if value}}
    port = merged.get("port", "5432").split(",")[0]
    role = merged.get("user", "")
    host = merged.get("host") or merged.get("hostaddr") or ""
    return Destination(host.split(",")[0], int(port) if port.isdigit() else 5432, role, merged.get("dbname") or role)


def why_not(message: str, place: Destination, variable: str, timeout: float) -> SilentSource:
    """Why no session came about, as one startup message to the same place tells it."""
    said = f" (the driver says: {message})" if message else ""
    words = {"place": place, "role": place.role, "database": place.database, "variable": variable}
    if not place.is_network:
        return SilentSource(
            f"no connection to {place}{said}", f"check that the server runs and that {variable} names its socket"
        )
    try:
        endpoint = resolve(place.host, place.port)
    except (OSError, UnicodeError):
        return SilentSource(f"the name {place.host} does not resolve", f"correct the host in {variable}")
    offer = startup_over_tls(endpoint, place.role, place.database, timeout)
    if offer.answer is Answer.NO_TLS:
        offer = startup_in_the_clear(endpoint, place.role, place.database, timeout)
    if offer.answer is Answer.TIMEOUT:
        return silence(place, timeout)
    reason, remedy = _TOLD.get(offer.answer, _TOLD[Answer.ERROR])
    return SilentSource(f"{reason.format(**words)}{said}", remedy.format(**words, state=offer.detail))


def silence(place: Destination, timeout: float) -> Silence:
    return Silence(
        f"{place} accepts no connection or says nothing within {timeout:g} s",
        f"open the way to {place} from here, or raise the time-out",
    )


_ASKED = (
    "no session at {place} as role {role}, although the server answers",
    "check the role's password, sslmode and sslrootcert in {variable}, and that the role may connect to {database}",
)
_TOLD: dict[Answer, tuple[str, str]] = {
    Answer.UNREACHABLE: ("nothing listens at {place}", "start the server, or correct host and port in {variable}"),
    Answer.CLOSED: ("{place} ends the connection without an answer", "check that PostgreSQL listens at {place}"),
    Answer.NOT_POSTGRESQL: ("what listens at {place} is not PostgreSQL", "correct host and port in {variable}"),
    Answer.NO_TLS: ("{place} does not answer as PostgreSQL does", "correct host and port in {variable}"),
    Answer.REFUSED: (
        "{place} does not let role {role} in from here (SQLSTATE 28000)",
        "add as first line of pg_hba.conf: hostssl {database} {role} <address of the scanner>/32 scram-sha-256",
    ),
    Answer.ERROR: ("{place} refuses sessions", "the server answers with SQLSTATE {state}; see its log"),
} | {answer: _ASKED for answer in Answer if answer.lets_in}
