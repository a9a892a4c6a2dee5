"""A state that lies elsewhere: at an address, or where the root's own ``backend "s3"`` says.

What a scanned tree says is not followed unasked, since it would be asked with the credentials of whoever scans: the
user writes ``state: backend``. Endpoints of a backend are never followed; ``state_access`` may name one. Nothing is
fetched where a run keeps to its sources.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner import collectors
from scanner.collectors import Context
from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.plan import LIMIT_FACTOR
from scanner.collectors.terraform.source import Declaration, Directory
from scanner.errors import SilentSource

BACKEND = "backend"
DEFAULT = "default"
_TAKEN = ("region", "profile", "role_arn")
_PARTLY = "write state: s3://BUCKET/KEY, since a part of the backend is given on the command line of terraform"


def remote(state: str) -> bool:
    """Whether a state is no file of this machine."""
    return state == BACKEND or "://" in state


def fetch(
    state: str, access: Mapping[str, str], workspace: str, directory: Directory, context: Context
) -> tuple[str, bytes]:
    """The address of a state and its bytes. SilentSource where it cannot be had."""
    address = state
    if state == BACKEND:
        address, told = _address(directory, workspace)
        access = {**told, **access}
    return address, collectors.fetch(address, access, context, context.limit_bytes * LIMIT_FACTOR)


def _address(directory: Directory, workspace: str) -> tuple[str, dict[str, str]]:
    """Where the backend of a root keeps the state of a workspace, and how it says that it is reached."""
    found = [block for item in directory.of("terraform") for block in _backends(item)]
    if len(found) != 1:
        reason = f"{directory.label} declares no backend" if not found else f"{directory.label} has several backends"
        raise SilentSource(reason, "write state: s3://BUCKET/KEY, or a file")
    kind, said = found[0]
    if kind != "s3":
        raise SilentSource(f"{directory.label} keeps its state in {kind}, which is not read", "pull it into a file")
    if not said.get("bucket") or not said.get("key"):
        raise SilentSource(f"the backend of {directory.label} names no bucket or no key", _PARTLY)
    key = said["key"]
    if workspace and workspace != DEFAULT:
        key = f"{said.get('workspace_key_prefix', 'env:')}/{workspace}/{key}"
    return f"s3://{said['bucket']}/{key}", {name: said[name] for name in _TAKEN if name in said}


def _backends(declaration: Declaration) -> list[tuple[str, dict[str, str]]]:
    found = []
    for block in declaration.body.of("backend"):
        said = _texts(block.body)
        for inner in block.body.of("assume_role"):
            said |= _texts(inner.body)
        found.append((block.labels[0] if block.labels else "", said))
    return found


def _texts(body: syntax.Body) -> dict[str, str]:
    """The arguments that are plain text; Terraform allows a backend nothing else that matters here."""
    found = {name: syntax.plain(item.value) for name, item in body.arguments.items()}
    assumed = body.arguments.get("assume_role")
    if assumed is not None and isinstance(assumed.value, syntax.Object):
        for key, value in assumed.value.items:
            name = key.name if isinstance(key, syntax.Name) else syntax.plain(key)
            found[str(name)] = syntax.plain(value)
    return {name: text for name, text in found.items() if text}
