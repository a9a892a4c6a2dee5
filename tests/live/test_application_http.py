"""The HTTP probe against the example application under uvicorn: hardened over https, and as it is often found."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.collectors.http import Http
from scanner.demo import forms
from scanner.demo.servers import application as application_server
from scanner.demo.servers.application import Application
from scanner.demo.servers.certificates import Certificates
from scanner.model import Unresolved
from tests.support.carriers import ask, contents, of, raws

PARAMETERS = {"allowed_origins": [forms.ALLOWED_ORIGIN]}
pytestmark = pytest.mark.live


def source(server: Application, **more: object) -> Http:
    given: dict[str, object] = {"url": server.url, "path": "/orders", "cookie_path": "/session", **more}
    return Http(**given)  # type: ignore[arg-type]


def test_a_hardened_application_over_https(application_strong: Application, tmp_path: Path) -> None:
    found = ask(source(application_strong, cookie_name="session", http_port=1), tmp_path, parameters=PARAMETERS)
    told = raws(found)
    days = told.pop("certificate_days_left")
    assert isinstance(days, int)
    assert days >= 14
    assert told == {
        "foreign_origin_allowed": False,
        "null_origin_allowed": False,
        "lookalike_origin_allowed": False,
        "credentials_with_wildcard": False,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "strict",
        "docs_exposed": False,
        "HSTS_SECONDS": 31536000,
        "HTTPS_REDIRECT": True,
        "server_software_named": False,
        "trace_allowed": False,
        "https_lowest_version": "TLSv1.2",
        "certificate_host_matches": True,
    }
    assert found.gaps == ()
    assert "CORS_ORIGINS" not in contents(found), "a probe never confirms a list"


def test_an_application_as_it_is_often_found(application_weak: Application, tmp_path: Path) -> None:
    found = ask(source(application_weak), tmp_path, parameters=PARAMETERS)
    assert raws(found) == {
        "foreign_origin_allowed": True,
        "null_origin_allowed": True,
        "lookalike_origin_allowed": True,
        "credentials_with_wildcard": True,
        "CORS_ORIGINS": raws(found)["CORS_ORIGINS"],
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_HTTPONLY": False,
        "SESSION_COOKIE_SAMESITE": "lax",
        "docs_exposed": True,
        "HTTPS_REDIRECT": False,
        "server_software_named": True,
        "trace_allowed": False,
    }
    assert "https://foreign-origin.example" in str(raws(found)["CORS_ORIGINS"])
    assert [gap.settings for gap in found.gaps] == [("HSTS_SECONDS",)], "over http the header means nothing"


def test_no_cookie_value_leaves(application_weak: Application, tmp_path: Path) -> None:
    found = ask(source(application_weak), tmp_path, parameters=PARAMETERS)
    assert "session" in of(found, "SESSION_COOKIE_SECURE")[0].note
    assert "eyJ" not in repr(found), "the session's signed text starts so"


def test_the_session_cookie_alone_can_be_judged(application_weak: Application, tmp_path: Path) -> None:
    told = raws(ask(source(application_weak, cookie_name="session"), tmp_path, parameters=PARAMETERS))
    assert told["SESSION_COOKIE_HTTPONLY"] is True, "Starlette's session cookie always has the flag"


def test_without_an_allowed_origin_a_refusal_proves_nothing(application_strong: Application, tmp_path: Path) -> None:
    told = contents(ask(source(application_strong), tmp_path))
    for name in ("foreign_origin_allowed", "null_origin_allowed", "lookalike_origin_allowed"):
        content = told[name]
        assert isinstance(content, Unresolved)
        assert "allowed_origins" in content.remedy


def test_an_origin_that_should_be_allowed_and_is_not_makes_the_rest_unknown(
    application_strong: Application, tmp_path: Path
) -> None:
    found = contents(ask(source(application_strong, origin="https://other.example"), tmp_path))
    content = found["foreign_origin_allowed"]
    assert isinstance(content, Unresolved)
    assert "https://other.example is not let in either" in content.reason


def test_without_a_path_that_starts_a_session_cookies_are_a_gap(
    application_strong: Application, tmp_path: Path
) -> None:
    found = ask(source(application_strong, cookie_path=""), tmp_path, parameters=PARAMETERS)
    (gap,) = found.gaps
    assert gap.settings == ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE")
    assert "cookie_path" in gap.remedy


def test_a_path_that_sets_no_cookie_leaves_them_unknown(application_strong: Application, tmp_path: Path) -> None:
    found = contents(ask(source(application_strong, cookie_path="/health"), tmp_path, parameters=PARAMETERS))
    assert isinstance(found["SESSION_COOKIE_SECURE"], Unresolved)


def test_a_host_that_the_application_refuses_makes_what_is_missing_unknown(
    application_strong: Application, tmp_path: Path
) -> None:
    found = ask(source(application_strong, host="stranger.example"), tmp_path, parameters=PARAMETERS)
    hidden = {name for gap in found.gaps for name in gap.settings}
    assert {"docs_exposed", "HSTS_SECONDS"} <= hidden, "every path answers 400, so a missing page proves nothing"
    assert isinstance(contents(found)["foreign_origin_allowed"], Unresolved)


def test_the_name_that_clients_use_is_asked_for_at_another_address(
    application_strong: Application, tmp_path: Path
) -> None:
    place = f"127.0.0.1:{application_strong.port}"
    found = ask(Http(url="https://ghostquant.com", connect=place, path="/orders"), tmp_path, parameters=PARAMETERS)
    assert raws(found)["HSTS_SECONDS"] == 31536000
    assert raws(found)["foreign_origin_allowed"] is False
    assert raws(found)["certificate_host_matches"] is False, "the certificate is for the loopback address"


@pytest.mark.parametrize(
    ("certificate", "setting", "values"),
    [
        ("nine_days_left", "certificate_days_left", range(8, 10)),
        ("expired", "certificate_days_left", range(-400, 0)),
        ("wrong_host", "certificate_host_matches", (False,)),
        ("name_in_subject_only", "certificate_host_matches", (False,)),
    ],
)
def test_a_certificate_that_is_wrong_is_seen(
    certificate: str, setting: str, values: Container[object], certificates: Certificates, tmp_path: Path
) -> None:
    environment = forms.application_strong("k" * 40)
    with application_server.application(
        tmp_path / "app", environment=environment, tls=certificates, certificate=certificate
    ) as server:
        found = ask(source(server), tmp_path, parameters=PARAMETERS, now=datetime.now(UTC).isoformat())
    assert raws(found)[setting] in values
    assert raws(found)["foreign_origin_allowed"] is False, "a wrong certificate hides nothing else"


def test_an_address_in_the_environment_is_used_and_a_missing_one_is_a_gap(
    application_strong: Application, tmp_path: Path
) -> None:
    there = ask(
        Http(url_env="API_URL", path="/orders"), tmp_path, process_environment={"API_URL": application_strong.url}
    )
    assert "HSTS_SECONDS" in raws(there)
    missing = ask(Http(url_env="API_URL"), tmp_path)
    assert "API_URL" in missing.gaps[0].remedy
