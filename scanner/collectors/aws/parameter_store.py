"""Parameters of the SSM Parameter Store as variables. A SecureString tells that it is set, whatever text came with it.

Decryption is never asked for. Some emulators answer the text of a SecureString all the same, so the type decides, not
the answer: text of anything but a plain parameter is dropped unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.collectors.aws.pages import Item, Pages
from scanner.collectors.aws.variables import Variables, content_of
from scanner.model import Content, Present, Unresolved
from scanner.readers import environment
from scanner.readers.environment import SecretText, Variable

PLAIN = frozenset({"String", "StringList"})
BATCH = 10
"""Names that one call takes."""


def by_path(book: Variables, path: str) -> Pages:
    """The parameters below a path, however deep."""
    return book.cloud.ask("ssm", "GetParametersByPath", Path=path, Recursive=True, WithDecryption=False)


def by_names(book: Variables, names: Sequence[str]) -> Iterator[tuple[Sequence[str], Pages]]:
    """The parameters of these names, ten at a time, each with the names that were asked for."""
    for start in range(0, len(names), BATCH):
        chosen = list(names[start : start + BATCH])
        yield chosen, book.cloud.ask("ssm", "GetParameters", Names=chosen, WithDecryption=False)


def place(item: Item) -> str:
    """Where a parameter is changed."""
    return str(item.get("ARN") or item.get("Name") or "")


def variable(book: Variables, item: Item, name: str) -> Variable:
    """A parameter as the variable that it becomes."""
    setting = environment.recognised(name, book.context.catalogue, book.target.component)
    return Variable(name, _content(item, name, needed=setting is not None and not setting.secret), place(item))


def reference(book: Variables, name: str, source: str, named_in: str) -> Variable:
    """What a variable gets whose text stands in a store: a plain parameter is read, nothing else."""
    chain = (f"through {source}",)
    if ":secretsmanager:" in source:
        hidden = Unresolved("it comes from Secrets Manager, which is not read", "hand over settings as plain text")
        return Variable(name, hidden, named_in, chain)
    key = _name_in(source) if source.startswith("arn:") else source
    pages = book.cloud.ask("ssm", "GetParameters", Names=[key], WithDecryption=False)
    for item in pages.items("Parameters"):
        return Variable(name, _content(item, name, needed=True), place(item), (f"through {named_in}",))
    silence = pages.refusal
    reason = silence.reason if silence else f"AWS holds no parameter {key}"
    return Variable(name, Unresolved(reason, silence.remedy if silence else "create it"), named_in, chain)


def _name_in(arn: str) -> str:
    """The name of a parameter by its ARN, which leaves out the slash that a path begins with."""
    name = arn.partition(":parameter")[2]
    return name if name.count("/") > 1 else name.removeprefix("/")


def _content(item: Item, name: str, needed: bool) -> Content | SecretText:
    """``needed``: a setting whose value has to be known, so that being set is no answer."""
    if item.get("Type") in PLAIN:
        return content_of(name, str(item.get("Value", "")))
    if not needed:
        return Present("reference")
    return Unresolved("it is a SecureString, which is not decrypted", "hand over settings as plain parameters")
