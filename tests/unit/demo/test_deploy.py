"""What names a place of the machine moves from the server into the copy; everything else stays as it was written."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scanner.demo import deploy
from scanner.demo.servers.cluster import quoted
from scanner.readers.postgresql_conf import ConfLine, read_conf


def test_the_places_of_the_machine_are_not_deployed(tmp_path: Path) -> None:
    file = tmp_path / "postgresql.conf"
    file.write_text("port = 5432\nssl = on\nlog_statement = 'ddl'  # who changed what\n# log_connections = on\n")
    assert deploy.postgresql_settings(file) == {"log_statement": "ddl"}


def test_the_superusers_own_line_is_left_to_the_server(tmp_path: Path) -> None:
    file = tmp_path / "pg_hba.conf"
    file.write_text("# TYPE\nlocal  all  postgres  scram-sha-256\n\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
    assert deploy.hba_lines(file) == "hostssl all all 127.0.0.1/32 scram-sha-256"


def test_a_copy_of_postgresql_conf_gets_the_real_port_and_keeps_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "postgresql.conf"
    file.write_text("# ours\nport = 5432\nlog_statement = 'ddl'\n")
    deploy.adopt_postgresql(file, {"port": "40001", "log_statement_else": "x"})
    assert file.read_text() == "# ours\nport = '40001'\nlog_statement = 'ddl'\n"


def test_redis_settings_and_users_are_told_apart_and_repeated_names_kept(tmp_path: Path) -> None:
    file = tmp_path / "redis.conf"
    file.write_text('# a\nport 0\nsave 3600 1\nsave 300 100\nuser default off\ntls-protocols "TLSv1.3"\n')
    settings, users = deploy.redis_lines(file)
    assert settings == {"save": ["3600 1", "300 100"], "tls-protocols": ['"TLSv1.3"']}
    assert users == ["default off"]


def test_a_copy_of_redis_conf_gets_the_servers_places_and_users(tmp_path: Path) -> None:
    copy, server = tmp_path / "copy.conf", tmp_path / "server.conf"
    copy.write_text("# ours\ntls-port 6380\ntimeout 300\nuser default off\nuser app on #aa\n")
    server.write_text(
        "tls-port 41000\nunixsocket /tmp/s\ntimeout 5\nuser default off\nuser app on #bb\nuser admin on\n"
    )
    deploy.adopt_redis(copy, server)
    assert copy.read_text().splitlines() == [
        "# ours",
        "tls-port 41000",
        "timeout 300",
        "user default off",
        "user app on #bb",
        "user admin on",
        "unixsocket /tmp/s",
    ]


def test_variables_of_a_dotenv_file_keep_what_stands_after_the_first_equals_sign(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# c\nCORS_ORIGINS=["https://a.example?x=1"]\nDEBUG=False\n')
    assert deploy.variables(file) == {"CORS_ORIGINS": '["https://a.example?x=1"]', "DEBUG": "False"}


@given(
    st.text(st.characters(blacklist_characters="\\\x00", blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)
)
def test_a_quoted_value_reads_back_as_itself(value: str) -> None:
    lines = read_conf(f"log_line_prefix = {quoted(value)}\n")
    assert [line.value for line in lines if isinstance(line, ConfLine)] == [value]
