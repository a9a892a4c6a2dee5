"""Module instances: variables, locals, outputs and calls, each worked out when first asked for and then kept.

The root is a module like any other; its variables come from variable files and from the user, those of a child from
the call. A module that is not on disk answers every question with a hole that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scanner.collectors.terraform import functions, module_sources
from scanner.collectors.terraform.evaluate import settle
from scanner.collectors.terraform.expansion import Expansion, expand
from scanner.collectors.terraform.module_variables import Variables, flag
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.session import Session
from scanner.collectors.terraform.source import Declaration, Directory
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import SENSITIVE, EvaluationError, Trail, Value, string, unknown


class ModuleInstance:
    """One instance of a module; as a value its members are its outputs."""

    def __init__(
        self, session: Session, directory: Directory, address: str = "", call: Declaration | None = None,
        caller: Scope | None = None, depth: int = 0, uncertain: str = "",
    ) -> None:  # fmt: skip
        self.session, self.directory, self.address = session, directory, address
        self.depth, self.uncertain = depth, uncertain
        above = caller.module.lineage if caller and isinstance(caller.module, ModuleInstance) else frozenset()
        self.lineage: frozenset[Path] = above | {directory.path}
        self._memo: dict[tuple[str, str], Value | None] = {}
        self._expansions: dict[tuple[str, ...], Expansion] = {}
        self.scope = Scope(self, session.budget, directory.label)
        self._variables = Variables(session, directory, address, self.scope, call, caller)

    # ------------------------------------------------------------ names

    def root_name(self, root: str, name: str, scope: Scope, place: str) -> Value:
        """What ``root.name`` is worth here."""
        if root in {"var", "local"}:
            found = self._once((root, name), self._variables.value if root == "var" else self._local)
            owner = f" of {self.address}" if self.address else ""
            return found.at(f"{root}.{name}{owner}", place) if found.trail else found
        if root == "module":
            return self.expansion("module", name).value
        if root == "path":
            return self._path(name)
        if root == "terraform" and name == "workspace":
            if self.session.workspace:
                return string(self.session.workspace, Trail(place, "terraform.workspace"))
            return unknown("the workspace is not told", "name the workspace of this source", type="string")
        if root in {"each", "count", "self", "terraform"}:
            return unknown(f"{root}.{name} is not known here")
        return self.expansion("resource", root, name).value

    def bare_name(self, name: str) -> Value:
        """A word that is no reference."""
        return unknown(f"{name} is not declared")

    def data_source(self, kind: str, name: str, place: str) -> Value:
        """What ``data.kind.name`` is worth here."""
        return self.expansion("data", kind, name).value

    def call(self, name: str, arguments: list[Value], scope: Scope, place: str) -> Value:
        """A function call."""
        return functions.call(name, arguments, functions.Place(self.session, scope, place))

    def _once(self, key: tuple[str, str], work: Callable[[str], Value]) -> Value:
        if key in self._memo:
            found = self._memo[key]
            return found if found is not None else unknown(f"{'.'.join(key)} refers to itself", "break the cycle")
        self._memo[key] = None
        self._memo[key] = result = work(key[1])
        return result

    def _local(self, name: str) -> Value:
        argument = self.directory.local(name)
        if argument is None:
            for block in self.directory.locals_blocks:
                if block.problem:
                    self.session.note(block.problem)
            return unknown(f"local.{name} is not declared in what could be read")
        return settle(argument.value, self.scope.in_file(argument.file))

    def _path(self, name: str) -> Value:
        if name == "module":
            return string(module_sources.way(self.session.path, self.directory.path))
        if name == "root":
            return string(".")
        return string(str(self.session.path)) if name == "cwd" else unknown(f"path.{name} is not known")

    # ------------------------------------------------------------ outputs

    def output(self, name: str) -> Value:
        """An output by name. EvaluationError when the module has none of that name."""
        declaration = self.directory.get("output", name)
        if declaration is None:
            if self.directory.broken:
                return unknown(f"{self.address} has files that cannot be read")
            raise EvaluationError(f"{self.address} has no output {name}")
        return self._once(("output", name), self._output)

    def _output(self, name: str) -> Value:
        declaration = self.directory.declarations["output", name]
        argument = declaration.body.arguments.get("value")
        if declaration.problem or argument is None:
            return unknown(f"the output {name} of {self.address} cannot be read")
        value = settle(argument.value, self.scope.in_file(argument.file))
        if value.trail:
            value = value.at(f"output {name} of {self.address}", f"{argument.file}:{argument.line}")
        return value.marked(SENSITIVE if flag(declaration.body, "sensitive") else 0)

    # ------------------------------------------------------------ as a value

    def member(self, name: str) -> Value:
        return self.output(name)

    def index(self, key: Value) -> Value:
        raise EvaluationError(f"{self.address} is one instance")

    def splat(self) -> Value | None:
        return None

    # ------------------------------------------------------------ expansion

    def expansion(self, kind: str, *labels: str) -> Expansion:
        """The instances of a resource, data source or module call."""
        key = (kind, *labels)
        if key not in self._expansions:
            self._expansions[key] = Expansion(unknown(f"{_address(key)} refers to itself", "break the cycle"))
            self._expansions[key] = self._expand(key)
        return self._expansions[key]

    def _expand(self, key: tuple[str, ...]) -> Expansion:
        declaration = self.directory.get(*key)
        if declaration is None:
            return Expansion(unknown(f"{_address(key)} is not declared in what could be read"))
        if declaration.problem:
            self.session.note(declaration.problem)
            remedy = f"correct {declaration.problem.place}"
            return Expansion(replace(unknown(f"{_address(key)} cannot be read", remedy), links=(self.qualified(key),)))
        return expand(declaration, self.scope.in_file(declaration.file), self._maker(key, declaration))

    def _maker(self, key: tuple[str, ...], declaration: Declaration) -> Callable[[str, Scope, str], Any]:
        address = self.qualified(key)
        if key[0] != "module":
            return lambda suffix, scope, uncertain: Instance(
                declaration, address + suffix, scope, uncertain=uncertain or self.uncertain
            )
        directory = module_sources.directory(self, key[1], declaration)
        if isinstance(directory, str):
            return lambda suffix, scope, uncertain: UnreadModule(
                address + suffix, directory, declaration, scope, uncertain or self.uncertain
            )
        return lambda suffix, scope, uncertain: ModuleInstance(
            self.session, directory, address + suffix, declaration, scope, self.depth + 1, uncertain or self.uncertain
        )

    def qualified(self, key: tuple[str, ...]) -> str:
        """The full address of something declared here."""
        return ".".join(part for part in (self.address, _address(key)) if part)

    def children(self) -> Iterator[ModuleInstance | UnreadModule]:
        """Every instance of every module called here."""
        for declaration in self.directory.of("module"):
            yield from self.expansion("module", *declaration.labels).instances


def _address(key: tuple[str, ...]) -> str:
    return ".".join(key[1:] if key[0] == "resource" else key)
