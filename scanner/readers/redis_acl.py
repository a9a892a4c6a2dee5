"""The rules of one Redis user, as ``ACL LIST``, ``redis.conf`` and an ACL file write them.

Rules are replayed in order, as the server does, and told as a record that can be compared between planes: passwords
become a count, hashes are held in memory only as long as it takes to look them up among publicly known ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.readers.redis_rights import Rights


class MalformedRule(ValueError):  # noqa: N818 - named for what it is
    """A rule that no server knows. The message never repeats it: it may be a password that lost its sign."""


@dataclass(frozen=True)
class Command:
    """A powerful command in the form that changes something, with the words that ``ACL DRYRUN`` needs for it."""

    name: str
    """As rules write it."""
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.name.replace("|", " ")


DANGEROUS = (
    Command("flushall", ("flushall",)),
    Command("flushdb", ("flushdb",)),
    Command("keys", ("keys", "*")),
    Command("config|set", ("config", "set", "maxmemory", "0")),
    Command("debug", ("debug", "jmap")),
    Command("shutdown", ("shutdown",)),
    Command("replicaof", ("replicaof", "no", "one")),
    Command("module|load", ("module", "load", "none")),
    Command("acl|setuser", ("acl", "setuser", "none")),
    Command("monitor", ("monitor",)),
)
"""Commands that an application never needs."""


@dataclass
class User:
    """A user while its rules are replayed."""

    name: str
    default_channels: bool = False
    """What ``acl-pubsub-default`` gives a new user: every channel, or none."""
    enabled: bool = False
    nopass: bool = False
    hashes: set[str] = field(default_factory=set, repr=False)
    root: Rights = field(default_factory=Rights)
    selectors: list[Rights] = field(default_factory=list)

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
    def powers(self) -> list[Rights]:
        return [self.root, *self.selectors]

    @property
    def reaches_data(self) -> bool:
        """Whether any key is open to the user: an administrator without keys is no user of the data."""
        return any(power.keys for power in self.powers)

    @property
    def dangerous_commands(self) -> list[str]:
        return [one.title for one in DANGEROUS if any(one.name in power.commands for power in self.powers)]

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
            "all_keys": any(power.all_keys for power in self.powers),
            "all_channels": any(power.all_channels for power in self.powers),
            "reaches_data": self.reaches_data,
            "all_commands": any(power.all_commands for power in self.powers),
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


def _selector(rule: str) -> Rights:
    if not rule.endswith(")"):
        raise MalformedRule("a selector that is not closed")
    found = Rights()
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
