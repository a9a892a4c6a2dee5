"""Whether a setting decides, or the code: told from what middleware is given."""

from __future__ import annotations

import pytest

from scanner.catalogue import shipped
from scanner.model import Content, Known, Unresolved
from scanner.readers import environment, python_settings, wiring


def facts(code: str, texts: frozenset[str] = frozenset()) -> dict[str, Content]:
    def means(name: str) -> str:
        setting = environment.recognised(name, shipped(), "fastapi")
        return setting.name if setting else ""

    calls = python_settings.read(code, "m.py").calls
    return {fact.setting: fact.content for call in calls for fact in wiring.facts(call, means, texts)}


def cors(arguments: str, texts: frozenset[str] = frozenset()) -> dict[str, Content]:
    return facts(f"app.add_middleware(CORSMiddleware, {arguments})", texts)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ("allow_origins=settings.CORS_ORIGINS", "setting"),
        ("allow_origins=get_settings().BACKEND_CORS_ORIGINS", "setting"),
        ('allow_origins=[str(o).rstrip("/") for o in settings.CORS_ORIGINS]', "setting"),
        ('allow_origins=settings.CORS_ORIGINS.split(",")', "setting"),
        ('allow_origins=settings.CORS_ORIGINS + ["https://x"]', "computed"),
        ('allow_origins=settings.CORS_ORIGINS or ["*"]', "computed"),
        ("allow_origins=settings.all_cors_origins", "computed"),
        ("allow_origins=[settings.FRONTEND_HOST, *settings.CORS_ORIGINS]", "computed"),
        ('allow_origins=["*"] if settings.DEBUG else settings.CORS_ORIGINS', "computed"),
        ("allow_origins=origins()", "computed"),
        ("**options", "computed"),
        ('allow_origins=["*"]', "hard-coded"),
        ("", "hard-coded"),
        ('allow_origins="https://a.com"', "text"),
    ],
)
def test_where_the_origins_come_from(arguments: str, word: str) -> None:
    assert cors(arguments)["cors_wiring"] == Known(word)


def test_a_list_in_code_is_shown_even_through_a_name() -> None:
    code = 'ORIGINS = ["*"]\napp.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)'
    found = facts(code)
    assert (found["cors_wired_origins"], found["cors_wired_credentials"]) == (Known(["*"]), Known(True))


def test_a_text_field_that_is_handed_on_as_it_stands_is_text() -> None:
    assert cors("allow_origins=settings.CORS_ORIGINS", frozenset({"CORS_ORIGINS"}))["cors_wiring"] == Known("text")
    split = cors('allow_origins=settings.CORS_ORIGINS.split(",")', frozenset({"CORS_ORIGINS"}))
    assert split["cors_wiring"] == Known("setting")


def test_what_is_left_out_has_the_middlewares_default_and_what_a_setting_decides_is_left_to_it() -> None:
    found = cors("allow_origins=settings.CORS_ORIGINS, allow_credentials=settings.CORS_ALLOW_CREDENTIALS")
    assert "cors_wired_credentials" not in found
    assert found["cors_wired_regex"] == Known("")
    assert isinstance(cors("allow_origin_regex=build()")["cors_wired_regex"], Unresolved)


@pytest.mark.parametrize(
    ("arguments", "secure", "same_site"),
    [
        ("secret_key=k", "not given", "not given"),
        ("https_only=True, same_site='strict'", "hard-coded true", "hard-coded strict"),
        ("https_only=False, same_site='lax'", "hard-coded false", "hard-coded lax"),
        ("https_only=settings.SESSION_COOKIE_SECURE, same_site=settings.SESSION_COOKIE_SAMESITE", "setting", "setting"),
        ("https_only=not settings.DEBUG, same_site=pick()", "computed", "computed"),
        ("**options", "computed", "computed"),
    ],
)
def test_where_the_session_cookies_flags_come_from(arguments: str, secure: str, same_site: str) -> None:
    found = facts(f"app.add_middleware(SessionMiddleware, {arguments})")
    assert (found["session_secure_wiring"], found["session_samesite_wiring"]) == (Known(secure), Known(same_site))


@pytest.mark.parametrize(
    ("arguments", "docs", "debug"),
    [
        ("", "on", "off"),
        ("docs_url=None, redoc_url=None", "on", "off"),
        ("openapi_url=None, debug=True", "off", "on"),
        ("openapi_url=settings.OPENAPI_URL, debug=settings.DEBUG", "setting", "setting"),
        ('openapi_url="/o" if settings.DOCS_ENABLED else None', "setting", "off"),
        ('openapi_url="/o" if settings.DEBUG else None', "computed", "off"),
        ("openapi_url=pick(), debug=pick()", "computed", "computed"),
    ],
)
def test_where_documentation_and_debug_come_from(arguments: str, docs: str, debug: str) -> None:
    found = facts(f"app = FastAPI({arguments})")
    assert (found["docs_wiring"], found["debug_wiring"]) == (Known(docs), Known(debug))
