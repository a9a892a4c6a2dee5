"""Templates and their environments, found in a directory tree.

A template counts when it holds a resource type that the bindings know, or could hold one that this file does not show
(a macro, a stack in a stack). One that another template names as its own part is read with that one. Its environments
are told by parameter files near it, by the sections of a ``samconfig`` file, by a parameter whose allowed values are
environments, or by its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner import bindings
from scanner.catalogue import Catalogue
from scanner.collectors import Proposal
from scanner.collectors.cloudformation import template, value_files
from scanner.collectors.cloudformation.value_files import SAMCONFIG, ValueFile
from scanner.errors import SilentSource
from scanner.readers.environment_name import told_by

MAX_BYTES = 5_000_000
COULD_HOLD = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application", "Fn::Transform", "Transform", "Fn::ForEach",
              "::MODULE")  # fmt: skip
ASSET = "aws:asset:path"
_LOCAL = re.compile(r"""(?:TemplateURL|Location|aws:asset:path)["']?\s*:\s*["']?([^\s"',{}]+)""")
_PATTERN_TO_COPY = re.compile(r"(^|[._\-])(example|sample|tmpl|dist)([._\-]|$)", re.IGNORECASE)
"""Names of files that are no configuration in use; the word template is, beside templates."""
_NAMES = re.compile(r"(^|[._\-/])(param|values|config|env|stack)", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"env(ironment)?(name|type)?|stage(name)?|deploymentenv(ironment)?", re.IGNORECASE)


@dataclass
class _Found:
    """A template as a glance sees it."""

    path: Path
    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    readable: bool = True


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every template with each of its environments."""
    root = root.resolve()
    found = [item for path in files if (item := _glance(root, path)) is not None]
    inner = {path for item in found for path in _parts(item)}
    templates = {item.path for item in found}
    near = [path for path in files if path.name.endswith(value_files.SUFFIXES) and path.resolve() not in templates]
    proposals: list[Proposal] = []
    for item in found:
        if item.path not in inner and _counts(item):
            own = [path for path in near if _nearest(path.resolve(), item, found)]
            proposals += _environments(root, item, own, catalogue)
    return proposals


def _glance(root: Path, path: Path) -> _Found | None:
    if not path.name.endswith(template.SUFFIXES):
        return None
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else path.open("rb").read(MAX_BYTES)
    except OSError:
        return None
    if not template.looks_like_one(data):
        return None
    text = data.decode("utf-8", "replace")
    try:
        parsed = template.read(root, path.resolve(), MAX_BYTES)
    except SilentSource:
        return _Found(path.resolve(), text, readable=False)
    resources = parsed.tree.value.get("Resources")
    if not isinstance(resources, dict) and "AWSTemplateFormatVersion" not in parsed.tree.value:
        return None
    return _Found(path.resolve(), text, parsed.section("Parameters"))


def _counts(item: _Found) -> bool:
    """Whether something to judge stands in it, or could."""
    known = {translation.type for translation in bindings.shipped().cloudformation}
    return any(word in item.text for word in (*known, *COULD_HOLD))


def _parts(item: _Found) -> Iterator[Path]:
    """The templates beside it that it names as its own parts."""
    for name in _LOCAL.findall(item.text):
        if "://" not in name:
            path = (item.path.parent / name).resolve()
            if path != item.path:
                yield path


def _environments(root: Path, item: _Found, files: list[Path], catalogue: Catalogue) -> Iterator[Proposal]:
    place = item.path.relative_to(root).as_posix()
    told = list(_by_files(root, item, files, catalogue))
    for fields, label, name, why in told:
        yield Proposal("cloudformation", {"template": place, **fields}, f"{place} with {label}", "", name, why)
    if told:
        return
    by_parameter = list(_by_parameter(item, catalogue))
    for parameter, word, name in by_parameter:
        fields = {"template": place, "parameters": {parameter: word}}
        why = f"parameter {parameter}"
        yield Proposal("cloudformation", fields, f"{place} in {word}", "", name, why)
    if not by_parameter:
        name, why = told_by(root, item.path, catalogue)
        yield Proposal("cloudformation", {"template": place}, place, "", name, why)


Told = tuple[dict[str, Any], str, str, str]


def _by_files(root: Path, item: _Found, files: list[Path], catalogue: Catalogue) -> Iterator[Told]:
    """Parameter files that speak of this template, each with the environment that its name tells."""
    for file in files:
        path = file.resolve()
        if not _near(item.path, path) or _PATTERN_TO_COPY.search(path.name):
            continue
        name, why = told_by(root, path, catalogue)
        place = path.relative_to(root).as_posix()
        try:
            found = value_files.read(root, path, MAX_BYTES)
        except SilentSource:
            if _meant(item, path, name):
                yield {"parameter_files": [place]}, place, name, why
            continue
        if path.name.startswith(SAMCONFIG):
            yield from _by_sections(found, place, item, catalogue)
        elif _speaks_of(found, item) and (name or found.explicit or _NAMES.search(path.name)):
            yield {"parameter_files": [place]}, place, name, why


def _by_sections(found: ValueFile, place: str, item: _Found, catalogue: Catalogue) -> Iterator[Told]:
    for section, values in found.sections.items():
        if set(values) & set(item.parameters):
            fields = {"parameter_files": [place], "config_environment": section}
            yield fields, f"{place} [{section}]", catalogue.environment(section), f"section {section} of {place}"


def _nearest(file: Path, item: _Found, found: list[_Found]) -> bool:
    """Whether no other template that takes parameters lies nearer to a file, so that the file would be that one's."""
    distances = {other.path: _distance(other.path, file) for other in found if other.parameters or not other.readable}
    return _distance(item.path, file) <= min(distances.values(), default=0)


def _distance(path: Path, file: Path) -> int:
    """Steps up from a template until the file is below."""
    return next((index for index, folder in enumerate(path.parents) if file.is_relative_to(folder)), 99)


def _near(path: Path, file: Path) -> bool:
    """Whether a file lies at or below the template's directory, or in a directory beside it."""
    for folder in (path.parent, path.parent.parent):
        if file.is_relative_to(folder):
            return len(file.relative_to(folder).parts) <= 3
    return False


def _speaks_of(found: ValueFile, item: _Found) -> bool:
    return bool(set(found.values) & set(item.parameters))


def _meant(item: _Found, path: Path, environment: str) -> bool:
    """Whether a file that cannot be read is, by its name, one that gives this template values."""
    words = path.as_posix().lower()
    named = "param" in words or (bool(environment) and item.path.name.split(".")[0].lower() in words)
    return named and bool(item.parameters)


def _by_parameter(item: _Found, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """The values of a parameter that names the environment, where it may only have some."""
    for name, node in item.parameters.items():
        allowed = node.get("AllowedValues") if isinstance(node, dict) else None
        if not _ENVIRONMENT.fullmatch(name) or not isinstance(allowed, list):
            continue
        words = [word for word in allowed if isinstance(word, str)]
        if sum(bool(catalogue.environment(word)) for word in words) >= 2:
            yield from ((name, word, catalogue.environment(word)) for word in words)
            return
