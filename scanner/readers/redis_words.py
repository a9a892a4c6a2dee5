"""Words as Redis writes and reads them: the lines of its file, and the names that its answers and its file share.

A line is split by the server's own rules, which are not a shell's: a backslash outside quotes is a backslash, double
quotes know ``\\n \\r \\t \\b \\a \\xHH``, single quotes only ``\\'``, and a quote may begin inside a word but must end
one. A zero byte ends the line. Bytes that are no UTF-8 survive as lone surrogates, so that passwords keep their digest.
"""

from __future__ import annotations

import re

from scanner.model import Raw, Setting

SENSITIVE_COMMANDS = (
    "acl", "bgrewriteaof", "bgsave", "config", "debug", "eval", "flushall", "flushdb", "keys", "migrate", "module",
    "monitor", "replicaof", "save", "script", "shutdown", "slaveof", "swapdb",
)  # fmt: skip
"""Commands whose renaming or removal is worth a word. Every version from 6.2 on has them."""

_SPACE = b" \t\n\v\f\r"
_WORD_END = b" \n\r\t"
_ESCAPES = {ord("n"): 10, ord("r"): 13, ord("t"): 9, ord("b"): 8, ord("a"): 7}
_HEX = re.compile(rb"x[0-9a-fA-F]{2}")


class MalformedLine(ValueError):  # noqa: N818 - named for what it is
    """The server would refuse to start with this line. The message never repeats its text."""


def words(line: str | bytes) -> list[str]:
    """The words of one line. MalformedLine when its quotes do not match."""
    data = (line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line).partition(b"\0")[0]
    found: list[str] = []
    position = 0
    while True:
        while position < len(data) and data[position] in _SPACE:
            position += 1
        if position >= len(data):
            return found
        word, position = _word(data, position)
        found.append(word.decode("utf-8", "surrogateescape"))


def _word(data: bytes, position: int) -> tuple[bytes, int]:
    word = bytearray()
    while position < len(data) and data[position] not in _WORD_END:
        character = data[position]
        position += 1
        if character not in b"\"'":
            word.append(character)
            continue
        quoted, position = (_double if character == ord('"') else _single)(data, position)
        word += quoted
        if position < len(data) and data[position] not in _SPACE:
            raise MalformedLine("a closing quote must end the word")
        break
    return bytes(word), position


def _double(data: bytes, position: int) -> tuple[bytes, int]:
    text = bytearray()
    while position < len(data):
        character = data[position]
        if character == ord('"'):
            return bytes(text), position + 1
        if character == ord("\\") and _HEX.match(data, position + 1):
            text.append(int(data[position + 2 : position + 4], 16))
            position += 4
        elif character == ord("\\") and position + 1 < len(data):
            text.append(_ESCAPES.get(data[position + 1], data[position + 1]))
            position += 2
        else:
            text.append(character)
            position += 1
    raise MalformedLine("a double quote is not closed")


def _single(data: bytes, position: int) -> tuple[bytes, int]:
    text = bytearray()
    while position < len(data):
        if data[position : position + 2] == b"\\'":
            text.append(ord("'"))
            position += 2
        elif data[position] == ord("'"):
            return bytes(text), position + 1
        else:
            text.append(data[position])
            position += 1
    raise MalformedLine("a single quote is not closed")


def quote(text: str) -> str:
    """A word that ``words`` and the server read back as ``text``."""
    written = "".join(
        f"\\{chr(byte)}" if byte in b'"\\' else chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}"
        for byte in text.encode("utf-8", "surrogateescape")
    )
    return f'"{written}"'


def as_raw(setting: Setting, text: str) -> Raw:
    """A value as the server writes it; words where the setting is a set of words."""
    found: list[Raw] = list(text.split())
    return found if setting.type == "set" else text


def module_name(path: str) -> str:
    """A module by the name of its file."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
