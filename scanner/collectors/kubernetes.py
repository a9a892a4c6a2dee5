"""Kubernetes manifests: the environment that the containers of a workload get.

``env`` wins over ``envFrom``, later entries over earlier ones. ConfigMaps are read where they stand in the files that
the source names; a Secret is present and its text never leaves. A map that is not in the files is unresolved, by name.
With one application container the values are the target's own; with several each has the scope ``container=…``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal
from scanner.errors import SilentSource
from scanner.model import SERVER, Answer, Gap, Plane, Provenance, Target
from scanner.readers import environment, kubernetes_objects, source_file
from scanner.readers.environment_name import is_template, stated_by, told_by
from scanner.readers.kubernetes_environment import Manifests
from scanner.readers.kubernetes_objects import Container, KubernetesObject

COMPONENT = "fastapi"
SURVEY_BYTES = 5_000_000
SUFFIXES = (".yaml", ".yml", ".json")
_MANIFEST = re.compile(r"(?:^|[{,])\s*[\"']?kind[\"']?\s*:", re.MULTILINE)


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
        manifest = Manifests()
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

    def _containers(self, manifest: Manifests, workload: KubernetesObject, catalogue: Catalogue) -> list[Container]:
        every = kubernetes_objects.containers(workload)
        if self.container:
            chosen = [item for item in every if item.name == self.container]
        else:
            chosen = [item for item in every if _is_application(manifest, workload, item, (self.prefix,), catalogue)]
        if not chosen:
            names = ", ".join(item.name for item in every) or "none"
            raise SilentSource(f"no container of {workload.label} was chosen", f"set container: to one of {names}")
        return chosen

    def _observed(
        self,
        manifest: Manifests,
        workload: KubernetesObject,
        container: Container,
        scope: str,
        target: Target,
        context: Context,
    ) -> Collected:
        before = len(manifest.silences)
        variables = manifest.variables(workload, container)
        observations, digests = environment.observe(
            variables,
            target=target.id,
            component=target.component,
            catalogue=context.catalogue,
            collector="kubernetes",
            scope=scope,
            digest_key=context.digest_key,
            prefixes=(self.prefix,),
            exact=bool(self.prefix),
            observed_at=context.now,
            locator=workload.place(*container.path),
            unread=manifest.silences[0][0] if manifest.silences else "",
        )
        source = Provenance("kubernetes", workload.place(*container.path), (workload.label,), context.now)
        whole = len(manifest.silences) == before and not manifest.unread
        answer = Answer(target.id, Plane.DECLARED, "kubernetes", whole, source, environment.PROCESS, scope)
        return Collected((), tuple(observations), (), (answer,), (), digests)


def _gap(target: Target, reason: str, remedy: str, locator: str) -> Gap:
    return Gap(target.id, Plane.DECLARED, "kubernetes", reason, remedy, locator=locator)


def _is_application(
    manifest: Manifests,
    workload: KubernetesObject,
    container: Container,
    prefixes: tuple[str, ...],
    catalogue: Catalogue,
) -> bool:
    return environment.makes_application(manifest.names(workload, container), catalogue, COMPONENT, prefixes)


def _chosen(manifest: Manifests, wanted: str, prefixes: tuple[str, ...], catalogue: Catalogue) -> KubernetesObject:
    """The workload of that label, or the only one that is an application."""
    every = manifest.workloads()
    if wanted:
        found = [item for item in every if wanted.lower() in (item.label.lower(), item.name.lower())]
    else:
        found = [
            item
            for item in every
            if any(
                _is_application(manifest, item, part, prefixes, catalogue)
                for part in kubernetes_objects.containers(item)
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
        if path.suffix in SUFFIXES and not is_template(path):
            directories.setdefault(path.parent, []).append(path)
    found = [
        proposal
        for parent in sorted(directories, key=str)
        for proposal in _proposals(root, sorted(directories[parent], key=str), catalogue)
    ]
    return found + _kustomizations(root, directories, catalogue) if found else []


def _kustomizations(root: Path, directories: Mapping[Path, list[Path]], catalogue: Catalogue) -> list[Proposal]:
    """What is laid over the workloads: proposed although it cannot be read, since it may change every variable."""
    found = []
    for path in sorted((path for paths in directories.values() for path in paths), key=str):
        with suppress(SilentSource):
            file = source_file.read(root, path, SURVEY_BYTES) if path.stem == "kustomization" else None
            if file and kubernetes_objects.lays_over(path.name, file.text):
                told = told_by(root, path, catalogue)
                found.append(Proposal("kubernetes", {"path": file.place}, file.place, COMPONENT, *told))
    return found


def _proposals(root: Path, paths: list[Path], catalogue: Catalogue) -> list[Proposal]:
    manifest = Manifests()
    places: list[str] = []
    broken: list[str] = []
    for path in paths:
        try:
            file = source_file.read(root, path, SURVEY_BYTES)
        except SilentSource:
            continue
        if not _MANIFEST.search(file.text) or "apiVersion" not in file.text or path.stem == "kustomization":
            continue
        try:
            manifest.add(root, path, SURVEY_BYTES)
        except SilentSource:
            if "{{" not in file.text or _sets_anything(file.text, catalogue):
                broken.append(file.place)
            if "{{" in file.text:
                continue
        places.append(file.place)
    found = [
        Proposal("kubernetes", {"path": place}, place, COMPONENT, *told_by(root, root / place, catalogue))
        for place in broken
    ]
    for workload in manifest.workloads():
        containers = kubernetes_objects.containers(workload)
        names = [name for item in containers for name in manifest.names(workload, item)]
        prefix = environment.project_prefix(names, catalogue, COMPONENT)
        carriers = [item for item in containers if _is_application(manifest, workload, item, (prefix,), catalogue)]
        if carriers:
            environment_name, told = told_by(root, root / workload.tree.place, catalogue)
            if not environment_name:
                environment_name, told = _stated(manifest, workload, carriers, prefix, catalogue)
            fields: dict[str, object] = {"path": places if len(places) > 1 else places[0], "workload": workload.label}
            fields |= {"prefix": prefix} if prefix else {}
            label = f"{workload.tree.place}:{workload.label}"
            found.append(Proposal("kubernetes", fields, label, COMPONENT, environment_name, told))
    return found


def _sets_anything(text: str, catalogue: Catalogue) -> bool:
    """Whether a template that cannot be read before it is rendered names a variable of an application."""
    return environment.makes_application(re.findall(r"[A-Z][A-Z0-9_]{2,}", text), catalogue, COMPONENT)


def _stated(
    manifest: Manifests, workload: KubernetesObject, carriers: list[Container], prefix: str, catalogue: Catalogue
) -> tuple[str, str]:
    """The environment that the containers' variables state, or that the namespace is named after."""
    for container in carriers:
        found = stated_by(manifest.variables(workload, container), catalogue, COMPONENT, (prefix,))
        if found[0]:
            return found
    for word in (workload.namespace, *re.split(r"[._\-]", workload.namespace)):
        if name := catalogue.environment(word):
            return name, f"namespace {workload.namespace}"
    return "", ""
