"""Secrets are reduced to their presence before anything is written down, whatever name or shape they come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue import Catalogue
from scanner.collectors import Context
from scanner.collectors.postgresql.access import _option
from scanner.collectors.postgresql.notebook import MAX_TEXT, Notebook, content_of, shown
from scanner.collectors.postgresql.reaching import destination, parameters
from scanner.collectors.postgresql.session import Denied, clean
from scanner.errors import SilentSource
from scanner.model import Known, Plane, Present, Setting, Target, Unresolved

SECRETS = st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Zs"]), min_size=8, max_size=40).filter(
    lambda text: "redacted" not in text and text.strip("[]")
)
PLAIN = Setting("log_line_prefix", "postgresql", "string", shown_by=(("postgresql", (Plane.RUNNING,)),))
HIDDEN = Setting("primary_conninfo", "postgresql", "secret", secret=True)


def notebook(*settings: Setting) -> Notebook:
    catalogue = Catalogue({(item.component, item.name): item for item in settings})
    target = Target("db", "postgresql", "production")
    return Notebook(Context(root=Path(), catalogue=catalogue, target=target), target)


@given(SECRETS)
def test_a_secret_setting_is_only_present(secret: str) -> None:
    for setting in (HIDDEN, Setting("archive_command", "postgresql", "string")):
        assert content_of(setting.name, f"run --with {secret}", setting) == Present("server")
        assert secret not in shown(setting.name, secret, setting)


def test_an_empty_secret_is_an_empty_value() -> None:
    assert content_of("primary_conninfo", "", HIDDEN) == Known("")


@given(SECRETS)
def test_options_of_hba_lines_hide_what_ldap_and_radius_need(secret: str) -> None:
    for name in ("ldapbindpasswd", "radiussecrets"):
        assert _option(f"{name}={secret}") == f"{name}=[redacted]"
    assert _option("clientcert=verify-full") == "clientcert=verify-full"


@given(SECRETS)
def test_a_message_of_the_driver_goes_out_without_the_password(secret: str) -> None:
    assert secret not in clean(f'connection failed: bad "{secret}" near {secret}', [secret])


@given(SECRETS)
def test_a_connection_string_that_cannot_be_read_is_never_quoted(secret: str) -> None:
    with pytest.raises(SilentSource) as caught:
        parameters(f"host=x {secret}'", "DSN")
    assert secret not in f"{caught.value.reason} {caught.value.remedy}"
    assert "DSN" in caught.value.reason


@pytest.mark.parametrize(
    ("text", "host", "port", "network"),
    [
        ("postgresql+psycopg://u:p@db.example:6432/orders", "db.example", 6432, True),
        ("host=/run/postgresql user=u dbname=orders", "/run/postgresql", 5432, False),
        ("host=a,b port=1,2 user=u dbname=orders", "a", 1, True),
    ],
)
def test_a_connection_string_says_where_it_leads(text: str, host: str, port: int, network: bool) -> None:
    place = destination(parameters(text, "DSN"))
    assert (place.host, place.port, place.database, place.is_network) == (host, port, "orders", network)


def test_a_value_without_end_is_not_kept() -> None:
    assert isinstance(content_of("log_line_prefix", "x" * (MAX_TEXT + 1), PLAIN), Unresolved)
    assert len(shown("log_line_prefix", "x" * 10_000_000, PLAIN)) < 2_000


def test_only_what_the_catalogue_shows_on_the_plane_is_written_down() -> None:
    book = notebook(PLAIN)
    book.observe(Plane.RUNNING, "LOG_LINE_PREFIX", Known("%m"), "pg_settings")
    book.observe(Plane.PERSISTED, "log_line_prefix", Known("%m"), "pg_settings")
    book.observe(Plane.RUNNING, "work_mem", Known("4MB"), "pg_settings")
    assert [(item.setting, item.plane) for item in book.collected().observations] == [
        ("log_line_prefix", Plane.RUNNING)
    ]


def test_a_gap_that_hides_nothing_known_is_left_out() -> None:
    book = notebook(PLAIN)
    book.gap(Plane.RUNNING, "why", "how", ("hba_rules",))
    assert book.collected().gaps == ()
    book.gap(Plane.RUNNING, "why", "how", ("hba_rules", "log_line_prefix"))
    book.gap(Plane.SERVED, "why", "how")
    assert [gap.settings for gap in book.collected().gaps] == [("log_line_prefix",), ()]


@pytest.mark.parametrize(("state", "lost"), [("08006", True), ("57P01", True), ("42501", False), ("57014", False)])
def test_a_lost_connection_is_known_by_its_state(state: str, lost: bool) -> None:
    assert Denied(state, "").lost is lost
