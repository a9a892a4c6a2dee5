"""Settings classes in Python source: the defaults under every other carrier, and how the code uses the settings.

The source is read, never imported. Of several classes, those that are bases of others and those named after another
environment (``ProductionSettings``) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal
from scanner.errors import SilentSource
from scanner.model import (
    Answer,
    Content,
    Gap,
    Input,
    Known,
    Layer,
    Observation,
    Plane,
    Provenance,
    TakesEffect,
    Target,
    Unresolved,
)
from scanner.readers import environment, python_settings, source_file, wiring
from scanner.readers.environment import SecretText, Variable
from scanner.readers.environment_name import told_by
from scanner.readers.python_expressions import Written
from scanner.readers.python_settings import PythonSource, SettingsClass, SettingsField

COMPONENT = "fastapi"
MAX_FILES = 3000
SURVEY_BYTES = 2_000_000
SKIPPED = frozenset({"site-packages", ".venv", "venv", "node_modules", ".git", "tests", "test", "__pycache__", "build"})
_RELEVANT = re.compile(r"BaseSettings|add_middleware|Middleware\(|FastAPI\(")
HANDED_IN = Layer(30, "code")
STARRED = Written("expression", 0, source="what the code hands in")


@dataclass(frozen=True)
class PydanticSettings:
    """Reads defaults of pydantic-settings classes, and the wiring of middleware, from Python source."""

    path: str
    """The file of the settings class, or the directory of the application's source."""
    class_name: str = ""
    """The settings class; may be left out, then every class that is no base of another is read."""

    def collect(self, context: Context) -> Collected:
        target = context.target or Target(self.path, COMPONENT, context.environment)
        source = _Source()
        try:
            source.read(context.root, self.path, context.limit_bytes)
            classes = source.chosen(self.class_name, target.environment, context.catalogue)
        except SilentSource as silence:
            gap = Gap(target.id, Plane.DECLARED, "pydantic_settings", silence.reason, silence.remedy, locator=self.path)
            return Collected((), (), (gap,), (), tuple(source.inputs))
        observations: list[Observation] = []
        digests: environment.Digests = {}
        for place, item in classes:
            variables = {
                variable.name: variable
                for each in item.fields
                for variable in _variable(each, item, place, context.catalogue)
            }
            for _, remedy, unread in source.silences[:1]:
                variables = environment.replaceable(variables, unread, remedy)
            found, more = environment.observe(
                variables.values(),
                target=target.id,
                component=target.component,
                catalogue=context.catalogue,
                collector="pydantic_settings",
                layer=environment.CLASS_DEFAULT,
                digest_key=context.digest_key,
                prefixes=(item.prefix,),
                observed_at=context.now,
                locator=f"{place}:{item.line}",
                unread=source.silences[0][0] if source.silences else "",
            )
            observations += found
            digests |= more
            observations += _handed_in(source, item, target, context)
        observations += _wiring(source, target, context)
        gaps = tuple(
            Gap(target.id, Plane.DECLARED, "pydantic_settings", reason, remedy, locator=place)
            for reason, remedy, place in source.silences
        )
        provenance = Provenance("pydantic_settings", self.path, (), context.now)
        whole = bool(classes) and not gaps
        answer = Answer(target.id, Plane.DECLARED, "pydantic_settings", whole, provenance, environment.CLASS_DEFAULT)
        targets = () if context.target else (target,)
        return Collected(targets, tuple(observations), gaps, (answer,), tuple(source.inputs), digests)


@dataclass
class _Source:
    """The Python files below a path that hold settings classes or build an application."""

    files: list[tuple[str, PythonSource]] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    silences: list[tuple[str, str, str]] = field(default_factory=list)
    place: str = ""

    def read(self, root: Path, path: str, limit: int) -> None:
        """SilentSource when the path itself cannot be read; a bad file below a directory is a silence."""
        full = root / path
        self.place = source_file.place_of(root, full)
        if not full.is_dir():
            self._file(root, full, limit)
            return
        listed = [item for item in sorted(full.rglob("*.py")) if not SKIPPED.intersection(item.relative_to(full).parts)]
        if len(listed) > MAX_FILES:
            raise SilentSource(f"{path} holds more than {MAX_FILES} Python files", "name the application's directory")
        for item in listed:
            try:
                self._file(root, item, limit)
            except SilentSource as silence:
                self.silences.append((silence.reason, silence.remedy, source_file.place_of(root, item)))

        self._follow(root, listed, limit)

    def _follow(self, root: Path, listed: list[Path], limit: int) -> None:
        """Read again, now knowing the classes of the others, files that inherit from them or make settings of them."""
        done: set[str] = set()
        while names := {item.name for _, part in self.files for item in part.classes} - done:
            done |= names
            classes = [item for _, part in self.files for item in part.classes]
            uses = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names)))})\b")
            for path in listed:
                with suppress(SilentSource):
                    self._file(root, path, limit, uses, classes)

    def _file(
        self,
        root: Path,
        path: Path,
        limit: int,
        relevant: re.Pattern[str] = _RELEVANT,
        classes: Sequence[SettingsClass] = (),
    ) -> None:
        file = source_file.read(root, path, limit)
        if relevant.search(file.text):
            self.files = [item for item in self.files if item[0] != file.place]
            self.inputs = [item for item in self.inputs if item.path != file.place]
            own = [item for item in classes if not re.search(rf"^class {re.escape(item.name)}\b", file.text, re.M)]
            self.inputs.append(file.input)
            self.files.append((file.place, python_settings.read(file.text, file.place, own)))

    def chosen(self, wanted: str, environment_name: str, catalogue: Catalogue) -> list[tuple[str, SettingsClass]]:
        """The classes whose defaults count. SilentSource when the one that was asked for is not there."""
        every = [(place, item) for place, source in self.files for item in source.classes]
        if wanted:
            found = [(place, item) for place, item in every if item.name == wanted]
            if not found:
                names = ", ".join(item.name for _, item in every) or "no settings class at all"
                raise SilentSource(f"there is no settings class {wanted}", f"set class_name: to one of {names}")
            return found
        fitting = [(place, item) for place, item in every if _speaks_of(item, catalogue) in ("", environment_name)]
        bases = {base for _, item in fitting for base in item.bases if base != item.name}
        return [(place, item) for place, item in fitting if item.name not in bases]


def _speaks_of(item: SettingsClass, catalogue: Catalogue) -> str:
    """The environment that a class is named after."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", item.name)
    return next((found for word in words if (found := catalogue.environment(word))), "")


def _variable(each: SettingsField, item: SettingsClass, place: str, catalogue: Catalogue) -> Iterable[Variable]:
    """The field's default under the first of its names that the catalogue knows."""
    default = each.default
    if default is None or (default.kind == "literal" and default.value is None and not each.changed):
        return
    known = (name for name in each.variables if environment.recognised(name, catalogue, COMPONENT, (item.prefix,)))
    name = next(known, each.variables[0])
    chain = (f"default of {item.name}.{each.name}",)
    content: Content | SecretText
    if each.changed:
        content = Unresolved(
            each.changed, "set the variable where a deployment shows it, or ask the running application"
        )
    elif default.kind != "literal":
        reason = f"the default is an expression: {default.source}"
        content = Unresolved(reason, "set the variable, or write the default as a literal")
    elif default.secret:
        content = SecretText(str(default.value))
    else:
        content = Known(default.value)
    yield Variable(name, content, f"{place}:{default.line}", chain)


def _handed_in(source: _Source, item: SettingsClass, target: Target, context: Context) -> list[Observation]:
    """Values that the code hands in where it makes the settings: they win over every variable."""
    variables: list[Variable] = []
    for place, part in source.files:
        for call in (call for call in part.made if call.name == item.name):
            for each in item.fields:
                given = call.keywords.get(each.name) or (STARRED if call.starred else None)
                if given is not None:
                    field_ = replace(each, default=replace(given, line=call.line))
                    variables += _variable(field_, item, place, context.catalogue)
    found, _ = environment.observe(
        variables,
        target=target.id,
        component=target.component,
        catalogue=context.catalogue,
        collector="pydantic_settings",
        layer=HANDED_IN,
        digest_key=context.digest_key,
        prefixes=(item.prefix,),
        observed_at=context.now,
    )
    return found


def _wiring(source: _Source, target: Target, context: Context) -> list[Observation]:
    """What the calls that build the application say of settings."""
    prefixes = tuple({item.prefix for _, part in source.files for item in part.classes})
    texts = frozenset(
        each.name for _, part in source.files for item in part.classes for each in item.fields if each.text
    )

    def means(name: str) -> str:
        setting = environment.recognised(name, context.catalogue, COMPONENT, prefixes)
        return setting.name if setting else ""

    told: list[tuple[str, Content, str, tuple[str, ...], str]] = [
        (fact.setting, fact.content, f"{place}:{fact.line}", (f"call of {call.name}",), fact.note)
        for place, part in source.files
        for call in part.calls
        for fact in wiring.facts(call, means, texts)
    ]
    names = {call.name for _, part in source.files for call in part.calls}
    for setting, content in wiring.left_out(names, not source.silences):
        told.append((setting, content, source.place, (), ""))
    return [
        Observation(
            target.id,
            setting,
            Plane.DECLARED,
            content,
            Provenance("pydantic_settings", locator, chain, context.now),
            layer=environment.CLASS_DEFAULT,
            takes_effect=TakesEffect.RESTART,
            note=note,
        )
        for setting, content, locator, chain, note in told
    ]


def _may_hold_settings(path: Path) -> bool:
    """Whether a file could hold a settings class, parsed or not: the cheap question that most files end with."""
    try:
        with path.open("rb") as handle:
            return b"BaseSettings" in handle.read(SURVEY_BYTES)
    except OSError:
        return True


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every package of Python source with a settings class that sets a name of the catalogue."""
    found: dict[Path, Path] = {}
    prefixes: dict[Path, set[str]] = {}
    broken: list[Path] = []
    for path in files:
        full = root / path
        inside = Path(source_file.place_of(root, full))
        if full.suffix != ".py" or SKIPPED.intersection(inside.parts) or inside.name.startswith("test_"):
            continue
        if not _may_hold_settings(full):
            continue
        try:
            source = _Source()
            source.read(root, str(full), SURVEY_BYTES)
        except SilentSource:
            broken.append(full)
            continue
        for _, part in source.files:
            for item in part.classes:
                names = [name for each in item.fields for name in each.variables]
                if environment.makes_application(names, catalogue, COMPONENT, (item.prefix,)):
                    package = _package(root, full.parent)
                    found.setdefault(package, full)
                    prefixes.setdefault(package, set()).add(item.prefix)
    folders = [item for item in found if not any(item != other and item.is_relative_to(other) for other in found)]
    places = {folder: found[folder] for folder in folders}
    places |= {path: path for path in broken if not any(path.is_relative_to(folder) for folder in folders)}
    return [
        Proposal(
            "pydantic_settings",
            {"path": source_file.place_of(root, place)},
            source_file.place_of(root, file),
            COMPONENT,
            *told_by(root, place, catalogue),
            prefix=next(iter(prefixes[place])) if len(prefixes.get(place, ())) == 1 else None,
        )
        for place, file in sorted(places.items())
    ]


def _package(root: Path, folder: Path) -> Path:
    """The outermost directory of the application's source: settings and wiring often lie in different folders."""
    while folder != root and ((folder.parent / "__init__.py").exists() or (folder.parent / "main.py").exists()):
        folder = folder.parent
    return folder
