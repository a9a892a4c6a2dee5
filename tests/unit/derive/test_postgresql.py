"""Whether TLS can be bypassed follows from the lines of pg_hba.conf as the server reads them: the first match wins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.postgresql import postgresql_plaintext_accepted, postgresql_trust_accepted
from scanner.model import Absent, Content, Known, Unresolved
from scanner.readers.postgresql_conf import HbaLine, hba_rule, read_hba


def lines(text: str) -> list[dict[str, Any]]:
    return [hba_rule(line) for line in read_hba(text) if isinstance(line, HbaLine)]


def plaintext(text: str) -> Content:
    return postgresql_plaintext_accepted({"ssl": Known("on"), "hba_rules": Known(lines(text))})


@pytest.mark.parametrize(
    "text",
    [
        "host all all 10.0.0.0/8 scram-sha-256",
        "host all all 127.0.0.1/32 scram-sha-256",
        "hostnossl all all all scram-sha-256",
        "hostnogssenc all all all scram-sha-256",
        "hostssl all all all scram-sha-256\nhost sales app 10.1.2.3/32 md5",
        "hostnossl all all 0.0.0.0/0 reject\nhost all all all scram-sha-256",
        "hostnossl sales all all reject\nhost all all all scram-sha-256",
        "host all all 10.0.0.0/8 reject\nhost all all all md5",
    ],
)
def test_one_line_that_lets_plaintext_in_is_enough(text: str) -> None:
    assert plaintext(text) == Known(True)


@pytest.mark.parametrize(
    "text",
    [
        "local all all peer\nhostssl all all all scram-sha-256",
        "hostnossl all all all reject\nhost all all 10.0.0.0/8 scram-sha-256\nhostssl all all all scram-sha-256",
        "hostnossl all all 0.0.0.0/0 reject\nhostnossl all all ::/0 reject\nhostssl all all db.example md5",
        "hostnossl all all 0.0.0.0 0.0.0.0 reject\nhostssl all all 10.0.0.0/8 md5",
        "host all all all reject",
        "hostgssenc all all all gss",
    ],
)
def test_lines_that_leave_no_way_for_plaintext_say_so(text: str) -> None:
    assert plaintext(text) == Known(False)


def test_a_reject_for_one_family_leaves_the_other_open() -> None:
    closed_four = "hostnossl all all 0.0.0.0/0 reject\n"
    assert plaintext(closed_four + "host all all 10.0.0.0/8 scram-sha-256") == Known(False)
    assert plaintext(closed_four + "host all all fd00::/8 scram-sha-256") == Known(True)


def test_the_platform_that_forces_tls_decides_without_any_line() -> None:
    forced: dict[str, Content] = {"rds.force_ssl": Known("1"), "hba_rules": Absent(), "ssl": Known("on")}
    assert postgresql_plaintext_accepted(forced) == Known(False)
    assert postgresql_plaintext_accepted({**forced, "rds.force_ssl": Known("0")}) == Known(True)


@pytest.mark.parametrize("rules", [Absent(), Known([]), Unresolved("denied", "GRANT …"), Known("text")])
def test_lines_that_are_not_known_leave_it_unknown(rules: Content) -> None:
    for tls in ("on", "off"):
        assert isinstance(postgresql_plaintext_accepted({"ssl": Known(tls), "hba_rules": rules}), Unresolved)
    assert isinstance(postgresql_trust_accepted({"hba_rules": rules}), Unresolved)


def test_a_broken_line_leaves_it_unknown_unless_another_line_decides() -> None:
    broken = {"type": "", "error": "no such type", "place": "pg_hba.conf:1"}
    ssl_only = [broken, *lines("hostssl all all all scram-sha-256")]
    assert isinstance(postgresql_plaintext_accepted({"hba_rules": Known(ssl_only)}), Unresolved)
    assert postgresql_plaintext_accepted({"hba_rules": Known([broken, *lines("host all all all md5")])}) == Known(True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hostssl all all all trust", True),
        ("host all reporting 127.0.0.1/32 trust", True),
        ("local all all trust\nhostssl all all all scram-sha-256", False),
        ("host all all all reject\nhost all all all trust", False),
        ("hostnossl all all all reject\nhost all all all trust", True),
        ("host all all all scram-sha-256", False),
    ],
)
def test_trust_on_any_line_for_the_network_lets_anybody_in(text: str, expected: bool) -> None:
    assert postgresql_trust_accepted({"hba_rules": Known(lines(text))}) == Known(expected)


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"]),
            "database": st.sampled_from([["all"], ["sales"]]),
            "user_name": st.sampled_from([["all"], ["app"]]),
            "address": st.sampled_from(["all", "0.0.0.0/0", "::/0", "10.0.0.0/8", "127.0.0.1", "db.example"]),
            "netmask": st.sampled_from(["", "255.255.255.255"]),
            "auth_method": st.sampled_from(["trust", "reject", "md5", "scram-sha-256"]),
            "error": st.just(""),
        }
    ),
    min_size=1,
    max_size=6,
)


@given(RULES)
def test_a_line_at_the_end_that_lets_plaintext_in_is_never_overlooked_unless_everybody_was_rejected(
    rules: list[dict[str, Any]],
) -> None:
    rejects = any(rule["auth_method"] == "reject" for rule in rules)
    inputs = {"hba_rules": Known(rules)}
    open_line = any(
        rule["type"] in {"host", "hostnossl", "hostnogssenc"} and rule["auth_method"] != "reject" for rule in rules
    )
    found = postgresql_plaintext_accepted(inputs)
    if not rejects:
        assert found == Known(open_line)
    if not open_line:
        assert found == Known(False)
