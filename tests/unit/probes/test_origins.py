"""What CORS answers prove: only the allow-origin header counts, and a refusal needs its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from scanner.errors import SilentSource
from scanner.model import Unresolved
from scanner.probes import origins
from scanner.probes.web import Reply

ALLOWED = "https://app.company.com"
Policy = Callable[[str], Mapping[str, str]]


def heard(policy: Policy, controls: tuple[str, ...] = (ALLOWED,)) -> origins.OriginsReport:
    def ask(method: str, headers: dict[str, str]) -> Reply:
        status = 200 if method == "GET" else 400
        return Reply(status, tuple(policy(headers["Origin"]).items()))

    return origins.listen(ask, controls, "GET")


def raws(report: origins.OriginsReport) -> tuple[object, ...]:
    return tuple(getattr(content, "raw", None) for content in report.contents.values())


def echo(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}


CREDENTIALS_ONLY = {"Access-Control-Allow-Credentials": "true"}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (lambda o: echo(o) if o == ALLOWED else CREDENTIALS_ONLY, (False, False, False, False)),
        (echo, (True, True, True, True)),
        (lambda o: {"access-control-allow-origin": "*"}, (True, True, True, False)),
        (lambda o: {"access-control-allow-origin": o}, (True, True, True, False)),
        (lambda o: echo(o) if o in (ALLOWED, "null") else {}, (False, True, False, False)),
        (lambda o: echo(o) if o in ALLOWED else {}, (False, False, True, False)),
        (lambda o: echo(o) if o.endswith("app.company.com") else {}, (False, False, True, False)),
        (lambda o: echo(o) if o.startswith(ALLOWED) else {}, (False, False, True, False)),
        (lambda o: {"access-control-allow-origin": ALLOWED}, (False, False, False, False)),
    ],
)
def test_what_a_policy_lets_in(policy: Policy, expected: tuple[object, ...]) -> None:
    assert raws(heard(policy)) == expected


def test_without_a_control_that_is_let_in_a_refusal_is_unknown() -> None:
    for report in (heard(lambda o: {}), heard(lambda o: {}, ())):
        assert all(isinstance(content, Unresolved) and content.remedy for content in report.contents.values())


def test_what_is_let_in_needs_no_control() -> None:
    foreign, null, _, both = raws(heard(echo, ()))
    assert (foreign, null, both) == (True, True, True)


def test_the_next_control_is_tried() -> None:
    report = heard(lambda o: echo(o) if o == ALLOWED else {}, ("https://old.company.com", ALLOWED))
    assert report.control == ALLOWED
    assert raws(report) == (False, False, False, False)


def test_every_origin_that_was_let_in_is_named() -> None:
    assert heard(lambda o: echo(o) if o == ALLOWED else {}).allowed == (ALLOWED,)
    assert heard(lambda o: {"access-control-allow-origin": "*"}).allowed == ("*",)
    assert origins.FOREIGN in heard(echo).allowed


def test_a_get_that_fails_does_not_hide_what_the_preflight_said() -> None:
    def ask(method: str, headers: dict[str, str]) -> Reply:
        if method == "GET":
            raise SilentSource("no answer", "wait")
        return Reply(200, tuple(echo(headers["Origin"]).items()))

    assert raws(origins.listen(ask, (ALLOWED,), "GET")) == (True, True, True, True)


def test_silence_passes_through() -> None:
    def ask(method: str, headers: dict[str, str]) -> Reply:
        raise SilentSource("no answer", "wait")

    with pytest.raises(SilentSource):
        origins.listen(ask, (ALLOWED,), "GET")


def test_lookalikes_are_longer_shorter_and_differently_labelled() -> None:
    found = origins.lookalikes("https://a.com:8443")
    assert "https://a.com:8443.foreign-origin.example" in found
    assert "https://foreigna.com" in found
    assert "https://a.com:844" in found
    assert "https://axcom:8443" in found
    assert origins.lookalikes("nonsense") == []
