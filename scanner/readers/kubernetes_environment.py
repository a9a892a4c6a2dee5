"""The environment that the containers of a Kubernetes workload get, from manifests.

``env`` wins over ``envFrom``, later entries over earlier ones, ``$(NAME)`` is filled from entries above. ConfigMaps are
looked up among the manifests that were read; the text of a Secret is wrapped as soon as it is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scanner.errors import SilentSource
from scanner.model import Input, Known, Present, Unresolved
from scanner.readers import environment, kubernetes_objects, manifests, source_file
from scanner.readers.environment import SecretText, Variable
from scanner.readers.kubernetes_objects import POD_PATHS, Container, KubernetesObject

MAX_FILES = 500
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.\-]*)\)")


@dataclass
class Manifests:
    """Objects of the named files, and what could not be read on the way."""

    objects: list[KubernetesObject] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    silences: list[tuple[str, str, str]] = field(default_factory=list)
    unread: bool = False

    def add_all(self, root: Path, paths: list[str], limit: int) -> None:
        """Several files: one that cannot be read leaves a silence. SilentSource when none can."""
        for path in paths:
            try:
                self.add(root, path, limit)
            except SilentSource as silence:
                if len(paths) == 1:
                    raise
                self.unread = True
                self.silences.append((silence.reason, silence.remedy, path))

    def add(self, root: Path, path: str | Path, limit: int) -> None:
        """A file, or every manifest below a directory. SilentSource for a named file that cannot be read."""
        full = root / path
        if not full.is_dir():
            self._file(root, full, limit)
            return
        listed = sorted(item for suffix in ("*.yaml", "*.yml", "*.json") for item in full.rglob(suffix))
        if len(listed) > MAX_FILES:
            raise SilentSource(f"{path} holds more than {MAX_FILES} manifests", "name the files that matter")
        for item in listed:
            try:
                self._file(root, item, limit)
            except SilentSource as silence:
                self.unread = True
                self.silences.append((silence.reason, silence.remedy, source_file.place_of(root, item)))

    def _file(self, root: Path, path: Path, limit: int) -> None:
        file, trees = manifests.read(root, path, limit)
        self.inputs.append(file.input)
        if kubernetes_objects.lays_over(path.name, file.text):
            raise SilentSource(
                f"{file.place} lays changes over manifests, which are not rendered here",
                "scan what `kustomize build` prints",
            )
        self.objects += kubernetes_objects.objects(trees)

    def workloads(self) -> list[KubernetesObject]:
        return [item for item in self.objects if item.kind in POD_PATHS]

    def named(self, kind: str, name: Any, namespace: str) -> KubernetesObject | None:
        found = [item for item in self.objects if item.kind == kind and item.name == name]
        return next((item for item in found if item.namespace == namespace), found[0] if len(found) == 1 else None)

    def names(self, workload: KubernetesObject, container: Container) -> list[str]:
        """The names that the container's process gets, without noting what could not be read on the way."""
        before = list(self.silences)
        found = [item.name for item in self.variables(workload, container)]
        self.silences = before
        return found

    def variables(self, workload: KubernetesObject, container: Container) -> list[Variable]:
        """What the container's process gets, the winner of each name."""
        found: dict[str, Variable] = {}
        for index, entry in enumerate(manifests.items(container.value.get("envFrom"))):
            before = len(self.silences)
            for item in self._whole_map(manifests.mapping(entry), workload, (*container.path, "envFrom", index)):
                found[item.name] = item
            if len(self.silences) > before:
                reason, remedy, _ = self.silences[-1]
                found = environment.replaceable(found, reason.partition(": ")[2].partition(" is not")[0], remedy)
        for index, entry in enumerate(manifests.items(container.value.get("env"))):
            item = self._entry(manifests.mapping(entry), workload, (*container.path, "env", index), found)
            replaced = found.pop(item.name, None)
            chain = (*item.chain, f"replaces {replaced.locator}") if replaced else item.chain
            found[item.name] = replace(item, chain=chain)
        return list(found.values())

    def _whole_map(
        self, entry: dict[str, Any], workload: KubernetesObject, path: tuple[str | int, ...]
    ) -> Iterator[Variable]:
        place, prefix = workload.place(*path), str(entry.get("prefix") or "")
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = manifests.mapping(entry.get(key))
            if not reference:
                continue
            source = self.named(kind, reference.get("name"), workload.namespace)
            if source is None:
                name = f"{kind} {reference.get('name')}"
                reason = f"{place}: {name} is not among the files, so the names that it sets are not known"
                self.silences.append((reason, f"add the manifest of {name} to path:", place))
                continue
            for name, content, at in _data(source):
                yield Variable(prefix + name, content, at, (f"{place} takes all of {source.label}",))

    def _entry(
        self,
        entry: dict[str, Any],
        workload: KubernetesObject,
        path: tuple[str | int, ...],
        above: dict[str, Variable],
    ) -> Variable:
        name, place = str(entry.get("name") or ""), workload.place(*path)
        origin = manifests.mapping(entry.get("valueFrom"))
        if not origin:
            text = manifests.scalar(entry.get("value"))
            if text is None:
                return Variable(name, Known("") if "value" not in entry else Unresolved("is no single value"), place)
            return Variable(name, _filled(text, above), place)
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            reference = manifests.mapping(origin.get(key))
            if reference:
                return self._referred(name, kind, reference, workload, place)
        return Variable(name, Unresolved("comes from the running pod", "ask the running application"), place)

    def _referred(
        self, name: str, kind: str, reference: dict[str, Any], workload: KubernetesObject, place: str
    ) -> Variable:
        source = self.named(kind, reference.get("name"), workload.namespace)
        label = f"key {reference.get('key')} of {kind} {reference.get('name')}"
        for key, content, at in _data(source) if source else ():
            if key == reference.get("key"):
                return Variable(name, content, at, (f"{place} takes {label}",))
        if kind == "Secret":
            return Variable(name, Present("reference", reason=label), place, (label,))
        if reference.get("optional") is True and source:
            return Variable(name, Unresolved(f"{label} is not there and is optional: nothing is set"), place)
        remedy = f"add the manifest of {kind} {reference.get('name')} to path:"
        return Variable(name, Unresolved(f"{label} is not among the files", remedy), place)


def _data(source: KubernetesObject) -> Iterator[tuple[str, Known | SecretText | Unresolved, str]]:
    """The entries of a ConfigMap or Secret: name, content, place."""
    secret = source.kind == "Secret"
    for section in ("data", "stringData"):
        for name, value in manifests.mapping(source.value.get(section)).items():
            text = manifests.scalar(value)
            if secret and section == "data" and text is not None:
                text = kubernetes_objects.decoded(text)
            place = source.place(section, name)
            if text is None:
                yield str(name), Unresolved("holds no readable text", "write text, or base64 in a Secret's data"), place
            else:
                yield str(name), SecretText(text) if secret else Known(text), place


def _filled(text: str, above: dict[str, Variable]) -> Known | Unresolved | SecretText:
    """``$(NAME)`` as Kubernetes fills it: from entries above; a name that is not there stays as it is written."""
    hidden: list[str] = []
    secret: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        item = above.get(match[1])
        if item is None:
            return match[0]
        if isinstance(item.content, SecretText):
            secret.append(match[1])
            return item.content.text
        if isinstance(item.content, Known):
            return str(item.content.raw)
        hidden.append(match[1])
        return ""

    filled = _REFERENCE.sub(fill, text)
    if hidden:
        return Unresolved(f"refers to {', '.join(hidden)}, which cannot be known here", "ask the running application")
    return SecretText(filled) if secret else Known(filled)
