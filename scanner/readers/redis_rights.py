"""What a Redis user may do with keys, channels and commands, replayed from rules and told in one form.

A server keeps rights in its own words and rewrites what it was given: ``+@read -@dangerous`` may come back as a list of
categories and commands. So commands are kept as a set, over the table of ``baselines/redis-commands.yaml``, and told by
one way of writing that depends on the set alone and is itself a valid rule text. Two planes that mean the same say the
same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from scanner import document, resources

CLOSE = 0.8
"""Share of a category that makes the category, with exceptions, the shorter way to tell a set."""
WORTH = 5
"""Commands that a category must add to be named."""


@dataclass(frozen=True)
class CommandsFile:
    """The shape of ``redis-commands.yaml``."""

    categories: dict[str, list[str]]


@dataclass(frozen=True)
class Table:
    """Commands and subcommands (``config|get``) by category."""

    categories: Mapping[str, frozenset[str]]

    @cached_property
    def everything(self) -> frozenset[str]:
        return frozenset().union(*self.categories.values())

    @cached_property
    def containers(self) -> Mapping[str, frozenset[str]]:
        """Commands that have subcommands, with all of them, and with themselves where they do something alone."""
        found: dict[str, set[str]] = {}
        for name in self.everything:
            container, bar, _ = name.partition("|")
            if bar:
                found.setdefault(container, {container} & self.everything).add(name)
        return {name: frozenset(members) for name, members in found.items()}

    def named(self, name: str) -> frozenset[str]:
        """What a rule's name means; a name that is not in the table stands for itself."""
        if name.startswith("@"):
            return self.categories.get(name[1:], frozenset({name}))
        return self.containers.get(name, frozenset({name}))


@lru_cache(maxsize=1)
def table() -> Table:
    """The shipped table."""
    content, _ = document.read(resources.directory("baselines") / "redis-commands.yaml", CommandsFile)
    return Table({name: frozenset(members) for name, members in content.categories.items()})


@dataclass
class Rights:
    """Keys, channels and commands of one user or of one of its selectors, while rules are replayed."""

    keys: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)
    future: bool = False
    """Commands that are not in the table are allowed too: ``+@all``."""
    denied: set[str] = field(default_factory=set)
    """Commands that are not in the table and were taken away again."""

    def rule(self, rule: str) -> bool:
        """Apply one rule; False when it is none of these."""
        word = rule.lower()
        if word in {"allkeys", "resetkeys"}:
            self.keys = ["~*"] if word == "allkeys" else []
        elif word in {"allchannels", "resetchannels"}:
            self.channels = ["&*"] if word == "allchannels" else []
        elif word in {"allcommands", "+@all", "nocommands", "-@all"}:
            self._reset(word in {"allcommands", "+@all"})
        elif pattern := _key_pattern(rule):
            self.keys = _added(self.keys, pattern, "~*")
        elif rule.startswith("&"):
            self.channels = _added(self.channels, rule, "&*")
        elif len(rule) > 1 and rule[0] in "+-":
            self._command(word[0] == "+", table().named(word[1:]))
        else:
            return False
        return True

    def _reset(self, everything: bool) -> None:
        self.commands = set(table().everything) if everything else set()
        self.future, self.denied = everything, set()

    def _command(self, allowed: bool, names: frozenset[str]) -> None:
        if allowed:
            self.commands |= names & table().everything if self.future else names
            self.denied -= names
        else:
            self.commands -= names
            self.denied |= names - table().everything if self.future else set()

    @property
    def all_keys(self) -> bool:
        return "~*" in self.keys

    @property
    def all_channels(self) -> bool:
        return "&*" in self.channels

    @property
    def all_commands(self) -> bool:
        """Every command of today and tomorrow."""
        return self.future and table().everything <= self.commands and not self.denied

    @property
    def canonical(self) -> str:
        """The commands as rules, in a form that depends on nothing but what is allowed."""
        if self.future:
            taken = table().everything - self.commands
            return " ".join(("+@all", *_told(taken | self.denied, "-", "+")))
        return " ".join(("-@all", *_told(self.commands, "+", "-")))


def _key_pattern(rule: str) -> str:
    """A key pattern in one spelling, or nothing: read and write together are the plain form."""
    match = re.match(r"%([RWrw]{1,2})~", rule)
    if match is None:
        return rule if rule.startswith("~") else ""
    modes = "".join(sorted(set(match[1].upper())))
    return f"~{rule[match.end() :]}" if modes == "RW" else f"%{modes}~{rule[match.end() :]}"


def _added(patterns: list[str], pattern: str, everything: str) -> list[str]:
    if pattern == everything or everything in patterns:
        return [everything]
    return patterns if pattern in patterns else [*patterns, pattern]


def _told(names: Iterable[str], sign: str, opposite: str) -> list[str]:
    """A set as categories, their exceptions, and what is left."""
    wanted = frozenset(names)
    covered: frozenset[str] = frozenset()
    excepted: frozenset[str] = frozenset()
    rules: list[str] = []
    for category, members in sorted(table().categories.items(), key=lambda item: (-len(item[1]), item[0])):
        inside = members & wanted
        if len(inside - covered) >= WORTH and len(inside) >= CLOSE * len(members):
            rules.append(f"{sign}@{category}")
            covered |= inside
            excepted |= members - wanted
    return [
        *sorted(rules),
        *_joined(excepted, opposite, sign, wanted),
        *_joined(wanted - covered, sign, opposite, table().everything - wanted),
    ]


def _joined(names: frozenset[str], sign: str, opposite: str, others: frozenset[str]) -> list[str]:
    """Rules for names in order, subcommands as their command where all of them are meant. A command that is meant alone
    takes its subcommands along, so those among the others are set right behind it."""
    rules: list[str] = []
    for name in sorted({name.partition("|")[0] if name.partition("|")[0] in names else name for name in names}):
        members = table().containers.get(name, frozenset())
        rules.append(f"{sign}{name}")
        rules += [f"{opposite}{member}" for member in sorted(members & others)]
    return rules
