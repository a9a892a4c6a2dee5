"""One reading of a server over one connection: what is asked, in which order, and what a denied query hides."""

from __future__ import annotations

from scanner.collectors.postgresql import access, files, parameters, privileges, queries
from scanner.collectors.postgresql.notebook import Notebook
from scanner.collectors.postgresql.session import Denied, Rows, Session
from scanner.model import Known, Plane


def read(notebook: Notebook, session: Session, *, over_network: bool) -> None:
    """Ask everything, and write down what came back and what did not."""
    before = session.query(queries.MASKABLE)
    milliseconds = max(1, int(notebook.context.timeout * 1000))
    for statement in queries.SESSION:
        session.query(statement.format(milliseconds=milliseconds))
    facts = session.query(queries.FACTS)
    if isinstance(facts, Denied) or not facts:
        _nothing(notebook, facts if isinstance(facts, Denied) else Denied("02000", "no row"))
        return
    own = facts[0]
    version = f"{own['version'] // 10000}.{own['version'] % 10000}"
    notebook.version = version
    notebook.observe(Plane.RUNNING, "server_version", Known(version), "server_version_num")
    _parameters(notebook, session, [] if isinstance(before, Denied) else before, own)
    access.rules(notebook, session, own)
    access.overrides(notebook, session)
    access.roles(notebook, session)
    access.password_formats(notebook, session, own)
    access.extensions(notebook, session, own)
    access.own_connection(notebook, session, over_network)


def _nothing(notebook: Notebook, denied: Denied) -> None:
    reason, remedy = access.denied(denied, "the server's facts", "let the role read pg_catalog")
    for plane in (Plane.RUNNING, Plane.PERSISTED):
        notebook.gap(plane, reason, remedy)


def _parameters(notebook: Notebook, session: Session, before: Rows, facts: dict[str, object]) -> None:
    rows = session.query(queries.SETTINGS)
    lines = session.query(queries.FILES)
    role = str(facts["role"])
    if isinstance(rows, Denied):
        for plane in (Plane.RUNNING, Plane.PERSISTED):
            notebook.gap(plane, *access.denied(rows, "pg_settings", "let the role read pg_catalog"))
        return
    found = parameters.settings(
        rows, before, whole=bool(facts["all_settings"]), role=role, database=str(facts["database"])
    )
    notebook.answer(Plane.RUNNING, "pg_settings")
    parameters.running(notebook, found)
    if isinstance(lines, Denied) and notebook.managed and not lines.lost:
        parameters.hidden(notebook, found, (Plane.RUNNING,))
        return
    if isinstance(lines, Denied):
        remedy = privileges.FILE_SETTINGS.format(role=privileges.quoted(role))
        hidden = parameters.persistent(notebook)
        notebook.gap(Plane.PERSISTED, *access.denied(lines, "pg_file_settings", remedy), hidden, "pg_file_settings")
        parameters.hidden(notebook, found, (Plane.RUNNING,))
        return
    notebook.answer(Plane.PERSISTED, "pg_file_settings")
    files.persisted(notebook, found, lines)
    parameters.hidden(notebook, found, (Plane.RUNNING, Plane.PERSISTED))
