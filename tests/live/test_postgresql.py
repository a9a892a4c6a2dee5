"""Real PostgreSQL servers are read as they are: what runs, what a restart brings, what clients get, what is hidden."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scanner import catalogue
from scanner.collectors import Collected, Context
from scanner.collectors.postgresql import PostgreSQL as Source
from scanner.collectors.postgresql import grants
from scanner.demo.servers.binaries import Engine, _has_tls, _postgresql_places, version
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.cluster import quoted
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.derive import derive
from scanner.layers import group, resolve
from scanner.model import (
    Absent,
    Content,
    Default,
    Gap,
    Known,
    Observation,
    Plane,
    Present,
    ReadingState,
    TakesEffect,
    Target,
    Unresolved,
)

pytestmark = pytest.mark.live

CATALOGUE = catalogue.shipped()
TARGET = Target("db", "postgresql", "production", platform="self-managed")
HIDDEN = "hidden-Secret-3141592653589793"

COMPILED_NONE = Default("none", "pg_settings.boot_val of this server")

Server = Callable[..., PostgreSQL]


def builds() -> list[Engine]:
    """Every build with TLS that is here, each major version once."""
    found: dict[str, Engine] = {}
    for directory, origin in _postgresql_places():
        program = directory / "postgres"
        if (directory / "initdb").is_file() and program.is_file() and _has_tls(program.resolve()):
            engine = Engine("PostgreSQL", version(program), True, program.resolve(), origin)
            found.setdefault(engine.version.split(".")[0], engine)
    return list(found.values())


@pytest.fixture
def start(tmp_path: Path, certificates: Certificates) -> Iterator[Server]:
    """Start a server of one's own, with TLS and what a full reading needs unless it is said otherwise."""
    import contextlib

    with contextlib.ExitStack() as stack:

        def begin(**options: Any) -> PostgreSQL:
            place = tmp_path / str(len(list(tmp_path.iterdir())))
            return stack.enter_context(postgresql(place, **{"tls": certificates, **options}))

        yield begin


def read(server: PostgreSQL, dsn: str = "", timeout: float = 10.0, target: Target = TARGET, **fields: Any) -> Collected:
    context = Context(
        root=Path.cwd(),
        catalogue=CATALOGUE,
        target=target,
        process_environment={"DSN": dsn or server.dsn},
        timeout=timeout,
        now="2026-11-22T00:00:00+00:00",
    )
    found = Source("DSN", **fields).collect(context)
    assert HIDDEN not in repr(found)
    assert server.password not in repr(found)
    return found


def contents(found: Collected, plane: Plane, scope: str = "server") -> dict[str, Content]:
    """The effective content of every setting on a plane; a conflict is an error."""
    places = group(found.observations)
    effective: dict[str, Content] = {}
    for (_, name, where, own), items in places.items():
        if where is plane and own == scope:
            reading = resolve(items, CATALOGUE.settings["postgresql", name], TARGET)[0]
            assert reading.state is ReadingState.EFFECTIVE
            effective[name] = reading.observation.content
    return effective


def one(found: Collected, plane: Plane, name: str, scope: str = "server") -> Observation:
    (item,) = [o for o in found.observations if (o.plane, o.setting, o.scope) == (plane, name, scope)]
    return item


def hiding(found: Collected, plane: Plane, name: str) -> Gap:
    (gap,) = [gap for gap in found.gaps if gap.plane is plane and (not gap.settings or name in gap.settings)]
    return gap


def records(content: Content) -> list[Mapping[str, Any]]:
    assert isinstance(content, Known) and isinstance(content.raw, list)
    return content.raw


# ---------------------------------------------------------------- the whole reading


@pytest.mark.parametrize("engine", builds(), ids=str)
def test_every_plane_of_a_strong_server_is_read_without_a_gap(start: Server, engine: Engine) -> None:
    server = start(engine=engine, settings={"ssl_min_protocol_version": "TLSv1.3", "log_file_mode": "0640"})
    found = read(server)
    assert found.gaps == ()
    assert {answer.plane for answer in found.answers} == {Plane.RUNNING, Plane.PERSISTED, Plane.SERVED}
    running, persisted, served = (contents(found, plane) for plane in (Plane.RUNNING, Plane.PERSISTED, Plane.SERVED))
    assert running["server_version"] == Known(engine.version)
    assert running["ssl_min_protocol_version"] == persisted["ssl_min_protocol_version"] == Known("TLSv1.3")
    assert running["log_file_mode"] == persisted["log_file_mode"] == Known("0640")
    assert isinstance(running["authentication_timeout"], Default)
    assert running["authentication_timeout"] == persisted["authentication_timeout"]
    assert running["connection_tls"] == Known("TLSv1.3")
    assert running["hba_rules"] == persisted["hba_rules"]
    assert {row["format"] for row in records(running["password_hashes"])} == {"scram-sha-256"}
    assert {row["role"] for row in records(running["login_roles"])} == {"postgres", "scanner"}
    assert records(running["extensions"]) == [{"name": "plpgsql", "version": "1.0", "trusted": True}]
    assert served == {
        "lowest_tls_accepted": Known("TLSv1.3"),
        "authentication_offered": Known("scram-sha-256"),
        "plaintext_accepted": Known(False),
        "trust_accepted": Known(False),
        "certificate_days_left": served["certificate_days_left"],
        "certificate_host_matches": Known(True),
        "certificate_self_signed": Known(False),
    }


@pytest.mark.parametrize("engine", builds(), ids=str)
def test_every_setting_of_the_catalogue_that_the_server_has_is_spoken_of(start: Server, engine: Engine) -> None:
    server = start(engine=engine)
    found = read(server)
    target = Target("db", "postgresql", "production", platform="self-managed", version=engine.version)
    observations = list(found.observations)
    observations += derive(observations, {"db": target}, CATALOGUE)
    seen = {(item.setting, item.plane) for item in observations}
    from scanner.layers import applies

    silent = [
        (setting.name, plane)
        for setting in CATALOGUE.of("postgresql")
        if applies(setting, target)
        for kind, planes in setting.shown_by
        if kind == "postgresql"
        for plane in planes
        if (setting.name, plane) not in seen
    ]
    assert silent == []


@pytest.mark.parametrize("engine", builds(), ids=str)
def test_what_runs_equals_what_a_restart_brings_on_a_server_that_nobody_touched(start: Server, engine: Engine) -> None:
    from scanner.drift import meaning

    server = start(engine=engine, command_line={"work_mem": "8MB"})
    found = read(server)
    places = group(found.observations)
    different = []
    for (target, name, plane, scope), items in places.items():
        setting = CATALOGUE.settings["postgresql", name]
        other = places.get((target, name, Plane.PERSISTED, scope))
        if plane is Plane.RUNNING and other:
            left, right = resolve(items, setting, TARGET)[0], resolve(other, setting, TARGET)[0]
            assert left.meaningful and right.meaningful, (name, left, right)
            if meaning(left, setting) != meaning(right, setting):
                different.append((name, left.text, right.text))
    assert different == []


def test_the_scan_leaves_nothing_behind_and_runs_read_only(start: Server) -> None:
    server = start(settings={"log_statement": "all", "log_line_prefix": "%u "})
    read(server)
    assert server.sql("select count(*) from pg_stat_activity where usename = 'scanner'") == [(0,)]
    statements = [line for line in server.log.read_text().splitlines() if line.startswith("scanner ")]
    assert len(statements) > 10
    words = {
        line.partition("statement: ")[2].strip().split(" ")[0].lower() for line in statements if "statement:" in line
    }
    assert words <= {"select", "set"}


# ---------------------------------------------------------------- what the planes say of one another


def test_a_weak_server_is_seen_as_weak(postgresql_weak: PostgreSQL) -> None:
    found = read(postgresql_weak, application_roles=["reporting"])
    served = contents(found, Plane.SERVED)
    assert served["plaintext_accepted"] == Known(True)
    assert served["lowest_tls_accepted"] == Known("TLSv1.2")
    assert served["authentication_offered"] == Known("md5")
    trusted = contents(found, Plane.SERVED, "role=reporting")
    assert (trusted["trust_accepted"], trusted["authentication_offered"]) == (Known(True), Known("trust"))
    methods = {row["auth_method"] for row in records(contents(found, Plane.PERSISTED)["hba_rules"])}
    assert {"trust", "md5", "password"} <= methods


def test_alter_system_without_reload_waits_on_the_persisted_plane(start: Server) -> None:
    server = start()
    server.sql("alter system set log_statement = 'ddl'", "alter system set max_connections = 77")
    found = read(server)
    assert contents(found, Plane.RUNNING)["log_statement"] == COMPILED_NONE
    assert contents(found, Plane.PERSISTED)["log_statement"] == Known("ddl")
    item = one(found, Plane.PERSISTED, "log_statement")
    assert (item.layer.name, item.takes_effect) == ("ALTER SYSTEM", TakesEffect.RELOAD)
    assert item.provenance.locator.endswith("postgresql.auto.conf:3")
    restart = [o for o in found.observations if (o.setting, o.plane) == ("max_connections", Plane.PERSISTED)]
    assert {o.takes_effect for o in restart} == {TakesEffect.RESTART}
    assert contents(found, Plane.PERSISTED)["max_connections"] == Known("77")
    names = [row["name"] for row in records(contents(found, Plane.PERSISTED)["settings_in_auto_conf"])]
    assert names == ["log_statement", "max_connections"]
    assert records(contents(found, Plane.PERSISTED)["config_errors"]) == []


def test_a_restart_that_is_due_is_named_once_the_server_knows_of_it(start: Server) -> None:
    server = start()
    server.sql("alter system set max_connections = 77")
    assert records(contents(read(server), Plane.RUNNING)["pending_restart"]) == []
    assert server.reload()
    found = read(server)
    assert [row["name"] for row in records(contents(found, Plane.RUNNING)["pending_restart"])] == ["max_connections"]
    assert records(contents(found, Plane.PERSISTED)["config_errors"]) == []
    server.restart()
    found = read(server)
    assert records(contents(found, Plane.RUNNING)["pending_restart"]) == []
    assert contents(found, Plane.RUNNING)["max_connections"] == Known("77")


def test_a_line_taken_out_of_the_file_leaves_the_default_for_the_next_restart(start: Server) -> None:
    server = start(settings={"log_connections": "on"})
    text = server.configuration.read_text().replace("log_connections = 'on'", "")
    server.configuration.write_text(text)
    found = read(server)
    assert contents(found, Plane.RUNNING)["log_connections"] == Known("on")
    assert isinstance(contents(found, Plane.PERSISTED)["log_connections"], Default)


def test_the_command_line_wins_over_the_files_and_says_so(start: Server) -> None:
    server = start(settings={"log_statement": "none"}, command_line={"log_statement": "ddl"})
    found = read(server)
    assert contents(found, Plane.RUNNING)["log_statement"] == Known("ddl")
    assert one(found, Plane.RUNNING, "log_statement").layer.name == "command line"
    assert contents(found, Plane.PERSISTED)["log_statement"] == Known("ddl")


def test_a_broken_value_is_named_with_its_place_and_a_pending_restart_is_none(start: Server) -> None:
    server = start()
    server.append(
        server.configuration,
        "authentication_timeout = 'soon'",
        "max_connections = 55",
        "shared_buffers = 64MB",
        "tcp_keepalives_idle = -5",
    )
    found = read(server)
    errors = records(contents(found, Plane.PERSISTED)["config_errors"])
    assert {row["name"] for row in errors} == {"authentication_timeout", "tcp_keepalives_idle"}
    assert all(row["place"].startswith(str(server.configuration)) and row["error"] for row in errors)
    assert isinstance(contents(found, Plane.PERSISTED)["authentication_timeout"], Unresolved)
    assert contents(found, Plane.PERSISTED)["max_connections"] == Known("55")


def test_an_unknown_name_blocks_the_file_and_no_value_in_it_is_believed_unread(start: Server) -> None:
    server = start()
    server.append(
        server.configuration, "no_such_setting = 1", "ssl_min_protocol_version = 'TLSv9'", "log_statement = 'ddl'"
    )
    found = read(server)
    assert [row["name"] for row in records(contents(found, Plane.PERSISTED)["config_errors"])] == ["no_such_setting"]
    assert isinstance(contents(found, Plane.PERSISTED)["ssl_min_protocol_version"], Unresolved)
    assert contents(found, Plane.PERSISTED)["log_statement"] == Known("ddl")


def test_a_syntax_error_is_a_broken_line_without_a_name(start: Server) -> None:
    server = start()
    server.append(server.configuration, "log_connections = 'on")
    (error,) = records(contents(read(server), Plane.PERSISTED)["config_errors"])
    assert error["name"] == ""


def test_overrides_have_a_scope_of_their_own(start: Server) -> None:
    server = start(setup=("create role app login", "create database orders"))
    server.sql(
        "alter role app set password_encryption = 'md5'",
        "alter database orders set log_statement = 'none'",
        "alter role app in database orders set statement_timeout = 0",
        "alter role all set client_min_messages = 'error'",
        f"alter role app set primary_conninfo.password = '{HIDDEN}'",
    )
    found = read(server)
    assert one(found, Plane.RUNNING, "password_encryption", "role=app").content == Known("md5")
    assert one(found, Plane.RUNNING, "log_statement", "database=orders").content == Known("none")
    assert one(found, Plane.RUNNING, "statement_timeout", "role=app,database=orders").content == Known("0")
    assert one(found, Plane.RUNNING, "client_min_messages", "role=*").content == Known("error")
    rows = {(row["role"], row["database"], row["name"]): row["value"]
            for row in records(contents(found, Plane.RUNNING)["role_overrides"])}  # fmt: skip
    assert rows["app", "*", "password_encryption"] == "md5"
    assert rows["app", "*", "primary_conninfo.password"] == "[redacted]"
    assert isinstance(contents(found, Plane.RUNNING)["client_min_messages"], Unresolved), "ALTER ROLE ALL masks it"


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        ("alter role scanner set log_statement = 'all'", 'ALTER ROLE "scanner" RESET log_statement;'),
        ("alter database postgres set log_statement = 'all'", 'ALTER DATABASE "postgres" RESET log_statement;'),
        (
            "alter role scanner in database postgres set log_statement = 'all'",
            'ALTER ROLE "scanner" IN DATABASE "postgres" RESET log_statement;',
        ),
        ("alter role all set log_statement = 'all'", "ALTER ROLE ALL RESET log_statement;"),
    ],
)
def test_a_setting_that_is_masked_for_the_scanner_is_unknown_until_its_remedy_ran(
    start: Server, statement: str, remedy: str
) -> None:
    server = start()
    server.sql("grant set on parameter log_statement to scanner", statement)
    content = contents(read(server), Plane.RUNNING)["log_statement"]
    assert isinstance(content, Unresolved)
    assert content.remedy.startswith(remedy)
    server.sql(remedy)
    assert contents(read(server), Plane.RUNNING)["log_statement"] == Default(
        "none", "pg_settings.boot_val of this server"
    )


def test_options_of_the_connection_mask_a_setting_too(start: Server) -> None:
    server = start()
    found = read(server, server.dsn + " options='-c statement_timeout=5s'")
    content = contents(found, Plane.RUNNING)["statement_timeout"]
    assert isinstance(content, Unresolved) and "connection string" in content.remedy


# ---------------------------------------------------------------- pg_hba.conf


def touch(file: Path, seconds: int) -> None:
    """Move the time of a file, so that no test has to wait for the clock."""
    moment = file.stat().st_mtime + seconds
    os.utime(file, (moment, moment))


@pytest.mark.parametrize("engine", builds(), ids=str)
def test_a_line_appended_without_reload_is_persisted_and_what_runs_is_unknown(start: Server, engine: Engine) -> None:
    server = start(engine=engine)
    server.append(server.hba, "host all all 0.0.0.0/0 trust")
    touch(server.hba, +2)
    found = read(server)
    last = records(contents(found, Plane.PERSISTED)["hba_rules"])[-1]
    assert (last["type"], last["auth_method"]) == ("host", "trust")
    assert last["place"] == f"{server.hba}:{len(server.hba.read_text().splitlines())}"
    running = contents(found, Plane.RUNNING)["hba_rules"]
    assert isinstance(running, Unresolved) and running.remedy == "SELECT pg_reload_conf();"
    assert contents(found, Plane.SERVED)["trust_accepted"] == Known(False), "the server still uses the old lines"
    touch(server.hba, -10)
    server.sql("SELECT pg_reload_conf()")
    assert server.reload()
    found = read(server)
    assert contents(found, Plane.RUNNING)["hba_rules"] == contents(found, Plane.PERSISTED)["hba_rules"]
    assert contents(found, Plane.SERVED)["plaintext_accepted"] == Known(True)


def test_a_file_moved_into_place_with_an_old_time_is_noticed(start: Server) -> None:
    server = start()
    other = server.hba.with_name("pg_hba.new")
    other.write_text(server.hba.read_text() + "host all all 0.0.0.0/0 trust\n")
    server.account.own(other)
    touch(other, -3600)
    later = server.sql("select extract(epoch from pg_conf_load_time())")[0][0]
    while time.time() < float(str(later)) + 1:
        time.sleep(0.05)
    other.rename(server.hba)
    assert isinstance(contents(read(server), Plane.RUNNING)["hba_rules"], Unresolved)


def test_a_broken_line_keeps_the_loaded_lines_unknown(start: Server) -> None:
    server = start()
    server.append(server.hba, "host all all 10.0.0.0/8 no-such-method")
    server.reload()
    found = read(server)
    assert records(contents(found, Plane.PERSISTED)["hba_rules"])[-1]["error"]
    assert isinstance(contents(found, Plane.RUNNING)["hba_rules"], Unresolved)


def test_shared_secrets_in_lines_of_pg_hba_never_leave(start: Server) -> None:
    lines = (
        "hostssl all all 127.0.0.1/32 scram-sha-256\n"
        f'hostssl all radius 10.0.0.0/8 radius radiusservers="10.0.0.1" radiussecrets="{HIDDEN}"'
    )
    rows = records(contents(read(start(hba=lines)), Plane.PERSISTED)["hba_rules"])
    options = [option for row in rows for option in row["options"]]
    assert "radiussecrets=[redacted]" in options
    assert "radiusservers=10.0.0.1" in options


# ---------------------------------------------------------------- secrets


def test_commands_and_connection_strings_are_only_said_to_be_set(start: Server) -> None:
    settings = {
        "archive_mode": "on",
        "archive_command": f"PASSWORD={HIDDEN} archive %p",
        "primary_conninfo": f"host=primary password={HIDDEN} sslmode=verify-full",
    }
    found = read(start(settings=settings))
    for plane in (Plane.RUNNING, Plane.PERSISTED):
        here = contents(found, plane)
        assert here["archive_command"] == Present("server")
        assert here["primary_conninfo_sslmode"] == Known("verify-full")
    empty = contents(read(start()), Plane.RUNNING)
    assert empty["archive_command"] == Default("", "pg_settings.boot_val of this server"), "an empty value is a value"
    assert empty["primary_conninfo_sslmode"] == Known("")


def test_a_wrong_password_is_a_gap_and_the_probes_still_answer(start: Server) -> None:
    server = start()
    found = read(server, server.dsn_for("scanner", HIDDEN))
    assert {gap.plane for gap in found.gaps} == {Plane.RUNNING, Plane.PERSISTED}
    assert all("no session" in gap.reason and "password" in gap.remedy for gap in found.gaps)
    assert contents(found, Plane.SERVED)["plaintext_accepted"] == Known(False)


# ---------------------------------------------------------------- grants


@pytest.mark.parametrize("engine", builds(), ids=str)
def test_each_missing_grant_is_a_gap_that_its_own_remedy_closes(start: Server, engine: Engine) -> None:
    server = start(engine=engine, grants=False)
    expected = {
        (Plane.RUNNING, "ssl_min_protocol_version"),
        (Plane.PERSISTED, "log_statement"),
        (Plane.PERSISTED, "hba_rules"),
        (Plane.RUNNING, "hba_rules"),
        (Plane.RUNNING, "password_hashes"),
    }
    found = read(server)
    for plane, name in expected:
        assert name not in contents(found, plane)
        assert hiding(found, plane, name).remedy
    assert contents(found, Plane.RUNNING)["ssl"] == Known("on"), "what needs no grant is still there"
    closed = []
    for _ in range(10):
        if not found.gaps:
            break
        remedy = found.gaps[0].remedy
        assert remedy not in closed
        closed.append(remedy)
        server.sql(remedy)
        found = read(server)
    assert found.gaps == ()
    for plane, name in expected:
        assert name in contents(found, plane)


@pytest.mark.parametrize("engine", builds(), ids=str)
def test_the_whole_script_closes_every_gap_and_grants_no_more_than_reading(start: Server, engine: Engine) -> None:
    server = start(engine=engine, grants=False)
    server.sql(*grants(engine.version))
    assert read(server).gaps == ()
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        for denied in ("select * from pg_authid", "select pg_read_file('PG_VERSION')", "create table public.x ()",
                       "alter system set ssl = off", "select pg_reload_conf()"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(denied.encode())


def test_on_a_managed_service_only_what_a_grant_can_open_is_a_gap(start: Server) -> None:
    server = start(grants=False)
    server.sql("grant pg_monitor to scanner")
    managed = Target("db", "postgresql", "production", platform="rds")
    found = read(server, target=managed)
    (gap,) = found.gaps
    assert (gap.plane, gap.settings) == (Plane.RUNNING, ("password_hashes",))
    assert gap.remedy.startswith("CREATE EXTENSION IF NOT EXISTS rds_tools;")
    assert Plane.PERSISTED not in {item.plane for item in found.observations}
    # What Amazon's extension brings, in its form: it cannot be had here.
    server.sql(
        "create schema rds_tools",
        "create function rds_tools.role_password_encryption_type() returns table(rolname name, encryption_type text) "
        "language sql as $$ select 'scanner'::name, 'scram-sha-256' union select 'pg_monitor', '' $$",
        *gap.remedy.split(";")[1:3],
    )
    found = read(server, target=managed)
    assert found.gaps == ()
    assert records(contents(found, Plane.RUNNING)["password_hashes"]) == [
        {"role": "scanner", "format": "scram-sha-256"}
    ]


def test_a_function_of_ours_that_no_superuser_owns_is_not_believed(start: Server) -> None:
    server = start(
        grants=False,
        setup=(
            "create role mallory login", "create schema drift_scan authorization mallory",
            "grant usage on schema drift_scan to public",
        ),
    )  # fmt: skip
    server.sql(
        "create function drift_scan.password_formats() returns table(rolname name, fmt text, iterations int) "
        "language sql as $$ select 'app'::name, 'scram-sha-256', 4096 $$",
        "alter function drift_scan.password_formats() owner to mallory",
        "grant execute on function drift_scan.password_formats() to public",
    )
    found = read(server)
    assert "password_hashes" not in contents(found, Plane.RUNNING)
    assert hiding(found, Plane.RUNNING, "password_hashes").remedy


# ---------------------------------------------------------------- what clients get


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        ("good", {"certificate_host_matches": True, "certificate_self_signed": False}),
        ("wrong_host", {"certificate_host_matches": False}),
        ("name_in_subject_only", {"certificate_host_matches": False}),
        ("self_signed", {"certificate_self_signed": True}),
    ],
)
def test_the_served_certificate_is_read(start: Server, certificate: str, expected: dict[str, bool]) -> None:
    server = start(certificate=certificate)
    dsn = server.dsn.replace("verify-full", "require")
    served = contents(read(server, dsn), Plane.SERVED)
    assert {name: served[name] for name in expected} == {name: Known(value) for name, value in expected.items()}


def test_a_wrong_certificate_stops_the_session_and_is_still_read(start: Server) -> None:
    from datetime import UTC, datetime

    server = start(certificate="expired")
    context = Context(
        root=Path.cwd(), catalogue=CATALOGUE, target=TARGET, process_environment={"DSN": server.dsn},
        now=datetime.now(UTC).isoformat(),
    )  # fmt: skip
    found = Source("DSN").collect(context)
    assert {gap.plane for gap in found.gaps} == {Plane.RUNNING, Plane.PERSISTED}
    assert all("sslrootcert" in gap.remedy for gap in found.gaps)
    left = contents(found, Plane.SERVED)["certificate_days_left"]
    assert isinstance(left, Known) and isinstance(left.raw, int) and -12 < left.raw < 0


def test_a_ca_file_makes_the_connection_verify(start: Server, certificates: Certificates) -> None:
    server = start(certificate="self_signed")
    dsn = server.dsn.replace("verify-full", "require").partition(" sslrootcert")[0]
    assert Plane.RUNNING not in {gap.plane for gap in read(server, dsn).gaps}
    assert Plane.RUNNING in {gap.plane for gap in read(server, dsn, ca_file=str(certificates.authority)).gaps}


def test_a_certificate_replaced_without_reload_is_still_the_old_one_to_clients(start: Server) -> None:
    server = start(certificate="wrong_host")
    dsn = server.dsn.replace("verify-full", "require")
    server.use_certificate("good")
    assert contents(read(server, dsn), Plane.SERVED)["certificate_host_matches"] == Known(False)
    assert server.reload()
    assert contents(read(server, dsn), Plane.SERVED)["certificate_host_matches"] == Known(True)


def test_a_server_without_tls_is_known_by_what_it_accepts(start: Server) -> None:
    server = start(tls=None, hba="host all all 127.0.0.1/32 scram-sha-256")
    found = read(server)
    served = contents(found, Plane.SERVED)
    assert served["lowest_tls_accepted"] == Known("")
    assert served["plaintext_accepted"] == Known(True)
    assert served["certificate_days_left"] == Absent()
    assert contents(found, Plane.RUNNING)["connection_tls"] == Known("")


def test_an_address_that_is_not_let_in_at_all_proves_nothing_of_plaintext(start: Server) -> None:
    server = start(hba="hostssl orders nobody 127.0.0.1/32 scram-sha-256")
    found = read(server)
    served = contents(found, Plane.SERVED)
    assert isinstance(served["plaintext_accepted"], Unresolved)
    assert isinstance(served["trust_accepted"], Unresolved)
    assert served["authentication_offered"] == Known("refused")
    assert all("pg_hba.conf" in gap.remedy for gap in found.gaps)


def test_a_local_socket_is_read_and_what_clients_get_is_a_gap(start: Server) -> None:
    server = start()
    found = read(server, server.superuser_dsn)
    (gap,) = found.gaps
    assert gap.plane is Plane.SERVED and "probe: false" in gap.remedy
    assert isinstance(contents(found, Plane.RUNNING)["connection_tls"], Unresolved)
    assert contents(read(server, server.superuser_dsn, host="127.0.0.1", port=server.port), Plane.SERVED)


# ---------------------------------------------------------------- hostile contents of a real server


def test_hostile_names_and_values_come_back_as_text(start: Server) -> None:
    evil = "<script>alert(1)</script>\x1b[31m\u202e" + "A" * 20
    server = start()
    server.sql(
        f'create role "{evil}" login',
        f'create role "{"r" * 60}" login',
        f'alter role "{evil}" set search_path = {quoted("x" * 100_000)}',
        f"alter system set log_line_prefix = {quoted(evil)}",
    )
    found = read(server)
    roles = {row["role"] for row in records(contents(found, Plane.RUNNING)["login_roles"])}
    assert evil in roles
    values = [row["value"] for row in records(contents(found, Plane.RUNNING)["role_overrides"])]
    assert all(len(value) <= 1_001 for value in values)
    assert contents(found, Plane.PERSISTED)["log_line_prefix"] == Known(evil)


def test_bytes_that_are_no_utf_8_become_escapes(start: Server) -> None:
    server = start()
    server.sql("create database latin template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'")
    server.database = "latin"
    with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
        connection.execute(b'create role "caf\xe9" login')
    found = read(server, server.dsn)
    roles = {row["role"] for row in records(contents(found, Plane.RUNNING)["login_roles"])}
    assert "caf\\xe9" in roles
