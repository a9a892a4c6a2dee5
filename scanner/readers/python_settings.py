"""Python source of an application, read as text: its settings classes and how its middleware is wired.

Nothing is imported or executed. A default is known where it is written out (a literal, ``Field(default=…)``, a name
that is assigned once to a literal); anything else is an expression, and an expression is unknown. What is passed to
``add_middleware`` and to ``FastAPI`` says whether a setting decides the behaviour or the code has its own value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from scanner.errors import SilentSource
from scanner.readers.python_changes import EVERY, changes
from scanner.readers.python_expressions import Written, assignments, constants, last_name, source, written

MAX_NODES = 400_000


@dataclass(frozen=True, slots=True)
class SettingsField:
    """A field of a settings class: the variables that set it, in order, and its default (None: required)."""

    name: str
    variables: tuple[str, ...]
    default: Written | None
    line: int
    text: bool = False
    """Annotated as plain text, so that a list written in the variable stays text."""
    aliased: bool = False
    """Its variables do not take the class's prefix."""
    changed: str = ""
    """What may give it another value than its default."""


@dataclass(frozen=True, slots=True)
class SettingsClass:
    """A settings class with what it inherits from classes of the same file."""

    name: str
    prefix: str
    fields: tuple[SettingsField, ...]
    env_files: tuple[str, ...]
    line: int
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call that wires something: ``add_middleware(CORSMiddleware, …)``, ``Middleware(…)`` or ``FastAPI(…)``."""

    name: str
    line: int
    keywords: dict[str, Written] = field(repr=False)
    starred: bool = False
    """It also takes ``**something``, which cannot be read."""


@dataclass(frozen=True, slots=True)
class PythonSource:
    """What one file says."""

    classes: tuple[SettingsClass, ...]
    calls: tuple[Call, ...]
    made: tuple[Call, ...] = ()
    """Calls that make settings and hand values in, which win over every variable."""


def read(text: str, place: str, elsewhere: Iterable[SettingsClass] = ()) -> PythonSource:
    """The settings classes and wiring calls of a Python text; ``elsewhere`` are classes of other files that it may
    inherit from. SilentSource when it is no Python that can be read."""
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        raise SilentSource(f"{place}:{error.lineno or 1} is not valid Python: {error.msg}", "correct it") from None
    except (ValueError, RecursionError, MemoryError):
        raise SilentSource(f"{place} cannot be parsed as Python", "name a file of ordinary Python") from None
    try:
        nodes = []
        for node in ast.walk(module):
            nodes.append(node)
            if len(nodes) > MAX_NODES:
                raise SilentSource(f"{place} is too large a program", "name the file of the settings class")
        names = constants(module)
        imported = {item.name: item for item in elsewhere}
        known: dict[str, SettingsClass] = {}
        roots = _roots(nodes)
        for node in nodes:
            if isinstance(node, ast.ClassDef) and (bases := _settings_bases(node, imported | known, roots)) is not None:
                known[node.name] = _settings_class(node, bases, names)
        calls = tuple(call for node in nodes if isinstance(node, ast.Call) for call in _calls(node, names))
    except RecursionError:
        raise SilentSource(f"{place} is nested too deeply", "name a file of ordinary Python") from None
    return PythonSource(tuple(known.values()), calls, _made_with(nodes, {*imported, *known}, names))


def _roots(nodes: Iterable[ast.AST]) -> set[str]:
    """The names under which the file imports ``BaseSettings``."""
    imports = (item for node in nodes if isinstance(node, ast.ImportFrom) for item in node.names)
    return {item.asname or item.name for item in imports if item.name == "BaseSettings"}


def _settings_bases(node: ast.ClassDef, known: dict[str, SettingsClass], roots: set[str]) -> list[SettingsClass] | None:
    """The settings classes that a class inherits from, or None when it is no settings class."""
    names = [last_name(base) for base in node.bases]
    inherited = [known[name] for name in names if name in known]
    found = inherited or any(name in roots or name.endswith("BaseSettings") for name in names)
    return inherited if found else None


def _made_with(nodes: Iterable[ast.AST], classes: set[str], names: dict[str, ast.expr]) -> tuple[Call, ...]:
    """Calls of settings classes with values: those of a name that begins with an underscore say where to read."""
    return tuple(
        Call(last_name(node.func), node.lineno, given, any(item.arg is None for item in node.keywords))
        for node in nodes
        if isinstance(node, ast.Call) and node.keywords and last_name(node.func) in classes
        for given in [{item.arg: written(item.value, names) for item in node.keywords if item.arg}]
    )


def _settings_class(node: ast.ClassDef, bases: list[SettingsClass], names: dict[str, ast.expr]) -> SettingsClass:
    options = _options(node, names)
    prefix = _text(options.get("env_prefix"), bases[0].prefix if bases else "")
    files = _texts(options["env_file"]) if "env_file" in options else (bases[0].env_files if bases else ())
    fields = {
        item.name: item if item.aliased else replace(item, variables=(prefix + item.name,))
        for base in reversed(bases)
        for item in base.fields
    }
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            if name.startswith("_") or last_name(statement.annotation) == "ClassVar" or name == "model_config":
                continue
            fields[name] = _field(name, statement.annotation, statement.value, prefix, names, statement.lineno)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name) and target.id in fields:
                    fields[target.id] = _field(target.id, None, statement.value, prefix, names, statement.lineno)
    changed = changes(node)
    for name, item in fields.items():
        fields[name] = replace(item, changed=changed.get(name) or changed.get(EVERY, "") or item.changed)
    return SettingsClass(
        node.name, prefix, tuple(fields.values()), files, node.lineno, tuple(item.name for item in bases)
    )


def _options(node: ast.ClassDef, names: dict[str, ast.expr]) -> dict[str, Written]:
    """``model_config = SettingsConfigDict(…)``, an inner ``class Config``, and class keywords."""
    found = {item.arg: written(item.value, names) for item in node.keywords if item.arg}
    for statement in node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(item, ast.Name) and item.id == "model_config" for item in targets):
                found |= _config(statement.value, names)
        elif isinstance(statement, ast.ClassDef) and statement.name == "Config":
            found |= {name: written(value, names) for name, value in assignments(statement.body)}
    return found


def _config(value: ast.expr | None, names: dict[str, ast.expr]) -> dict[str, Written]:
    if isinstance(value, ast.Call):
        return {item.arg: written(item.value, names) for item in value.keywords if item.arg}
    if isinstance(value, ast.Dict):
        return {
            key.value: written(item, names)
            for key, item in zip(value.keys, value.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
    return {}


def _field(
    name: str, annotation: ast.expr | None, value: ast.expr | None, prefix: str, names: dict[str, ast.expr], line: int
) -> SettingsField:
    """A field, its variables (an alias replaces the prefixed name) and its default."""
    described = [value] if _is_field(value) else []
    if annotation is not None:
        described += [node for node in ast.walk(annotation) if isinstance(node, ast.Call) and _is_field(node)]
    aliases: tuple[str, ...] = ()
    default = None if value is None or _is_field(value) else written(value, names)
    for call in described:
        assert isinstance(call, ast.Call)  # noqa: S101 - narrowed by _is_field
        keywords = {item.arg: item.value for item in call.keywords if item.arg}
        aliases = aliases or _aliases(keywords.get("validation_alias") or keywords.get("alias"), names)
        given = call.args[0] if call.args else keywords.get("default")
        if given is not None and not (isinstance(given, ast.Constant) and given.value is ...):
            default = default or written(given, names)
        elif "default_factory" in keywords:
            default = default or _made(keywords["default_factory"], names)
    if default and annotation is not None and "Secret" in ast.dump(annotation):
        default = Written(default.kind, default.line, default.value, "", default.names, True)
    text = isinstance(annotation, ast.Name) and annotation.id == "str"
    return SettingsField(name, aliases or (prefix + name,), default, line, text, bool(aliases))


def _is_field(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) == "Field"


def _aliases(value: ast.expr | None, names: dict[str, ast.expr]) -> tuple[str, ...]:
    if isinstance(value, ast.Call) and last_name(value.func) == "AliasChoices":
        return tuple(text for item in value.args if (text := _text(written(item, names), "")))
    text = _text(written(value, names), "") if value is not None else ""
    return (text,) if text else ()


def _made(factory: ast.expr, names: dict[str, ast.expr]) -> Written:
    """The result of a default factory, where it is plain: ``list``, ``dict`` or a lambda that gives a literal."""
    if isinstance(factory, ast.Lambda):
        return written(factory.body, names)
    empty = {"list": [], "set": [], "tuple": [], "dict": {}, "str": ""}.get(last_name(factory))
    if isinstance(factory, ast.Name) and empty is not None:
        return Written("literal", factory.lineno, empty)
    return Written("expression", factory.lineno, source=source(factory))


def _calls(node: ast.Call, names: dict[str, ast.expr]) -> Iterator[Call]:
    name = last_name(node.func)
    subject = last_name(node.args[0]) if node.args else ""
    if name in {"add_middleware", "Middleware"}:
        subject = subject or next(
            (last_name(item.value) for item in node.keywords if item.arg == "middleware_class"), ""
        )
    elif name in {"FastAPI", "Starlette", "CORSMiddleware", "SessionMiddleware"}:
        subject = name
    else:
        return
    keywords = {item.arg: written(item.value, names) for item in node.keywords if item.arg}
    yield Call(subject, node.lineno, keywords, any(item.arg is None for item in node.keywords))


def _text(value: Written | None, otherwise: str) -> str:
    return value.value if value and value.kind == "literal" and isinstance(value.value, str) else otherwise


def _texts(value: Written) -> tuple[str, ...]:
    if value.kind != "literal":
        return ()
    return tuple(str(item) for item in (value.value if isinstance(value.value, list) else [value.value]) if item)
