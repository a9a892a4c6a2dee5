"""One reading of the files: values line by line, includes followed, and what could not be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scanner.collectors import Collected, Context
from scanner.collectors.postgresql_files import texts
from scanner.errors import SilentSource
from scanner.model import (
    Absent,
    Answer,
    Content,
    Gap,
    Input,
    Known,
    Layer,
    Observation,
    Plane,
    Provenance,
    Setting,
    TakesEffect,
    Unresolved,
)
from scanner.readers import postgresql_conf, source_file
from scanner.readers.postgresql_conf import BrokenLine

KIND, COMPONENT = "postgresql_files", "postgresql"
FILE, AUTO, COMMAND_LINE = Layer(10, "file"), Layer(20, "ALTER SYSTEM"), Layer(30, "command line")
MAX_DEPTH, MAX_FILES = 10, 200


class Reading:
    """What has been found so far, and which files have been read."""

    def __init__(self, context: Context, target: str) -> None:
        self._context, self._target = context, target
        self._values: dict[tuple[int, str], Observation] = {}
        self._others: list[Observation] = []
        self._gaps: list[Gap] = []
        self._inputs: dict[str, Input] = {}
        self._place = ""
        self._hba_file = ("", "")
        """The name of the file with the rules of access that the configuration states, and where."""

    def conf(self, path: str, layer: Layer, depth: int = 0) -> bool:
        """Read a file with its includes; False when a part of it stays unknown."""
        try:
            if depth > MAX_DEPTH or len(self._inputs) >= MAX_FILES:
                raise SilentSource(f"{path} is included too deeply or among too many", "include fewer files")
            source = self._read(path)
        except SilentSource as silent:
            self._unread(silent.reason, silent.remedy, layer, path)
            return False
        whole = True
        for line in postgresql_conf.read_conf(source.text):
            place = f"{source.place}:{line.number}"
            if isinstance(line, BrokenLine):
                self._gap(f"{place} {line.reason}, so the server would refuse the file", f"correct {place}", place)
                whole = False
            elif line.is_include:
                whole = self._include(line.name, line.value, source.path, layer, depth) and whole
            else:
                self.assign(line.name, line.value, place, layer)
        return whole

    def _include(self, directive: str, value: str, file: Path, layer: Layer, depth: int) -> bool:
        path = Path(os.path.normpath(file.parent / value))
        if not path.is_relative_to(Path(os.path.normpath(self._context.root))):
            reason = f"{file.name} includes {value}, which lies outside the scanned directory"
            self._unread(reason, "name a file inside it", layer)
            return False
        if directive == "include_dir":
            try:
                names = sorted(child.name for child in path.iterdir())
            except OSError:
                self._unread(f"the directory {value} that {file.name} includes cannot be read", f"add {value}", layer)
                return False
            chosen = [name for name in names if name.endswith(".conf") and not name.startswith(".")]
            read = [self.conf(str(path / name), layer, depth + 1) for name in chosen]
            return all(read)
        if directive == "include_if_exists" and not path.exists():
            return True
        return self.conf(str(path), layer, depth + 1)

    def _unread(self, reason: str, remedy: str, layer: Layer, locator: str = "") -> None:
        """A file that was not read could set anew whatever stands before it."""
        self._gap(reason, remedy, locator)
        for key, earlier in self._values.items():
            if key[0] <= layer.rank:
                self._values[key] = replace(earlier, content=Unresolved(f"{reason} and could replace it", remedy))

    def assign(self, name: str, value: str, place: str, layer: Layer) -> None:
        """A later line wins over an earlier one of the same layer."""
        if name == "hba_file":
            self._hba_file = (Path(value).name, place)
        if name == "primary_conninfo":
            self._keep("primary_conninfo_sslmode", texts.sslmode(value), place, layer)
        setting = self._context.catalogue.known_as(COMPONENT, KIND, name)
        if setting is not None and not setting.derived and _can_show(setting):
            self._keep(setting.name, texts.content(setting, value), place, layer)

    def _keep(self, name: str, content: Content, place: str, layer: Layer) -> None:
        observation = self._observation(name, content, place, layer)
        self._values.pop((layer.rank, name), None)
        self._values[layer.rank, name] = observation

    def absent(self, path: str) -> None:
        """Spell out what the files, read whole, do not set."""
        place = source_file.place_of(self._context.root, self._context.root / path)
        seen = {name for _, name in self._values}
        for setting in self._context.catalogue.of(COMPONENT):
            if setting.name not in seen | {"hba_rules"} and not setting.derived and _can_show(setting):
                self._others.append(self._observation(setting.name, Absent(), place, FILE))
        self._place = place

    def hba(self, path: str) -> None:
        """The lines of a pg_hba.conf as records."""
        try:
            source = self._read(path)
        except SilentSource as silent:
            self._gap(silent.reason, silent.remedy, path, ("hba_rules",))
            return
        named, stated = self._hba_file
        if source.path.name == "pg_hba.conf" and named not in ("", "pg_hba.conf"):
            content = Unresolved(f"{stated} names {named}, not {source.place}", f"state {named} as hba of this source")
            self._others.append(self._observation("hba_rules", content, stated, FILE))
            return
        records: list[dict[str, object]] = []
        for line in postgresql_conf.read_hba(source.text):
            place = f"{source.place}:{line.number}"
            if isinstance(line, BrokenLine):
                records.append({"type": "", "error": line.reason, "place": place})
            elif line.is_include:
                reason = f"{place} includes {line.fields[1][0]}, which is not read here"
                content = Unresolved(reason, "write the lines into one file")
                self._others.append(self._observation("hba_rules", content, place, FILE))
                return
            else:
                records.append(texts.redacted(postgresql_conf.hba_rule(line)) | {"place": place})
        self._others.append(self._observation("hba_rules", Known(records), source.place, FILE))
        self._place = self._place or source.place

    def _read(self, path: str) -> source_file.SourceFile:
        found = source_file.read(self._context.root, path, self._context.limit_bytes)
        self._inputs[found.place] = found.input
        return found

    def _observation(self, name: str, content: Content, place: str, layer: Layer) -> Observation:
        provenance = Provenance(KIND, place, (), self._context.now)
        setting = self._context.catalogue.setting(COMPONENT, name)
        effect = setting.takes_effect if setting else TakesEffect.NOW
        return Observation(self._target, name, Plane.DECLARED, content, provenance, layer=layer, takes_effect=effect)

    def _gap(self, reason: str, remedy: str, locator: str = "", settings: Sequence[str] = ()) -> None:
        self._gaps.append(Gap(self._target, Plane.DECLARED, KIND, reason, remedy, tuple(settings), locator))

    def collected(self) -> Collected:
        known = {setting.name for setting in self._context.catalogue.of(COMPONENT)}
        observations = tuple(item for item in (*self._values.values(), *self._others) if item.setting in known)
        provenance = Provenance(KIND, self._place, (), self._context.now)
        answers = (Answer(self._target, Plane.DECLARED, KIND, complete=False, provenance=provenance),)
        return Collected(
            observations=observations,
            gaps=tuple(self._gaps),
            answers=answers if observations else (),
            inputs=tuple(self._inputs.values()),
        )


def _can_show(setting: Setting) -> bool:
    return Plane.DECLARED in dict(setting.shown_by).get(KIND, ())
