"""What is said beside the verdicts: databases that no rule speaks of, and secrets that are written out in the sources.

Neither decides anything. But a scan that passes over a MySQL cluster in silence looks as if it had not seen it, and a
password in a variable file is worth a word wherever it ends up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.session import Session
from scanner.collectors.terraform.source import Declaration
from scanner.collectors.terraform.stack import Stack
from scanner.model import Notice
from scanner.readers.secrecy import looks_secret

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|token|(?:access|secret|api|private|auth)_key)$", re.IGNORECASE
)
_WRITTEN = re.compile(r'^[ \t]*"?(?P<name>\w+)"?[ \t]*=[ \t]*"(?P<text>[^"$%\n]+)"[ \t]*(?:[#/].*)?$', re.MULTILINE)
_NAME_OF_ONE = re.compile(r"/|arn:|projects/|https?:|<[^>]*>$")
"""How a text begins that says where a secret is."""
_STANDS_FOR_ONE = re.compile(r"change.?me|place.?holder|dummy|replace|todo|^x+$", re.IGNORECASE)
_KINDS = frozenset({"resource", "module", "variable"})


def notices(stack: Stack) -> Iterator[Notice]:
    """Remarks on a whole root."""
    for instance, paths in stack.others:
        told = _engine(instance, paths)
        if told:
            yield Notice("not judged", f"{instance.address}: {told}; no rule speaks of it", instance.place)
    for name, place in dict.fromkeys(_written_out(stack.root.session)):
        text = f"the text of {name} is written out in the sources; take it from a store of secrets, and change it"
        yield Notice("secret in the source", text, place)


def _engine(instance: Instance, paths: list[str]) -> str:
    """The argument that says what else it is."""
    for path in paths:
        value = instance.configured(path) if "." not in path else None
        if value is not None and value.kind == "string" and not value.marks:
            return f"{path} is “{value.data[:80]}”"
    return ""


def _written_out(session: Session) -> Iterator[tuple[str, str]]:
    """Name and place of every text that is written out under the name of a secret."""
    for directory in session.directories.values():
        for declaration in directory.declarations.values():
            if declaration.kind in _KINDS:
                yield from _in_block(declaration)
    for name, given in session.given.items():
        parts = given.expression.parts if isinstance(given.expression, syntax.Template) else ()
        if len(parts) == 1 and isinstance(parts[0], str) and _tells(name, parts[0]):
            yield name, f"{given.place}:{given.expression.line}" if given.expression else given.place


def _in_block(declaration: Declaration) -> Iterator[tuple[str, str]]:
    for found in _WRITTEN.finditer(declaration.text):
        name = found["name"]
        if declaration.kind == "variable":
            name = declaration.labels[0] if name == "default" and declaration.labels else ""
        if _tells(name, found["text"]):
            yield (
                name,
                f"{declaration.file}:{declaration.line + declaration.text.count(chr(10), 0, found.start('name'))}",
            )


def _tells(name: str, text: str) -> bool:
    """Whether a text is a secret by its name, and not the place of one."""
    if _NAME_OF_ONE.match(text) or _STANDS_FOR_ONE.search(text):
        return False
    return bool(_SECRET.search(name)) and looks_secret(name) and bool(text.strip())
