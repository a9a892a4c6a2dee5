"""Terragrunt: the literal inputs that a ``terragrunt.hcl`` gives to a module of the same tree.

Nothing of Terragrunt is run. What a unit takes from a parent, from another unit or from a function is not known, and
where that could reach any variable, no default of the module is believed. A unit whose module is not here is a gap
that names its file: a directory that holds nothing else is never passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Proposal
from scanner.collectors.terraform import parse, syntax
from scanner.collectors.terraform.session import Given, Session
from scanner.collectors.terraform.source import inside, read_bytes, relative
from scanner.readers.environment_name import told_by

NAME = "terragrunt.hcl"
LIMIT = 1_000_000
REMEDY = "give a plan, or what `terragrunt render-inputs` says as vars"


@dataclass
class Unit:
    """One ``terragrunt.hcl``: its module, what it gives it, and why there may be more."""

    label: str
    source: str = ""
    """The module as it is written; empty where the directory of the file is the module."""
    computed: bool = False
    """The module is not written out: a parent or an expression names it."""
    inputs: dict[str, Given] = field(default_factory=dict)
    more: str = ""
    """The place of what could give any variable a value; empty where nothing else can."""
    place: str = ""
    code: bool = False
    """Terraform stands beside the file."""

    @property
    def speaks(self) -> bool:
        """Whether it is a unit at all, and not only the parent of others."""
        return bool(self.source or self.computed or self.code)


def read(path: Path, root: Path, limit: int = LIMIT) -> Unit:
    """What a file says. SyntaxProblem when it cannot be read."""
    label = relative(path, root)
    try:
        body = parse.body(read_bytes(path, root, limit).decode("utf-8-sig"), 1, label)
    except ValueError as error:
        raise syntax.SyntaxProblem(str(error), 1) from None
    unit = Unit(label, place=f"{label}:1", code=any(path.parent.glob("*.tf")))
    included = body.of("include")
    for block in body.of("terraform"):
        unit.place = f"{label}:{block.line}"
        node = block.body.expression("source")
        unit.source = syntax.plain(node) or ""
        unit.computed = node is not None and not unit.source
        extra = block.body.of("extra_arguments")
        unit.more = f"{label}:{extra[0].line}" if extra else unit.more
    unit.computed = unit.computed or (bool(included) and not unit.source and not unit.code)
    unit.more = f"{label}:{included[0].line}" if included else unit.more
    _inputs(body, unit)
    return unit


def _inputs(body: syntax.Body, unit: Unit) -> None:
    argument = body.arguments.get("inputs")
    if argument is None:
        return
    place = f"{unit.label}:{argument.line}"
    own = {name: item.value for block in body.of("locals") for name, item in block.body.arguments.items()}
    if not isinstance(argument.value, syntax.Object):
        unit.more = place
        return
    for key, value in argument.value.items:
        name = key.name if isinstance(key, syntax.Name) else syntax.plain(key)
        if name is None:
            unit.more = place
            continue
        unit.inputs[name] = Given(_static(value, own, unit.label), unit.label)


def _static(node: syntax.Expression, own: dict[str, syntax.Expression], label: str) -> syntax.Expression:
    """A literal, by way of a literal local of the file at most; anything else is for Terragrunt to work out."""
    if isinstance(node, syntax.Attribute) and isinstance(node.target, syntax.Name) and node.target.name == "local":
        node = own.get(node.name, node)
    known = all(_literal(item) for item in syntax.walk(node))
    return node if known else syntax.Refused(f"Terragrunt works it out ({label}:{node.line})", node.line)


def _literal(item: object) -> bool:
    refused = (syntax.Call, syntax.Attribute, syntax.Index, syntax.Splat, syntax.For, syntax.Conditional, syntax.Binary)
    if isinstance(item, syntax.Template):
        return all(isinstance(part, str) for part in item.parts)
    return not isinstance(item, (*refused, syntax.Refused))


def give(name: str, said: Mapping[str, object], session: Session) -> list[tuple[str, str, str]]:
    """Give a root what its unit gives it, save what the user ``said``; reason, remedy and place of what hides it."""
    path = session.root / name
    try:
        unit = read(path, session.root)
    except syntax.SyntaxProblem as problem:
        session.unread_values = f"{name}:{problem.line}"
        return [(f"{problem.reason}: this unit of Terragrunt cannot be read", REMEDY, session.unread_values)]
    session.given |= {key: given for key, given in unit.inputs.items() if key not in said}
    session.unread_values = session.unread_values or unit.more
    if module_of(unit, path, session.root) is not None:
        return []
    named = unit.source or "it is named by a parent or an expression"
    return [(f"the module of this unit of Terragrunt is not here: {named}", REMEDY, unit.place)]


def named(files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files of Terragrunt among these, links followed."""
    found = (path.resolve() for path in files if path.name == NAME)
    return tuple(path for path in found if path.name == NAME)


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> Iterator[Proposal]:
    """A source for every unit among its files; a file that only others include is none."""
    for path in files:
        try:
            speaks = (unit := read(path, root)).speaks
            module = module_of(unit, path, root) if speaks else None
        except syntax.SyntaxProblem:
            speaks, module = True, None
        if speaks:
            label = relative(path.parent, root) or "."
            fields = {"path": relative(module or path.parent, root) or ".", "terragrunt": relative(path, root)}
            name, why = told_by(root, path, catalogue)
            yield Proposal("terraform", fields, label, "", name, why)


def module_of(unit: Unit, path: Path, root: Path) -> Path | None:
    """The directory of a unit's module; None when it is not in this tree."""
    if unit.computed:
        return None
    if not unit.source:
        return path.parent
    plain = unit.source.partition("?")[0]
    if not plain.startswith(("./", "../", "/")):
        return None
    found = (path.parent / plain.replace("//", "/")).resolve()
    return found if found.is_dir() and inside(found, root) else None
