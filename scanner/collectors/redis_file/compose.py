"""Redis started by a compose file: the words of its command, the file that is mounted, the version of its image.

Only the official images are read, as others are configured by variables of their own. Their entry point puts
``redis-server`` before words that begin with a hyphen or name a file.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from scanner.errors import SilentSource
from scanner.model import Input
from scanner.readers import interpolation, manifests
from scanner.readers.compose_project import ComposeProject

FILE = re.compile(r"(docker-)?compose([._\-][\w\-]+)*\.ya?ml", re.IGNORECASE)
IMAGE = re.compile(
    r"(?:[\w\-]+(?:\.[\w\-]+)+(?::\d+)?/)?(?:library/)?(?:redis|valkey/valkey)(?::(?P<tag>[\w.\-]+))?(?:@\S+)?"
)
"""The official images, from wherever they are mirrored."""
SERVERS = frozenset({"redis-server", "valkey-server"})
SHELLS = frozenset({"sh", "bash", "ash"})
OPERATORS = frozenset({"&&", "||", ";", "|", "&"})


@dataclass(frozen=True)
class Started:
    """How a service starts its server."""

    arguments: list[str] = field(repr=False)
    configuration: str
    """The file that it loads, as a path of the machine that runs compose; empty for none."""
    version: str
    place: str
    inputs: tuple[Input, ...]


def servers(root: Path, path: str, limit: int) -> list[str]:
    """The services of a compose file that run Redis or Valkey. SilentSource when the file cannot be read."""
    project = ComposeProject(root, {}, limit)
    project.add(path)
    return [name for name in project.services() if IMAGE.fullmatch(project.image(name))]


def started(root: Path, path: str, service: str, limit: int) -> Started:
    """How the service starts its server. SilentSource says why it cannot be told."""
    project = ComposeProject(root, {}, limit)
    project.add(path)
    files = project.services().get(service)
    if not files:
        raise SilentSource(f"{path} has no service {service}", f"one of: {', '.join(project.services()) or 'none'}")
    file, tree = files[-1]
    entry = manifests.mapping(tree.value["services"][service])
    at = "command" if "command" in entry else "image"
    place = f"{tree.place}:{tree.line(('services', service, at))}"
    words = _words(entry.get("entrypoint"), project, place) + _words(entry.get("command"), project, place)
    words = _of_the_server(words, place)
    configuration = ""
    if words and not words[0].startswith("-"):
        configuration, words = _on_the_host(words[0], entry.get("volumes"), file.parent), words[1:]
    image = IMAGE.fullmatch(project.image(service))
    tag = re.match(r"\d+(?:\.\d+)*", (image["tag"] or "") if image else "")
    return Started(words, configuration, tag[0] if tag else "", place, tuple(project.inputs))


def _words(entry: Any, project: ComposeProject, place: str) -> list[str]:
    """A command as words. References that nothing fills stay as they are, and are unresolved later."""
    parts = [entry] if isinstance(entry, str) else [str(item) for item in manifests.items(entry)]
    filled = []
    for part in parts:
        try:
            found = interpolation.compose(part, project.names())
        except ValueError:
            raise SilentSource(f"{place}: a reference that cannot be read", "write the command out") from None
        filled.append(part if found.missing else found.text)
    try:
        return shlex.split(filled[0]) if isinstance(entry, str) else filled
    except ValueError:
        raise SilentSource(f"{place}: a command whose quotes do not match", "correct the command") from None


def _of_the_server(words: list[str], place: str) -> list[str]:
    """What follows the name of the server, in a shell or without one."""
    if words and PurePosixPath(words[0]).name in SHELLS and "-c" in words[:-1]:
        try:
            words = shlex.split(words[words.index("-c") + 1])
        except ValueError:
            words = ["unreadable"]
    names = [PurePosixPath(word).name for word in words]
    first = next((position for position, name in enumerate(names) if name in SERVERS), -1)
    if first < 0 and words and not (words[0].startswith("-") or words[0].endswith(".conf")):
        raise SilentSource(f"{place}: a command that does not start the server itself", "name the file that it loads")
    rest = words[first + 1 :]
    end = next((position for position, word in enumerate(rest) if word in OPERATORS), len(rest))
    return rest[:end]


def _on_the_host(path: str, volumes: Any, beside: Path) -> str:
    """Where a file of the container comes from; the path itself, which means nothing here, when no volume tells."""
    for volume in manifests.items(volumes):
        if isinstance(volume, str):
            source, _, rest = volume.partition(":")
            target = rest.partition(":")[0]
        else:
            source, target = (str(manifests.mapping(volume).get(name, "")) for name in ("source", "target"))
        inside = PurePosixPath(path)
        if source.startswith((".", "/")) and target and inside.is_relative_to(target):
            return str(beside / source / inside.relative_to(target))
    return path
