"""How a language of infrastructure is spoken of in reasons and remedies."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model import Unresolved

NAMED_AS = "terraform"
"""The kind of source under whose names the catalogue knows what the bindings say."""


@dataclass(frozen=True)
class Dialect:
    """The words of one language."""

    collector: str
    """The collector that reads it."""
    whole: str
    """What its texts are together: a source, a template."""
    parts: str
    """What it calls arguments."""
    hidden: Unresolved
    """What is said of a value that may not be shown."""
    remedy: str
    """What makes a value known."""
    certain: str
    """What makes it certain that a resource is there."""
    choice: str
    """What tells which of several resources is meant."""
    engine: str
    """What tells which component a resource is."""
    conditions: str
    """What tells what a resource's other arguments leave open."""
