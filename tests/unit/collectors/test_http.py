"""What one round of questions says of each setting, with answers made up by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scanner.collectors.http import Http
from scanner.errors import SilentSource
from scanner.model import Known, Plane, Unresolved
from scanner.probes import web
from scanner.probes.channel import Endpoint
from scanner.probes.web import Reply, Site
from tests.support.carriers import ask, contents, of, raws

Answers = Callable[[str, str, Mapping[str, str]], Reply]
ALLOWED = "https://a.com"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], list[tuple[str, str]]]:
    """Put the test's answers in the place of the network, and note what was asked."""

    def answer(answers: Answers) -> list[tuple[str, str]]:
        seen: list[tuple[str, str]] = []

        def request(where: Site, method: str, path: str, headers: Mapping[str, str], timeout: float) -> Reply:
            assert timeout <= 5
            seen.append((method, path))
            return answers(method, path, headers)

        def site(url: str, host: str = "", connect_to: str = "") -> Site:
            return Site("http", "app.example", 80, Endpoint("app.example", 80, "192.0.2.1"))

        monkeypatch.setattr(web, "request", request)
        monkeypatch.setattr(web, "site", site)
        return seen

    return answer


def reply(status: int = 200, body: bytes = b"", **headers: str) -> Reply:
    return Reply(status, tuple((name.replace("_", "-"), value) for name, value in headers.items()), body)


Asked = Callable[[Answers], list[tuple[str, str]]]


def test_every_observation_is_served_and_the_answer_is_never_whole(asked: Asked, tmp_path: Path) -> None:
    asked(lambda method, path, headers: reply())
    found = ask(Http("http://app.example"), tmp_path)
    assert {item.plane for item in found.observations} == {Plane.SERVED}
    assert [item.complete for item in found.answers] == [False], "what a probe does not show may still be set"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"openapi": "3.1.0"}', True),
        (200, b"<title>Swagger UI</title><div id=swagger-ui>", True),
        (200, b"<!doctype html><title>A page for every path</title>", False),
        (404, b'{"openapi": 1}', False),
        (401, b"", False),
        (302, b"", False),
    ],
)
def test_the_interface_description_is_known_by_what_is_in_it(
    status: int, body: bytes, expected: bool, asked: Asked, tmp_path: Path
) -> None:
    asked(lambda method, path, headers: reply(status, body) if "docs" in path or "openapi" in path else reply())
    assert raws(ask(Http("http://app.example"), tmp_path))["docs_exposed"] is expected


def test_errors_prove_nothing(asked: Asked, tmp_path: Path) -> None:
    asked(lambda method, path, headers: reply(502))
    found = ask(Http("http://app.example"), tmp_path)
    assert "docs_exposed" not in contents(found)
    assert "trace_allowed" not in contents(found)
    assert {"docs_exposed", "trace_allowed"} <= {name for gap in found.gaps for name in gap.settings}


@pytest.mark.parametrize(
    ("header", "named"),
    [("uvicorn", True), ("nginx/1.25.3", True), ("cloudflare", False), ("", False), ("Apache", False)],
)
def test_software_and_versions_are_named_others_are_not(header: str, named: bool, asked: Asked, tmp_path: Path) -> None:
    asked(lambda method, path, headers: reply(Server=header))
    assert raws(ask(Http("http://app.example"), tmp_path))["server_software_named"] is named


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (301, "https://app.example/", True),
        (308, "HTTPS://app.example/", True),
        (302, "http://app.example/login", False),
        (301, "/relative", False),
        (200, "https://app.example/", False),
    ],
)
def test_a_redirect_counts_when_it_leads_to_https(
    status: int, location: str, expected: bool, asked: Asked, tmp_path: Path
) -> None:
    asked(lambda method, path, headers: reply(status, Location=location))
    assert raws(ask(Http("http://app.example"), tmp_path))["HTTPS_REDIRECT"] is expected


def test_cookies_are_asked_for_where_the_source_says_and_read_from_every_header(asked: Asked, tmp_path: Path) -> None:
    cookies = (("Set-Cookie", "a=1; Secure; HttpOnly; SameSite=Strict"), ("set-cookie", "b=2; HttpOnly"))
    seen = asked(lambda method, path, headers: Reply(200, cookies if path == "/start" else ()))
    found = ask(Http("http://app.example", cookie_path="/start"), tmp_path)
    assert (raws(found)["SESSION_COOKIE_SECURE"], raws(found)["SESSION_COOKIE_HTTPONLY"]) == (False, True)
    assert raws(found)["SESSION_COOKIE_SAMESITE"] == ""
    assert of(found, "SESSION_COOKIE_SECURE")[0].note == "cookie a, b"
    assert ("GET", "/start") in seen


def test_the_control_comes_from_the_projects_parameter(asked: Asked, tmp_path: Path) -> None:
    def cors(method: str, path: str, headers: Mapping[str, str]) -> Reply:
        origin = headers.get("Origin", "")
        return reply(Access_Control_Allow_Origin=origin) if origin == ALLOWED else reply()

    asked(cors)
    for listed in ([ALLOWED], ["*", ALLOWED], f"{ALLOWED},https://b.com"):
        found = ask(Http("http://app.example"), tmp_path, parameters={"allowed_origins": listed})
        assert raws(found)["foreign_origin_allowed"] is False
        assert f"control {ALLOWED}" in of(found, "foreign_origin_allowed")[0].note
    assert isinstance(contents(ask(Http("http://app.example"), tmp_path))["foreign_origin_allowed"], Unresolved)


def test_an_origin_beyond_the_list_refutes_it(asked: Asked, tmp_path: Path) -> None:
    asked(lambda method, path, headers: reply(Access_Control_Allow_Origin="*"))
    found = ask(Http("http://app.example"), tmp_path, parameters={"allowed_origins": [ALLOWED]})
    assert contents(found)["CORS_ORIGINS"] == Known(["*"])


def test_only_harmless_methods_are_sent(asked: Asked, tmp_path: Path) -> None:
    seen = asked(lambda method, path, headers: reply())
    ask(Http("http://app.example", cookie_path="/start"), tmp_path, parameters={"allowed_origins": [ALLOWED]})
    assert {method for method, _ in seen} == {"GET", "OPTIONS", "TRACE"}


def test_after_two_silences_nothing_more_is_asked(asked: Asked, tmp_path: Path) -> None:
    count = iter(range(100))

    def tires(method: str, path: str, headers: Mapping[str, str]) -> Reply:
        if next(count) == 0:
            return reply()
        raise SilentSource("no answer", "wait")

    seen = asked(tires)
    found = ask(Http("http://app.example", cookie_path="/s"), tmp_path, parameters={"allowed_origins": [ALLOWED]})
    assert len(seen) == 3
    assert all(gap.reason and gap.remedy for gap in found.gaps)
    hidden = {name for gap in found.gaps for name in gap.settings}
    assert {"foreign_origin_allowed", "SESSION_COOKIE_SECURE", "docs_exposed", "trace_allowed"} <= hidden
