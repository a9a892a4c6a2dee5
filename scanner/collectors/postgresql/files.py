"""What a restart would give each parameter, from ``pg_file_settings``.

It holds every line of every file. The last line of a name wins within ``postgresql.conf`` and its includes,
``postgresql.auto.conf`` wins over them, and the command line over both. What no file sets has the compiled default
after a restart. ``applied`` is no help: it says only that no later line overrides this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from scanner.collectors.postgresql.notebook import Notebook, content_of, shown
from scanner.collectors.postgresql.parameters import (
    MASKED,
    Row,
    Settings,
    content_now,
    is_auto,
    is_parameter,
    missing,
    sslmode,
)
from scanner.collectors.postgresql.texts import acceptable, readable
from scanner.model import Absent, Content, Default, Known, Layer, Plane, Setting, TakesEffect, Unresolved

FILE, AUTO, COMMAND_LINE = Layer(10, "file"), Layer(20, "ALTER SYSTEM"), Layer(30, "command line")


def persisted(notebook: Notebook, found: Settings, lines: Iterable[Row]) -> None:
    """What a restart would give each parameter, line by line and layer by layer."""
    lines = list(lines)
    # One name that the server does not know keeps it from looking at any value.
    blocked = bool(lines) and not any(line["applied"] for line in lines)
    winners: dict[str, dict[Layer, Row]] = defaultdict(dict)
    for line in lines:
        if line["name"]:
            winners[str(line["name"]).lower()][AUTO if is_auto(line) else FILE] = line
    for name in sorted({*winners, *found.rows}):
        setting = notebook.known(name)
        if setting is not None and is_parameter(setting):
            _persisted(notebook, found.rows.get(name), winners.get(name, {}), setting, found, blocked)
    for setting in missing(notebook, found):
        if found.whole and setting.name.lower() not in winners:
            notebook.observe(Plane.PERSISTED, setting.name, Absent(), "pg_file_settings", note="no file sets it")
    last = winners.get("primary_conninfo", {})
    winner = last.get(AUTO) or last.get(FILE)
    known = found.whole or winner is not None
    sslmode(notebook, Plane.PERSISTED, winner, "setting", "pg_file_settings", known)
    in_auto = [_line(notebook, line) for line in lines if line["name"] and is_auto(line)]
    notebook.records(Plane.PERSISTED, "settings_in_auto_conf", in_auto, "pg_file_settings")
    _errors(notebook, found, lines)


def _persisted(
    notebook: Notebook,
    row: Row | None,
    winners: Mapping[Layer, Row],
    setting: Setting,
    found: Settings,
    blocked: bool,
) -> None:
    effect = TakesEffect.RESTART if row and row["context"] in {"postmaster", "internal"} else TakesEffect.RELOAD
    for layer, line in winners.items():
        content = content_of(line["name"], line["setting"] or "", setting)
        if row and (line["error"] or blocked) and not acceptable(row, line["setting"] or ""):
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
    source = found.source(row) if row else ""
    if row and source == "command line":
        notebook.observe(
            Plane.PERSISTED,
            row["name"],
            content_now(row, setting, source),
            "command line of the server",
            layer=COMMAND_LINE,
            takes_effect=TakesEffect.RESTART,
            note="as long as the server is started with the same command line",
        )
    elif row and not winners:
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
