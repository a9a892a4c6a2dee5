"""Small matters of spelling that the server's answers and its file have in common."""

from __future__ import annotations

from scanner.model import Raw, Setting

SENSITIVE_COMMANDS = (
    "acl", "bgrewriteaof", "bgsave", "config", "debug", "eval", "flushall", "flushdb", "keys", "migrate", "module",
    "monitor", "replicaof", "save", "script", "shutdown", "slaveof", "swapdb",
)  # fmt: skip
"""Commands whose renaming or removal is worth a word. Every version from 6.2 on has them."""


def as_raw(setting: Setting, text: str) -> Raw:
    """A value as the server writes it; words where the setting is a set of words."""
    found: list[Raw] = list(text.split())
    return found if setting.type == "set" else text


def module_name(path: str) -> str:
    """A module by the name of its file."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
