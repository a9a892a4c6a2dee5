"""What the modules of one root share: given values, loaded directories, limits, and what could not be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.scope import Budget
from scanner.collectors.terraform.source import Directories, Directory, Problem, inside


@dataclass
class Given:
    """A value for a root variable: an expression of a variable file, or what the user said in so many words."""

    expression: syntax.Expression | None
    place: str
    text: str | None = None


@dataclass
class Session:
    """What one evaluation of one root shares between its modules."""

    root: Path
    """The scanned directory; outside its repository nothing is read but modules that are called by their way."""
    path: Path
    """The Terraform root."""
    limit: int
    workspace: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where the user says that modules are: prefix of a source to a directory of the scanned one."""
    given: dict[str, Given] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    directories: dict[Path, Directory] = field(default_factory=dict)
    shared: Directories = field(default_factory=Directories)
    """What other roots of this run have loaded already."""
    problems: dict[tuple[str, int], Problem] = field(default_factory=dict)
    modules: int = 0
    """Module calls so far."""
    unread_values: str = ""
    """The place of a variable file that could not be read: it could give any variable a value."""
    texts: dict[Path, bytes] = field(default_factory=dict)
    """Files that expressions have read."""

    def directory(self, path: Path) -> Directory:
        """A directory's declarations, loaded once."""
        if path not in self.directories:
            self.directories[path] = self.shared.load(path, self.root, self.limit)
            for problem in self.directories[path].problems:
                self.note(problem)
        return self.directories[path]

    def note(self, problem: Problem) -> None:
        self.problems.setdefault((problem.file, problem.line), problem)

    def mapped(self, source: str) -> Path | None:
        """The directory that the user names for a module's source; the longest prefix wins."""
        plain = source.partition("?")[0]
        fitting = [prefix for prefix in self.sources if prefix and f"{plain}/".startswith(f"{prefix.rstrip('/')}/")]
        if not fitting:
            return None
        prefix = max(fitting, key=len)
        return self.root / self.sources[prefix] / plain[len(prefix) :].strip("/")

    @property
    def manifest(self) -> dict[str, str]:
        """Where ``terraform init`` has put modules: dotted call path to directory."""
        path = self.path / ".terraform" / "modules" / "modules.json"
        if not path.is_file() or not inside(path, self.root) or path.stat().st_size > self.limit:
            return {}
        try:
            entries = json.loads(path.read_bytes()).get("Modules", [])
            return {str(entry["Key"]): str(entry["Dir"]) for entry in entries}
        except (ValueError, OSError, KeyError, TypeError, AttributeError, RecursionError):
            return {}
