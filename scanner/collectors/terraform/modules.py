"""Module instances: variables, locals, outputs and calls, each worked out when first asked for and then kept.

The root is a module like any other; its variables come from variable files and from the user, those of a child from
the call. A module that is not on disk answers every question with a hole that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scanner.collectors.terraform import functions, syntax, types
from scanner.collectors.terraform.evaluate import evaluate, settle
from scanner.collectors.terraform.expansion import Expansion, expand
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.session import Given, Session
from scanner.collectors.terraform.source import Declaration, Directory, inside
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import SECRET, SENSITIVE, EvaluationError, Trail, Value, string, unknown
from scanner.readers.secrecy import looks_secret

MAX_MODULE_DEPTH = 12
MAX_MODULES = 3_000


class ModuleInstance:
    """One instance of a module; as a value its members are its outputs."""

    def __init__(
        self, session: Session, directory: Directory, address: str = "", call: Declaration | None = None,
        caller: Scope | None = None, depth: int = 0, uncertain: str = "",
    ) -> None:  # fmt: skip
        self.session, self.directory, self.address = session, directory, address
        self._call, self._caller, self.depth, self.uncertain = call, caller, depth, uncertain
        above = caller.module.lineage if caller and isinstance(caller.module, ModuleInstance) else frozenset()
        self.lineage: frozenset[Path] = above | {directory.path}
        self._memo: dict[tuple[str, str], Value | None] = {}
        self._expansions: dict[tuple[str, ...], Expansion] = {}
        self.scope = Scope(self, session.budget, directory.label)

    # ------------------------------------------------------------ names

    def root_name(self, root: str, name: str, scope: Scope, place: str) -> Value:
        """What ``root.name`` is worth here."""
        if root in {"var", "local"}:
            found = self._once((root, name), self._variable if root == "var" else self._local)
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
            return string(_walk_to(self.session.path, self.directory.path))
        if name == "root":
            return string(".")
        return string(str(self.session.path)) if name == "cwd" else unknown(f"path.{name} is not known")

    # ------------------------------------------------------------ variables and outputs

    def _variable(self, name: str) -> Value:
        declaration = self.directory.get("variable", name)
        body = declaration.body if declaration else syntax.Body()
        if declaration and declaration.problem:
            self.session.note(declaration.problem)
            return unknown(f"the declaration of var.{name} cannot be read", f"correct {declaration.problem.place}")
        scope = self.scope.in_file(declaration.file) if declaration else self.scope
        try:
            value = self._typed_variable(name, body, scope)
        except EvaluationError as error:
            value = unknown(f"var.{name} does not fit its type: {error}", "correct the value or the type")
        marks = SENSITIVE if _flag(body, "sensitive") else 0
        if looks_secret(name) and value.kind not in {"bool", "number", "null"}:
            marks |= SECRET
        return value.marked(marks)

    def _typed_variable(self, name: str, body: syntax.Body, scope: Scope) -> Value:
        kind = types.read(body.expression("type"), lambda node: evaluate(node, scope))
        given = self._given(name, kind)
        if given is not None and not (given.kind == "null" and _flag(body, "nullable") is False):
            return types.convert(given, kind)
        default = body.expression("default")
        if default is not None:
            return types.convert(settle(default, scope), kind)
        owner = f" of {self.address}" if self.address else ""
        remedy = f"give {name} in a variable file or by var" if not self.address else f"give {name} in the call"
        hole = unknown(f"var.{name}{owner} has no value", remedy)
        return types.convert(hole, kind)

    def _given(self, name: str, kind: types.Type) -> Value | None:
        if self._call is not None and self._caller is not None:
            argument = self._call.body.arguments.get(name)
            if argument is not None:
                value = settle(argument.value, self._caller.in_file(argument.file))
                place = f"{argument.file}:{argument.line}"
                return value.at(f"argument of {self.address}", place) if value.trail else value
            problem = self._call.problem
            return unknown("the module call cannot be read", f"correct {problem.place}") if problem else None
        given = self.session.given.get(name)
        if given is None and self.session.unread_values:
            place = self.session.unread_values
            return unknown(f"{place} cannot be read and could give var.{name} a value", f"correct {place}")
        if given is None:
            return None
        if given.expression is not None:
            return settle(given.expression, self.scope.in_file(given.place))
        return _from_text(given, kind, self.scope)

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
        return value.marked(SENSITIVE if _flag(declaration.body, "sensitive") else 0)

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
        directory = self._module_directory(key[1], declaration)
        if isinstance(directory, str):
            return lambda suffix, scope, uncertain: UnreadModule(
                address + suffix, directory, declaration, scope, uncertain or self.uncertain
            )
        return lambda suffix, scope, uncertain: ModuleInstance(
            self.session, directory, address + suffix, declaration, scope, self.depth + 1, uncertain or self.uncertain
        )

    def _module_directory(self, name: str, declaration: Declaration) -> Directory | str:
        """The directory of a module call, or the source that is not on disk."""
        self.session.modules += 1
        if self.session.modules > MAX_MODULES:
            return f"more than {MAX_MODULES:,} module calls"
        source = syntax.plain(declaration.body.expression("source"))
        if source is None:
            return "a computed source"
        if self.depth >= MAX_MODULE_DEPTH:
            return f"{source} (modules nested deeper than {MAX_MODULE_DEPTH})"
        if source.startswith(("./", "../")):
            path = (self.directory.path / source).resolve()
        else:
            names = [part.partition("[")[0] for part in self.qualified(("module", name)).split(".") if part != "module"]
            found = self.session.manifest.get(".".join(names))
            mapped = self.session.mapped(source) if found is None else self.session.path / found
            if mapped is None:
                return source
            path = mapped.resolve()
        if not path.is_dir() or not inside(path, self.session.root):
            return source
        if path in self.lineage:
            return f"{source}, which calls itself"
        return self.session.directory(path)

    def qualified(self, key: tuple[str, ...]) -> str:
        """The full address of something declared here."""
        return ".".join(part for part in (self.address, _address(key)) if part)

    def children(self) -> Iterator[ModuleInstance | UnreadModule]:
        """Every instance of every module called here."""
        for declaration in self.directory.of("module"):
            yield from self.expansion("module", *declaration.labels).instances


def _address(key: tuple[str, ...]) -> str:
    return ".".join(key[1:] if key[0] == "resource" else key)


def _flag(body: syntax.Body, name: str) -> bool | None:
    node = body.expression(name)
    return node.text == "true" if isinstance(node, syntax.Literal) and node.kind == "bool" else None


def _walk_to(start: Path, end: Path) -> str:
    """``path.module``: the way from the root to the module's directory."""
    if start == end:
        return "."
    common = next(parent for parent in (start, *start.parents) if end.is_relative_to(parent))
    return "../" * len(start.relative_to(common).parts) + end.relative_to(common).as_posix()


def _from_text(given: Given, kind: types.Type, scope: Scope) -> Value:
    """A variable given as text: read as an expression where the type is no primitive, as Terraform does."""
    from scanner.collectors.terraform import parse

    text = given.text or ""
    trail = Trail(given.place)
    if kind.kind in {"string", "number", "bool"} or kind is types.ANY:
        return string(text, trail)
    try:
        return replace(settle(parse.expression(text), scope), trail=trail)
    except syntax.SyntaxProblem:
        return unknown("the given value is no expression of the variable's type")
