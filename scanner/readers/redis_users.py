"""The users that a ``redis.conf`` makes: from its ``user`` lines, from its ACL file, or the built-in ``default``.

An ACL file takes over altogether: the server then ignores ``requirepass``, and a file that does not speak of the user
``default`` leaves it open to everybody. What the server would refuse to start with is unresolved, not absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner.model import Content, Input, Known, Raw, Unresolved
from scanner.readers import redis_acl, redis_conf
from scanner.readers.redis_acl import MalformedRule, User
from scanner.readers.redis_conf import Configuration
from scanner.values import Malformed, version_within


@dataclass(frozen=True)
class Listed:
    """The users as content of ``acl_users``, and what is needed to speak of the password of ``default``."""

    content: Content
    place: str
    inputs: tuple[Input, ...] = ()
    password: str | None = field(default=None, repr=False)
    """Its text, where the file holds it in the clear."""
    hashed: bool = False
    weak: bool = False
    password_place: str = ""


@dataclass(frozen=True)
class _Line:
    """The name and the rules of one user, and where they stand."""

    name: str
    rules: tuple[str, ...] = field(repr=False)
    place: str


def listed(
    configuration: Configuration,
    *,
    place: str,
    aclfile: Path | None,
    root: Path,
    limit_bytes: int,
    version: str,
    weak_secrets: Collection[str],
) -> Listed:
    """The users that the server would have after a start."""
    inputs: tuple[Input, ...] = ()
    try:
        if aclfile is not None:
            place = redis_conf.shown(aclfile, root)
            data = redis_conf.read_bytes(aclfile, limit_bytes)
            inputs = (Input(place, hashlib.sha256(data).hexdigest()),)
            lines = _acl_lines(data, place)
        else:
            lines = [
                _Line(item.arguments[0], item.arguments[1:], item.place) for item in _user_directives(configuration)
            ]
        return _made(lines, configuration, place, inputs, aclfile is not None, version, weak_secrets)
    except (OSError, ValueError) as error:
        reason = f"{place}: {getattr(error, 'strerror', None) or error}"
        remedy = "name a readable copy as aclfile" if aclfile is not None else "correct the line"
        return Listed(Unresolved(reason, remedy), place, inputs)


def _user_directives(configuration: Configuration) -> list[redis_conf.Directive]:
    found = configuration.every("user")
    if any(not item.arguments for item in found):
        raise MalformedRule("a user without a name")
    return found


def _acl_lines(data: bytes, place: str) -> list[_Line]:
    found = []
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        if parts[0].lower() != "user" or len(parts) < 2:
            raise MalformedRule(f"line {number} is no user, so the server would refuse the file")
        found.append(_Line(parts[1], tuple(parts[2:]), f"{place}:{number}"))
    return found


def _made(
    lines: Sequence[_Line],
    configuration: Configuration,
    place: str,
    inputs: tuple[Input, ...],
    from_acl_file: bool,
    version: str,
    weak_secrets: Collection[str],
) -> Listed:
    if len({line.name for line in lines}) < len(lines):
        raise MalformedRule("a user stands twice, so the server would refuse the file")
    channels = _new_users_reach_channels(configuration, version)
    users = {line.name: redis_acl.user(line.name, line.rules, default_channels=channels) for line in lines}
    places = {line.name: line.place for line in lines}
    password, password_place = _clear_text(lines, configuration, from_acl_file)
    if "default" not in users:
        users["default"] = redis_acl.built_in_default()
        if password is not None:
            users["default"].rule(f">{password}")
    places.setdefault("default", password_place or place)
    weak = redis_acl.weak_hashes(weak_secrets)
    records: list[Raw] = [user.record(weak, places[name]) for name, user in users.items()]
    default: User = users["default"]
    return Listed(
        Known(records),
        place,
        inputs,
        password,
        bool(default.hashes),
        bool(default.hashes & weak),
        password_place or places["default"],
    )


def _clear_text(lines: Sequence[_Line], configuration: Configuration, from_acl_file: bool) -> tuple[str | None, str]:
    """The password of ``default`` in the clear, if any text of it stands somewhere that counts."""
    own = next((line for line in lines if line.name == "default"), None)
    if own is not None:
        told = [rule[1:] for rule in own.rules if rule.startswith(">")]
        return (told[-1] if told else None), own.place
    directive = configuration.last("requirepass")
    if from_acl_file or directive is None or not directive.text:
        return None, directive.place if directive is not None and not from_acl_file else ""
    return directive.text, directive.place


def _new_users_reach_channels(configuration: Configuration, version: str) -> bool:
    """What ``acl-pubsub-default`` says, or what the version does without it; a version that nobody states is recent."""
    directive = configuration.last("acl-pubsub-default")
    if directive is not None:
        return directive.text.lower() == "allchannels"
    try:
        return version_within(version, "<7") is True
    except Malformed:
        return False
