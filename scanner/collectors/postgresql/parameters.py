"""Running and persisted values of the server's parameters, from ``pg_settings`` and ``pg_file_settings``.

``pg_settings`` speaks of the session that reads it. Its ``reset_val`` is the server-wide value only where neither the
role, the database nor the client has put another one over it; where they have, the value is not known from here. It
comes in base units and file modes come in decimal there, so both are written as a person would write them.

``pg_file_settings`` holds every line of every file. The last line of a name wins within ``postgresql.conf`` and its
includes, ``postgresql.auto.conf`` wins over them, and the command line over both. What no file sets has the compiled
default after a restart. ``applied`` is no help: it says only that no later line overrides this one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from scanner.collectors.postgresql.grants import ALL_SETTINGS, quoted
from scanner.collectors.postgresql.notebook import COLLECTOR, COMPONENT, Notebook, content_of, shown
from scanner.collectors.postgresql.queries import OWN_SETTINGS
from scanner.model import Absent, Content, Default, Known, Layer, Plane, Setting, TakesEffect, Unresolved
from scanner.readers import connection_text

Row = Mapping[str, Any]

FILE, AUTO, COMMAND_LINE = Layer(10, "file"), Layer(20, "ALTER SYSTEM"), Layer(30, "command line")
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

OCTAL = frozenset({"log_file_mode", "unix_socket_permissions", "data_directory_mode"})

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
        content = _masked(row, source, found) if source in MASKED else _content(row, setting, source)
        notes = [f"source: {source}"] + ["a new value waits for a restart"] * bool(row["pending_restart"])
        layer = Layer(0, "ALTER SYSTEM" if _is_auto(row) else source)
        notebook.observe(
            Plane.RUNNING, row["name"], content, "pg_settings", layer=layer, chain=chain, note="; ".join(notes)
        )
    for setting in missing(notebook, found):
        if found.whole:
            notebook.observe(
                Plane.RUNNING, setting.name, Absent(), "pg_settings", note="the server has no such setting"
            )
    _sslmode(notebook, Plane.RUNNING, found.rows.get("primary_conninfo"), "reset_val", "pg_settings", found.whole)
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


def is_parameter(setting: Setting) -> bool:
    """Whether the setting is one that a configuration file can hold."""
    return not setting.derived and setting.type != "records" and setting.name not in NOT_PARAMETERS


def persisted(notebook: Notebook, found: Settings, lines: Iterable[Row]) -> None:
    """What a restart would give each parameter, line by line and layer by layer."""
    lines = list(lines)
    winners: dict[str, dict[Layer, Row]] = defaultdict(dict)
    for line in lines:
        if line["name"]:
            winners[str(line["name"]).lower()][AUTO if _is_auto(line) else FILE] = line
    for name in sorted({*winners, *found.rows}):
        setting = notebook.known(name)
        if setting is not None and is_parameter(setting):
            _persisted(notebook, found.rows.get(name), winners.get(name, {}), setting, found)
    for setting in missing(notebook, found):
        if found.whole and setting.name.lower() not in winners:
            notebook.observe(Plane.PERSISTED, setting.name, Absent(), "pg_file_settings", note="no file sets it")
    last = winners.get("primary_conninfo", {})
    winner = last.get(AUTO) or last.get(FILE)
    known = found.whole or winner is not None
    _sslmode(notebook, Plane.PERSISTED, winner, "setting", "pg_file_settings", known)
    in_auto = [_line(notebook, line) for line in lines if line["name"] and _is_auto(line)]
    notebook.records(Plane.PERSISTED, "settings_in_auto_conf", in_auto, "pg_file_settings")
    _errors(notebook, found, lines)


def _persisted(
    notebook: Notebook, row: Row | None, winners: Mapping[Layer, Row], setting: Setting, found: Settings
) -> None:
    effect = TakesEffect.RESTART if row and row["context"] in {"postmaster", "internal"} else TakesEffect.RELOAD
    for layer, line in winners.items():
        content = content_of(line["name"], line["setting"] or "", setting)
        if line["error"] and row and not acceptable(row, line["setting"] or ""):
            content = Unresolved("the server cannot apply this line", f"correct {_place(line)}")
        notebook.observe(
            Plane.PERSISTED,
            line["name"],
            content,
            _place(line),
            layer=layer,
            chain=["pg_file_settings"],
            takes_effect=effect,
        )
    if row is None:
        return
    source = found.source(row)
    if source == "command line":
        notebook.observe(
            Plane.PERSISTED,
            row["name"],
            _content(row, setting, source),
            "command line of the server",
            layer=COMMAND_LINE,
            takes_effect=TakesEffect.RESTART,
            note="as long as the server is started with the same command line",
        )
    elif not winners:
        notebook.observe(
            Plane.PERSISTED, row["name"], _unset(row, setting, source), "pg_settings",
            takes_effect=effect, note="no file sets it",
        )  # fmt: skip


def _unset(row: Row, setting: Setting, source: str) -> Content:
    """What a parameter that no file sets has after a restart: what the server gave it itself, or the default."""
    kept = source not in MASKED and source != "configuration file"
    text = (row["reset_val"] if kept else row["boot_val"]) or ""
    content = content_of(row["name"], readable(row, text, setting), setting)
    if isinstance(content, Known) and text == (row["boot_val"] or ""):
        return Default(content.raw, "pg_settings.boot_val of this server")
    return content


def _content(row: Row, setting: Setting, source: str) -> Content:
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


def readable(row: Row, text: str, setting: Setting | None = None) -> str:
    """A number as a person would write it: with its unit, and file modes in octal."""
    if row["vartype"] not in {"integer", "real"} or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    if row["name"] in OCTAL or (setting and setting.type == "octal"):
        return f"{int(text):04o}"
    match = re.fullmatch(r"(\d*)([A-Za-z]+)", row["unit"] or "")
    if not match or text.startswith("-") or not text.strip("0.") or (setting and setting.type not in _QUANTITIES):
        return text
    number = Decimal(text) * Decimal(match[1] or 1)
    return f"{number.normalize():f}{match[2]}"


_QUANTITIES = {"size", "duration", "string"}


def _sslmode(notebook: Notebook, plane: Plane, row: Row | None, column: str, locator: str, known: bool) -> None:
    """How the replication link asks for TLS: the one word of ``primary_conninfo`` that may be told."""
    if row is None and not known:
        return
    text = (row[column] or "") if row else ""
    parts = connection_text.parts(text) if text.strip() else {}
    content: Content
    if parts is None:
        content = Unresolved("primary_conninfo is no connection string that can be read", "check it on the server")
    elif not text.strip():
        content = Absent()
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


def _errors(notebook: Notebook, found: Settings, lines: list[Row]) -> None:
    """Lines that the server cannot use. A valid value that only waits for a restart is none of them."""
    wrong, unsure = [], False
    for line in lines:
        if not line["error"]:
            continue
        row = found.rows.get(str(line["name"] or "").lower())
        if row and row["context"] == "postmaster" and acceptable(row, line["setting"] or ""):
            continue
        if line["name"] and row is None and not found.whole:
            unsure = True
            continue
        wrong.append({"place": _place(line), "name": line["name"] or "", "error": shown("", str(line["error"]), None)})
    if unsure and not wrong:
        return
    notebook.records(Plane.PERSISTED, "config_errors", wrong, "pg_file_settings")


def _line(notebook: Notebook, line: Row) -> dict[str, object]:
    value = shown(line["name"], line["setting"] or "", notebook.known(line["name"]))
    return {"name": line["name"], "value": value, "place": _place(line)}


def _place(line: Row) -> str:
    return f"{line['sourcefile']}:{line['sourceline']}"


def _is_auto(line: Row) -> bool:
    return str(line["sourcefile"] or "").endswith(f"/{AUTO_FILE}")


_BOOLEANS = ("on", "off", "true", "false", "yes", "no", "1", "0")
_UNITS: dict[str, tuple[str, Decimal]] = {
    **{name: ("bytes", Decimal(1024) ** power) for power, name in enumerate(("b", "kb", "mb", "gb", "tb"))},
    "us": ("time", Decimal("0.001")),
    "ms": ("time", Decimal(1)),
    "s": ("time", Decimal(1000)),
    "min": ("time", Decimal(60_000)),
    "h": ("time", Decimal(3_600_000)),
    "d": ("time", Decimal(86_400_000)),
}


def acceptable(row: Row, text: str) -> bool:
    """Whether the server could take this text for the parameter, by type, range and choices."""
    word = text.strip().lower()
    if row["vartype"] == "bool":
        return bool(word) and any(choice.startswith(word) for choice in _BOOLEANS)
    if row["vartype"] == "enum":
        choices = {str(choice).lower() for choice in row["enumvals"] or ()}
        return word in choices or (bool(choices & {"on", "off"}) and word in _BOOLEANS)
    if row["vartype"] not in {"integer", "real"}:
        return True
    number = _number(word, row["unit"] or "")
    try:
        return number is not None and Decimal(row["min_val"]) <= number <= Decimal(row["max_val"])
    except (InvalidOperation, TypeError):
        return number is not None


def _number(word: str, unit: str) -> Decimal | None:
    """A number in the base unit of the parameter; None when it is none or the unit does not fit."""
    match = re.fullmatch(r"([-+]?(?:0x[0-9a-f]+|\d+\.?\d*|\.\d+))\s*([a-z]*)", word)
    if not match:
        return None
    digits, name = match[1], match[2]
    octal = re.fullmatch(r"0[0-7]+", digits)
    number = Decimal(int(digits, 16) if "0x" in digits else int(digits, 8) if octal else Decimal(digits))
    if not name:
        return number
    base = re.fullmatch(r"(\d*)([a-z]+)", unit.lower())
    if not base or name not in _UNITS or base[2] not in _UNITS or _UNITS[name][0] != _UNITS[base[2]][0]:
        return None
    return number * _UNITS[name][1] / (_UNITS[base[2]][1] * Decimal(base[1] or 1))
