"""Settings classes as sources: defaults under everything else, and whether the code uses the settings."""

from __future__ import annotations

from pathlib import Path

from scanner.collectors.pydantic_settings import PydanticSettings, survey
from scanner.model import Known, Present, Target, Unresolved
from scanner.readers import environment
from tests.support.carriers import ask, contents, of, raws, surveyed, write

CLASS = """from pydantic_settings import BaseSettings, SettingsConfigDict
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    debug: bool = True
    log_level: str = Field("INFO", validation_alias=AliasChoices("LEVEL", "LOG_LEVEL"))
    cors_origins: list[str] = ["https://a.com"]
    secret_key: SecretStr = SecretStr("changeme")
    session_cookie_secure: bool = not debug
    hsts_seconds: int
    docs_enabled: bool | None = None
"""
MAIN = """app = FastAPI(openapi_url=None)
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
app.add_middleware(SessionMiddleware, secret_key=settings.secret_key)
"""


def test_defaults_are_the_lowest_layer_with_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, {"app/settings.py": CLASS})
    found = ask(PydanticSettings("app/settings.py"), tmp_path)
    assert (raws(found)["DEBUG"], raws(found)["LOG_LEVEL"]) == (True, "INFO")
    (item,) = of(found, "LOG_LEVEL")
    assert (item.layer, item.provenance.locator) == (environment.CLASS_DEFAULT, "app/settings.py:5")
    assert item.provenance.chain == ("default of Settings.log_level",)
    assert isinstance(contents(found)["SESSION_COOKIE_SECURE"], Unresolved)
    assert "HSTS_SECONDS" not in contents(found), "a required field has no value on this layer"
    assert "DOCS_ENABLED" not in contents(found), "None leaves it to the code"
    assert found.answers[0].complete


def test_a_secret_in_code_is_measured_listed_and_not_shown(tmp_path: Path) -> None:
    write(tmp_path, {"s.py": CLASS})
    found = ask(PydanticSettings("s.py"), tmp_path)
    content = contents(found)["SECRET_KEY"]
    assert isinstance(content, Present)
    assert content.strength == "weak"
    assert raws(found)["secrets_in_code"] == [{"name": "SHOP_secret_key", "place": "s.py:7", "origin": "literal"}]
    assert "changeme" not in repr(found)


def test_the_wiring_of_the_application_is_an_observation_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, {"app/core/config.py": CLASS, "app/main.py": MAIN, "app/tests/test_x.py": "FastAPI(debug=True)\n"})
    found = ask(PydanticSettings("app"), tmp_path)
    assert raws(found)["cors_wiring"] == "hard-coded"
    assert raws(found)["cors_wired_origins"] == ["*"]
    assert raws(found)["docs_wiring"] == "off"
    assert raws(found)["debug_wiring"] == "off"
    assert raws(found)["session_secure_wiring"] == "not given"
    assert of(found, "cors_wiring")[0].provenance.locator == "app/main.py:2"


def test_what_is_not_wired_is_said_where_the_application_is_built_and_unknown_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"app/settings.py": CLASS, "app/main.py": "app = FastAPI()\n"})
    built = raws(ask(PydanticSettings("app"), tmp_path))
    assert (built["cors_wiring"], built["session_secure_wiring"], built["docs_wiring"]) == ("none", "none", "on")
    alone = contents(ask(PydanticSettings("app/settings.py"), tmp_path))
    for name in ("cors_wiring", "session_secure_wiring", "session_samesite_wiring", "docs_wiring", "debug_wiring"):
        content = alone[name]
        assert isinstance(content, Unresolved)
        assert "path:" in content.remedy


def test_classes_of_other_environments_and_bases_do_not_count(tmp_path: Path) -> None:
    text = """class Base(BaseSettings):
    LOG_LEVEL: str = "DEBUG"
class DevSettings(Base):
    LOG_LEVEL: str = "INFO"
class ProductionSettings(Base):
    LOG_LEVEL: str = "WARNING"
"""
    write(tmp_path, {"s.py": text})
    assert raws(ask(PydanticSettings("s.py"), tmp_path))["LOG_LEVEL"] == "WARNING"
    development = ask(PydanticSettings("s.py"), tmp_path, target=Target("app", "fastapi", "development"))
    assert raws(development)["LOG_LEVEL"] == "INFO"
    staging = ask(PydanticSettings("s.py"), tmp_path, target=Target("app", "fastapi", "staging"))
    assert raws(staging)["LOG_LEVEL"] == "DEBUG"
    assert raws(ask(PydanticSettings("s.py", class_name="Base"), tmp_path))["LOG_LEVEL"] == "DEBUG"


def test_two_classes_that_differ_are_two_observations(tmp_path: Path) -> None:
    text = "class A(BaseSettings):\n    DEBUG: bool = True\nclass B(BaseSettings):\n    DEBUG: bool = False\n"
    write(tmp_path, {"s.py": text})
    assert [item.content for item in of(ask(PydanticSettings("s.py"), tmp_path), "DEBUG")] == [
        Known(True),
        Known(False),
    ]


def test_what_cannot_be_read_is_a_gap_with_a_remedy(tmp_path: Path) -> None:
    write(tmp_path, {"s.py": "class S(BaseSettings:\n", "d/bad.py": "class S(BaseSettings:\n", "d/good.py": CLASS})
    broken = ask(PydanticSettings("s.py"), tmp_path)
    assert "s.py:1" in broken.gaps[0].reason
    assert broken.observations == ()
    partly = ask(PydanticSettings("d"), tmp_path)
    content = contents(partly)["DEBUG"]
    assert isinstance(content, Unresolved)
    assert "d/bad.py" in content.reason, "a class in it could replace the default"
    assert raws(partly)["secrets_in_code"], "a secret that was seen stays seen"
    assert "d/bad.py:1" in partly.gaps[0].reason
    assert not partly.answers[0].complete
    missing = ask(PydanticSettings("s2.py"), tmp_path)
    assert missing.gaps[0].remedy
    named = ask(PydanticSettings("d/good.py", class_name="Nope"), tmp_path)
    assert "Settings" in named.gaps[0].remedy


def test_a_file_without_a_settings_class_answers_nothing_whole(tmp_path: Path) -> None:
    write(tmp_path, {"s.py": "x = 1\n"})
    assert not ask(PydanticSettings("s.py"), tmp_path).answers[0].complete


def test_packages_with_settings_are_proposed_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "backend/app/__init__.py": "",
            "backend/app/core/config.py": CLASS,
            "backend/app/main.py": MAIN,
            "backend/tests/conf.py": CLASS,
            "lib/models.py": "class A(BaseModel):\n    DEBUG: bool = True\n",
            "broken.py": "class S(BaseSettings:\n",
        },
    )
    broken, proposal = sorted(surveyed(survey, tmp_path), key=lambda item: item.label, reverse=True)
    assert broken.label == "broken.py", "what cannot be parsed may hold settings: its silence belongs in the report"
    assert (proposal.fields, proposal.component) == ({"path": "backend/app"}, "fastapi")
    assert raws(ask(PydanticSettings(**proposal.fields), tmp_path))["cors_wiring"] == "hard-coded"  # type: ignore[arg-type]
