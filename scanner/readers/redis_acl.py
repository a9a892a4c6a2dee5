"""The rules of one Redis user, as ``ACL LIST``, ``redis.conf`` and an ACL file write them.

Rules are replayed in order, as the server does, and told as a record that can be compared between planes: passwords
become a count, hashes are held in memory only as long as it takes to look them up among publicly known ones. The
server rewrites rules in its own words, so commands are brought into one form: what a later rule undoes is left out, and
rules of one sign in a row, whose order means nothing, are sorted.

Which powerful commands a user may run is answered from the rules, for the handful of commands that matter, each with
the categories that the server gives it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class MalformedRule(ValueError):  # noqa: N818 - named for what it is
    """A rule that no server knows. The message never repeats it: it may be a password that lost its sign."""


@dataclass(frozen=True)
class Command:
    """A powerful command in the form that changes something, with the words that ``ACL DRYRUN`` needs for it."""

    name: str
    subcommand: str
    categories: frozenset[str]
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.name} {self.subcommand}".strip()


def _administrative(name: str, subcommand: str = "", words: tuple[str, ...] = ()) -> Command:
    return Command(name, subcommand, frozenset({"admin", "slow", "dangerous"}), words or (name,))


_KEYSPACE = frozenset({"keyspace", "slow", "dangerous"})

DANGEROUS = (
    Command("flushall", "", _KEYSPACE | {"write"}, ("flushall",)),
    Command("flushdb", "", _KEYSPACE | {"write"}, ("flushdb",)),
    Command("keys", "", _KEYSPACE | {"read"}, ("keys", "*")),
    _administrative("config", "set", ("config", "set", "maxmemory", "0")),
    _administrative("debug", "", ("debug", "jmap")),
    _administrative("shutdown"),
    _administrative("replicaof", "", ("replicaof", "no", "one")),
    _administrative("module", "load", ("module", "load", "none")),
    _administrative("acl", "setuser", ("acl", "setuser", "none")),
    _administrative("monitor"),
)
"""Commands that an application never needs; the categories are those of Redis 6.2 to Valkey 9."""


@dataclass
class Permissions:
    """Keys, channels and commands of one user or of one of its selectors, while rules are replayed."""

    keys: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=lambda: ["-@all"])

    def rule(self, rule: str) -> bool:
        """Apply one rule; False when it is none of these."""
        word = rule.lower()
        if word in {"allkeys", "resetkeys"}:
            self.keys = ["~*"] if word == "allkeys" else []
        elif word in {"allchannels", "resetchannels"}:
            self.channels = ["&*"] if word == "allchannels" else []
        elif word in {"allcommands", "+@all", "nocommands", "-@all"}:
            self.commands = ["+@all" if word in {"allcommands", "+@all"} else "-@all"]
        elif rule.startswith("~") or re.match(r"%[RWrw]+~", rule):
            self.keys = _added(
                self.keys,
                rule if rule.startswith("~") else f"%{rule[1:].partition('~')[0].upper()}~{rule.partition('~')[2]}",
                "~*",
            )
        elif rule.startswith("&"):
            self.channels = _added(self.channels, rule, "&*")
        elif len(rule) > 1 and rule[0] in "+-":
            self.commands = [one for one in self.commands if one[1:] != word[1:]] + [word]
        else:
            return False
        return True

    def allows(self, command: Command) -> bool:
        """Whether the command may be run, in the order of the rules."""
        allowed = False
        own = {command.name, f"{command.name}|{command.subcommand}"}
        for rule in self.commands:
            name = rule[1:]
            if name == "@all" or name in own or (name.startswith("@") and name[1:] in command.categories):
                allowed = rule[0] == "+"
        return allowed

    @property
    def canonical(self) -> str:
        """The command rules in one spelling."""
        runs: list[list[str]] = []
        for rule in self.commands:
            if runs and runs[-1][0][0] == rule[0] and rule[1:] != "@all" and runs[-1][0][1:] != "@all":
                runs[-1].append(rule)
            else:
                runs.append([rule])
        told = []
        for run in runs:
            covered = {f"{run[0][0]}@admin"} if f"{run[0][0]}@dangerous" in run else set()
            told += sorted(set(run) - covered)
        return " ".join(told)


def _added(patterns: list[str], pattern: str, everything: str) -> list[str]:
    if pattern == everything or everything in patterns:
        return [everything]
    return patterns if pattern in patterns else [*patterns, pattern]


@dataclass
class User:
    """A user while its rules are replayed."""

    name: str
    default_channels: bool = False
    """What ``acl-pubsub-default`` gives a new user: every channel, or none."""
    enabled: bool = False
    nopass: bool = False
    hashes: set[str] = field(default_factory=set, repr=False)
    root: Permissions = field(default_factory=Permissions)
    selectors: list[Permissions] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root.channels = ["&*"] if self.default_channels else []

    def rule(self, rule: str) -> None:
        """Apply one rule. MalformedRule when the server would refuse it."""
        word = rule.lower()
        if word in {"on", "off"}:
            self.enabled = word == "on"
        elif word in {"nopass", "resetpass"}:
            self.nopass, self.hashes = word == "nopass", set()
        elif word == "reset":
            self.__init__(self.name, self.default_channels)  # type: ignore[misc]
        elif word == "clearselectors":
            self.selectors = []
        elif rule.startswith("("):
            self.selectors.append(_selector(rule))
        elif not (self._password(rule) or word in _WITHOUT_MEANING or word.startswith("db=") or self.root.rule(rule)):
            raise MalformedRule("a rule that is not known")

    def _password(self, rule: str) -> bool:
        if rule[:1] not in {">", "<", "#", "!"}:
            return False
        digest = rule[1:].lower() if rule[0] in "#!" else password_hash(rule[1:])
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise MalformedRule("a password hash that is not 64 hexadecimal digits")
        if rule[0] in "<!":
            self.hashes.discard(digest)
        else:
            self.hashes.add(digest)
            self.nopass = False
        return True

    @property
    def powers(self) -> list[Permissions]:
        return [self.root, *self.selectors]

    @property
    def reaches_data(self) -> bool:
        """Whether any key is open to the user: an administrator without keys is no user of the data."""
        return any(power.keys for power in self.powers)

    @property
    def dangerous_commands(self) -> list[str]:
        return [one.title for one in DANGEROUS if any(power.allows(one) for power in self.powers)]

    def record(self, weak_hashes: Collection[str], place: str) -> dict[str, Any]:
        """The user as rules and reports see it, without anything that tells a password."""
        return {
            "user": self.name,
            "enabled": self.enabled,
            "nopass": self.nopass,
            "passwords": len(self.hashes),
            "weak_password": any(digest in weak_hashes for digest in self.hashes),
            "keys": " ".join(sorted(self.root.keys)),
            "channels": " ".join(sorted(self.root.channels)),
            "commands": self.root.canonical,
            "selectors": [
                " ".join((*sorted(one.keys), *sorted(one.channels), one.canonical)) for one in self.selectors
            ],
            "all_keys": any("~*" in power.keys or "%RW~*" in power.keys for power in self.powers),
            "all_channels": any("&*" in power.channels for power in self.powers),
            "reaches_data": self.reaches_data,
            "all_commands": any(power.canonical == "+@all" for power in self.powers),
            "dangerous": self.reaches_data and bool(self.dangerous_commands),
            "dangerous_commands": self.dangerous_commands,
            "place": place,
        }


_WITHOUT_MEANING = {"sanitize-payload", "skip-sanitize-payload", "alldbs", "resetdbs"}


def password_hash(password: str) -> str:
    """The form in which the server keeps a password."""
    return hashlib.sha256(password.encode("utf-8", "surrogateescape")).hexdigest()


def weak_hashes(weak_secrets: Collection[str]) -> frozenset[str]:
    """The hashes of publicly known passwords, in the spellings that people use."""
    spellings = {form for word in weak_secrets for form in (word, word.lower(), word.upper(), word.capitalize())}
    return frozenset(password_hash(word) for word in {*spellings, ""})


def _selector(rule: str) -> Permissions:
    if not rule.endswith(")"):
        raise MalformedRule("a selector that is not closed")
    found = Permissions()
    for one in rule[1:-1].split():
        if not found.rule(one) and one.lower() not in _WITHOUT_MEANING and not one.lower().startswith("db="):
            raise MalformedRule("a rule that is not known, in a selector")
    return found


def user(name: str, rules: Sequence[str], *, default_channels: bool = False) -> User:
    """The user that these rules make, starting from nothing. MalformedRule when one is not known."""
    found = User(name, default_channels)
    for rule in _merged(rules):
        found.rule(rule)
    return found


def built_in_default() -> User:
    """The user ``default`` of a server that was told nothing: everything, without a password."""
    return user("default", ("on", "nopass", "~*", "&*", "+@all"))


def _merged(rules: Sequence[str]) -> list[str]:
    """Selectors put together again, which a split at spaces took apart."""
    merged: list[str] = []
    for rule in rules:
        if merged and merged[-1].startswith("(") and not merged[-1].endswith(")"):
            merged[-1] += f" {rule}"
        else:
            merged.append(rule)
    return merged


def line(text: str, *, default_channels: bool = False) -> User:
    """The user of a line ``user NAME RULE …``. MalformedRule when it is none."""
    parts = text.split()
    if len(parts) < 2 or parts[0].lower() != "user":
        raise MalformedRule("a line that does not start with “user” and a name")
    return user(parts[1], parts[2:], default_channels=default_channels)


def enabled_without_password(record: Mapping[str, Any]) -> bool:
    """Whether a client can become this user without knowing anything."""
    return bool(record["enabled"]) and bool(record["nopass"])
