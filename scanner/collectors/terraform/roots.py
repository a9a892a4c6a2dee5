"""From a root and its inputs to an evaluated stack: variable files in Terraform's order, then what the user says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.session import Given, Session
from scanner.collectors.terraform.source import Directories, Problem
from scanner.collectors.terraform.syntax import SyntaxProblem
from scanner.collectors.terraform.variable_files import load_variables


def automatic_files(directory: Path) -> list[Path]:
    """The variable files that Terraform reads by itself, in its order."""
    try:
        names = sorted(entry.name for entry in directory.iterdir())
    except OSError:
        return []
    first = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    later = [name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    return [directory / name for name in (*first, *later)]


def open_root(
    root: Path,
    path: Path,
    limit: int,
    var_files: tuple[Path, ...],
    variables: Mapping[str, object],
    workspace: str,
    sources: Mapping[str, str] | None = None,
    shared: Directories | None = None,
) -> tuple[ModuleInstance, list[tuple[str, str]]]:
    """The root module with its variables given, and the digests of the variable files."""
    session = Session(root, path, limit, workspace, sources or {}, shared=shared or Directories())
    inputs: list[tuple[str, str]] = []
    for file in (*automatic_files(path), *var_files):
        try:
            found = load_variables(file, root, limit)
        except SyntaxProblem as problem:
            label = file.name if not file.is_relative_to(root) else file.relative_to(root).as_posix()
            session.note(Problem(label, problem.line, problem.reason, "variables"))
            session.unread_values = f"{label}:{problem.line}"
            session.given.clear()
            continue
        inputs.append((found.label, found.sha256))
        for name, argument in found.arguments.items():
            session.given[name] = Given(argument.value, found.label)
    for name, value in variables.items():
        place = f"var {name}"
        if isinstance(value, str):
            session.given[name] = Given(None, place, value)
        else:
            session.given[name] = Given(_expression(value), "")
    return ModuleInstance(session, session.directory(path)), inputs


def give(session: Session, variables: Mapping[str, object], place: str) -> None:
    """Give values to variables that nothing at hand gives one, such as those that a plan was made with."""
    for name, value in variables.items() if not session.unread_values else ():
        text = value if isinstance(value, str) else None
        session.given.setdefault(name, Given(None if text is not None else _expression(value), place, text))


def _expression(value: object) -> syntax.Expression:
    """Plain data as an expression of literals."""
    if isinstance(value, bool):
        return syntax.Literal("bool", "true" if value else "false", 0)
    if value is None:
        return syntax.Literal("null", "null", 0)
    if isinstance(value, Fraction):
        return syntax.Literal("number", repr(float(value)), 0)
    if isinstance(value, int | float):
        return syntax.Literal("number", repr(value), 0)
    if isinstance(value, list | tuple):
        return syntax.Tuple(tuple(_expression(item) for item in value), 0)
    if isinstance(value, Mapping):
        pairs = ((syntax.text(str(key), 0), _expression(item)) for key, item in value.items())
        return syntax.Object(tuple(pairs), 0)
    return syntax.text(str(value), 0)
