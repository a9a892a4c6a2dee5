"""Stacks in a stack: their template where it is at hand, and otherwise the word that it was not seen."""

from __future__ import annotations

from pathlib import Path

from scanner.collectors.cloudformation import template
from scanner.collectors.cloudformation.resource import Resource
from scanner.collectors.cloudformation.template import Template
from scanner.errors import SilentSource

MAX_DEPTH = 8
MAX_TEMPLATES = 300
ASSET = "aws:asset:path"
"""Where ``cdk synth`` writes the file beside the address in a bucket."""
REMEDY = "keep its template in the scanned directory and name it by a relative path, or scan it on its own"


def find(resource: Resource, argument: str) -> Template | None:
    """The template of the stack that a resource makes; None, with what hides it, when it cannot be read."""
    outer = resource.stack
    path = _path(resource, argument)
    if path is None:
        return None
    if outer.depth >= MAX_DEPTH or len(outer.shared.templates) >= MAX_TEMPLATES:
        _hide(resource, "stacks are nested too deeply, or there are too many")
        return None
    try:
        found = template.read(outer.shared.root, path, outer.shared.limit)
    except SilentSource as silent:
        _hide(resource, silent.reason, silent.remedy)
        return None
    outer.shared.templates[found.place] = found.sha256
    return found


def _path(resource: Resource, argument: str) -> Path | None:
    """The file of a nested template: a path beside the outer one, or what ``cdk synth`` says of it."""
    written = resource.property(argument)
    metadata = resource.node.get("Metadata")
    asset = metadata.get(ASSET) if isinstance(metadata, dict) else None
    for name in (written.data, asset):
        found = _local(resource, name) if isinstance(name, str) and "://" not in name else None
        if found is not None:
            return found
    shown = str(written.data)[:120] if isinstance(written.data, str) else "an address that is not known"
    _hide(resource, f"its template is not at hand ({shown})")
    return None


def _local(resource: Resource, name: str) -> Path | None:
    folder = resource.stack.template.path.parent
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(resource.stack.shared.root) and path.is_file()
    except (OSError, ValueError, RuntimeError):
        return None
    return path if inside else None


def _hide(resource: Resource, reason: str, remedy: str = REMEDY) -> None:
    text = f"{resource.address} is a stack of its own and was not seen: {reason}"
    resource.stack.shared.hidden.append((text, remedy, resource.place))
