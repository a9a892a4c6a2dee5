"""The text of ``postgresql.conf`` and ``pg_hba.conf``, read as the server reads it.

A line of ``postgresql.conf`` is a name, an optional equals sign and a value; names are compared without regard to case;
a doubled quote or a backslash stands for what follows it inside quotes. A line of ``pg_hba.conf`` is a list of words,
where commas join words to one field. Neither reader opens a file: includes are handed back to whoever reads.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

INCLUDES = ("include", "include_if_exists", "include_dir")
MAX_LINES = 100_000

_LINE = re.compile(
    r"""^\s*(?P<name>[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)*)   # a name, with a prefix for extensions
        \s*(?:=\s*|\s)                                        # an equals sign, or white space
        (?:'(?P<quoted>(?:[^'\\]|''|\\.)*)'|(?P<bare>[^\W\d][\w.:/$-]*|[-+]?(?:0x[\da-fA-F]+|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[A-Za-z]*))
        \s*(?:\#.*)?$""",
    re.VERBOSE,
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class ConfLine:
    """One assignment, or one include directive, of a configuration file."""

    number: int
    name: str
    """In lower case."""
    value: str

    @property
    def is_include(self) -> bool:
        return self.name in INCLUDES


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that the server would refuse, and with it the whole file."""

    number: int
    reason: str


def read_conf(text: str) -> list[ConfLine | BrokenLine]:
    """The assignments, includes and broken lines of a ``postgresql.conf``, in order."""
    found: list[ConfLine | BrokenLine] = []
    for number, line in enumerate(text.splitlines(), 1):
        if number > MAX_LINES:
            return [*found, BrokenLine(number, f"more than {MAX_LINES:,} lines")]
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            found.append(BrokenLine(number, "is no assignment that the server could read"))
            continue
        value = match["bare"] if match["quoted"] is None else _unquoted(match["quoted"])
        found.append(ConfLine(number, match["name"].lower(), value))
    return found


def _unquoted(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[0] == "''":
            return "'"
        octal = re.fullmatch(r"[0-7]{1,3}", match[1])
        return chr(int(match[1], 8) & 0xFF) if octal else _ESCAPES.get(match[1], match[1])

    return re.sub(r"''|\\([0-7]{1,3}|.)", one, text, flags=re.DOTALL)


_FLAG = re.compile(r"^(?P<name>[A-Za-z_][\w.\-]*)=(?P<value>.*)$", re.DOTALL)
_SHORT = {
    "-N": "max_connections",
    "-B": "shared_buffers",
    "-h": "listen_addresses",
    "-p": "port",
    "-k": "unix_socket_directories",
}
_SWITCHES = {"-F": ("fsync", "off"), "-l": ("ssl", "on"), "-i": ("listen_addresses", "*")}


def read_command_line(words: list[str]) -> list[tuple[str, str]]:
    """The settings that a server's command line gives: ``-c name=value``, ``--name=value`` and the short options."""
    found: list[tuple[str, str]] = []
    rest = iter(words)
    for word in rest:
        given = ""
        if word in {"-c", "--set"}:
            given = next(rest, "")
        elif word.startswith("--") or (word.startswith("-c") and len(word) > 2):
            given = word[2:]
        elif word in _SWITCHES:
            found.append(_SWITCHES[word])
        elif word in _SHORT:
            found.append((_SHORT[word], next(rest, "")))
        match = _FLAG.match(given)
        if match:
            found.append((match["name"].replace("-", "_").lower(), match["value"]))
    return found


@dataclass(frozen=True, slots=True)
class HbaLine:
    """The words of one line of ``pg_hba.conf``: each field is a tuple of the members that commas join."""

    number: int
    fields: tuple[tuple[str, ...], ...]

    @property
    def is_include(self) -> bool:
        return len(self.fields) == 2 and self.fields[0][0] in INCLUDES


_WORD = re.compile(r'(?:[^\s",#\\]|\\.)*(?:"[^"\n]*"(?:[^\s",#\\]|\\.)*)+|(?:[^\s",#\\]|\\.)+|[,#"\\]')


def read_hba(text: str) -> Iterator[HbaLine | BrokenLine]:
    """The lines of a ``pg_hba.conf``; a backslash at the end of a line continues it."""
    pending, started = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if number > MAX_LINES:
            yield BrokenLine(number, f"more than {MAX_LINES:,} lines")
            return
        started = started or number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        fields = _fields(pending + line)
        if fields is None:
            yield BrokenLine(started, "has a quote that is not closed")
        elif fields:
            yield HbaLine(started, fields)
        pending, started = "", 0
    fields = _fields(pending) if pending else ()
    if fields:
        yield HbaLine(started, fields)


def _fields(line: str) -> tuple[tuple[str, ...], ...] | None:
    """The fields of a line; None when it cannot be read."""
    fields: list[list[str]] = []
    joined, end = False, 0
    for match in _WORD.finditer(line):
        word = match[0]
        if word == "#":
            break
        if word == '"':
            return None
        spaced = match.start() > end or not fields
        end = match.end()
        if word == ",":
            joined = True
            continue
        plain = word.replace('"', "")
        if joined and fields:
            fields[-1].append(plain)
        elif spaced:
            fields.append([plain])
        else:
            fields[-1][-1] += plain
        joined = False
    return tuple(tuple(field) for field in fields)


TYPES = frozenset({"local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"})
METHODS = frozenset(
    {"trust", "reject", "scram-sha-256", "md5", "password", "gss", "sspi", "ident", "peer", "ldap", "radius", "cert",
     "pam", "bsd", "oauth"}
)  # fmt: skip


def hba_rule(line: HbaLine) -> dict[str, object]:
    """A line as the record that the server's own view would show; ``error`` says what the server would refuse."""
    words = line.fields
    kind = words[0][0]
    local = kind == "local"
    rule: dict[str, object] = {
        "type": kind, "database": [], "user_name": [], "address": "", "netmask": "", "auth_method": "", "options": [],
        "error": "",
    }  # fmt: skip
    if kind not in TYPES:
        return rule | {"error": "no such type of connection"}
    if len(words) < (4 if local else 5):
        return rule | {"error": "the line ends too early"}
    rule |= {"database": list(words[1]), "user_name": list(words[2])}
    rest = list(words[3:])
    if not local:
        rule["address"] = rest.pop(0)[0]
        if rest and _is_mask(rest[0][0], str(rule["address"])):
            rule["address"], rule["netmask"] = network(str(rule["address"]), rest.pop(0)[0])
    if not rest:
        return rule | {"error": "the line ends before the method"}
    rule["auth_method"] = rest[0][0].lower()
    rule["options"] = [",".join(option) for option in rest[1:]]
    return rule if rule["auth_method"] in METHODS else rule | {"error": "no such method of authentication"}


def network(address: str, netmask: str) -> tuple[str, str]:
    """An address with its mask in one word, as people write it: ``10.0.0.0/8``; both as they are when they fit not."""
    try:
        bits = bin(int(ipaddress.ip_address(netmask)))[2:].zfill(ipaddress.ip_address(address).max_prefixlen)
    except ValueError:
        return address, netmask
    if "01" in bits or len(bits) != ipaddress.ip_address(address).max_prefixlen:
        return address, netmask
    return f"{address}/{bits.count('1')}", ""


def _is_mask(word: str, address: str) -> bool:
    return "/" not in address and bool(re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*", word))
