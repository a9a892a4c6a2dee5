"""From options to a request: the project of a directory, its baselines, its waivers, and the values given by hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from scanner import baselines, catalogue, controls, discover, project, scan, waivers
from scanner.cli.options import Output, Selection
from scanner.errors import UserError
from scanner.exits import Gate
from scanner.model import Baseline, Notice, Raw, ScanResult, Waiver
from scanner.project import Project, SourceEntry
from scanner.scan import Request


def build(
    command: str, selection: Selection, output: Output, live: bool, previous: ScanResult | None = None
) -> Request:
    """Everything ``scan`` needs. UserError for whatever a person can correct."""
    environments = tuple(environment(name) for name in selection.environments)
    found, notices = open_project(selection.directory, environments)
    found = _with_variables(found, selection)
    for field, file in (("plan", selection.plan), ("state", selection.state)):
        found = _with_file(found, field, file, environments) if file else found
    found = replace(found, parameters={**found.parameters, **pairs("--parameter", selection.parameters, listed)})
    if selection.parameters:
        found = replace(found, targets=tuple(_with_parameters(entry, found) for entry in found.targets))
    loaded = tuple(_placed(item, found.root) for item in load_baselines(selection.baselines or found.baselines))
    owned = frozenset(item.id for item in loaded) if found.baselines and not selection.baselines else frozenset()
    waiver_file = selection.waivers or found.waivers
    rules = load_records()
    accepted = load_waivers(waiver_file, loaded + rules, found.root) if waiver_file else ()
    return Request(
        project=found,
        baselines=loaded,
        waivers=accepted,
        command=command,
        live=live,
        only=selection.only,
        environments=environments,
        targets=selection.targets,
        previous=previous,
        gate=gate(output),
        notices=notices,
        timeout=selection.timeout,
        record_rules=rules,
        owned=owned,
    )


def load_waivers(path: Path, loaded: tuple[Baseline, ...], root: Path) -> tuple[Waiver, ...]:
    """The waivers of a file, with places that start at the scanned directory, so that results read the same anywhere.

    One for a rule on a secret must not hold its text. Rules that compare secrets are pinned by names of targets, which
    only the run knows; ``scan`` looks at those.
    """
    words = catalogue.shipped()
    rules = {rule.id: rule for item in loaded for rule in item.rules}
    on_secrets = {name for name in scan.on_secrets(loaded, words) if not rules[name].compare}
    return tuple(
        replace(item, place=f"{_within(path, root)}:{item.place.rpartition(':')[2]}")
        for item in waivers.load(path, on_secrets, _within(path, Path.cwd()))
    )


def _within(path: Path, root: Path) -> str:
    """A path from a directory on, when it lies in it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _placed(item: Baseline, root: Path) -> Baseline:
    """A baseline whose places start at the scanned directory."""
    rules = tuple(replace(rule, place=rule.place.removeprefix(f"{root}/")) for rule in item.rules)
    return replace(item, place=item.place.removeprefix(f"{root}/"), rules=rules)


def load_records() -> tuple[Baseline, ...]:
    """The shipped rules that judge the records of baselines."""
    return baselines.shipped("records")


def gate(output: Output) -> Gate:
    """What fails the run, from the options."""
    return Gate(output.fail_on, output.require_complete)


def environment(name: str) -> str:
    """The canonical name of an environment; a word that is no alias stands for itself."""
    return catalogue.shipped().environment(name) or name


def open_project(directory: Path, environments: tuple[str, ...] = ()) -> tuple[Project, tuple[Notice, ...]]:
    """The project of a directory (or of a scanner.yaml named itself), discovered where there is no scanner.yaml."""
    words = catalogue.shipped()
    if directory.is_file() and directory.name in project.FILE_NAMES:
        return project.load(directory, words), ()
    path = project.find(directory) if directory.is_dir() else None
    if path is not None:
        return project.load(path, words), ()
    return discover.discover(directory, words, environments[0] if len(environments) == 1 else "")


def load_baselines(paths: tuple[Path, ...]) -> tuple[Baseline, ...]:
    """The baselines of these files, or the shipped ones."""
    if not paths:
        return baselines.shipped()
    return baselines.load(paths, catalogue.shipped(), controls.shipped())


def listed(text: str) -> Raw:
    """A value from the command line: text, or a list where commas separate members."""
    return [part.strip() for part in text.split(",")] if "," in text else text


def pairs(option: str, given: tuple[str, ...], read: Callable[[str], Raw]) -> Mapping[str, Raw]:
    """``NAME=VALUE`` options as a mapping."""
    found: dict[str, Raw] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UserError("is no NAME=VALUE", key=f"{option} {text}")
        found[name] = read(value)
    return found


def _with_parameters(entry: project.TargetEntry, found: Project) -> project.TargetEntry:
    merged = {**dict(entry.target.parameters), **found.parameters}
    return replace(entry, target=replace(entry.target, parameters=tuple(merged.items())))


VALUES = {"terraform": ("vars", "var_files"), "cloudformation": ("parameters", "parameter_files")}
"""Kinds of source that take values by hand: the fields for single values and for files of them."""


def _with_variables(found: Project, selection: Selection) -> Project:
    """Values given by hand reach every source that takes some; a file replaces the ones that were guessed."""
    if not selection.var_files and not selection.variables:
        return found
    variables = pairs("--var", selection.variables, str)
    configured = bool(found.place)
    every = [*found.surveys, *(source for entry in found.targets for source in entry.sources)]
    kinds = {entry.kind for entry in every}

    def change(entry: SourceEntry) -> SourceEntry:
        if entry.kind not in VALUES:
            return entry
        single, several = VALUES[entry.kind]
        given = dict(entry.fields)
        files = _value_files(entry.kind, kinds, selection.var_files)
        own = given.get(single) if configured or not files else {}
        given[single] = {**(own if isinstance(own, dict) else {}), **variables}
        if files:
            kept = given.get(several) if configured else []
            said = [_from_here(file, found.root, entry) for file in files]
            given[several] = [*(kept if isinstance(kept, list | tuple) else []), *said]
        return replace(entry, fields=given)

    surveys = tuple(change(entry) for entry in found.surveys)
    if selection.var_files and not configured:
        surveys = _one_each(surveys, selection, kinds)
    targets = tuple(
        replace(entry, sources=tuple(change(source) for source in entry.sources)) for entry in found.targets
    )
    return replace(found, surveys=surveys, targets=targets)


def _from_here(file: str, root: Path, entry: SourceEntry) -> str:
    """A file as its source is to find it; one that lies neither beside it nor in the project is where we are."""
    beside = (root / str(entry.fields.get("path", ".")) / file, root / file)
    if entry.kind != "terraform" or any(path.exists() for path in beside) or not Path(file).is_file():
        return file
    return str(Path(file).resolve())


def _value_files(kind: str, kinds: Collection[str], files: tuple[str, ...]) -> list[str]:
    """The files that a kind of source takes: by their name, where sources of both kinds are there."""
    if not set(VALUES) <= set(kinds):
        return list(files)
    return [file for file in files if (".tfvars" in Path(file).name) == (kind == "terraform")]


def _with_file(found: Project, field: str, file: Path, environments: tuple[str, ...]) -> Project:
    """A plan or state given to the Terraform sources. UserError when they are of several roots or environments."""
    entries = [*found.surveys, *(source for entry in found.targets for source in entry.sources)]
    asked = [
        entry
        for entry in entries
        if entry.kind == "terraform"
        and (not environments or not entry.environment or entry.environment in environments)
    ]
    apart = ("path", "var_files", "workspace")
    kinds = {(entry.environment, *(str(entry.fields.get(name)) for name in apart)): entry for entry in asked}
    if not file.is_file():
        raise UserError("there is no such file", key=f"--{field} {file}")
    if len(kinds) != 1:
        said = ", ".join(sorted(entry.label for entry in kinds.values())) or "no Terraform source"
        hint = "name the root as DIRECTORY, and its --environment or --var-file"
        raise UserError(
            f"a {field} is of one root in one environment, and here is: {said}", key=f"--{field}", hint=hint
        )

    def change(entry: SourceEntry) -> SourceEntry:
        given = entry in asked
        return replace(entry, fields={**entry.fields, field: str(file.resolve())}) if given else entry

    targets = tuple(
        replace(entry, sources=tuple(change(source) for source in entry.sources)) for entry in found.targets
    )
    return replace(found, surveys=tuple(change(entry) for entry in found.surveys), targets=targets)


def _one_each(
    surveys: tuple[SourceEntry, ...], selection: Selection, kinds: Collection[str]
) -> tuple[SourceEntry, ...]:
    """One entry for each root or template that takes a file: the files decide the environment, not those found."""
    told = next((environment(name) for name in selection.environments), "")
    kept: dict[tuple[str, object, int], SourceEntry] = {}
    for index, entry in enumerate(surveys):
        files = _value_files(entry.kind, kinds, selection.var_files) if entry.kind in VALUES else []
        if not files:
            kept[(entry.kind, "", index)] = entry
            continue
        words = (catalogue.shipped().environment(Path(file).name.split(".")[0]) for file in files)
        by_name = next((name for name in words if name), "")
        source = "--environment" if told else "--var-file" if by_name else ""
        entry = replace(entry, environment=told or by_name, environment_from=source)
        place = entry.fields.get("path", entry.fields.get("template"))
        kept.setdefault((entry.kind, str(place), -1), entry)
    return tuple(kept.values())
