"""``redis.conf`` with its includes and its ACL file: in a repository what was declared, on its host what will persist.

The server reads the file at its start only, so on its host the file says what the next start loads. Passwords stay in
this module: what leaves it is that there is one, how strong its text is, and a digest that lives for one run. A value
that something replaces before the start (``${NAME}``, ``{{ name }}``) is unresolved in a repository.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal
from scanner.collectors.redis_file.reading import COMPONENT, NAME, Reading
from scanner.errors import UserError
from scanner.model import Plane, Target
from scanner.readers import redis_conf
from scanner.readers.environment_name import is_template, told_by


@dataclass(frozen=True)
class RedisFile:
    """Reads redis.conf (or valkey.conf), its includes and its ACL file."""

    path: str = ""
    """The file, relative to the scanned directory or absolute; empty for a server that is started without one."""
    plane: Literal["declared", "persisted"] = "declared"
    """declared: kept in the repository; persisted: the file on the server's host, which its next start loads."""
    aclfile: str = ""
    """Where the ACL file lies, if not where the configuration says (in a repository: beside it, by its name)."""
    arguments: list[str] = field(default_factory=list)
    """Words that follow the file on the server's command line, such as --port 0. No passwords."""
    start_directory: str = ""
    """Directory in which the server is started, from which includes are found; the file's own if empty."""

    def collect(self, context: Context) -> Collected:
        path = context.root / self.path
        target = context.target or Target(self.path or NAME, COMPONENT, context.environment, context.environment_from)
        target = target if target.platform else replace(target, platform="self-managed")
        if not (self.path or self.arguments):
            raise UserError("a redis_file source needs path or arguments", key=NAME)
        file = self._file(path, context) if self.path else redis_conf.Configuration(())
        added = redis_conf.read_arguments(self.arguments, f"command line of {target.id}")
        whole = replace(file, directives=(*file.directives, *added.directives))
        reading = Reading(self.path, Plane(self.plane), self.aclfile, context, target, file, added, whole)
        reading.run(path)
        return reading.collected()

    def _file(self, path: Path, context: Context) -> redis_conf.Configuration:
        return redis_conf.read(
            path,
            root=context.root,
            limit_bytes=context.limit_bytes,
            directory=context.root / self.start_directory if self.start_directory else None,
            confined=self.plane == "declared",
        )


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every configuration file of Redis or Valkey, by its name; no templates, no Sentinel."""
    found = []
    for path in files:
        if not re.fullmatch(r"(redis|valkey)[\w.\-]*\.conf", path.name, re.IGNORECASE):
            continue
        if is_template(path) or "sentinel" in path.name.lower():
            continue
        place = redis_conf.shown(path, root)
        found.append(Proposal(NAME, {"path": place}, place, COMPONENT, *told_by(root, path, catalogue)))
    return found
