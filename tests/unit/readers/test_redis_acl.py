"""Rules of users, replayed and told in one form."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.readers import redis_acl
from scanner.readers.redis_acl import MalformedRule, User, password_hash, weak_hashes
from scanner.readers.redis_rights import Rights, table

DIGEST = hashlib.sha256(b"long and random").hexdigest()
RULES = st.lists(
    st.builds(
        lambda sign, name: sign + name,
        st.sampled_from("+-"),
        st.sampled_from(
            [*(f"@{name}" for name in table().categories), *sorted(table().everything), "@all", "config", "newcommand"]
        ),
    ),
    max_size=12,
)


def rights(*rules: str) -> Rights:
    found = Rights()
    assert all(found.rule(rule) for rule in rules)
    return found


@given(RULES)
def test_the_canonical_form_is_a_rule_text_that_means_the_same(rules: list[str]) -> None:
    first = rights(*rules)
    second = rights(*first.canonical.split())
    assert (second.commands, second.future, second.denied) == (first.commands, first.future, first.denied)
    assert second.canonical == first.canonical


@given(RULES)
def test_rules_that_a_later_all_undoes_leave_no_trace(rules: list[str]) -> None:
    assert rights(*rules, "-@all").canonical == "-@all"
    assert rights(*rules, "+@all").all_commands


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("+@all -@dangerous -@admin", "+@all -@dangerous"),
        ("+@read -@dangerous", "+@read -keys -sort_ro"),
        ("+config +config|get", "+config"),
        ("allcommands", "+@all"),
        ("+get +set", "+SET +GET"),
        ("+@all -keys +keys", "+@all"),
    ],
)
def test_different_words_for_the_same_rights_are_told_alike(left: str, right: str) -> None:
    assert rights(*left.split()).canonical == rights(*right.split()).canonical


def test_one_command_of_difference_is_told() -> None:
    assert rights("+@read").canonical != rights("+@read", "+set").canonical
    assert rights("+@all").canonical != rights("+@all", "-newcommand").canonical


def record(*rules: str, name: str = "app") -> dict[str, object]:
    return redis_acl.user(name, rules).record(weak_hashes({"changeme"}), "here")


def test_a_new_user_is_off_and_may_do_nothing() -> None:
    found = record()
    assert (found["enabled"], found["nopass"], found["passwords"], found["commands"]) == (False, False, 0, "-@all")


def test_passwords_become_a_count_and_leave_no_text() -> None:
    user = redis_acl.user("app", ["on", ">first", f"#{DIGEST}", ">first", "<first"])
    found = user.record(weak_hashes({"changeme"}), "here")
    assert found["passwords"] == 1
    shown = repr(found) + repr(user)
    assert all(text not in shown for text in ("first", DIGEST, password_hash("first")))


@pytest.mark.parametrize("password", ["changeme", "CHANGEME", "Changeme", ""])
def test_a_publicly_known_password_is_noticed_by_its_hash(password: str) -> None:
    assert record("on", f"#{password_hash(password)}")["weak_password"] is True


def test_an_unknown_password_is_not_called_weak() -> None:
    assert record("on", f"#{DIGEST}")["weak_password"] is False


def test_a_password_ends_nopass_and_resetpass_ends_both() -> None:
    assert record("on", "nopass", ">x")["nopass"] is False
    found = record("on", "nopass", "resetpass")
    assert (found["nopass"], found["passwords"]) == (False, 0)


def test_power_is_told_from_patterns_not_from_flags() -> None:
    found = record("on", "%RW~*", "&*", "+@all")
    assert (found["all_keys"], found["all_channels"], found["all_commands"]) == (True, True, True)
    limited = record("on", "~app:*", "+@all", "-debug")
    assert (limited["all_keys"], limited["all_commands"]) == (False, False)


def test_a_selector_gives_power_as_well() -> None:
    found = record("on", "+get", "(~*", "+@all)")
    assert (found["all_keys"], found["all_commands"], found["dangerous"]) == (True, True, True)


def test_dangerous_commands_follow_the_order_of_the_rules() -> None:
    assert record("on", "~a", "+@all", "-@dangerous")["dangerous_commands"] == []
    assert record("on", "~a", "+@all", "-@dangerous", "+keys")["dangerous_commands"] == ["keys"]
    assert record("on", "~a", "+@write")["dangerous_commands"] == ["flushall", "flushdb"]
    assert record("on", "~a", "+config|get")["dangerous_commands"] == []


def test_an_administrator_without_keys_is_no_danger_to_the_data() -> None:
    found = record("on", "+@admin")
    assert (found["reaches_data"], found["dangerous"]) == (False, False)
    assert "config set" in str(found["dangerous_commands"])


@pytest.mark.parametrize("rule", ["hunter2", "#abc", "(~a +get", "( ~a nonsense)", "", "+"])
def test_a_rule_that_no_server_knows_is_malformed_and_never_repeated(rule: str) -> None:
    with pytest.raises(MalformedRule) as caught:
        redis_acl.user("app", [rule])
    assert not rule or rule not in str(caught.value)


def test_reset_makes_a_new_user_again() -> None:
    user = redis_acl.user("app", ["on", ">x", "~*", "+@all", "(~a +get)", "reset"])
    assert user.record(frozenset(), "here") == User("app").record(frozenset(), "here")


def test_channels_of_a_new_user_follow_the_version() -> None:
    assert redis_acl.user("app", ["on"], default_channels=True).record(frozenset(), "")["all_channels"] is True


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_rules_are_replayed_or_malformed(rules: list[str]) -> None:
    try:
        found = redis_acl.user("app", rules)
    except MalformedRule:
        return
    assert found.record(frozenset(), "here")["user"] == "app"


def test_a_line_without_user_is_malformed() -> None:
    with pytest.raises(MalformedRule):
        redis_acl.line("default on nopass")
