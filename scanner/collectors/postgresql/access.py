"""Who may come in and how: the lines of pg_hba.conf, roles, stored password formats, overrides and extensions.

``pg_hba_file_rules`` shows the file, not what the server has in memory. Its lines are the running ones only where the
file is known to be no newer than the load and every line of it is well-formed; anything else is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.collectors.postgresql import privileges, queries
from scanner.collectors.postgresql.notebook import Notebook, content_of, short, shown
from scanner.collectors.postgresql.session import Denied, Session
from scanner.model import Known, Plane, TakesEffect, Unresolved
from scanner.readers import postgresql_conf, secrecy

Row = Mapping[str, Any]

HBA = "pg_hba_file_rules"
HBA_SETTINGS = ("hba_rules", "plaintext_accepted", "trust_accepted")
RELOAD = "SELECT pg_reload_conf();"
UNDEFINED = frozenset({"42883", "3F000", "42P01"})
NOT_ALLOWED = "42501"


def rules(notebook: Notebook, session: Session, facts: Row) -> None:
    """The lines of pg_hba.conf: as the file has them, and as the server has loaded them where that can be known."""
    order = "line_number" if facts["version"] < 160000 else "file_name, line_number"
    found = session.query(queries.HBA.format(order=order))
    if isinstance(found, Denied) and notebook.managed and not found.lost:
        return
    if isinstance(found, Denied):
        remedy = privileges.HBA_RULES.format(role=privileges.quoted(facts["role"]))
        for plane in (Plane.PERSISTED, Plane.RUNNING):
            notebook.gap(plane, *denied(found, HBA, remedy), HBA_SETTINGS, HBA)
        return
    path = session.query("select pg_catalog.current_setting('hba_file', true) as path")
    file = (path[0]["path"] or "pg_hba.conf") if not isinstance(path, Denied) and path else "pg_hba.conf"
    records = [_rule(row, file) for row in found]
    notebook.records(Plane.PERSISTED, "hba_rules", records, HBA, takes_effect=TakesEffect.RELOAD)
    _loaded(notebook, session, facts, records)


def _loaded(notebook: Notebook, session: Session, facts: Row, records: list[dict[str, object]]) -> None:
    if "hba_newer_than_load" not in (facts["functions"] or ()) and notebook.managed:
        return
    if "hba_newer_than_load" not in (facts["functions"] or ()):
        remedy = privileges.hba_newer_than_load(facts["version"] // 10000, privileges.quoted(facts["role"]))
        reason = "the server does not show the lines that it has loaded, and whether the file is newer is not known"
        notebook.gap(Plane.RUNNING, reason, remedy, HBA_SETTINGS, HBA)
        return
    answer = session.query(queries.HBA_NEWER)
    if isinstance(answer, Denied):
        remedy = f"look at drift_scan.hba_newer_than_load() on the server (SQLSTATE {answer.sqlstate})"
        notebook.gap(Plane.RUNNING, f"hba_newer_than_load(): {answer.reason}", remedy, HBA_SETTINGS, HBA)
    elif any(record["error"] for record in records):
        content = Unresolved("a broken line keeps the server on the lines it loaded before", "correct the broken line")
        notebook.observe(Plane.RUNNING, "hba_rules", content, HBA)
    elif not answer or answer[0]["newer"] is not False:
        content = Unresolved("pg_hba.conf is newer than what the server has loaded", RELOAD)
        notebook.observe(Plane.RUNNING, "hba_rules", content, HBA, takes_effect=TakesEffect.RELOAD)
    else:
        notebook.records(Plane.RUNNING, "hba_rules", records, HBA, note="the file is no newer than the load")


def _rule(row: Row, file: str) -> dict[str, object]:
    address, netmask = postgresql_conf.network(row["address"] or "", row["netmask"] or "")
    return {
        "type": row["type"] or "",
        "database": [short(str(item), 200) for item in row["database"] or ()],
        "user_name": [short(str(item), 200) for item in row["user_name"] or ()],
        "address": address,
        "netmask": netmask,
        "auth_method": row["auth_method"] or "",
        "options": [_option(str(item)) for item in row["options"] or ()],
        "error": short(secrecy.redact(row["error"] or "")),
        "place": f"{row.get('file_name') or file}:{row['line_number']}",
    }


def _option(text: str) -> str:
    """An option without the password or shared secret that LDAP and RADIUS lines carry."""
    name, sign, value = text.partition("=")
    return f"{name}={shown(name, value, None)}" if sign else short(secrecy.redact(text))


def overrides(notebook: Notebook, session: Session) -> None:
    """Settings that a role, a database or both get instead of the server's."""
    found = session.query(queries.OVERRIDES)
    if isinstance(found, Denied):
        notebook.gap(Plane.RUNNING, *denied(found, "pg_db_role_setting", _READABLE), ("role_overrides",))
        return
    records = []
    for row in found:
        name, _, value = str(row["entry"]).partition("=")
        setting = notebook.known(name)
        role, database = row["role"] or "*", row["database"] or "*"
        records.append({"role": role, "database": database, "name": name, "value": shown(name, value, setting)})
        if setting is not None:
            content = content_of(name, value, setting)
            scope = ",".join(
                f"{kind}={who}"
                for kind, who, given in (
                    ("role", role, row["of_role"] or not row["of_database"]),
                    ("database", database, row["of_database"]),
                )
                if given
            )
            notebook.observe(Plane.RUNNING, name, content, "pg_db_role_setting", scope=scope)
    notebook.records(Plane.RUNNING, "role_overrides", records, "pg_db_role_setting")


_READABLE = "let the scanner's role read this catalog; every role may by default"


def roles(notebook: Notebook, session: Session) -> None:
    """The roles that can log in, with what they may do."""
    _table(notebook, session, "login_roles", queries.LOGIN_ROLES, "pg_roles")


def extensions(notebook: Notebook, session: Session, facts: Row) -> None:
    """The extensions of the one database that was asked."""
    _table(notebook, session, "extensions", queries.EXTENSIONS, f"pg_extension of {facts['database']}")


def _table(notebook: Notebook, session: Session, name: str, statement: str, locator: str) -> None:
    found = session.query(statement)
    if isinstance(found, Denied):
        notebook.gap(Plane.RUNNING, *denied(found, locator, _READABLE), (name,), locator)
        return
    rows = [{key: "" if value is None else value for key, value in row.items()} for row in found]
    notebook.records(Plane.RUNNING, name, rows, locator)


def password_formats(notebook: Notebook, session: Session, facts: Row) -> None:
    """How the password of each login role is stored. The server tells the format, the hash stays there."""
    if facts["superuser"]:
        found, locator = session.query(queries.STORED_FORMATS_AS_SUPERUSER), "pg_authid"
    elif "password_formats" in (facts["functions"] or ()):
        found, locator = session.query(queries.STORED_FORMATS), "drift_scan.password_formats()"
    elif notebook.target.platform in privileges.AMAZON:
        found, locator = session.query(queries.FORMATS_ON_RDS), "rds_tools.role_password_encryption_type()"
    else:
        found, locator = Denied(NOT_ALLOWED, "only a superuser can read pg_authid"), "pg_authid"
    if isinstance(found, Denied):
        amazon = notebook.target.platform in privileges.AMAZON
        found = Denied(NOT_ALLOWED, found.reason) if found.sqlstate in UNDEFINED else found
        role = privileges.quoted(facts["role"])
        remedy = privileges.FORMATS_ON_RDS.format(role=role) if amazon else privileges.password_formats(role)
        notebook.gap(Plane.RUNNING, *denied(found, locator, remedy), ("password_hashes",), locator)
        return
    records = [{key: value for key, value in row.items() if value is not None} for row in found]
    notebook.records(Plane.RUNNING, "password_hashes", records, locator)


def own_connection(notebook: Notebook, session: Session, over_network: bool) -> None:
    """The TLS version of this connection, as the server sees it."""
    found = session.query(queries.OWN_CONNECTION)
    if isinstance(found, Denied) or not found:
        reason = denied(found, "pg_stat_ssl", _READABLE) if isinstance(found, Denied) else ("no row", _READABLE)
        notebook.gap(Plane.RUNNING, *reason, ("connection_tls",), "pg_stat_ssl")
    elif not over_network:
        content = Unresolved("the scanner came through a local socket", "connect over TCP to see it")
        notebook.observe(Plane.RUNNING, "connection_tls", content, "pg_stat_ssl")
    else:
        version = found[0]["version"] if found[0]["ssl"] else ""
        notebook.observe(Plane.RUNNING, "connection_tls", Known(version or ""), "pg_stat_ssl")


def denied(found: Denied, what: str, remedy: str) -> tuple[str, str]:
    """Reason and remedy of a query that brought nothing, by its SQLSTATE."""
    if found.lost:
        return found.reason, "ask again; if it happens again, see the server's log and raise the time-out"
    if found.sqlstate == NOT_ALLOWED:
        return f"the scanner's role may not read {what}", remedy
    if found.sqlstate == "57014":
        return f"{what}: the server needed longer than the time-out", "raise the time-out"
    if found.sqlstate in UNDEFINED:
        return f"this server has no {what}", "none: it is another product or version"
    return f"{what}: {found.reason} (SQLSTATE {found.sqlstate})", "see the server's log"
