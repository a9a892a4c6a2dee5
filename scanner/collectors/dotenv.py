"""``.env`` files: what an application's settings classes read when the process environment does not say otherwise.

Nothing is taken from this machine's own environment: a reference to a variable that the file does not set is
unresolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal
from scanner.errors import SilentSource
from scanner.model import Answer, Gap, Input, Plane, Provenance, Target
from scanner.readers import dotenv_text, environment, source_file
from scanner.readers.environment import Variable
from scanner.readers.environment_name import is_template, stated_by, told_by

COMPONENT = "fastapi"
SURVEY_BYTES = 10_000_000


@dataclass(frozen=True)
class Dotenv:
    """Reads one or more ``.env`` files of an application; of the same name in several files the last one counts."""

    path: str | list[str]
    """The file, or several in the order in which the application reads them (the last one wins)."""
    prefix: str = ""
    """Prefix of the application's variables, such as ``APP_``; names without it are recognised too."""
    variables: dict[str, str] = field(default_factory=dict)
    """Values for references such as ``${HOST}`` that the process environment will give. No secrets."""

    def collect(self, context: Context) -> Collected:
        paths = [self.path] if isinstance(self.path, str) else self.path
        target = context.target or Target(paths[0] if paths else "dotenv", COMPONENT, context.environment)
        gaps: list[Gap] = []
        inputs: list[Input] = []
        merged: dict[str, Variable] = {}
        given: dict[str, str | None] = dict(self.variables)
        for path in paths:
            try:
                file = source_file.read(context.root, path, context.limit_bytes)
            except SilentSource as silence:
                gaps.append(_gap(target, silence.reason, silence.remedy, path))
                merged = environment.replaceable(merged, path, silence.remedy)
                given = dict.fromkeys(given) | dict(self.variables)
                continue
            parsed = dotenv_text.parse(file.text)
            variables, given = dotenv_text.resolve(parsed, file.place, given)
            inputs.append(file.input)
            merged = _merge(merged, variables)
            gaps += _malformed(target, file.place, parsed.malformed)
        provenance = Provenance("dotenv", ", ".join(item.path for item in inputs), (), context.now)
        observations, digests = environment.observe(
            merged.values(),
            target=target.id,
            component=target.component,
            catalogue=context.catalogue,
            collector="dotenv",
            layer=environment.DOTENV,
            digest_key=context.digest_key,
            prefixes=(self.prefix,),
            exact=bool(self.prefix),
            observed_at=context.now,
            locator=provenance.locator if inputs else "",
            unread=gaps[0].reason if gaps else "",
        )
        answers = (Answer(target.id, Plane.DECLARED, "dotenv", not gaps, provenance, environment.DOTENV),)
        targets = () if context.target else (target,)
        return Collected(targets, tuple(observations), tuple(gaps), answers if inputs else (), tuple(inputs), digests)


def _merge(earlier: dict[str, Variable], later: list[Variable]) -> dict[str, Variable]:
    """Names are compared without regard to case, as settings classes do; the last one counts."""
    merged = dict(earlier)
    for variable in later:
        replaced = merged.pop(variable.name.lower(), None)
        chain = (*variable.chain, f"replaces {replaced.locator}") if replaced else variable.chain
        merged[variable.name.lower()] = replace(variable, chain=chain)
    return merged


def _malformed(target: Target, place: str, lines: tuple[int, ...]) -> list[Gap]:
    if not lines:
        return []
    shown = ", ".join(str(line) for line in lines[:5]) + (" …" if len(lines) > 5 else "")
    reason = f"{place} holds what is no assignment (line {shown}): what it was meant to set cannot be known"
    return [_gap(target, reason, "write NAME=value, quotes closed, one to a line", f"{place}:{lines[0]}")]


def _gap(target: Target, reason: str, remedy: str, locator: str) -> Gap:
    return Gap(target.id, Plane.DECLARED, "dotenv", reason, remedy, locator=locator)


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every ``.env`` file that holds a name of the catalogue; never a template.

    A file that cannot be read is proposed too: its silence belongs in the report.
    """
    found = []
    for path in files:
        if not re.search(r"^\.env([._\-]|$)|\.env$", path.name) or is_template(path):
            continue
        try:
            file = source_file.read(root, path, SURVEY_BYTES)
        except SilentSource:
            place = source_file.place_of(root, path)
            found.append(Proposal("dotenv", {"path": place}, place, COMPONENT, *told_by(root, path, catalogue)))
            continue
        variables, _ = dotenv_text.resolve(dotenv_text.parse(file.text), file.place)
        names = [item.name for item in variables]
        prefix = environment.project_prefix(names, catalogue, COMPONENT)
        if not environment.makes_application(names, catalogue, COMPONENT, (prefix,)):
            continue
        name, told = told_by(root, file.path, catalogue)
        if not name:
            name, told = stated_by(variables, catalogue, COMPONENT, (prefix,))
        fields = {"path": file.place, **({"prefix": prefix} if prefix else {})}
        found.append(Proposal("dotenv", fields, file.place, COMPONENT, name, told))
    return found
