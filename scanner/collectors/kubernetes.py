"""Kubernetes manifests: the environment that the containers of a workload get.

``env`` wins over ``envFrom``, later entries over earlier ones. ConfigMaps are read where they stand in the files that
the source names; a Secret is present and its text never leaves. A map that is not in the files is unresolved, by name.
With one application container the values are the target's own; with several each has the scope ``container=…``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal
from scanner.errors import SilentSource
from scanner.model import SERVER, Answer, Gap, Input, Known, Plane, Present, Provenance, Target, Unresolved
from scanner.readers import environment, kubernetes_objects, manifests, source_file
from scanner.readers.environment import SecretText, Variable
from scanner.readers.environment_name import is_template, stated_by, told_by
from scanner.readers.kubernetes_objects import POD_PATHS, Container, KubernetesObject

COMPONENT = "fastapi"
MAX_FILES = 500
SURVEY_BYTES = 5_000_000
_MANIFEST = re.compile(r"^\s*[\"']?kind[\"']?\s*:", re.MULTILINE)
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.\-]*)\)")


@dataclass(frozen=True)
class Kubernetes:
    """Reads the environment of one workload's containers from manifests."""

    path: str | list[str]
    """A manifest, a directory of manifests, or several of either; ConfigMaps are looked up among them."""
    workload: str = ""
    """Such as ``deployment/web``; may be left out when only one workload holds settings of an application."""
    container: str = ""
    """The container; may be left out, then every container that holds settings of an application is read."""
    prefix: str = ""
    """Prefix of the application's variables, such as ``APP_``."""

    def collect(self, context: Context) -> Collected:
        paths = [self.path] if isinstance(self.path, str) else list(self.path)
        target = context.target or Target(", ".join(paths), COMPONENT, context.environment)
        manifest = _Manifests()
        found: list[Collected] = []
        try:
            manifest.add_all(context.root, paths, context.limit_bytes)
            workload = _chosen(manifest, self.workload, (self.prefix,), context.catalogue)
            chosen = self._containers(manifest, workload, context.catalogue)
            for item in chosen:
                scope = SERVER if len(chosen) == 1 else f"container={item.name}"
                found.append(self._observed(manifest, workload, item, scope, target, context))
        except SilentSource as silence:
            gap = _gap(target, silence.reason, silence.remedy, ", ".join(paths))
            return Collected((), (), (gap,), (), tuple(manifest.inputs))
        return Collected(
            () if context.target else (target,),
            tuple(item for part in found for item in part.observations),
            tuple(_gap(target, reason, remedy, place) for reason, remedy, place in dict.fromkeys(manifest.silences)),
            tuple(item for part in found for item in part.answers),
            tuple(manifest.inputs),
            {key: value for part in found for key, value in part.digests.items()},
        )

    def _containers(self, manifest: _Manifests, workload: KubernetesObject, catalogue: Catalogue) -> list[Container]:
        every = kubernetes_objects.containers(workload)
        if self.container:
            chosen = [item for item in every if item.name == self.container]
        else:
            chosen = [item for item in every if manifest.is_application(workload, item, (self.prefix,), catalogue)]
        if not chosen:
            names = ", ".join(item.name for item in every) or "none"
            raise SilentSource(f"no container of {workload.label} was chosen", f"set container: to one of {names}")
        return chosen

    def _observed(
        self,
        manifest: _Manifests,
        workload: KubernetesObject,
        container: Container,
        scope: str,
        target: Target,
        context: Context,
    ) -> Collected:
        before = len(manifest.silences)
        observations, digests = environment.observe(
            manifest.variables(workload, container),
            target=target.id,
            component=target.component,
            catalogue=context.catalogue,
            collector="kubernetes",
            scope=scope,
            digest_key=context.digest_key,
            prefixes=(self.prefix,),
            observed_at=context.now,
            locator=workload.place(*container.path),
        )
        source = Provenance("kubernetes", workload.place(*container.path), (workload.label,), context.now)
        whole = len(manifest.silences) == before and not manifest.unread
        answer = Answer(target.id, Plane.DECLARED, "kubernetes", whole, source, environment.PROCESS, scope)
        return Collected((), tuple(observations), (), (answer,), (), digests)


def _gap(target: Target, reason: str, remedy: str, locator: str) -> Gap:
    return Gap(target.id, Plane.DECLARED, "kubernetes", reason, remedy, locator=locator)


@dataclass
class _Manifests:
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
        listed = sorted(item for suffix in ("*.yaml", "*.yml") for item in full.rglob(suffix))
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
        self.objects += kubernetes_objects.objects(trees)

    def workloads(self) -> list[KubernetesObject]:
        return [item for item in self.objects if item.kind in POD_PATHS]

    def named(self, kind: str, name: Any, namespace: str) -> KubernetesObject | None:
        found = [item for item in self.objects if item.kind == kind and item.name == name]
        return next((item for item in found if item.namespace == namespace), found[0] if len(found) == 1 else None)

    def is_application(
        self, workload: KubernetesObject, container: Container, prefixes: tuple[str, ...], catalogue: Catalogue
    ) -> bool:
        before = list(self.silences)
        names = [item.name for item in self.variables(workload, container)]
        self.silences = before
        return environment.makes_application(names, catalogue, COMPONENT, prefixes)

    def variables(self, workload: KubernetesObject, container: Container) -> list[Variable]:
        """What the container's process gets, the winner of each name."""
        found: dict[str, Variable] = {}
        for index, entry in enumerate(manifests.items(container.value.get("envFrom"))):
            for item in self._whole_map(manifests.mapping(entry), workload, (*container.path, "envFrom", index)):
                found[item.name] = item
        for index, entry in enumerate(manifests.items(container.value.get("env"))):
            item = self._entry(manifests.mapping(entry), workload, (*container.path, "env", index), found)
            replaced = found.pop(item.name, None)
            chain = (*item.chain, f"replaces {replaced.locator}") if replaced else item.chain
            found[item.name] = Variable(item.name, item.content, item.locator, chain)
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


def _chosen(manifest: _Manifests, wanted: str, prefixes: tuple[str, ...], catalogue: Catalogue) -> KubernetesObject:
    """The workload of that label, or the only one that is an application."""
    every = manifest.workloads()
    if wanted:
        found = [item for item in every if wanted.lower() in (item.label.lower(), item.name.lower())]
    else:
        found = [
            item
            for item in every
            if any(
                manifest.is_application(item, part, prefixes, catalogue) for part in kubernetes_objects.containers(item)
            )
        ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(item.label for item in found or every) or "none"
    reason = f"{len(found)} workloads could be meant" if found else f"there is no workload {wanted}".rstrip()
    raise SilentSource(reason, f"set workload: to one of {names}")


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every workload that carries settings of an application, with the manifests of its directory."""
    directories: dict[Path, list[Path]] = {}
    for path in files:
        if path.suffix in (".yaml", ".yml") and not is_template(path):
            directories.setdefault(path.parent, []).append(path)
    return [
        proposal
        for parent in sorted(directories, key=str)
        for proposal in _proposals(root, sorted(directories[parent], key=str), catalogue)
    ]


def _proposals(root: Path, paths: list[Path], catalogue: Catalogue) -> list[Proposal]:
    manifest = _Manifests()
    places: list[str] = []
    broken: list[str] = []
    for path in paths:
        try:
            file = source_file.read(root, path, SURVEY_BYTES)
        except SilentSource:
            continue
        if not _MANIFEST.search(file.text) or "apiVersion" not in file.text or "{{" in file.text:
            continue
        places.append(file.place)
        try:
            manifest.add(root, path, SURVEY_BYTES)
        except SilentSource:
            broken.append(file.place)
    found = [
        Proposal("kubernetes", {"path": place}, place, COMPONENT, *told_by(root, root / place, catalogue))
        for place in broken
    ]
    for workload in manifest.workloads():
        carriers = [
            item
            for item in kubernetes_objects.containers(workload)
            if manifest.is_application(workload, item, (), catalogue)
        ]
        if carriers:
            environment_name, told = told_by(root, root / workload.tree.place, catalogue)
            if not environment_name:
                environment_name, told = _stated(manifest, workload, carriers, catalogue)
            label = f"{workload.tree.place}:{workload.label}"
            fields = {"path": places if len(places) > 1 else places[0], "workload": workload.label}
            found.append(Proposal("kubernetes", fields, label, COMPONENT, environment_name, told))
    return found


def _stated(
    manifest: _Manifests, workload: KubernetesObject, carriers: list[Container], catalogue: Catalogue
) -> tuple[str, str]:
    """The environment that the containers' variables state, or that the namespace is named after."""
    for container in carriers:
        found = stated_by(manifest.variables(workload, container), catalogue, COMPONENT)
        if found[0]:
            return found
    for word in (workload.namespace, *re.split(r"[._\-]", workload.namespace)):
        if name := catalogue.environment(word):
            return name, f"namespace {workload.namespace}"
    return "", ""
