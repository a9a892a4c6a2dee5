"""``scanner.yaml``: which targets there are, where each can be seen, and the values that rules take by name.

Only the shape is known here: a source is a kind, a mapping and a place in the file. What the mapping may hold is the
collector's business and is checked by ``collect.build``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner import archive_settings, document, records
from scanner.archive_settings import ArchiveSection
from scanner.catalogue import FORBID, Catalogue
from scanner.errors import UserError
from scanner.model import Approval, Policy, Raw, Target
from scanner.records.shapes import ApprovalEntry, PolicySection

FILE_NAMES = ("scanner.yaml", "scanner.yml")

Plain = str | int | float | bool | None
SourceFields = dict[str, Plain | list[Plain] | dict[str, Plain | list[Plain]]]


@dataclass(frozen=True)
class EnvironmentSection:
    """One environment: the words that name it, its Terraform root, and its parameters."""

    __pydantic_config__ = FORBID
    aliases: list[str] = field(default_factory=list)
    """Other words for this environment in file, directory and workspace names."""
    terraform: SourceFields = field(default_factory=dict)
    """Fields of the terraform source for this environment: path, var_files, vars, workspace."""
    cloudformation: SourceFields | list[SourceFields] = field(default_factory=dict)
    """Fields of the cloudformation source for this environment: template, parameter_files, parameters; or several."""
    aws_account: SourceFields | list[SourceFields] = field(default_factory=dict)
    """Fields of a source that lists the databases and caches of a region: region, kinds, role_arn …; or several."""
    parameters: dict[str, Plain | list[Plain]] = field(default_factory=dict)

    @property
    def infrastructure(self) -> list[tuple[str, SourceFields]]:
        """The sources of this environment that find their own targets, with their kinds."""
        templates = self.cloudformation if isinstance(self.cloudformation, list) else [self.cloudformation]
        regions = self.aws_account if isinstance(self.aws_account, list) else [self.aws_account]
        every = [("terraform", self.terraform), *(("cloudformation", given) for given in templates)]
        every += [("aws_account", given) for given in regions]
        return [(kind, given) for kind, given in every if given]

    def shared(self, kind: str) -> SourceFields:
        """What the sources of a kind have in common in this environment."""
        given = [fields for found, fields in self.infrastructure if found == kind]
        return given[0] if len(given) == 1 else {}


@dataclass(frozen=True)
class TargetSection:
    """One thing that is judged, and the sources in which it can be seen."""

    __pydantic_config__ = FORBID
    id: str
    component: str
    """postgresql, redis or fastapi."""
    environment: str
    sources: list[dict[str, SourceFields]]
    """Each entry has one key, the kind of source, with its fields."""
    platform: str = ""
    """self-managed, rds, aurora, elasticache, …; what the sources show wins."""
    version: str = ""
    parameters: dict[str, Plain | list[Plain]] = field(default_factory=dict)


@dataclass(frozen=True)
class ProjectFile:
    """The file ``scanner.yaml``."""

    __pydantic_config__ = FORBID
    project: str
    targets: list[TargetSection] = field(default_factory=list)
    environments: dict[str, EnvironmentSection] = field(default_factory=dict)
    parameters: dict[str, Plain | list[Plain]] = field(default_factory=dict)
    """Values that rules take by name, such as allowed_origins; environments and targets may replace them."""
    baselines: list[str] = field(default_factory=list)
    """Baseline files to judge by instead of the shipped ones, relative to this file."""
    waivers: str = ""
    """The waiver file, relative to this file; waivers.yaml when it exists."""
    archive: str | ArchiveSection = ""
    """Where runs are kept: a directory relative to this file (.scanner/archive when left out), or more about it."""
    approvals: list[ApprovalEntry] = field(default_factory=list)
    """Who approved which version of which baseline; with it the records of all baselines in use are judged."""
    policy: PolicySection = field(default_factory=PolicySection)
    """Time to close a failure and the longest life of a waiver, by severity."""


@dataclass(frozen=True)
class SourceEntry:
    """A source as the project names it."""

    kind: str
    fields: Mapping[str, object]
    label: str = ""
    place: str = ""
    environment: str = ""
    environment_from: str = ""
    component: str = ""
    prefix: str | None = None
    """The prefix of every variable that code of this source reads; None where it is not one."""
    proposed: bool = False
    """The collector itself proposed it, so nobody can have mistyped its fields."""


@dataclass(frozen=True)
class TargetEntry:
    """A target with its sources."""

    target: Target
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True)
class Project:
    """What is scanned: configured targets, sources that find their own, and the parameters."""

    name: str
    root: Path
    targets: tuple[TargetEntry, ...] = ()
    surveys: tuple[SourceEntry, ...] = ()
    parameters: Mapping[str, Raw] = field(default_factory=dict)
    environment_parameters: Mapping[str, Mapping[str, Raw]] = field(default_factory=dict)
    baselines: tuple[Path, ...] = ()
    waivers: Path | None = None
    archive: ArchiveSection = field(default_factory=ArchiveSection)
    place: str = ""
    approvals: tuple[Approval, ...] = ()
    policy: Policy = field(default_factory=Policy)

    def parameters_of(self, environment: str) -> dict[str, Raw]:
        """The project's parameters with those of an environment over them."""
        return {**self.parameters, **self.environment_parameters.get(environment, {})}


def find(directory: Path) -> Path | None:
    """The project file of a directory, if it has one."""
    return next((directory / name for name in FILE_NAMES if (directory / name).is_file()), None)


def load(path: Path, catalogue: Catalogue) -> Project:
    """Read a project file. UserError with file, line and key."""
    content, tree = document.read(path, ProjectFile)
    root = path.parent.resolve()
    words = {name.lower(): name for name in content.environments}
    words |= {alias.lower(): name for name, section in content.environments.items() for alias in section.aliases}
    by_environment = {name: {**section.parameters} for name, section in content.environments.items()}
    project = Project(
        content.project,
        root,
        parameters=content.parameters,
        environment_parameters=by_environment,
        baselines=tuple(root / name for name in content.baselines),
        waivers=_waivers(root, content.waivers, path),
        archive=archive_settings.section(content.archive, tree),
        place=str(path),
        approvals=tuple(
            replace(item, place=f"{path.name}:{item.place.rpartition(':')[2]}")
            for item in records.approvals(content.approvals, tree)
        ),
        policy=records.policy(content.policy, tree),
    )
    targets = tuple(
        _target(section, index, tree, words, content, project, catalogue)
        for index, section in enumerate(content.targets)
    )
    _no_double(targets, tree)
    surveys = tuple(
        SourceEntry(kind, given, name, _at(tree, "environments", name), name, "scanner.yaml")
        for name, section in content.environments.items()
        for kind, given in section.infrastructure
    )
    return Project(**{**project.__dict__, "targets": targets, "surveys": surveys})


def _at(tree: document.Tree, *path: str | int) -> str:
    return f"{tree.place}:{tree.line(path)}"


def _waivers(root: Path, name: str, path: Path) -> Path | None:
    if name and not (root / name).is_file():
        raise UserError("there is no such file", place=str(path), key=f"waivers: {name}")
    default = root / "waivers.yaml"
    return root / name if name else default if default.is_file() else None


def _target(
    section: TargetSection,
    index: int,
    tree: document.Tree,
    words: Mapping[str, str],
    content: ProjectFile,
    project: Project,
    catalogue: Catalogue,
) -> TargetEntry:
    components = sorted({component for component, _ in catalogue.settings} - records.COMPONENTS)
    if section.component not in components:
        at = _at(tree, "targets", index, "component")
        raise UserError("unknown component", place=at, key=section.component, allowed=", ".join(components))
    environment = words.get(section.environment.lower()) or catalogue.environment(section.environment)
    if not environment:
        allowed = ", ".join(sorted({*words, *catalogue.environments}))
        at = _at(tree, "targets", index, "environment")
        raise UserError("unknown environment", place=at, key=section.environment, allowed=allowed)
    if not section.sources:
        at = _at(tree, "targets", index, "sources")
        raise UserError("a target needs a source", place=at, key=section.id, allowed="- dotenv: {path: .env}")
    parameters = {**project.parameters_of(environment), **section.parameters}
    target = Target(
        section.id,
        section.component,
        environment,
        "scanner.yaml",
        section.platform,
        section.version,
        parameters=tuple(parameters.items()),
    )
    sources = tuple(
        _source(entry, (index, position), tree, target, content) for position, entry in enumerate(section.sources)
    )
    return TargetEntry(target, sources)


def _source(
    entry: Mapping[str, SourceFields], where: tuple[int, int], tree: document.Tree, target: Target, content: ProjectFile
) -> SourceEntry:
    at = _at(tree, "targets", where[0], "sources", where[1])
    if len(entry) != 1:
        raise UserError("a source has exactly one key, its kind", place=at, allowed="- postgresql: {dsn_env: NAME}")
    kind, given = next(iter(entry.items()))
    inherited: SourceFields = {}
    if target.environment in content.environments:
        inherited = content.environments[target.environment].shared(kind)
    return SourceEntry(
        kind, {**inherited, **given}, target.id, at, target.environment, "scanner.yaml", target.component
    )


def _no_double(targets: tuple[TargetEntry, ...], tree: document.Tree) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(targets):
        if entry.target.id in seen:
            raise UserError("this target id stands twice", place=_at(tree, "targets", index, "id"), key=entry.target.id)
        seen.add(entry.target.id)
