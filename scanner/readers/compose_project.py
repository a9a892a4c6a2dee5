"""Compose files in the order of their merging, and the environment that each service gets from them.

``environment:`` wins over ``env_file:``, later files over earlier ones. References are filled from the ``.env`` beside
the first file and from values that are given; what is not followed (includes, services of other files) is noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scanner.document import Path_, Tree
from scanner.errors import SilentSource
from scanner.model import Input, Unresolved
from scanner.readers import dotenv_text, environment, interpolation, manifests, source_file
from scanner.readers.environment import Variable


class ComposeProject:
    """Compose files in the order of their merging, with the names that references can use."""

    def __init__(self, root: Path, given: Mapping[str, str], limit: int) -> None:
        self._root, self._given, self._limit = root, dict(given), limit
        self._files: list[tuple[Path, Tree]] = []
        self._names: dict[str, str | None] | None = None
        self.inputs: list[Input] = []
        self.silences: list[tuple[str, str]] = []

    def add(self, path: str) -> None:
        file, found = manifests.read(self._root, path, self._limit)
        self.inputs.append(file.input)
        if len(found) != 1 or not isinstance(found[0].value, dict):
            raise SilentSource(f"{file.place} is no compose file", "name a file with one mapping that has services")
        if "include" in found[0].value:
            self.silences.append((f"{file.place} includes other files, which are not read", "name the included files"))
        self._files.append((file.path, found[0]))

    def names(self) -> dict[str, str | None]:
        """What references see: the project's ``.env``, then values given with the source."""
        if self._names is None:
            self._names = {}
            beside = self._files[0][0].parent / ".env" if self._files else None
            if beside is not None and beside.is_file():
                _, self._names = self._dotenv(beside, None)
            self._names |= self._given
        return self._names

    def services(self) -> dict[str, list[tuple[Path, Tree]]]:
        """Every service with the files that speak of it."""
        found: dict[str, list[tuple[Path, Tree]]] = {}
        for path, tree in self._files:
            for name in manifests.mapping(tree.value.get("services")):
                found.setdefault(name, []).append((path, tree))
        return found

    def image(self, service: str) -> str:
        """The image that a service runs as it is; empty when it is built here or none is named."""
        entries = [manifests.mapping(tree.value["services"][service]) for _, tree in self.services().get(service, ())]
        built = any("build" in entry for entry in entries)
        named = [str(entry["image"]) for entry in entries if isinstance(entry.get("image"), str)]
        return "" if built or not named else named[-1]

    def environment_of(self, service: str, seen: tuple[str, ...] = ()) -> dict[str, Variable]:
        """The variables of a service by name. SilentSource when there is no such service."""
        files = self.services().get(service)
        if not files:
            raise SilentSource(f"there is no service {service}", f"one of: {', '.join(self.services()) or 'none'}")
        from_files: dict[str, Variable] = {}
        direct: dict[str, Variable] = {}
        for path, tree in files:
            entry = manifests.mapping(tree.value["services"][service])
            at: Path_ = ("services", service)
            inherited = self._extended(entry.get("extends"), tree, service, (*seen, service))
            from_files = self._env_files(entry.get("env_file"), path, tree, at, from_files | inherited)
            direct |= {item.name: item for item in self._direct(entry.get("environment"), tree, at)}
        return _over(from_files, direct)

    def _extended(self, entry: Any, tree: Tree, service: str, seen: tuple[str, ...]) -> dict[str, Variable]:
        name = entry if isinstance(entry, str) else manifests.mapping(entry).get("service")
        if entry is None:
            return {}
        elsewhere = manifests.mapping(entry).get("file")
        if elsewhere or not isinstance(name, str) or name in seen or name not in self.services():
            place = f"{tree.place}:{tree.line(('services', service, 'extends'))}"
            remedy = "name the extended file as a source of its own"
            self.silences.append((f"{place}: the service that {service} extends is not read", remedy))
            return {}
        return self.environment_of(name, seen)

    def _env_files(
        self, entry: Any, path: Path, tree: Tree, at: Path_, below: dict[str, Variable]
    ) -> dict[str, Variable]:
        """The variables below with those of ``env_file:`` over them; a file that cannot be read could replace any."""
        found = dict(below)
        place = f"{tree.place}:{tree.line((*at, 'env_file'))}"
        for item in [entry] if isinstance(entry, str | dict) else manifests.items(entry):
            written = item if isinstance(item, str) else manifests.mapping(item).get("path")
            required = manifests.mapping(item).get("required", True) is not False
            filled = interpolation.compose(str(written), self.names())
            name = filled.text
            if filled.missing or not isinstance(written, str):
                remedy = f"give a value for {', '.join(filled.missing)}" if filled.missing else "name a path"
                self.silences.append((f"{place}: an env_file whose path cannot be known", remedy))
                found = environment.replaceable(found, "an env_file whose path cannot be known", remedy)
                continue
            if not required and not (path.parent / name).exists():
                continue
            try:
                variables, _ = self._dotenv(path.parent / name, self.names())
            except SilentSource as silence:
                self.silences.append((f"{place}: {silence.reason}", silence.remedy))
                found = environment.replaceable(found, name, silence.remedy)
                continue
            found |= {item.name: replace(item, chain=(*item.chain, place)) for item in variables}
        return found

    def _dotenv(self, path: Path, given: dict[str, str | None] | None) -> tuple[list[Variable], dict[str, str | None]]:
        file = source_file.read(self._root, path, self._limit)
        if file.input not in self.inputs:
            self.inputs.append(file.input)
        return dotenv_text.resolve(dotenv_text.parse(file.text), file.place, given, compose=True)

    def _direct(self, entry: Any, tree: Tree, at: Path_) -> Iterator[Variable]:
        """The entries of ``environment:``, written as a mapping or as a list of ``NAME=value``."""
        if isinstance(entry, dict):
            pairs = [(str(name), value, (*at, "environment", name)) for name, value in entry.items()]
        else:
            pairs = []
            for index, item in enumerate(manifests.items(entry)):
                name, equals, value = str(item).partition("=")
                pairs.append((name, value if equals else None, (*at, "environment", index)))
        for name, value, path in pairs:
            yield self._variable(name, value, f"{tree.place}:{tree.line(path)}")

    def _variable(self, name: str, value: Any, locator: str) -> Variable:
        text = manifests.scalar(value)
        if text is None and value is not None:
            return Variable(name, Unresolved("is no single value", "write one text"), locator)
        template = "${" + name + "}" if text is None else text
        try:
            filled = interpolation.compose(template, self.names())
        except ValueError as error:
            return Variable(name, Unresolved(str(error), "write the value out"), locator)
        chain = tuple(f"uses {used}" for used in dict.fromkeys(filled.used))[:5]
        if filled.missing:
            names = ", ".join(dict.fromkeys(filled.missing))
            reason = f"refers to {names}, which only the deploying shell gives"
            return Variable(name, Unresolved(reason, f"give a value for {names}"), locator, chain)
        content = environment.filled(filled.text, filled.used)
        return Variable(name, content, locator, chain, referred=bool(filled.used))


def _over(below: dict[str, Variable], above: dict[str, Variable]) -> dict[str, Variable]:
    """The upper variables, each with a note of what it replaces, and the lower ones that nothing replaces."""
    found = dict(below)
    for name, item in above.items():
        replaced = found.pop(name, None)
        chain = (*item.chain, f"replaces {replaced.locator}") if replaced else item.chain
        found[name] = replace(item, chain=chain)
    return found
