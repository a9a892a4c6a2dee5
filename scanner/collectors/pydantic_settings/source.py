"""The Python files below a path that hold settings classes or build an application, and the classes that count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.errors import SilentSource
from scanner.model import Input
from scanner.readers import python_settings, source_file
from scanner.readers.python_settings import PythonSource, SettingsClass

MAX_FILES = 3000
SKIPPED = frozenset({"site-packages", ".venv", "venv", "node_modules", ".git", "tests", "test", "__pycache__", "build"})
_RELEVANT = re.compile(r"BaseSettings|add_middleware|Middleware\(|FastAPI\(")


@dataclass
class Source:
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
