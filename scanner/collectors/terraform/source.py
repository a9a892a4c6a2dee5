"""Reading a directory of Terraform: files, top-level blocks, overrides, variable files.

A block is parsed when somebody asks for it and kept with its directory, so all environments share one parse.
What cannot be read is a ``Problem`` with its file and line; it never makes something look absent.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from scanner.collectors.terraform import cache, json_syntax, lexer, parse
from scanner.collectors.terraform.syntax import Argument, Body, SyntaxProblem

MAX_FILES = 5_000
MAX_KEPT = 1_500
"""Files whose blocks are kept in memory for the roots to come."""
_OVERRIDE = re.compile(r"(?:^|_)override\.tf(?:\.json)?$")


@dataclass(frozen=True)
class Problem:
    """Something that could not be read, and where."""

    file: str
    line: int
    reason: str
    kind: str = ""
    """The kind of block it costs, when that is known."""
    labels: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def overrides(self) -> bool:
        """Whether it stands in a file that can replace any argument of its directory."""
        return bool(_OVERRIDE.search(self.file))


@dataclass
class Declaration:
    """A top-level block; its body is parsed when first asked for."""

    kind: str
    labels: tuple[str, ...]
    file: str
    line: int
    text: str = ""
    ready: Body | None = None
    overrides: list[Declaration] = field(default_factory=list)

    @cached_property
    def own(self) -> Body | Problem:
        """The body as this block alone says it, or why it cannot be read."""
        if self.ready is not None:
            return self.ready
        try:
            return parse.body(self.text, self.line, self.file).blocks[0].body
        except SyntaxProblem as problem:
            return Problem(self.file, problem.line, problem.reason, self.kind, self.labels)

    @property
    def problem(self) -> Problem | None:
        """Why the block cannot be read, or None."""
        broken = [found for found in (self.own, *(item.own for item in self.overrides)) if isinstance(found, Problem)]
        return broken[0] if broken else None

    @cached_property
    def body(self) -> Body:
        """The body with its overrides laid over it; empty where it cannot be read."""
        body = self.own if isinstance(self.own, Body) else Body()
        for override in self.overrides:
            if isinstance(override.own, Body):
                body = _merge(body, override.own)
        return body


def _merge(base: Body, override: Body) -> Body:
    replaced = {block.kind for block in override.blocks}
    blocks = (*(block for block in base.blocks if block.kind not in replaced), *override.blocks)
    return Body({**base.arguments, **override.arguments}, blocks, base.line)


@dataclass
class Directory:
    """All that the files of one directory declare."""

    path: Path
    label: str
    declarations: dict[tuple[str, ...], Declaration] = field(default_factory=dict)
    locals_blocks: list[Declaration] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    """Relative path and SHA-256 of each file read."""

    def get(self, *key: str) -> Declaration | None:
        return self.declarations.get(key)

    def of(self, kind: str) -> list[Declaration]:
        return [found for key, found in self.declarations.items() if key[0] == kind]

    def local(self, name: str) -> Argument | None:
        """A local by name; only the blocks that mention it are parsed."""
        found = None
        for block in self.locals_blocks:
            if block.ready is not None or name in block.text:
                found = block.body.arguments.get(name) or found
        return found

    @property
    def broken(self) -> bool:
        """Whether something may be declared that could not be read."""
        return bool(self.problems) or any(block.problem for block in self.locals_blocks)


def relative(path: Path, root: Path) -> str:
    """A path as locators show it: from the scanned directory."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return Path(os.path.relpath(path, root)).as_posix()


def inside(path: Path, root: Path) -> bool:
    """Whether a path, links followed, may be read for the scanned directory. False for what cannot be resolved."""
    try:
        if path.name == ".." or path.is_symlink():
            return path.resolve().is_relative_to(reach(_real(root)))
        return _holds(path.parent, root) or _real(path.parent) / path.name == reach(_real(root))
    except (OSError, RuntimeError):
        return False


def _homes() -> list[Path]:
    try:
        return [Path.home()]
    except RuntimeError:
        return [Path("/")]


@lru_cache(maxsize=1_000)
def reach(root: Path) -> Path:
    """How far up sources may lead: to the repository that holds the scanned directory, never to somebody's home."""
    homes = _homes()
    for parent in (root, *root.parents):
        if any(home.is_relative_to(parent) for home in homes):
            break
        if (parent / ".git").exists():
            return parent
    return root


@lru_cache(maxsize=10_000)
def _real(directory: Path) -> Path:
    """A directory with its links followed: asked for each of its files."""
    return directory.resolve()


@lru_cache(maxsize=10_000)
def _holds(directory: Path, root: Path) -> bool:
    """Whether what a directory holds by itself, not by a link, may be read for the scanned directory."""
    return _real(directory).is_relative_to(reach(_real(root)))


def read_bytes(path: Path, root: Path, limit: int) -> bytes:
    """The bytes of a regular file inside the tree. ValueError with the reason otherwise."""
    if not inside(path, root):
        raise ValueError("a link leads out of the scanned directory, or nowhere")
    return _regular(path, limit)


def _regular(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; anything else is opened without waiting and not read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError("not a regular file")
            if status.st_size > limit:
                raise ValueError(f"larger than {limit:,} bytes")
            with open(descriptor, "rb", buffering=0, closefd=False) as file:
                return file.readall()
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None


@dataclass
class Directories:
    """The directories that the roots of a run have in common: each is read once, so that all see the same.

    The ones that were asked for last are kept, up to ``MAX_KEPT`` files.
    """

    _kept: dict[Path, Directory] = field(default_factory=dict)
    _files: int = 0

    def load(self, path: Path, root: Path, limit: int) -> Directory:
        """The Terraform of one directory."""
        found = self._kept.pop(path, None)
        if found is None:
            found = load(path, root, limit)
            self._files += len(found.files)
        self._kept[path] = found
        while self._files > MAX_KEPT and len(self._kept) > 1:
            self._files -= len(self._kept.pop(next(iter(self._kept))).files)
        return found


def load(path: Path, root: Path, limit: int) -> Directory:
    """The Terraform of one directory, its overrides applied; a module elsewhere is read as far as it is there."""
    directory = Directory(path, relative(path, root))
    try:
        names = sorted(entry.name for entry in path.iterdir())
    except OSError as error:
        directory.problems.append(Problem(directory.label, 1, f"cannot be read: {error.strerror}"))
        return directory
    found = [name for name in names if name.endswith((".tf", ".tf.json")) and not name.startswith((".", "#"))]
    if len(found) > MAX_FILES:
        directory.problems.append(Problem(directory.label, 1, f"more than {MAX_FILES} files"))
    ordered = sorted(found[:MAX_FILES], key=lambda name: (bool(_OVERRIDE.search(name)), name))
    for name in ordered:
        _add(directory, _file(path / name, root, limit, directory), override=bool(_OVERRIDE.search(name)))
    return directory


def _file(path: Path, root: Path, limit: int, directory: Directory) -> Iterable[Declaration]:
    label = relative(path, root)
    try:
        within = root if inside(directory.path, root) else directory.path
        content = read_bytes(path, within, limit)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        directory.problems.append(Problem(label, 1, f"not UTF-8 at byte {error.start}"))
        return []
    except ValueError as error:
        directory.problems.append(Problem(label, 1, str(error)))
        return []
    directory.files.append((label, hashlib.sha256(content).hexdigest()))
    declarations, problems = _declarations(text, label)
    directory.problems.extend(problems)
    return declarations


def _declarations(text: str, label: str) -> tuple[list[Declaration], list[Problem]]:
    if label.endswith(".json"):
        try:
            blocks = json_syntax.blocks(text, label)
        except SyntaxProblem as problem:
            return [], [Problem(label, problem.line, problem.reason)]
        return [Declaration(block.kind, block.labels, label, block.line, ready=block.body) for block in blocks], []
    kept = cache.active()
    slices: list[lexer.Slice] | None = kept.split(text)
    damages: list[lexer.Damage] = []
    if slices is None:
        slices, damages = lexer.split(text)
        if not damages:
            kept.keep_split(text, slices)
    problems = [Problem(label, damage.line, damage.reason) for damage in damages]
    return [Declaration(found.kind, found.labels, label, found.line, found.text) for found in slices], problems


def _add(directory: Directory, declarations: Iterable[Declaration], *, override: bool) -> None:
    for shared in declarations:
        if shared.kind == "locals":
            directory.locals_blocks.append(shared)
            continue
        key = (shared.kind, *shared.labels)
        existing = directory.declarations.get(key)
        if shared.kind in {"provider", "terraform", "moved", "import", "check", "removed"}:
            directory.declarations[(*key, str(len(directory.declarations)))] = shared
        elif existing is None:
            directory.declarations[key] = shared
        elif override:
            merged = [*existing.overrides, shared]
            directory.declarations[key] = Declaration(
                existing.kind, existing.labels, existing.file, existing.line, existing.text, existing.ready, merged
            )
        else:
            directory.problems.append(Problem(shared.file, shared.line, "declared twice", shared.kind, shared.labels))
