"""Derived settings of Redis: what follows from users, ports and the platform's arguments."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.derive import redis as derive
from scanner.model import Absent, Content, Default, Known, Present, Unresolved

UNKNOWN = Unresolved("nobody answered", "ask again")
DEFAULT_OPEN = {"user": "default", "enabled": True, "nopass": True}
DEFAULT_CLOSED = {"user": "default", "enabled": False, "nopass": True}
DEFAULT_PASSWORD = {"user": "default", "enabled": True, "nopass": False}


def authentication(**given: Content) -> Content:
    names = ("acl_users", "auth_token", "user_group_ids", "users_without_password", "transit_encryption")
    return derive.redis_authentication_required({name: given.get(name, Absent()) for name in names})


@pytest.mark.parametrize(
    ("default", "required"),
    [(DEFAULT_OPEN, False), (DEFAULT_CLOSED, True), (DEFAULT_PASSWORD, True)],
)
def test_a_login_is_required_unless_the_user_default_is_open(default: dict[str, Any], required: bool) -> None:
    assert authentication(acl_users=Known([default])) == Known(required)


def test_another_user_without_password_does_not_open_the_first_door() -> None:
    other = {"user": "app", "enabled": True, "nopass": True}
    assert authentication(acl_users=Known([DEFAULT_PASSWORD, other])) == Known(True)


def test_a_token_of_the_service_asks_everybody() -> None:
    assert authentication(auth_token=Present("reference"), transit_encryption=Known(True)) == Known(True)


def test_a_service_without_token_and_group_asks_nobody() -> None:
    assert authentication(transit_encryption=Known(True)) == Known(False)


def test_a_group_of_users_decides_nothing_alone() -> None:
    assert isinstance(authentication(user_group_ids=Known(["g"]), transit_encryption=Known(True)), Unresolved)


def test_one_user_without_a_password_opens_a_group_of_users() -> None:
    group = {"user_group_ids": Known(["g"]), "transit_encryption": Known(True)}
    assert authentication(users_without_password=Known(["default"]), **group) == Known(False)
    assert authentication(users_without_password=Known([]), **group) == Known(True)
    assert authentication(users_without_password=UNKNOWN, **group) is UNKNOWN


def test_an_unknown_token_is_unknown() -> None:
    assert authentication(auth_token=UNKNOWN, transit_encryption=Known(True)) is UNKNOWN


def test_where_nothing_speaks_of_users_nothing_is_claimed() -> None:
    assert authentication() == Absent()
    assert authentication(acl_users=UNKNOWN) is UNKNOWN


def plaintext(**given: Content) -> Content:
    names = ("port", "transit_encryption", "transit_encryption_mode")
    return derive.redis_plaintext_accepted({name: given.get(name, Absent()) for name in names})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"port": Known("0")}, Known(False)),
        ({"port": Known("6379")}, Known(True)),
        ({"port": Default(6379, "documentation")}, Known(True)),
        ({"port": UNKNOWN}, UNKNOWN),
        (
            {
                "port": Known("6379"),
                "transit_encryption": Known(True),
                "transit_encryption_mode": Default("required", "documentation"),
            },
            Known(False),
        ),
        ({"port": Known("6379"), "transit_encryption": Default("no", "documentation")}, Known(True)),
        ({"transit_encryption": Known(True), "transit_encryption_mode": Known("preferred")}, Known(True)),
        ({"transit_encryption": Known(True), "transit_encryption_mode": UNKNOWN}, UNKNOWN),
        ({"transit_encryption": UNKNOWN}, UNKNOWN),
        ({"port": Known("0"), "transit_encryption": UNKNOWN}, Known(False)),
        ({}, Absent()),
    ],
)
def test_plaintext_follows_from_the_port_or_from_the_service(given: dict[str, Content], expected: Content) -> None:
    assert plaintext(**given) == expected


def test_a_mode_that_nobody_states_is_not_taken_for_required() -> None:
    assert isinstance(plaintext(transit_encryption=Known(True)), Unresolved)


def lowest(port: Content, protocols: Content) -> Content:
    return derive.redis_lowest_tls_accepted({"tls-port": port, "tls-protocols": protocols})


@pytest.mark.parametrize(
    ("protocols", "expected"),
    [
        (Known(["TLSv1.3"]), Known("TLSv1.3")),
        (Known(["TLSv1.3", "tlsv1.2"]), Known("TLSv1.2")),
        (Known("TLSv1 TLSv1.3"), Known("TLSv1")),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_the_lowest_version_is_the_lowest_that_is_named(protocols: Content, expected: Content) -> None:
    assert lowest(Known("6380"), protocols) == expected


def test_an_empty_list_is_the_documented_pair() -> None:
    found = lowest(Known("6380"), Known([]))
    assert isinstance(found, Default)
    assert found.raw == "TLSv1.2"


def test_an_unknown_word_is_not_a_version() -> None:
    assert isinstance(lowest(Known("6380"), Known(["TLSv9"])), Unresolved)


def test_without_a_tls_port_there_is_no_version() -> None:
    assert lowest(Known("0"), Known(["TLSv1.3"])) == Known("")
    assert lowest(UNKNOWN, Known(["TLSv1.3"])) is UNKNOWN


def test_dangerous_commands_are_those_of_enabled_users_with_data() -> None:
    users = [
        {"user": "app", "enabled": True, "reaches_data": True, "dangerous_commands": ["keys"]},
        {"user": "old", "enabled": False, "reaches_data": True, "dangerous_commands": ["keys"]},
        {"user": "admin", "enabled": True, "reaches_data": False, "dangerous_commands": ["debug"]},
    ]
    assert derive.redis_dangerous_commands({"acl_users": Known(users)}) == Known(["app: keys"])
    assert derive.redis_dangerous_commands({"acl_users": UNKNOWN}) is UNKNOWN


@pytest.mark.parametrize(
    ("users", "expected"),
    [([DEFAULT_OPEN], True), ([DEFAULT_CLOSED], False), ([], False)],
)
def test_the_user_default_is_enabled_or_not(users: list[dict[str, Any]], expected: bool) -> None:
    assert derive.redis_default_user_enabled({"acl_users": Known(users)}) == Known(expected)
