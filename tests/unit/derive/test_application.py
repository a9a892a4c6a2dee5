"""Which origins get in and whether the interface is published, from the inputs of one plane."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive import application
from scanner.model import Absent, Content, Default, Known, Unresolved

UNSEEN = Unresolved("was not seen on the declared plane")


def inputs(**given_: object) -> dict[str, Content]:
    names = {
        "origins": "CORS_ORIGINS", "credentials": "CORS_ALLOW_CREDENTIALS", "regex": "CORS_ORIGIN_REGEX",
        "wiring": "cors_wiring", "wired": "cors_wired_origins", "wired_credentials": "cors_wired_credentials",
        "wired_regex": "cors_wired_regex",
    }  # fmt: skip
    unset: dict[str, Content] = dict.fromkeys(names.values(), UNSEEN)
    unset |= {"CORS_ORIGINS": Absent(), "CORS_ALLOW_CREDENTIALS": Absent(), "CORS_ORIGIN_REGEX": Absent()}
    for key, value in given_.items():
        content = value if isinstance(value, Known | Default | Absent | Unresolved) else Known(value)
        unset[names[key]] = content
    return unset


def verdicts(**given_: object) -> tuple[object, ...]:
    """Foreign, null, look-alike, credentials with wildcard: true, false or None."""
    functions = (
        application.foreign_origin_allowed,
        application.null_origin_allowed,
        application.lookalike_origin_allowed,
        application.credentials_with_wildcard,
    )
    return tuple(getattr(function(inputs(**given_)), "raw", None) for function in functions)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"origins": '["https://a.com"]'}, (False, False, False, False)),
        ({"origins": "https://a.com, https://b.com"}, (False, False, False, False)),
        ({"origins": '["*"]', "credentials": "true"}, (True, True, True, True)),
        ({"origins": "*", "credentials": "false"}, (True, True, True, False)),
        ({"origins": "*"}, (True, True, True, None)),
        ({"origins": ["https://a.com", "null"]}, (False, True, False, False)),
        ({"origins": ""}, (False, False, False, False)),
        ({}, (None, None, None, None)),
        ({"credentials": "false"}, (None, None, None, False)),
        ({"origins": Unresolved("refers to HOST")}, (None, None, None, None)),
        ({"origins": Absent(), "wiring": "hard-coded", "wired": ["*"], "wired_credentials": True}, (True,) * 4),
        ({"origins": "*", "wiring": "hard-coded", "wired": ["https://a.com"]}, (False,) * 4),
        ({"origins": "https://a.com", "wiring": "computed"}, (None, None, None, None)),
        ({"origins": "*", "wiring": "computed", "credentials": "yes"}, (True,) * 4),
        ({"origins": "*", "wiring": "none"}, (False,) * 4),
        ({"origins": "https://a.com", "wiring": "text"}, (False, False, True, False)),
        ({"origins": "https://a.com", "wiring": "setting", "wired_credentials": True}, (False,) * 4),
        ({"origins": "", "regex": ".*"}, (True, True, True, False)),
        ({"origins": "", "regex": r"https://.*a\.com"}, (False, False, True, False)),
        ({"origins": "", "regex": r"https://([a-z]+)\.a\.com"}, (False, False, False, False)),
        ({"origins": "", "regex": r"https://a.com"}, (False, False, True, False)),
        ({"origins": "", "regex": r"(a+)+"}, (None, None, None, False)),
        ({"origins": "", "regex": "("}, (None, None, None, False)),
        ({"origins": "", "wired_regex": ".*"}, (True, True, True, False)),
        ({"origins": "", "wired_regex": Unresolved("the code computes it: build()")}, (None, None, None, False)),
        ({"origins": "*", "wired_regex": Unresolved("the code computes it: build()")}, (True, True, True, None)),
    ],
)  # fmt: skip
def test_what_an_origin_policy_lets_in(given_: dict[str, object], expected: tuple[object, ...]) -> None:
    assert verdicts(**given_) == expected


def test_the_reason_of_what_is_not_known_is_handed_on() -> None:
    content = application.foreign_origin_allowed(inputs(origins=Unresolved("refers to HOST")))
    assert isinstance(content, Unresolved)
    assert content.reason == "refers to HOST"
    assert content.remedy


@pytest.mark.parametrize(
    ("wiring", "address", "enabled", "expected"),
    [
        ("off", "/openapi.json", "true", False),
        ("on", "", "false", True),
        (None, None, "false", False),
        (None, None, "true", True),
        (None, "", None, False),
        (None, "/openapi.json", None, True),
        (None, "/openapi.json", "false", False),
        ("setting", None, None, None),
        ("computed", "", "false", None),
        (None, None, None, None),
        (None, None, "maybe", None),
    ],
)
def test_whether_the_interface_is_published(
    wiring: str | None, address: str | None, enabled: str | None, expected: bool | None
) -> None:
    given_ = {"docs_wiring": wiring, "OPENAPI_URL": address, "DOCS_ENABLED": enabled}
    contents = {name: Absent() if value is None else Known(value) for name, value in given_.items()}
    assert getattr(application.docs_exposed(contents), "raw", None) == expected


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ('["https://a.com"]', "usable"),
        (["https://a.com:8443", "*"], "usable"),
        ("", "usable"),
        ("https://a.com/", "trailing slash"),
        ("https://a.com/app", "path"),
        ("a.com", "no scheme"),
        ("['https://a.com']", "single quotes"),
    ],
)
def test_how_origins_are_written(raw: object, word: str) -> None:
    assert application.cors_origins_spelling({"CORS_ORIGINS": Known(raw)}) == Known(word)


def test_how_an_unknown_list_is_written_is_unknown() -> None:
    for content in (Absent(), UNSEEN):
        assert isinstance(application.cors_origins_spelling({"CORS_ORIGINS": content}), Unresolved)


ORIGINS = st.lists(st.sampled_from(["https://a.com", "http://b.com", "*", "null", "x"]), max_size=4)


@given(ORIGINS, st.sampled_from(["", ".*", r"https://a\.com", "("]), st.sampled_from(["true", "false", "maybe"]))
def test_a_list_with_a_wildcard_is_never_said_to_refuse(origins: list[str], regex: str, credentials: str) -> None:
    foreign, null, lookalike, both = verdicts(origins=origins, regex=regex, credentials=credentials)
    if "*" in origins:
        assert (foreign, null, lookalike) == (True, True, True)
        assert both is (credentials == "true") or credentials == "maybe"
    if "null" in origins:
        assert null is True


@given(st.text(max_size=60))
def test_no_pattern_makes_it_fail(pattern: str) -> None:
    assert all(item in (True, False, None) for item in verdicts(origins="", regex=pattern))
