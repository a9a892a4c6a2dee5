"""Running values of the server's parameters, from ``pg_settings``.

The view speaks of the session that reads it. Its ``reset_val`` is the server-wide value only where neither the role,
the database nor the client has put another one over it; where they have, the value is not known from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.collectors.postgresql.notebook import COLLECTOR, COMPONENT, Notebook, content_of, shown
from scanner.collectors.postgresql.privileges import ALL_SETTINGS, quoted
from scanner.collectors.postgresql.queries import OWN_SETTINGS
from scanner.collectors.postgresql.texts import readable
from scanner.model import Absent, Content, Default, Known, Layer, Plane, Setting, Unresolved
from scanner.readers import connection_text

Row = Mapping[str, Any]

AUTO_FILE = "postgresql.auto.conf"

MASKED = {
    "client": "the connection string or the environment of the scanner (options, PGOPTIONS)",
    "user": "a setting of the scanner's own role",
    "database": "a setting of the database that the scanner connects to",
    "database user": "a setting of the scanner's role in this database",
    "global": "ALTER ROLE ALL",
    "session": "something that runs at login",
    "interactive": "something that runs at login",
}
"""Sources by which the reader's own session differs from the server, and where each comes from."""

NOT_PARAMETERS = frozenset({
    "server_version", "plaintext_accepted", "lowest_tls_accepted", "authentication_offered", "trust_accepted",
    "certificate_days_left", "certificate_host_matches", "certificate_self_signed", "tls_required", "connection_tls",
    "primary_conninfo_sslmode",
})  # fmt: skip
"""Scalars of the catalogue that are no parameter of the server."""


@dataclass(frozen=True)
class Settings:
    """``pg_settings`` by lower-case name, and what holds for the parameters that the session changed itself."""

    rows: Mapping[str, Row]
    before: Mapping[str, Row]
    whole: bool
    """The role sees every row; otherwise some are missing without a word."""
    role: str
    database: str

    def source(self, row: Row) -> str:
        """Where the session's value comes from, apart from the session's own statements."""
        earlier = self.before.get(row["name"])
        return str(earlier["source"] if earlier and row["name"] in OWN_SETTINGS else row["source"])


def settings(rows: Iterable[Row], before: Iterable[Row], *, whole: bool, role: str, database: str) -> Settings:
    """The rows of both queries, by name."""
    return Settings(
        {str(row["name"]).lower(): row for row in rows}, {row["name"]: row for row in before}, whole, role, database
    )


def running(notebook: Notebook, found: Settings) -> None:
    """The value of each parameter in the running server, and which of them wait for a restart."""
    for row in found.rows.values():
        setting = notebook.known(row["name"])
        if setting is None or not is_parameter(setting):
            continue
        source = found.source(row)
        chain = [f"{row['sourcefile']}:{row['sourceline']}"] if row["sourcefile"] else []
        content = _masked(row, source, found) if source in MASKED else content_now(row, setting, source)
        notes = [f"source: {source}"] + ["a new value waits for a restart"] * bool(row["pending_restart"])
        layer = Layer(0, "ALTER SYSTEM" if is_auto(row) else source)
        notebook.observe(
            Plane.RUNNING, row["name"], content, "pg_settings", layer=layer, chain=chain, note="; ".join(notes)
        )
    for setting in missing(notebook, found):
        if found.whole:
            notebook.observe(
                Plane.RUNNING, setting.name, Absent(), "pg_settings", note="the server has no such setting"
            )
    sslmode(notebook, Plane.RUNNING, found.rows.get("primary_conninfo"), "reset_val", "pg_settings", found.whole)
    _waiting(notebook, found)


def hidden(notebook: Notebook, found: Settings, planes: Iterable[Plane]) -> None:
    """The gap that a role without ``pg_read_all_settings`` leaves: rows are missing without an error."""
    if found.whole:
        return
    names = [setting.name for setting in missing(notebook, found)] + ["primary_conninfo_sslmode", "config_errors"]
    for plane in planes:
        notebook.gap(
            plane,
            f"role {found.role} does not see every row of pg_settings",
            ALL_SETTINGS.format(role=quoted(found.role)),
            names,
            "pg_settings",
        )


def missing(notebook: Notebook, found: Settings) -> list[Setting]:
    """Parameters of the catalogue that the server did not mention."""
    return [
        setting
        for setting in notebook.catalogue.of(COMPONENT)
        if setting.name.lower() not in found.rows
        and is_parameter(setting)
        and any(plane in (Plane.RUNNING, Plane.PERSISTED) for plane in dict(setting.shown_by).get(COLLECTOR, ()))
        and not any(
            alias.lower() in found.rows for kind, names in setting.aliases for alias in names if kind == COLLECTOR
        )
    ]


def persistent(notebook: Notebook) -> list[str]:
    """Everything that only the view of the configuration files shows."""
    return [
        setting.name
        for setting in notebook.catalogue.of(COMPONENT)
        if Plane.PERSISTED in dict(setting.shown_by).get(COLLECTOR, ()) and setting.name != "hba_rules"
    ]


def is_parameter(setting: Setting) -> bool:
    """Whether the setting is one that a configuration file can hold."""
    return not setting.derived and setting.type != "records" and setting.name not in NOT_PARAMETERS


def content_now(row: Row, setting: Setting, source: str) -> Content:
    """The value that a row gives; a compiled default is one by the server's own word."""
    text = row["reset_val"] or ""
    content = content_of(row["name"], readable(row, text, setting), setting)
    if isinstance(content, Known) and source == "default" and text == (row["boot_val"] or ""):
        return Default(content.raw, "pg_settings.boot_val of this server")
    return content


def _masked(row: Row, source: str, found: Settings) -> Content:
    name = row["name"]
    role, database = quoted(found.role), quoted(found.database)
    remedy = {
        "user": f"ALTER ROLE {role} RESET {name};",
        "database": f"ALTER DATABASE {database} RESET {name}; or let the scanner connect to another database",
        "database user": f"ALTER ROLE {role} IN DATABASE {database} RESET {name};",
        "global": f"ALTER ROLE ALL RESET {name};",
        "client": f"take {name} out of the connection string and of PGOPTIONS",
    }.get(source, f"let nothing set {name} when the scanner logs in")
    return Unresolved(f"masked for the scanner's session by {MASKED[source]}", remedy)


def sslmode(notebook: Notebook, plane: Plane, row: Row | None, column: str, locator: str, known: bool) -> None:
    """How the replication link asks for TLS: the one word of ``primary_conninfo`` that may be told."""
    if row is None and not known:
        return
    text = (row[column] or "") if row else ""
    parts = connection_text.parts(text) if text.strip() else {}
    content: Content
    if parts is None:
        content = Unresolved("primary_conninfo is no connection string that can be read", "check it on the server")
    elif not text.strip():
        content = Known("") if row else Absent()
    elif "?sslmode" in parts:
        content = Known(parts["?sslmode"])
    else:
        content = Default("prefer", "libpq: sslmode")
    notebook.observe(plane, "primary_conninfo_sslmode", content, locator)


def _waiting(notebook: Notebook, found: Settings) -> None:
    rows = [
        {
            "name": row["name"],
            "running": shown(row["name"], readable(row, row["reset_val"] or ""), notebook.known(row["name"])),
            "place": f"{row['sourcefile']}:{row['sourceline']}" if row["sourcefile"] else "pg_settings",
        }
        for row in found.rows.values()
        if row["pending_restart"]
    ]
    notebook.records(Plane.RUNNING, "pending_restart", rows, "pg_settings")


def is_auto(line: Row) -> bool:
    """Whether ALTER SYSTEM wrote the line."""
    return str(line["sourcefile"] or "").endswith(f"/{AUTO_FILE}")
