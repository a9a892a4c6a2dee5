"""Records what the real terraform answers, for the golden tests. Run it by hand where terraform is installed.

    python tests/golden/terraform/record.py

Expressions are evaluated as outputs of a directory without providers; module cases are planned with ``terraform_data``
resources, whose ``input`` is what the case is about. Nothing but ``terraform_data`` is ever used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
UNKNOWN = {"$unknown": True}


def terraform(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run terraform without network and configuration."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(directory), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1",
    }  # fmt: skip
    command = ["terraform", *arguments]
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def plan(directory: Path, *arguments: str) -> Any:
    """The plan of a directory as terraform shows it; None when it does not load."""
    if terraform(directory, "init", "-no-color").returncode:
        return None
    if terraform(directory, "plan", "-no-color", "-refresh=false", f"-out={directory}/p", *arguments).returncode:
        return None
    return json.loads(terraform(directory, "show", "-json", "p").stdout)


def expressions(lines: list[str]) -> dict[str, str | None]:
    """Each expression with the JSON text of its value, null where it fails, ``?`` where terraform does not know."""
    found: dict[str, str | None] = {}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for number, line in enumerate(lines):
            text = f'output "o" {{\n  value = can(jsonencode({line})) ? jsonencode({line}) : null\n}}\n'
            (directory / "main.tf").write_text(text)
            if terraform(directory, "validate").returncode and not terraform(directory, "fmt", "-").returncode:
                found[line] = None
                continue
            (directory / "main.tf").unlink()
            (directory / f"o{number}.tf").write_text(text.replace('"o"', f'"o{number}"'))
        shown = plan(directory)
        changes = shown["output_changes"] if shown else {}
        for number, line in enumerate(lines):
            if line not in found:
                change = changes.get(f"o{number}", {})
                found[line] = "?" if change.get("after_unknown") is True else change.get("after")
    return {line: found[line] for line in lines}


def overlay(value: Any, mask: Any) -> Any:
    """A planned value with a marker wherever it is known only after the apply."""
    if mask is True:
        return UNKNOWN
    if isinstance(mask, dict):
        known = value if isinstance(value, dict) else {}
        return {key: overlay(known.get(key), mask.get(key, False)) for key in sorted({*known, *mask})}
    if isinstance(mask, list):
        items = value if isinstance(value, list) else []
        return [overlay(item, part) for item, part in zip_longest(items, mask)]
    return value


def inputs(shown: Any) -> dict[str, Any]:
    """The input of every terraform_data resource in a plan."""
    found = {}
    for change in shown["resource_changes"]:
        after, mask = change["change"]["after"] or {}, change["change"]["after_unknown"]
        if "input" in after or "input" in mask:
            found[change["address"]] = overlay(after.get("input"), mask.get("input", False))
    return found


def unknowns(lines: list[str]) -> dict[str, Any]:
    """Each expression over U, a text known only after the apply, with its planned value."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        parts = ['resource "terraform_data" "u" {}\n']
        for number, line in enumerate(lines):
            text = line.replace("U", "terraform_data.u.id")
            parts.append(f'resource "terraform_data" "r{number}" {{\n  input = {text}\n}}\n')
        (directory / "main.tf").write_text("".join(parts))
        found = inputs(plan(directory))
    return {line: found.get(f"terraform_data.r{number}") for number, line in enumerate(lines)}


def case(folder: Path) -> dict[str, Any]:
    """The planned inputs of a module case."""
    settings = json.loads((folder / "case.json").read_text())
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "root"
        shutil.copytree(folder, directory)
        arguments = [f"-var-file={item}" for item in settings.get("var_files", [])]
        arguments += [f"-var={key}={value}" for key, value in settings.get("vars", {}).items()]
        if settings.get("workspace"):
            terraform(directory, "init")
            terraform(directory, "workspace", "new", settings["workspace"])
        return inputs(plan(directory, *arguments))


def lines_of(name: str) -> list[str]:
    """The expressions of a list."""
    return [line for line in (HERE / "expressions" / name).read_text().splitlines() if line.strip()]


def write(path: Path, content: Any) -> None:
    """Data as JSON, one entry a line."""
    pairs = (
        (json.dumps(key, ensure_ascii=False), json.dumps(value, ensure_ascii=False)) for key, value in content.items()
    )
    entries = [f"{key}: {value}" for key, value in pairs]
    path.write_text("{\n" + ",\n".join(entries) + "\n}\n")


def main() -> None:
    write(HERE / "expressions" / "known.json", expressions(lines_of("known.txt")))
    write(HERE / "expressions" / "unknown.json", unknowns(lines_of("unknown.txt")))
    for folder in sorted((HERE / "modules").iterdir()):
        write(folder / "expected.json", case(folder))


if __name__ == "__main__":
    main()
