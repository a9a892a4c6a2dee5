"""``scanner schema``: the JSON Schema of every file that people write, for editors and for review."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from typing import Any

import click

from scanner import collectors, document
from scanner.cli.help_text import example

KINDS: dict[str, tuple[str, str]] = {
    "scanner.yaml": ("scanner.project:ProjectFile", "The targets of a project and their sources"),
    "baseline": ("scanner.baselines.shapes:BaselineFile", "A baseline: what must be"),
    "catalogue": ("scanner.catalogue:CatalogueFile", "Settings of a component"),
    "waivers": ("scanner.waivers:WaiverFile", "Accepted deviations"),
    "changes": ("scanner.history.approvals:ChangeFile", "Changes that people authorised or reviewed"),
    "controls": ("scanner.controls:Framework", "Control ids and titles"),
    "selection": ("scanner.selections:Selection", "Which controls a published baseline asks for"),
    "result": ("scanner.model:ScanResult", "The result of a run, as --format json writes it"),
}


@click.command(epilog=example("scanner schema scanner.yaml > scanner.schema.json"))
@click.argument("kind", metavar="KIND", type=click.Choice([*KINDS, "sources"]))
def schema(kind: str) -> int:
    """Print the JSON Schema of one KIND of file.

    KIND is scanner.yaml, baseline, catalogue, waivers, changes, controls, selection, result, or sources: what each
    kind of source takes.
    """
    if kind == "sources":
        found: dict[str, Any] = {name: _source(name) for name in sorted(collectors.paths())}
    else:
        path, title = KINDS[kind]
        module, _, name = path.partition(":")
        found = document.json_schema(getattr(import_module(module), name), title)
        if kind == "scanner.yaml":
            _add_sources(found)
    click.echo(json.dumps(found, indent=2))
    return 0


def _source(kind: str) -> dict[str, Any]:
    loaded: type[Any] = document.described(collectors.load(kind))
    built = document.json_schema(loaded, kind)
    if is_dataclass(loaded):
        required = [item.name for item in fields(loaded) if item.default is MISSING and item.default_factory is MISSING]
        built["required"] = required
    return {key: value for key, value in built.items() if key != "$schema"}


def _add_sources(found: dict[str, Any]) -> None:
    """Let an editor know what each kind of source takes."""
    target = found["$defs"]["TargetSection"]["properties"]["sources"]
    kinds = {name: _source(name) for name in sorted(collectors.paths())}
    for name in ("terraform", "cloudformation"):
        kinds[name].pop("required", None)  # the environment's own section of that name may give it
    for built in kinds.values():
        found["$defs"].update(built.pop("$defs", {}))
    target["items"] = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": kinds,
        "additionalProperties": False,
    }
