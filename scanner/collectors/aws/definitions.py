"""Task definitions of ECS: the variables that each container gets by one, and by what a task lays over it.

What stands under ``environment`` beats the files of S3, of which the first that sets a name counts; what a task was
started with beats both. A file that was not read could set any name that is not under ``environment``. The text of
a secret is never asked for: of ``secrets`` only a plain parameter that is no secret by its name is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from scanner.collectors.aws import objects
from scanner.collectors.aws.pages import Item
from scanner.collectors.aws.parameter_store import reference
from scanner.collectors.aws.variables import Carrier, Variables, content_of
from scanner.errors import SilentSource
from scanner.model import Present, Unresolved
from scanner.readers import ecs_env_file, environment
from scanner.readers.environment import Variable

MAX_FILES = 10
"""More files than this are not taken by ECS itself."""

_ASSIGNED = re.compile(r"(?:^|[\s;&|'\"(])(?P<name>[A-Za-z_]\w*)=")


def short(arn: str) -> str:
    """Family and revision of a task definition's ARN, such as ``shop:41``."""
    return arn.rpartition("task-definition/")[2] or arn


def read(book: Variables, name: str) -> Item | None:
    """A task definition by ARN, or the newest of a family. Raises why it is not told."""
    pages = book.cloud.ask("ecs", "DescribeTaskDefinition", taskDefinition=name)
    if pages.refusal is not None:
        raise pages.refusal
    found = pages.pages[0].get("taskDefinition") if pages.pages else None
    return found if isinstance(found, Mapping) else None


def containers(book: Variables, definition: Item, overrides: Mapping[str, Item]) -> list[Carrier]:
    """Every container of a definition as a task starts it; ``overrides`` are those of the task, by container."""
    arn = str(definition.get("taskDefinitionArn") or "")
    who, when = str(definition.get("registeredBy") or ""), str(definition.get("registeredAt") or "")
    found = []
    for item in _records(definition.get("containerDefinitions")):
        name = str(item.get("name") or "")
        source = f"ECS task definition {short(arn)}, registered at {when}" if who else ""
        carrier = Carrier(name, arn, changed={arn: (who, source)} if who else {})
        over = overrides.get(name, {})
        _files(book, over.get("environmentFiles") or item.get("environmentFiles"), carrier)
        _plain(item.get("environment"), arn, carrier)
        _references(book, item.get("secrets"), arn, carrier)
        _plain(over.get("environment"), str(over.get("place") or arn), carrier)
        _commands(book, (item.get("entryPoint"), over.get("command") or item.get("command")), arn, carrier)
        found.append(carrier)
    return found


def _records(found: object) -> list[Item]:
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _plain(found: object, place: str, carrier: Carrier) -> None:
    for item in _records(found):
        name, value = str(item.get("name") or ""), item.get("value")
        if name and value is not None:
            carrier.add(Variable(name, content_of(name, str(value)), place))


def _references(book: Variables, found: object, place: str, carrier: Carrier) -> None:
    for item in _records(found):
        name, source = str(item.get("name") or ""), str(item.get("valueFrom") or "")
        setting = environment.recognised(name, book.context.catalogue, book.target.component)
        if name and setting is not None and not setting.secret:
            carrier.add(reference(book, name, source, place))
        elif name:
            carrier.add(Variable(name, Present("reference"), place, (f"through {source}",) if source else ()))


def _files(book: Variables, found: object, carrier: Carrier) -> None:
    """The files in their order; behind one that was not read, nothing is sure."""
    unread: SilentSource | None = None
    records = _records(found)
    if len(records) > MAX_FILES:
        carrier.more.append(SilentSource(f"{carrier.name} names more than {MAX_FILES} files", "keep to ten"))
    for item in records[:MAX_FILES]:
        try:
            content, address = objects.read_arn(book.cloud, str(item.get("value") or ""), book.context.limit_bytes)
            variables = {variable.name: variable for variable in _of_file(content, address)}
        except SilentSource as silence:
            carrier.more.append(silence)
            unread = unread or silence
            continue
        if unread is not None:
            variables = environment.replaceable(variables, "a file before it", unread.remedy)
        carrier.variables = {**variables, **carrier.variables}


def _of_file(content: bytes, address: str) -> Iterator[Variable]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise SilentSource(f"{address} is no text in UTF-8", "save it as UTF-8") from None
    for name, (value, line) in ecs_env_file.parse(text).items():
        yield Variable(name, content_of(name, value), f"{address}:{line}")


def _commands(book: Variables, found: tuple[object, ...], place: str, carrier: Carrier) -> None:
    """A command that assigns a known name leaves its value open: what a shell makes of it is not known."""
    words = " ".join(str(word) for part in found if isinstance(part, list) for word in part)
    for match in _ASSIGNED.finditer(words):
        name = match["name"]
        if environment.recognised(name, book.context.catalogue, book.target.component) is None:
            continue
        doubt = Unresolved("the command of the container assigns it", "set it under environment instead")
        before = carrier.variables.get(name) or Variable(name, doubt, place)
        carrier.variables[name] = replace(before, doubt=doubt)
