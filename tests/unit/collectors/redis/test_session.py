"""What may be sent to a server at all, and how its refusals are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue import shipped
from scanner.collectors.redis import facts
from scanner.collectors.redis.refusals import Refusal, refusal
from scanner.collectors.redis.session import READ_ONLY, SECRET_NAMES, NotToBeAsked, check


@pytest.mark.parametrize("name", sorted(SECRET_NAMES))
def test_the_name_of_a_secret_is_never_sent(name: str) -> None:
    for spelling in (name, name.upper()):
        with pytest.raises(NotToBeAsked):
            check(("CONFIG", "GET", "port", spelling))


@pytest.mark.parametrize("pattern", ["*", "tls*", "require????", "[a-z]*", "requirepas[s]", "requirepas\\s"])
def test_a_pattern_is_never_sent(pattern: str) -> None:
    with pytest.raises(NotToBeAsked):
        check(("config", "get", pattern))


@pytest.mark.parametrize(
    "words",
    [
        ("CONFIG", "SET", "port", "0"),
        ("CONFIG", "REWRITE"),
        ("ACL", "SETUSER", "x"),
        ("ACL", "GETUSER", "x"),
        ("FLUSHALL",),
        ("GET", "key"),
        ("SLOWLOG", "GET"),
        ("EVAL", "return 1", "0"),
        ("AUTH", "guess"),
    ],
)
def test_nothing_that_writes_reads_data_or_guesses_is_sent(words: tuple[str, ...]) -> None:
    with pytest.raises(NotToBeAsked):
        check(words)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=3))
def test_only_listed_commands_pass(words: list[str]) -> None:
    try:
        check(words)
    except NotToBeAsked:
        return
    assert words[0].lower() in READ_ONLY or " ".join(words[:2]).lower() in READ_ONLY


def test_every_name_of_the_catalogue_that_is_asked_for_may_be_asked_for() -> None:
    names = facts.directives(shipped().of("redis"))
    assert {"port", "tls-port", "bind", "protected-mode", "maxmemory"} <= set(names)
    for name in names:
        check(("CONFIG", "GET", name))


def test_no_secret_and_nothing_of_our_own_is_asked_for() -> None:
    names = facts.directives(shipped().of("redis"))
    secrets = {setting.name for setting in shipped().of("redis") if setting.secret}
    assert not secrets & set(names)
    assert not [name for name in names if "_" in name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NOPERM this user has no permissions to run the 'config|get' command", Refusal.PERMISSION),
        ("this user has no permissions to run the 'config' command or its subcommand", Refusal.PERMISSION),
        ("unknown command 'CONFIG', with args beginning with: 'GET'", Refusal.UNKNOWN_COMMAND),
        ("unknown command `CONFIG`, with args beginning with:", Refusal.UNKNOWN_COMMAND),
        ("unknown subcommand 'dryrun'. Try ACL HELP.", Refusal.UNKNOWN_SUBCOMMAND),
        ("Unknown subcommand or wrong number of arguments for 'DRYRUN'", Refusal.UNKNOWN_SUBCOMMAND),
        ("NOAUTH Authentication required.", Refusal.LOGIN),
        ("BUSY Redis is busy running a script", Refusal.BUSY),
        ("something else", Refusal.OTHER),
    ],
)
def test_a_refusal_is_read_by_its_first_words(text: str, expected: Refusal) -> None:
    assert refusal(Exception(text)) is expected
