"""One environment variable on its way from a carrier to observations, and the text of a secret inside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from scanner.model import Content, Known, Raw, TakesEffect, Unresolved
from scanner.readers import secrecy

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SecretText:
    """The text of a secret on its way to ``observe``, which lets only its strength and digest out."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable as a carrier says it. ``locator`` is the place that a person would edit."""

    name: str
    content: Content | SecretText = field(repr=False)
    locator: str
    chain: tuple[str, ...] = ()
    takes_effect: TakesEffect = TakesEffect.RESTART
    referred: bool = False
    """The text was put in from variables that stand elsewhere."""
    doubt: Unresolved | None = None
    """Why the value may not be the one that counts, although it was seen."""

    @property
    def effective(self) -> Content | SecretText:
        """What may be said of the value that counts."""
        return self.doubt or self.content


def filled(text: str, used: Iterable[str], hidden: Collection[str] = ()) -> Known | SecretText:
    """A text into which other variables were put: as secret as the most secret of them."""
    secret = any(name in hidden or secrecy.looks_secret(name) for name in used)
    return SecretText(text) if secret else Known(text)


def replaceable(variables: Mapping[str, Variable], source: str, remedy: str) -> dict[str, Variable]:
    """Variables that a source which was not read comes after, so that it could replace each of them."""
    unknown = Unresolved(f"{source} could replace it and was not read", remedy)
    return {name: replace(item, doubt=unknown) for name, item in variables.items()}


def rendered_later(variable: Variable) -> Variable:
    """The variable; unresolved where its text is a template that something fills before the process starts."""
    content = variable.content
    text = content.text if isinstance(content, SecretText) else text_of(content)
    if not _TEMPLATE.search(text):
        return variable
    return replace(variable, content=Unresolved("a template that is filled later", "scan the file as it is rendered"))


def text_of(content: Content) -> str:
    """The text of a known value; empty for anything else."""
    raw: Raw = getattr(content, "raw", "")
    return raw if isinstance(raw, str) else "" if raw is None else str(raw)
