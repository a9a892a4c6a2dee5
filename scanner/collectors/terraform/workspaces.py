"""The workspaces that the sources of a root tell of.

``terraform.workspace`` is a name that somebody else gives. It is told where it is compared with a word, where it is
the key of a map or a part of a file's name, and, behind a prefix that is cut off, where that prefix is written out.
A name that is only guessed would give values that no environment has, so what is computed in another way tells none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors.terraform.source import inside

MAX_BYTES = 2_000_000
_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)
_OPENED = r'"?(?:\$\{\s*)?'
_ITSELF = _OPENED + r'terraform\.workspace(?:\s*\})?"?'
_OTHER_NAME = re.compile(rf"^\s*(\w+)\s*=\s*(?:[^\n?]*\?[^\n:]*:\s*)?(?:lower\(\s*)?{_ITSELF}\s*\)?\s*$", re.MULTILINE)
_MAP_KEY = re.compile(r'(?:^|[{,])\s*"?([A-Za-z][\w-]*)"?\s*=\s*(?=[\{\["\w])', re.MULTILINE)
_DATA_KEY = re.compile(r'(?:^|[{,])\s*"?([A-Za-z][\w-]*)"?\s*:', re.MULTILINE)
_CHANGED = r"\b(?:substr|trimprefix|trimsuffix|trim|split|replace|regex|regexall|element)\(\s*(?:\"[^\"]*\"\s*,\s*)?"
_CHANGERS = ("substr(", "trim", "split(", "replace(", "regex", "element(")
"""Words of which one stands wherever a name is changed: a text without them needs no closer look."""
_PREFIX = re.compile(r'\btrimprefix\(\s*terraform\.workspace\s*,\s*"(?:\$\{\s*local\.(\w+)\s*\})?([\w-]*)"')
_BEHIND = re.compile(r"\bsubstr\(\s*terraform\.workspace\s*,\s*length\(\s*local\.(\w+)\s*\)")
_SUFFIX = re.compile(r'==\s*"-([\w-]+)"')
_FILE = re.compile(r'\b(?:file|templatefile)\(\s*"([^"]*\.(?:json|ya?ml|tfvars))"')
_HERE = re.compile(r"^(?:\$\{\s*path\.(?:module|root)\s*\}/|\./)")
_NEGATED = frozenset({"non", "no", "not", "pre"})


@dataclass(frozen=True)
class Workspace:
    """The name of a workspace, the word in it that names the environment, and that environment."""

    name: str
    word: str
    environment: str


def told(path: Path, text: str, catalogue: Catalogue) -> list[Workspace]:
    """The workspaces of a root by its text, in the order of their names; none where nothing tells them for certain."""
    if "terraform.workspace" not in text:
        return []
    text = _COMMENT.sub("", text)
    others = "|".join(dict.fromkeys(map(re.escape, _OTHER_NAME.findall(text))))
    references = [_ITSELF, *([rf"(?:local|var)\.(?:{others})\b"] if others else [])]
    keyed = any(map(partial(_keyed, text), references))
    changed = any(word in text for word in _CHANGERS) and any(re.search(_CHANGED + item, text) for item in references)
    files = [_HERE.sub("", name) for name in _FILE.findall(text)] if "file(" in text else []
    keys: set[str] = set()
    if keyed or changed:
        keys = {word for word in _keys(path, text, files) if catalogue.environment(word)}
    words = {word for item in references for word in _compared(text, item)}
    words |= {word for name in files for word in _named(path, name)}
    if keyed and not changed:
        words |= keys
    found = {Workspace(word, word, _environment(word, catalogue)) for word in words}
    if changed:
        known = keys or set(_SUFFIX.findall(text))
        prefixes = set(_prefixes(text))
        if len(prefixes) == 1:
            prefix = prefixes.pop()
            found |= {Workspace(prefix + word, word, catalogue.environment(word)) for word in known}
    return sorted((item for item in found if item.environment), key=lambda item: item.name)


def _environment(word: str, catalogue: Catalogue) -> str:
    """The environment that a workspace's name says: as a whole, else its last part, unless that is denied."""
    parts = re.split(r"[-_.]", word)
    denied = len(parts) > 1 and parts[-2].lower() in _NEGATED
    return catalogue.environment(word) or ("" if denied else catalogue.environment(parts[-1]))


def _keyed(text: str, reference: str) -> bool:
    """Whether a reference to the name is the key of a map."""
    looked_up = "lookup(" in text and re.search(rf"\blookup\([^,()]+,\s*{reference}", text)
    return bool(looked_up or re.search(rf"\[\s*{reference}\s*[\],)]", text))


def _compared(text: str, reference: str) -> Iterator[str]:
    # What may stand before the name decides nothing here, and a pattern that begins with a word is found much faster.
    yield from re.findall(rf'{reference.removeprefix(_OPENED)}\s*[!=]=\s*"([\w.-]+)"', text)
    yield from re.findall(rf'"([\w.-]+)"\s*[!=]=\s*{reference}', text)
    if "contains(" not in text:
        return
    for members in re.findall(rf"\bcontains\(\s*\[([^\]]*)\]\s*,\s*{reference}", text):
        yield from re.findall(r'"([\w.-]+)"', members)


def _named(path: Path, name: str) -> Iterator[str]:
    """The names of files that stand where a file's name has the workspace in it."""
    if "terraform.workspace" not in name:
        return
    pieces = re.split(r"\$\{\s*terraform\.workspace\s*\}", name)
    if len(pieces) != 2 or "$" in "".join(pieces) or ".." in name:
        return
    before, after = pieces
    for file in path.glob(f"{before.replace('[', '?')}*{after.replace('[', '?')}"):
        word = file.relative_to(path).as_posix()[len(before) : len(file.relative_to(path).as_posix()) - len(after)]
        if word and "/" not in word:
            yield word


def _keys(path: Path, text: str, files: list[str]) -> Iterator[str]:
    """The keys of maps in the sources, and in the data files that they read."""
    yield from _MAP_KEY.findall(text)
    for name in files:
        file = path / name
        try:
            if "$" not in name and inside(file, path) and file.is_file() and file.stat().st_size <= MAX_BYTES:
                yield from _DATA_KEY.findall(file.read_bytes().decode("utf-8", "replace"))
        except (OSError, ValueError):
            continue


def _prefixes(text: str) -> Iterator[str]:
    """What is cut off before the word that names the environment, where it is written out."""
    for name, rest in _PREFIX.findall(text) if "trimprefix(" in text else ():
        start = _literal(name, text) if name else ""
        if start is not None:
            yield start + rest
    for name in _BEHIND.findall(text) if "substr(" in text else ():
        start = _literal(name, text)
        if start is not None:
            yield f"{start}-"


def _literal(name: str, text: str) -> str | None:
    found = set(re.findall(rf'^\s*{re.escape(name)}\s*=\s*"([\w.-]+)"\s*$', text, re.MULTILINE))
    return found.pop() if len(found) == 1 else None
