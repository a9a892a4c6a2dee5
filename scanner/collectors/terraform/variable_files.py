"""Variable files: what ``*.tfvars`` and ``*.tfvars.json`` give a root."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from scanner.collectors.terraform import json_syntax, parse
from scanner.collectors.terraform.source import inside, read_bytes, relative
from scanner.collectors.terraform.syntax import Argument, SyntaxProblem


@dataclass(frozen=True)
class VariableFile:
    """The values of one ``.tfvars`` or ``.tfvars.json`` file."""

    label: str
    arguments: dict[str, Argument]
    sha256: str


def load_variables(path: Path, root: Path, limit: int) -> VariableFile:
    """A variable file, which the user may keep elsewhere. SyntaxProblem with its line when it cannot be read."""
    label = relative(path, root)
    try:
        content = read_bytes(path, root if inside(path.parent, root) else path.parent, limit)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SyntaxProblem(f"not UTF-8 at byte {error.start}", 1) from None
    except ValueError as error:
        raise SyntaxProblem(str(error), 1) from None
    digest = hashlib.sha256(content).hexdigest()
    if label.endswith(".json"):
        return VariableFile(label, json_syntax.arguments(text, label), digest)
    body = parse.body(text, 1, label)
    return VariableFile(label, body.arguments, digest)
