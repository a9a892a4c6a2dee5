"""PostgreSQL as it runs, as it will be after a restart, and as clients see it.

One read-only connection and a handful of fixed queries give the running and the persisted plane; probes without
credentials give the served one. Each query that is denied, and each row that is missing for want of a grant, becomes a
gap that names the grant. The driver is imported when the first server is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.collectors import Collected, Context
from scanner.collectors.postgresql import privileges
from scanner.errors import SilentSource
from scanner.model import Plane

if TYPE_CHECKING:
    from scanner.collectors.postgresql.notebook import Notebook
    from scanner.collectors.postgresql.reaching import Destination

LIVE = (Plane.RUNNING, Plane.PERSISTED)


@dataclass(frozen=True)
class PostgreSQL:
    """A PostgreSQL server that can be reached from here."""

    dsn_env: str
    """Name of the environment variable that holds the connection string of a read-only role."""
    probe: bool = True
    """Ask on the wire, without credentials, what a client gets: TLS versions, certificate, authentication."""
    host: str = ""
    """Name by which clients reach the server, if it is another one than in the connection string."""
    port: int = 0
    """Port by which clients reach the server, if it is another one than in the connection string."""
    application_roles: list[str] = field(default_factory=list)
    """Roles of applications for which the probes ask, too, as lines of pg_hba.conf may be for them alone. Up to 10."""
    ca_file: str = ""
    """File with the authorities that the scanner's own connection must be signed by (sslmode=verify-full)."""

    def collect(self, context: Context) -> Collected:
        """Ask the server; whatever stays silent is a gap."""
        from scanner.collectors.postgresql import reaching, reading, session
        from scanner.collectors.postgresql.notebook import Notebook

        if context.target is None:
            raise ValueError("this source belongs to a target")
        notebook = Notebook(context, context.target)
        planes = (*LIVE, Plane.SERVED) if self.probe else LIVE
        text = context.process_environment.get(self.dsn_env, "")
        try:
            if not text.strip():
                raise SilentSource(
                    f"the environment variable {self.dsn_env} is not set",
                    f"export {self.dsn_env}=postgresql://role:password@host:5432/database?sslmode=verify-full",
                )
            given = reaching.parameters(text, self.dsn_env)
        except SilentSource as silent:
            for plane in planes:
                notebook.gap(plane, silent.reason, silent.remedy)
            return notebook.collected()
        if self.ca_file:
            given |= {"sslmode": "verify-full", "sslrootcert": str(context.root / self.ca_file)}
        place = reaching.destination(given)
        context.progress(f"asking {place}")
        try:
            with session.connected(given, self.dsn_env, context.timeout) as asked:
                reading.read(notebook, asked, over_network=place.is_network)
        except SilentSource as silent:
            same = isinstance(silent, reaching.Silence) and self.probe and not self.host and not self.port
            for plane in (*LIVE, Plane.SERVED) if same else LIVE:
                notebook.gap(plane, silent.reason, silent.remedy, locator=str(place))
            if same:
                return notebook.collected()
        if self.probe:
            self._probe(notebook, place)
        return notebook.collected()

    def _probe(self, notebook: Notebook, place: Destination) -> None:
        from scanner.collectors.postgresql import served

        if not self.host and not place.is_network:
            reason = "the connection string names a local socket, so there is nothing that clients could reach"
            notebook.gap(Plane.SERVED, reason, "give the source a host and a port, or probe: false")
            return
        notebook.context.progress(f"probing {self.host or place.host}:{self.port or place.port}")
        questions = served.Questions(
            self.host or place.host, self.port or place.port, place.database, tuple(self.application_roles)
        )
        served.probe(notebook, questions)


def grants(version: str, role: str = "scanner", platform: str = "") -> list[str]:
    """The least-privilege script of the scanner's role, for the version of a server and where it runs."""
    return privileges.script(version, role, platform)
