"""Derived settings of Redis and Valkey.

What a client gets follows from the users, the ports and the platform together. A managed service tells encryption and
authentication by arguments of its own; where they are known they decide, as such a service has no second listener.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.derive import derivation, truth
from scanner.model import Absent, Content, Default, Known, Present, Unresolved


def _raw(content: Content) -> Any:
    return content.raw if isinstance(content, Known | Default) else None


def _users(inputs: Mapping[str, Content]) -> list[Mapping[str, Any]] | None:
    found = _raw(inputs["acl_users"])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list | tuple) else None


def _port(content: Content) -> int | None:
    text = str(_raw(content) if _raw(content) is not None else "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


@derivation
def redis_default_user_enabled(inputs: Mapping[str, Content]) -> Content:
    """Whether clients can log in as ``default``."""
    users = _users(inputs)
    if users is None:
        return inputs["acl_users"]
    default = next((user for user in users if user.get("user") == "default"), None)
    return Known(bool(default and default.get("enabled")))


@derivation
def redis_dangerous_commands(inputs: Mapping[str, Content]) -> Content:
    """Powerful commands that enabled users with access to data may run, as the rules have it."""
    users = _users(inputs)
    if users is None:
        return inputs["acl_users"]
    return Known(
        [
            f"{user['user']}: {command}"
            for user in users
            if user.get("enabled") and user.get("reaches_data")
            for command in user.get("dangerous_commands", ())
        ]
    )


@derivation
def redis_authentication_required(inputs: Mapping[str, Content]) -> Content:
    """Whether nobody gets in without a password: a new connection is the user ``default``."""
    users = _users(inputs)
    if users is not None:
        open_door = [user for user in users if user.get("user") == "default" and user.get("enabled")]
        return Known(not any(user.get("nopass") for user in open_door))
    if isinstance(inputs["acl_users"], Unresolved) and isinstance(inputs["transit_encryption"], Absent):
        return inputs["acl_users"]
    return _managed_authentication(inputs)


def _managed_authentication(inputs: Mapping[str, Content]) -> Content:
    """A token asks everybody for it. In a group of users one without a password is enough to get in."""
    token, groups = inputs["auth_token"], inputs["user_group_ids"]
    if isinstance(token, Present):
        return Known(True)
    if isinstance(groups, Known) and groups.raw:
        free = inputs["users_without_password"]
        if isinstance(free, Known):
            return Known(not free.raw)
        if isinstance(free, Unresolved):
            return free
        return Unresolved(
            "the service asks a group of users, and whether each of them has a password is not known here",
            "add the users of the group as a source",
        )
    for content in (token, groups):
        if isinstance(content, Unresolved):
            return content
    return Absent() if isinstance(inputs["transit_encryption"], Absent) else Known(False)


@derivation
def redis_plaintext_accepted(inputs: Mapping[str, Content]) -> Content:
    """Whether a client can speak without TLS."""
    encrypted = inputs["transit_encryption"]
    if truth(encrypted) is not None:
        return _managed_plaintext(truth(encrypted) is True, inputs["transit_encryption_mode"])
    if isinstance(encrypted, Unresolved) and isinstance(inputs["port"], Absent | Unresolved):
        return encrypted
    number = _port(inputs["port"])
    return inputs["port"] if number is None else Known(number != 0)


def _managed_plaintext(encrypted: bool, mode: Content) -> Content:
    if not encrypted:
        return Known(True)
    if isinstance(mode, Unresolved):
        return mode
    if _raw(mode) is None:
        return Unresolved(
            "the service encrypts, and whether it still accepts plaintext follows from a mode that is not stated",
            'state transit_encryption_mode = "required"',
        )
    return Known(str(_raw(mode)).strip().lower() == "preferred")


_VERSIONS = {"tlsv1": 10, "tlsv1.0": 10, "tlsv1.1": 11, "tlsv1.2": 12, "tlsv1.3": 13}
_NAMES = {10: "TLSv1", 11: "TLSv1.1", 12: "TLSv1.2", 13: "TLSv1.3"}


@derivation
def redis_lowest_tls_accepted(inputs: Mapping[str, Content]) -> Content:
    """The lowest version of ``tls-protocols``; an empty list is what the server's build offers, 1.2 and 1.3."""
    number = _port(inputs["tls-port"])
    if number is None:
        return inputs["tls-port"]
    if number == 0:
        return Known("")
    protocols = inputs["tls-protocols"]
    if isinstance(protocols, Unresolved | Present):
        return protocols
    raw = _raw(protocols)
    words = raw if isinstance(raw, list | tuple) else str(raw or "").replace(",", " ").split()
    if not words:
        return Default("TLSv1.2", "redis.conf of Redis 7.0, at tls-protocols: only TLSv1.2 and TLSv1.3 by default")
    found = [_VERSIONS.get(str(word).strip().lower()) for word in words]
    if None in found:
        return Unresolved("tls-protocols names a version that is not known", "name versions such as TLSv1.3")
    return Known(_NAMES[min(number for number in found if number is not None)])
