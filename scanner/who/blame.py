"""Who last committed a line of a source: commit, author and date, as git has them, and nothing that it does not have.

A repository comes from outside, so none of its programs may run: only committed objects are read (no filter, no text
conversion, no file-system monitor), nothing is fetched, and every process has a time limit. A line is looked up in the
last commit by what stands in the file now; one that is not there is "not committed". In a shallow clone git names the
oldest commit that it has for everything before it, which would be a guess, so such a line stays without an author.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

LONGEST = 200
MAX_BYTES = 2_000_000
"""Larger files are not looked at: generated ones, which nobody writes."""
LOCATOR = re.compile(r"(?P<path>.+?):(?P<line>\d{1,7})")

_HARMLESS = (
    "--no-pager", "--no-replace-objects", "--literal-pathspecs",
    "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
    "-c", f"core.attributesFile={os.devnull}", "-c", "core.untrackedCache=false", "-c", "diff.external=",
    "-c", "blame.ignoreRevsFile=", "-c", f"mailmap.file={os.devnull}", "-c", "log.showSignature=false",
)  # fmt: skip
"""Reading only: whoever owns the repository, nothing that its configuration names is started."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whom a record names for a change, and the record.

    ``source`` is empty where there is no record, since a record of a source authorises a change; ``by`` then says why
    nobody is named. Both empty: nothing can be said.
    """

    by: str = ""
    source: str = ""


NOT_COMMITTED = Author("not committed")
SHALLOW = Author("not recorded: git holds a shallow history here; fetch all of it to learn who wrote the line")


@dataclass
class Blame:
    """Looks lines up, one file at a time and each file once, until ``seconds`` are used up."""

    root: Path
    seconds: float = 30.0
    limit: int = 300
    """Files that are looked at."""
    _works: dict[Path, bool | None] = field(default_factory=dict)
    """Directory to whether its repository is shallow; None where there is none."""
    _used: float = 0.0
    left_out: int = 0
    """Files that were not looked at, since time or number ran out."""

    def authors(self, locators: Iterable[str]) -> dict[str, Author]:
        """The authors of places such as ``infra/db.tf:14``; places that no repository knows are left out."""
        lines: dict[Path, dict[int, str]] = {}
        for locator in locators:
            parts = LOCATOR.fullmatch(locator)
            if parts:
                lines.setdefault(self.root / parts["path"], {})[int(parts["line"])] = locator
        found: dict[str, Author] = {}
        for number, (path, wanted) in enumerate(lines.items()):
            if number >= self.limit or self._used >= self.seconds:
                self.left_out += 1
                continue
            started = monotonic()
            for line, author in self._file(path, list(wanted)).items():
                found[wanted[line]] = author
            self._used += monotonic() - started
        return found

    def _file(self, path: Path, wanted: list[int]) -> Mapping[int, Author]:
        """Line to author, for the lines of one file."""
        if "\0" in str(path) or not path.is_file() or path.is_symlink():
            return {}
        shallow = self._shallow(path.parent)
        if shallow is None:
            return {}
        if path.stat().st_size > MAX_BYTES:
            return {}
        name = f"HEAD:./{path.name}"
        size = self._git(path.parent, "cat-file", "-s", name)
        if size is None:
            return dict.fromkeys(wanted, NOT_COMMITTED)
        committed = self._git(path.parent, "cat-file", "blob", name) if int(size) <= MAX_BYTES else None
        if committed is None:
            return {}
        places = _committed_lines(_lines(committed), _lines(path.read_bytes()), wanted)
        authors = self._blamed(path, sorted({line for line in places.values() if line}), shallow)
        return {line: authors.get(places[line], Author()) if line in places else NOT_COMMITTED for line in wanted}

    def _shallow(self, directory: Path) -> bool | None:
        """Whether a directory belongs to a repository, and whether that holds a part of its history only."""
        if directory not in self._works:
            told = self._git(directory, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository")
            words = (told or b"").split()
            self._works[directory] = words[1] == b"true" if len(words) == 2 and words[0] == b"true" else None
        return self._works[directory]

    def _blamed(self, path: Path, lines: list[int], shallow: bool) -> dict[int, Author]:
        if not lines:
            return {}
        ranges = [f"-L{line},{line}" for line in lines]
        told = self._git(
            path.parent, "blame", "--no-textconv", "--porcelain", *ranges, "HEAD", "--", path.name
        )  # fmt: skip
        return _authors((told or b"").decode("utf-8", "replace"), shallow)

    def _git(self, directory: Path, *arguments: str) -> bytes | None:
        """What git answers; None where it does not."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = {
            **kept, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0", "GIT_GRAFT_FILE": os.devnull, "LC_ALL": "C",
        }  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, arguments behind --
                ["git", *_HARMLESS, *arguments],  # noqa: S607 - git is where the user's path has it
                cwd=directory, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=max(0.1, self.seconds - self._used), check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError, ValueError):
            return None
        return done.stdout if done.returncode == 0 else None


def _lines(content: bytes) -> list[bytes]:
    """The lines of a file, whatever ends them here."""
    return [line.rstrip(b"\r\n") for line in content.split(b"\n")]


def _committed_lines(before: list[bytes], now: list[bytes], wanted: list[int]) -> dict[int, int]:
    """Where lines of the file as it is stand in the last commit: 0 where that is not sure, none where they are new.

    A line that stands once in both is found by itself, any other by the nearest such line that nothing but equal lines
    lie between. Linear, so that no file can make it slow.
    """
    if before == now:
        return {line: line for line in wanted if line <= len(now)}
    once = {line for line, count in Counter(before).items() if count == 1}
    once &= {line for line, count in Counter(now).items() if count == 1}
    at = {line: index for index, line in enumerate(before) if line in once}
    known = {-1: -1, len(now): len(before), **{index: at[line] for index, line in enumerate(now) if line in once}}
    held, found = set(before), {}
    for line in wanted:
        if line <= len(now) and now[line - 1] in held:
            places = {place for step in (-1, 1) if (place := _walk(before, now, known, line - 1, step)) is not None}
            found[line] = places.pop() + 1 if len(places) == 1 else 0
    return found


def _walk(before: list[bytes], now: list[bytes], known: Mapping[int, int], start: int, step: int) -> int | None:
    """The place of a line by the next known one in a direction, where all between are the same."""
    index = start
    while index not in known:
        index += step
    place = known[index] + start - index
    same = all(
        0 <= place + offset < len(before) and before[place + offset] == now[start + offset]
        for offset in (range(0, index - start, step) or range(1))
    )
    return place if same else None


_HEAD = re.compile(r"(?P<commit>[0-9a-f]{40,64}) (?P<old>\d+) (?P<line>\d+)(?: \d+)?")


def _authors(text: str, shallow: bool) -> dict[int, Author]:
    """Line of the last commit to author, from git's porcelain format, which tells of each commit once."""
    told: dict[str, dict[str, str]] = {}
    lines: dict[int, str] = {}
    commit = ""
    for row in text.split("\n"):
        head = _HEAD.fullmatch(row)
        if head:
            commit = head["commit"]
            lines[int(head["line"])] = commit
            told.setdefault(commit, {})
        elif commit and not row.startswith("\t"):
            name, _, value = row.partition(" ")
            told[commit].setdefault(name, value)
    return {line: _author(commit, told[commit], shallow) for line, commit in lines.items()}


def _author(commit: str, told: Mapping[str, str], shallow: bool) -> Author:
    if shallow and "boundary" in told:
        return SHALLOW
    name = " ".join(part for part in (told.get("author", ""), told.get("author-mail", "")) if part)
    seconds = told.get("author-time", "")
    day = f" of {datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d}" if re.fullmatch(r"\d{1,11}", seconds) else ""
    clean = "".join(letter for letter in name if letter.isprintable())[:LONGEST].strip()
    return Author(clean, f"git commit {commit[:12]}{day}") if clean else Author()
