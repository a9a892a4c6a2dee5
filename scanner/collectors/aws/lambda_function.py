"""A function of AWS Lambda: the variables of the version that a name leads to.

Without a qualifier the newest code (``$LATEST``) is read, which an alias need not lead to; aliases are told then. An
alias that parts its calls among two versions is read in both: what the second gets otherwise has the scope
``version=N``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, filled
from scanner.collectors.aws.pages import Item, at
from scanner.collectors.aws.refusals import Refusal
from scanner.collectors.aws.variables import Carrier, Variables, Where, content_of
from scanner.errors import SilentSource
from scanner.readers.environment import Variable

LATEST = "$LATEST"
SHOWN = 5
_UNSETTLED = {
    "InProgress": "the platform is still putting this configuration into use",
    "Failed": "the platform failed to put this configuration into use",
}


@dataclass(frozen=True)
class LambdaFunction(Access):
    """Asks AWS Lambda for the environment variables of a function, and in which state its configuration is."""

    function: str = ""
    """Name or ARN of the function."""
    qualifier: str = ""
    """The alias or version that is called; empty for the newest code."""

    def __post_init__(self) -> None:
        if not self.function:
            raise ValueError("needs function")

    def collect(self, context: Context) -> Collected:
        return filled(Variables, "lambda", self, context, lambda book: _read(book, self))


def _read(book: Variables, source: LambdaFunction) -> None:
    book.place = source.function
    try:
        carrier, configuration = _carrier(book, source.function, source.qualifier)
    except Refusal as refusal:
        if refusal.missing:
            book.not_there(f"function {source.function} {source.qualifier}".strip())
        else:
            book.silent(refusal)
        return
    book.place = carrier.locator
    book.platform("lambda")
    book.hold(carrier, Where(pending=_unsettled(configuration)))
    if not source.qualifier:
        _aliases(book, source.function)
    elif source.qualifier.strip("0123456789"):
        _weighted(book, source, carrier)


def _carrier(book: Variables, function: str, qualifier: str) -> tuple[Carrier, Item]:
    """The variables of one version. Raises why they are not known."""
    names = {"Qualifier": qualifier} if qualifier else {}
    pages = book.cloud.ask("lambda", "GetFunctionConfiguration", FunctionName=function, **names)
    if pages.refusal is not None:
        raise pages.refusal
    found = pages.pages[0] if pages.pages else {}
    carrier = Carrier("", str(found.get("FunctionArn") or function))
    failed = at(found, "Environment.Error")
    if failed:
        reason = f"AWS Lambda cannot tell the variables of {function} ({_code(failed)})"
        carrier.more.append(
            SilentSource(reason, "allow kms:Decrypt for the key of the function, or ask another source")
        )
    held = at(found, "Environment.Variables")
    for name, value in held.items() if isinstance(held, Mapping) else ():
        carrier.add(Variable(str(name), content_of(str(name), str(value)), carrier.locator))
    return carrier, found


def _code(failed: object) -> str:
    told = failed.get("ErrorCode") if isinstance(failed, Mapping) else ""
    return "".join(letter for letter in str(told or "no reason given") if letter.isalnum() or letter == " ")[:60]


def _unsettled(configuration: Item) -> str:
    return _UNSETTLED.get(str(configuration.get("LastUpdateStatus") or ""), "")


def _aliases(book: Variables, function: str) -> None:
    pages = book.cloud.ask("lambda", "ListAliases", FunctionName=function)
    if pages.refusal is not None:
        told = f"{LATEST} was read; whether an alias leads to another version is not known: {pages.refusal.reason}"
        book.remark("deployment", told)
        return
    found = [item for item in pages.items("Aliases") if item.get("FunctionVersion") != LATEST]
    if found:
        names = ", ".join(f"{item.get('Name')} to {item.get('FunctionVersion')}" for item in found[:SHOWN])
        told = f"{LATEST} was read, and aliases lead elsewhere ({names}): name the one that is called as qualifier"
        book.remark("deployment", told)


def _weighted(book: Variables, source: LambdaFunction, base: Carrier) -> None:
    """The second version of an alias that parts its calls."""
    pages = book.cloud.ask("lambda", "GetAlias", FunctionName=source.function, Name=source.qualifier)
    if pages.refusal is not None:
        book.silent(pages.refusal, book.possible())
        return
    weights = at(pages.pages[0], "RoutingConfig.AdditionalVersionWeights") if pages.pages else None
    for version, share in sorted(weights.items()) if isinstance(weights, Mapping) else ():
        book.remark("deployment", f"the alias {source.qualifier} also leads to version {version} ({share:.0%})")
        try:
            carrier, _ = _carrier(book, source.function, str(version))
        except Refusal as refusal:
            book.silent(refusal, book.possible())
            continue
        book.differ(carrier, base, Where(scope=f"version={version}"))
