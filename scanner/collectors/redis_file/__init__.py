"""``redis.conf`` with its includes and its ACL file: in a repository what was declared, on its host what will persist.

A server may also be started by a command line without a file, or by a service of a compose file.

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
from scanner.collectors.redis_file import compose
from scanner.collectors.redis_file.reading import COMPONENT, NAME, Reading
from scanner.errors import SilentSource
from scanner.model import Gap, Plane, Target
from scanner.readers import redis_conf
from scanner.readers.environment_name import is_template, told_by

SURVEY_BYTES = 10_000_000


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
    service: str = ""
    """Where path is a compose file: the service whose command starts the server."""

    def __post_init__(self) -> None:
        if not (self.path or self.arguments):
            raise ValueError("needs path or arguments")
        if self.service and not self.path:
            raise ValueError("service needs path, the compose file that has it")

    def collect(self, context: Context) -> Collected:
        label = f"{self.path}:{self.service}" if self.service else self.path or NAME
        target = context.target or Target(label, COMPONENT, context.environment, context.environment_from)
        if self.service:
            return self._of_compose(context, target)
        target = target if target.platform else replace(target, platform="self-managed")
        return self._read(context, target, self.path, f"command line of {target.id}")

    def _of_compose(self, context: Context, target: Target) -> Collected:
        """A service of a compose file: its words, and the file that is mounted for it."""
        try:
            found = compose.started(context.root, self.path, self.service, context.limit_bytes)
        except SilentSource as silence:
            gap = Gap(target.id, Plane(self.plane), NAME, silence.reason, silence.remedy, locator=self.path)
            return Collected((target,), gaps=(gap,))
        target = replace(target, platform="container", version=target.version or found.version)
        own = replace(self, arguments=[*found.arguments, *self.arguments])
        collected = own._read(context, target, found.configuration, found.place)
        return replace(collected, inputs=(*found.inputs, *collected.inputs))

    def _read(self, context: Context, target: Target, path: str, place: str) -> Collected:
        file = self._file(context.root / path, context) if path else redis_conf.Configuration(())
        added = redis_conf.read_arguments(self.arguments, place)
        whole = replace(file, directives=(*file.directives, *added.directives))
        reading = Reading(path, place, Plane(self.plane), self.aclfile, context, target, file, added, whole)
        reading.run(context.root / path)
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
    """Every configuration file of Redis or Valkey, by its name, and every service of a compose file that runs one."""
    found = []
    for path in files:
        if compose.FILE.fullmatch(path.name) and not is_template(path):
            found += _services(root, path, catalogue)
            continue
        if not re.fullmatch(r"(redis|valkey)[\w.\-]*\.conf", path.name, re.IGNORECASE):
            continue
        if is_template(path) or "sentinel" in path.name.lower():
            continue
        place = redis_conf.shown(path, root)
        found.append(Proposal(NAME, {"path": place}, place, COMPONENT, *told_by(root, path, catalogue)))
    return found


def _services(root: Path, path: Path, catalogue: Catalogue) -> list[Proposal]:
    place = redis_conf.shown(path, root)
    try:
        names = compose.servers(root, place, SURVEY_BYTES)
    except SilentSource:
        return []  # the compose source reports a file that cannot be read
    told = told_by(root, path, catalogue)
    return [Proposal(NAME, {"path": place, "service": name}, f"{place}:{name}", COMPONENT, *told) for name in names]
