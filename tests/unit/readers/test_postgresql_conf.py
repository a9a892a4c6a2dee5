"""Configuration files of PostgreSQL are read as the server reads them, and nothing in them can stop the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.readers.postgresql_conf import (
    BrokenLine,
    ConfLine,
    HbaLine,
    hba_rule,
    network,
    read_command_line,
    read_conf,
    read_hba,
)


def pairs(text: str) -> list[tuple[str, str]]:
    return [(line.name, line.value) for line in read_conf(text) if isinstance(line, ConfLine)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ssl = on", ("ssl", "on")),
        ("SSL on # comment", ("ssl", "on")),
        ("ssl=on", ("ssl", "on")),
        ("shared_buffers = 128MB\t# min 128kB", ("shared_buffers", "128MB")),
        ("search_path = '\"$user\", public'", ("search_path", '"$user", public')),
        ("log_line_prefix = '%m [%p] # it''s'", ("log_line_prefix", "%m [%p] # it's")),
        (r"log_line_prefix = 'a\'b\tc\101'", ("log_line_prefix", "a'b\tcA")),
        ("pgaudit.log = 'role, ddl'", ("pgaudit.log", "role, ddl")),
        ("log_file_mode = 0600", ("log_file_mode", "0600")),
        ("ssl_max_protocol_version = ''", ("ssl_max_protocol_version", "")),
        ("include_dir 'conf.d'", ("include_dir", "conf.d")),
    ],
)
def test_an_assignment_is_read_in_every_spelling(line: str, expected: tuple[str, str]) -> None:
    assert pairs(line) == [expected]


def test_comments_and_empty_lines_say_nothing() -> None:
    assert read_conf("# ssl = on\n\n   \n#\n") == []


@pytest.mark.parametrize(
    "line", ["ssl =", "= on", "ssl = 'on", "ssl = on off", "ssl = on'x'", "1ssl = on", "listen_addresses = *"]
)
def test_a_line_that_the_server_refuses_is_broken_and_keeps_its_number(line: str) -> None:
    (found,) = read_conf(f"\n{line}\n")
    assert isinstance(found, BrokenLine)
    assert found.number == 2


@given(
    st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
)
def test_a_quoted_value_comes_back_as_it_was(name: str, value: str) -> None:
    written = value.replace("\\", "\\\\").replace("'", "''")
    assert pairs(f"{name} = '{written}'") == [(name, value)]


@given(st.text(max_size=300))
def test_no_text_stops_the_readers(text: str) -> None:
    assert all(isinstance(line, ConfLine | BrokenLine) for line in read_conf(text))
    for line in read_hba(text):
        if isinstance(line, HbaLine):
            assert isinstance(hba_rule(line)["error"], str)


def test_the_command_line_gives_settings_in_all_its_forms() -> None:
    words = ["postgres", "-c", "ssl=on", "--log-statement=ddl", "-cport=6432", "-N", "50", "-F", "-D", "/data"]
    assert read_command_line(words) == [
        ("ssl", "on"),
        ("log_statement", "ddl"),
        ("port", "6432"),
        ("max_connections", "50"),
        ("fsync", "off"),
    ]


def rules(text: str) -> list[dict[str, object]]:
    return [hba_rule(line) for line in read_hba(text) if isinstance(line, HbaLine)]


def test_a_line_of_the_hba_file_becomes_a_record() -> None:
    (rule,) = rules('hostssl sales,"all stock" all 10.0.0.0/8 scram-sha-256 clientcert=verify-full map=x # note')
    assert rule == {
        "type": "hostssl",
        "database": ["sales", "all stock"],
        "user_name": ["all"],
        "address": "10.0.0.0/8",
        "netmask": "",
        "auth_method": "scram-sha-256",
        "options": ["clientcert=verify-full", "map=x"],
        "error": "",
    }


def test_a_netmask_of_its_own_is_told_from_the_method() -> None:
    first, second = rules("host all all 10.0.0.0 255.0.0.0 md5\nhost all all db.example md5")
    assert (first["address"], first["netmask"], first["auth_method"]) == ("10.0.0.0/8", "", "md5")
    assert (second["netmask"], second["auth_method"], second["address"]) == ("", "md5", "db.example")


@pytest.mark.parametrize(
    ("address", "netmask", "expected"),
    [
        ("127.0.0.1", "255.255.255.255", ("127.0.0.1/32", "")),
        ("0.0.0.0", "0.0.0.0", ("0.0.0.0/0", "")),
        ("::", "::", ("::/0", "")),
        ("fd00::", "ff00::", ("fd00::/8", "")),
        ("10.0.0.0", "255.0.255.0", ("10.0.0.0", "255.0.255.0")),
        ("10.0.0.0", "ff00::", ("10.0.0.0", "ff00::")),
        ("samenet", "", ("samenet", "")),
    ],
)
def test_a_network_is_one_word_where_its_mask_is_one(address: str, netmask: str, expected: tuple[str, str]) -> None:
    assert network(address, netmask) == expected


def test_a_backslash_continues_a_line_and_members_may_stand_apart() -> None:
    found = list(read_hba("local a, b \\\n  app peer\nlocal all all trust"))
    assert [line.number for line in found] == [1, 3]
    (first, _) = rules("local a, b \\\n  app peer\nlocal all all trust")
    assert (first["database"], first["user_name"], first["auth_method"]) == (["a", "b"], ["app"], "peer")


@pytest.mark.parametrize(
    "line", ["host all all", "hosts all all all trust", "local all all trsut", "host all all 10.0.0.0 255.0.0.0"]
)
def test_a_line_that_the_server_would_refuse_says_so(line: str) -> None:
    (rule,) = rules(line)
    assert rule["error"]


def test_an_open_quote_is_a_broken_line() -> None:
    (found,) = read_hba('local "all all peer')
    assert isinstance(found, BrokenLine)
