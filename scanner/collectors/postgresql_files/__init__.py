"""What a repository declares for a PostgreSQL server: ``postgresql.conf``, ``pg_hba.conf`` and its command line.

Includes are followed below the scanned directory, as the server would follow them; one that cannot be read makes all
that it could have said unknown. A file that was read whole says also what it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.collectors import Collected, Context
from scanner.collectors.postgresql_files.reading import AUTO, COMMAND_LINE, FILE, Reading
from scanner.collectors.postgresql_files.survey import survey
from scanner.readers import postgresql_conf

__all__ = ["PostgreSQLFiles", "survey"]


@dataclass(frozen=True)
class PostgreSQLFiles:
    """Configuration files of a PostgreSQL server that are kept in the repository."""

    configuration: str = ""
    """Path of postgresql.conf."""
    hba: str = ""
    """Path of pg_hba.conf."""
    auto: str = ""
    """Path of postgresql.auto.conf, where that is kept, too."""
    command_line: list[str] = field(default_factory=list)
    """Arguments that the server is started with, such as ["-c", "ssl=on"]."""

    def collect(self, context: Context) -> Collected:
        """Read the files that are named; what cannot be read is a gap."""
        if context.target is None:
            raise ValueError("this source belongs to a target")
        reading = Reading(context, context.target.id)
        whole = bool(self.configuration) and reading.conf(self.configuration, FILE)
        if self.auto:
            whole = reading.conf(self.auto, AUTO) and whole
        for name, value in postgresql_conf.read_command_line(self.command_line):
            reading.assign(name, value, f"command line of {context.target.id}", COMMAND_LINE)
        if whole:
            reading.absent(self.configuration)
        if self.hba:
            reading.hba(self.hba)
        return reading.collected()
