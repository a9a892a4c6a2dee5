"""Files of a PostgreSQL server in a repository say what they set, what they leave out, and what cannot be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import catalogue
from scanner.collectors import Collected, Context
from scanner.collectors.postgresql_files import PostgreSQLFiles, survey
from scanner.layers import group, resolve
from scanner.model import Absent, Content, Known, Plane, Present, Target, Unresolved

CATALOGUE = catalogue.shipped()
TARGET = Target("db", "postgresql", "production", platform="self-managed", version="17.1")
SECRET = "S3cr3t-text-that-must-not-leave"


def collect(root: Path, **fields: object) -> Collected:
    context = Context(root=root, catalogue=CATALOGUE, target=TARGET)
    found = PostgreSQLFiles(**fields).collect(context)  # type: ignore[arg-type]
    assert SECRET not in repr(found)
    return found


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_conf", ".conf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def content(found: Collected, name: str) -> Content:
    places = group(found.observations)
    readings = resolve(places["db", name, Plane.DECLARED, "server"], CATALOGUE.settings["postgresql", name], TARGET)
    return readings[0].observation.content


def locator(found: Collected, name: str) -> str:
    return next(item.provenance.locator for item in found.observations if item.setting == name)


def test_a_file_says_what_it_sets_and_a_documented_default_stands_for_the_rest(tmp_path: Path) -> None:
    write(tmp_path, postgresql_conf="ssl = off\nssl = on  # twice\nlog_statement = 'ddl'\n")
    found = collect(tmp_path, configuration="postgresql.conf")
    assert content(found, "ssl") == Known("on")
    assert locator(found, "ssl") == "postgresql.conf:2"
    assert content(found, "fsync").kind == "default"
    assert found.gaps == ()
    assert [item.path for item in found.inputs] == ["postgresql.conf"]
    assert "hba_rules" not in {item.setting for item in found.observations}


def test_layers_win_over_one_another_as_in_the_server(tmp_path: Path) -> None:
    write(
        tmp_path,
        postgresql_conf="log_statement = none\nport = 1\n",
        postgresql__auto_conf="log_statement = 'mod'\nport = '2'",
    )
    found = collect(
        tmp_path,
        configuration="postgresql.conf",
        auto="postgresql/auto.conf",
        command_line=["-c", "log_statement=ddl"],
    )
    assert content(found, "log_statement") == Known("ddl")
    assert content(found, "port") == Known("2")


def test_includes_are_followed_in_their_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        postgresql_conf="port = 1\ninclude_dir 'conf.d'\ninclude_if_exists 'none.conf'\ninclude 'last.conf'\n",
        last_conf="fsync = off\n",
    )
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "20.conf").write_text("port = 3\n")
    (tmp_path / "conf.d" / "10.conf").write_text("port = 2\n")
    found = collect(tmp_path, configuration="postgresql.conf")
    assert content(found, "port") == Known("3")
    assert locator(found, "port") == "conf.d/20.conf:1"
    assert content(found, "fsync") == Known("off")
    assert len(found.inputs) == 4


@pytest.mark.parametrize(
    "text",
    [
        "ssl = on\ninclude 'missing.conf'\n",
        "ssl = on\ninclude 'postgresql.conf'\n",
        "ssl = on\ninclude_dir 'missing'\n",
        "ssl = on\ninclude '/etc/hostname'\n",
        "ssl = on\ninclude '../outside.conf'\n",
        "ssl = on\nthis is 'no assignment\n",
    ],
)
def test_what_cannot_be_read_makes_the_rest_unknown_and_never_absent(tmp_path: Path, text: str) -> None:
    root = tmp_path / "repository"
    write(root, postgresql_conf=text)
    (tmp_path / "outside.conf").write_text("fsync = off")
    found = collect(root, configuration="postgresql.conf")
    assert found.gaps and all(gap.reason and gap.remedy and not gap.settings for gap in found.gaps)
    assert {item.setting for item in found.observations} == {"ssl"}


def test_a_missing_file_is_a_gap(tmp_path: Path) -> None:
    found = collect(tmp_path, configuration="postgresql.conf", hba="pg_hba.conf")
    assert [gap.settings for gap in found.gaps] == [(), ("hba_rules",)]
    assert found.observations == () and found.answers == ()


def test_lines_of_pg_hba_become_records_with_their_place(tmp_path: Path) -> None:
    write(tmp_path, pg_hba_conf="# comment\nlocal all all peer\n\nhostssl all all 10.0.0.0/8 scram-sha-256\nhost all\n")
    found = collect(tmp_path, hba="pg_hba.conf")
    rules = content(found, "hba_rules")
    assert isinstance(rules, Known) and isinstance(rules.raw, list)
    assert [rule["place"] for rule in rules.raw] == ["pg_hba.conf:2", "pg_hba.conf:4", "pg_hba.conf:5"]
    assert [bool(rule["error"]) for rule in rules.raw] == [False, False, True]


def test_an_include_in_pg_hba_makes_the_lines_unknown(tmp_path: Path) -> None:
    write(tmp_path, pg_hba_conf="include more.conf\nhostssl all all all scram-sha-256\n")
    assert isinstance(content(collect(tmp_path, hba="pg_hba.conf"), "hba_rules"), Unresolved)


def test_secrets_in_files_never_leave(tmp_path: Path) -> None:
    write(
        tmp_path,
        postgresql_conf=f"primary_conninfo = 'host=p password={SECRET} sslmode=verify-ca'\n"
        f"archive_command = 'K={SECRET} x'\n",
        pg_hba_conf=f'host all all 10.0.0.0/8 ldap ldapserver=l ldapbindpasswd="{SECRET}"\n',
    )
    found = collect(tmp_path, configuration="postgresql.conf", hba="pg_hba.conf")
    assert content(found, "archive_command") == Present("literal")
    assert content(found, "primary_conninfo_sslmode") == Known("verify-ca")


def test_an_empty_value_hides_a_lower_one(tmp_path: Path) -> None:
    write(tmp_path, postgresql_conf="archive_command = 'cp %p /x/%f'\n", postgresql__auto_conf="archive_command = ''\n")
    found = collect(tmp_path, configuration="postgresql.conf", auto="postgresql/auto.conf")
    assert content(found, "archive_command") == Known("")


def test_only_the_command_line_says_nothing_of_what_files_leave_out(tmp_path: Path) -> None:
    found = collect(tmp_path, command_line=["postgres", "-c", "ssl=on"])
    assert [(item.setting, item.content) for item in found.observations] == [("ssl", Known("on"))]
    assert not any(isinstance(item.content, Absent) for item in found.observations)


def test_a_directory_with_both_files_is_proposed_as_one_server(tmp_path: Path) -> None:
    write(
        tmp_path, servers__production__postgresql_conf="ssl = on", servers__production__pg_hba_conf="", other__x_conf=""
    )
    files = tuple(sorted(path for path in tmp_path.rglob("*") if path.is_file()))
    (proposal,) = survey(tmp_path, files, CATALOGUE)
    assert proposal.fields == {
        "configuration": "servers/production/postgresql.conf",
        "hba": "servers/production/pg_hba.conf",
    }
    assert (proposal.component, proposal.environment) == ("postgresql", "production")
