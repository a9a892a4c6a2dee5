"""Parameters of the SSM Parameter Store that an application reads: plain ones by value, secure ones by presence.

A parameter stands for the variable that its last part names (``/shop/production/DEBUG``), or that ``names`` tells. What
an application fetches itself gives way to the variables that it was started with. A secret that stands there as plain
text is listed like one in a task definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, filled, parameter_store
from scanner.collectors.aws.pages import Item
from scanner.collectors.aws.variables import Carrier, Variables, Where
from scanner.errors import SilentSource
from scanner.readers import environment

MOST_VALUES = 50
"""Values that a filter takes."""

_CORRECT = "correct the name, region or role in scanner.yaml, or create it"


@dataclass(frozen=True)
class Ssm(Access):
    """Asks the Parameter Store for the parameters of an application; nothing is ever decrypted."""

    path: str = ""
    """Path below which every parameter is the application's, such as /shop/production."""
    parameters: list[str] = field(default_factory=list)
    """Names of parameters, beside the path or instead of it."""
    names: dict[str, str] = field(default_factory=dict)
    """Parameters to the variables that they become, where their last part is another name."""

    def __post_init__(self) -> None:
        if not self.path and not self.parameters:
            raise ValueError("needs path or parameters")

    def collect(self, context: Context) -> Collected:
        return filled(Variables, "ssm", self, context, lambda book: _read(book, self))


def _read(book: Variables, source: Ssm) -> None:
    book.place = source.path or ", ".join(source.parameters[:3])
    carrier = Carrier("", book.place)
    found = [*_below(book, source, carrier), *_named(book, source, carrier)]
    if not found and carrier.more:
        for silence in carrier.more:
            book.silent(silence)
        return
    carrier.changed |= _changes(book, source, found)
    for item in found:
        name = _variable_of(str(item.get("Name") or ""), source)
        if name in carrier.variables:
            told = environment.replaceable({name: carrier.variables[name]}, "another parameter of that name", _CORRECT)
            carrier.variables |= told
        else:
            carrier.add(parameter_store.variable(book, item, name))
    book.hold(carrier, Where(layer=environment.PARAMETER_STORE))


def _variable_of(parameter: str, source: Ssm) -> str:
    return source.names.get(parameter) or parameter.rpartition("/")[2]


def _below(book: Variables, source: Ssm, carrier: Carrier) -> Iterator[Item]:
    """Everything below the path; nothing at all there is no answer, since a wrong account looks the same."""
    if not source.path:
        return
    pages = parameter_store.by_path(book, source.path)
    found = pages.items("Parameters")
    if pages.refusal is not None:
        carrier.more.append(pages.refusal)
    elif not found:
        carrier.more.append(SilentSource(f"{book.cloud.where} holds no parameter below {source.path}", _CORRECT))
    yield from found


def _named(book: Variables, source: Ssm, carrier: Carrier) -> Iterator[Item]:
    for _, pages in parameter_store.by_names(book, source.parameters):
        if pages.refusal is not None:
            carrier.more.append(pages.refusal)
        yield from pages.items("Parameters")
        for name in (name for page in pages.pages for name in page.get("InvalidParameters") or ()):
            carrier.more.append(SilentSource(f"{book.cloud.where} holds no parameter {name}", _CORRECT))


def _changes(book: Variables, source: Ssm, found: list[Item]) -> dict[str, tuple[str, str]]:
    """Who changed each parameter last, and when; nobody is named where the listing is not allowed."""
    asked: list[dict[str, object]] = [{"Key": "Path", "Option": "Recursive", "Values": [source.path]}]
    if not source.path:
        asked = [{"Key": "Name", "Option": "Equals", "Values": source.parameters[:MOST_VALUES]}]
    pages = book.cloud.ask("ssm", "DescribeParameters", ParameterFilters=asked)
    places = {str(item.get("Name")): parameter_store.place(item) for item in found}
    changed = {}
    for item in pages.items("Parameters"):
        who, name = str(item.get("LastModifiedUser") or ""), str(item.get("Name"))
        if who.startswith("arn:") and name in places:
            changed[places[name]] = (who, f"SSM, version {item.get('Version')} of {item.get('LastModifiedDate')}")
    return changed
