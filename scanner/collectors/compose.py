"""Compose files: the environment that a service's container gets.

``environment:`` wins over ``env_file:``, later files win over earlier ones. References are filled from the ``.env``
beside the first file, as compose does, and from values that the source gives; any other name is unresolved, because
only the shell that deploys knows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal
from scanner.errors import SilentSource
from scanner.model import Answer, Gap, Plane, Provenance, Target
from scanner.readers import environment, source_file
from scanner.readers.compose_project import ComposeProject
from scanner.readers.environment_name import is_template, stated_by, told_by

COMPONENT = "fastapi"
SURVEY_BYTES = 5_000_000
_FILE = re.compile(r"^(?:docker-)?compose(?:[._\-][\w.\-]+)?\.ya?ml$", re.IGNORECASE)


_SERVICES = re.compile(r"^services:\s*(?:#.*)?$", re.MULTILINE)
_SERVICE_BODY = re.compile(r"^\s+(?:image|build):", re.MULTILINE)

_SERVER_IMAGE = re.compile(
    r"(?:^|/)(?:postgres|postgresql|pgbouncer|pgadmin4?|adminer|mysql|mariadb|mongo|redis|valkey|memcached|rabbitmq|kafka|"
    r"zookeeper|nats|minio|elasticsearch|opensearch|nginx|httpd|haproxy|traefik|caddy|vault|grafana|prometheus|loki|"
    r"mailhog|mailpit|mailcatcher|localstack)(?:[:@]|$)",
    re.IGNORECASE,
)
"""Images of servers, which often share an application's env_file without being one."""


@dataclass(frozen=True)
class Compose:
    """Reads the environment of one service of a compose project."""

    path: str | list[str]
    """The compose file, or several in the order in which they are merged (``-f`` after ``-f``)."""
    service: str = ""
    """The service; may be left out when only one service holds settings of an application."""
    prefix: str = ""
    """Prefix of the application's variables, such as ``APP_``."""
    variables: dict[str, str] = field(default_factory=dict)
    """Values for references such as ``${TAG}`` that the deploying shell will give. No secrets."""

    def collect(self, context: Context) -> Collected:
        paths = [self.path] if isinstance(self.path, str) else list(self.path)
        target = context.target or Target(paths[0] if paths else "compose", COMPONENT, context.environment)
        project = ComposeProject(context.root, self.variables, context.limit_bytes)
        try:
            for path in paths:
                project.add(path)
            service = self.service or _only_service(project, (self.prefix,), context.catalogue)
            variables = project.environment_of(service)
        except SilentSource as silence:
            gap = Gap(target.id, Plane.DECLARED, "compose", silence.reason, silence.remedy, locator=", ".join(paths))
            return Collected((), (), (gap,), (), tuple(project.inputs))
        observations, digests = environment.observe(
            variables.values(),
            target=target.id,
            component=target.component,
            catalogue=context.catalogue,
            collector="compose",
            digest_key=context.digest_key,
            prefixes=(self.prefix,),
            exact=bool(self.prefix),
            observed_at=context.now,
            locator=paths[-1],
            unread=project.silences[0][0] if project.silences else "",
        )
        gaps = tuple(
            Gap(target.id, Plane.DECLARED, "compose", reason, remedy, locator=", ".join(paths))
            for reason, remedy in project.silences
        )
        source = Provenance("compose", f"{', '.join(paths)} service {service}", (), context.now)
        answer = Answer(target.id, Plane.DECLARED, "compose", not gaps, source, environment.PROCESS)
        targets = () if context.target else (target,)
        return Collected(targets, tuple(observations), gaps, (answer,), tuple(project.inputs), digests)


def _only_service(project: ComposeProject, prefixes: tuple[str, ...], catalogue: Catalogue) -> str:
    """The one service that is an application. SilentSource when there is none or more than one."""
    names = [
        name
        for name in project.services()
        if not _SERVER_IMAGE.search(project.image(name))
        and environment.makes_application(project.environment_of(name), catalogue, COMPONENT, prefixes)
    ]
    if len(names) == 1:
        return names[0]
    known = ", ".join(names) or "none of them"
    raise SilentSource(f"the service is not named, and {known} could be meant", "set service: to the one to judge")


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every service that carries settings of an application; a file such as ``compose.prod.yml`` with its base file."""
    named = {path for path in files if _FILE.match(path.name) and not is_template(path)}
    bases = {path.parent: path for path in sorted(named, key=str, reverse=True) if path.name.count(".") == 1}
    others = {path for path in files if path not in named and not is_template(path) and _is_compose(root, path)}
    compose = sorted(named | others, key=str)
    found = []
    for path in compose:
        base = bases.get(path.parent)
        if path in others:
            found += _proposals(root, [source_file.place_of(root, root / path)], catalogue)
            continue
        if path.name.split(".")[-2] == "override" and base:
            continue
        automatic = [item for item in compose if item.parent == path.parent and ".override." in item.name]
        chosen = [path, *automatic] if base in (path, None) else [base, path]
        found += _proposals(root, [source_file.place_of(root, root / item) for item in chosen if item], catalogue)
    return found


def _is_compose(root: Path, path: Path) -> bool:
    """Whether a file of another name, such as ``production.yml``, holds services as compose has them."""
    if path.suffix not in (".yml", ".yaml"):
        return False
    try:
        text = source_file.read(root, path, SURVEY_BYTES).text
    except SilentSource:
        return False
    return bool(_SERVICES.search(text)) and bool(_SERVICE_BODY.search(text))


def _proposals(root: Path, places: list[str], catalogue: Catalogue) -> list[Proposal]:
    project = ComposeProject(root, {}, SURVEY_BYTES)
    name, told = told_by(root, root / places[-1], catalogue)
    found = []
    try:
        for place in places:
            project.add(place)
        for service in project.services():
            variables = list(project.environment_of(service).values())
            names = [item.name for item in variables]
            prefix = environment.project_prefix(names, catalogue, COMPONENT)
            server = _SERVER_IMAGE.search(project.image(service))
            if server or not environment.makes_application(names, catalogue, COMPONENT, (prefix,)):
                continue
            known, why = (name, told) if name else stated_by(variables, catalogue, COMPONENT, (prefix,))
            fields = {"path": places if len(places) > 1 else places[0], "service": service}
            fields |= {"prefix": prefix} if prefix else {}
            found.append(Proposal("compose", fields, f"{places[-1]}:{service}", COMPONENT, known, why))
    except SilentSource:
        return [Proposal("compose", {"path": places}, places[-1], COMPONENT, name, told)]
    return found
