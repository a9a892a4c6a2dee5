"""Kubernetes manifests as objects: which pods they start, and which configuration those pods refer to."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scanner.document import Path_, Tree
from scanner.readers.manifests import items, mapping

POD_PATHS: dict[str, Path_] = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}


_KUSTOMIZATION = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_LAYS_OVER = re.compile(
    r"^(?:patches\w*|configMapGenerator|secretGenerator|replacements|vars|helmCharts|generators|transformers|components)\s*:",
    re.MULTILINE,
)


def lays_over(name: str, text: str) -> bool:
    """Whether a file is a kustomization that may change what the manifests say, which only rendering shows."""
    return name in _KUSTOMIZATION and bool(_LAYS_OVER.search(text))


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One object, the document that it stands in and the path to it (objects may stand inside a List)."""

    kind: str
    name: str
    namespace: str
    value: dict[str, Any] = field(repr=False)
    tree: Tree = field(repr=False)
    path: Path_ = ()

    def place(self, *path: str | int) -> str:
        """File and line of a path inside the object."""
        return f"{self.tree.place}:{self.tree.line((*self.path, *path))}"

    @property
    def label(self) -> str:
        return f"{self.kind.lower()}/{self.name}"


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a workload, and where its entry stands in the document."""

    name: str
    value: dict[str, Any] = field(repr=False)
    path: Path_


def objects(trees: Iterable[Tree]) -> Iterator[KubernetesObject]:
    """Every object of some documents, the items of a List included."""
    for tree in trees:
        root = mapping(tree.value)
        if str(root.get("kind", "")).endswith("List") and "items" in root:
            for index, entry in enumerate(items(root["items"])):
                yield from _object(mapping(entry), tree, ("items", index))
        else:
            yield from _object(root, tree, ())


def _object(value: dict[str, Any], tree: Tree, path: Path_) -> Iterator[KubernetesObject]:
    metadata = mapping(value.get("metadata"))
    if isinstance(value.get("kind"), str) and "apiVersion" in value:
        namespace = str(metadata.get("namespace") or "")
        yield KubernetesObject(value["kind"], str(metadata.get("name") or ""), namespace, value, tree, path)


def containers(workload: KubernetesObject) -> list[Container]:
    """The containers of a workload that run beside one another; those that only prepare are left out, and those of
    them that stay (``restartPolicy: Always``) are not."""
    path = POD_PATHS.get(workload.kind, ())
    value: Any = workload.value
    for part in path:
        value = mapping(value).get(str(part))
    found = []
    for section in ("containers", "initContainers"):
        for index, entry in enumerate(items(mapping(value).get(section))):
            if isinstance(entry, dict) and (section == "containers" or entry.get("restartPolicy") == "Always"):
                found.append(Container(str(entry.get("name") or index), entry, (*path, section, index)))
    return found


def decoded(text: Any) -> str | None:
    """The text behind base64, as ``data`` of a Secret holds it; None when it is none."""
    try:
        return base64.b64decode("".join(str(text).split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
