"""Settings classes are read as text: what is written out is known, what is computed is not, nothing runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import SilentSource
from scanner.readers import python_settings
from scanner.readers.python_settings import SettingsClass, SettingsField

HEAD = "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom pydantic import Field\n"


def only(body: str, before: str = "") -> SettingsClass:
    (found,) = python_settings.read(f"{HEAD}{before}\nclass Settings(BaseSettings):\n{body}", "s.py").classes
    return found


def field(line: str, before: str = "") -> SettingsField:
    (found,) = only(f"    {line}\n", before).fields
    return found


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DEBUG: bool = True", True),
        ('LOG_LEVEL: str = Field("INFO")', "INFO"),
        ('LOG_LEVEL: str = Field(default="INFO")', "INFO"),
        ('LOG_LEVEL: Annotated[str, Field(max_length=9)] = "INFO"', "INFO"),
        ('CORS_ORIGINS: list[str] = ["https://a", "https://b"]', ["https://a", "https://b"]),
        ("CORS_ORIGINS: list[str] = Field(default_factory=list)", []),
        ('CORS_ORIGINS: list[str] = Field(default_factory=lambda: ["*"])', ["*"]),
        ('SECRET_KEY: SecretStr = SecretStr("changeme")', "changeme"),
        ("PORT: int = -1", -1),
        ('X: set[str] = {"b", "a"}', ["a", "b"]),
    ],
)
def test_a_default_that_is_written_out_is_known(line: str, value: object) -> None:
    default = field(line).default
    assert default is not None
    assert (default.kind, default.value) == ("literal", value)


def test_a_name_that_is_assigned_once_is_followed_and_one_that_is_assigned_twice_is_not() -> None:
    line = "DEBUG: bool = FLAG"
    once, twice = field(line, "FLAG = True"), field(line, "FLAG = True\nFLAG = False")
    branch = field(line, "if True:\n    FLAG = True")
    assert once.default is not None
    assert once.default.value is True
    assert [item.default.kind for item in (twice, branch) if item.default] != ["literal", "literal"]
    assert twice.default is not None
    assert twice.default.kind != "literal"


def test_a_member_of_an_enumeration_is_followed() -> None:
    default = field("LOG_LEVEL: Level = Level.INFO", 'class Level(str, Enum):\n    INFO = "info"').default
    assert default is not None
    assert default.value == "info"


@pytest.mark.parametrize(
    "line",
    [
        'DEBUG: bool = os.getenv("DEBUG", "hunter2").lower() == "true"',
        "DEBUG: bool = compute()",
        'X: str = f"{a}hunter2"',
        'X: str = "hunter2" + b',
        "X: str = settings.other",
    ],
)
def test_an_expression_is_unknown_and_the_text_in_it_is_not_shown(line: str) -> None:
    default = field(line).default
    assert default is not None
    assert default.kind != "literal"
    assert default.value is None
    assert "hunter2" not in default.source


def test_a_required_field_has_no_default() -> None:
    assert field("SECRET_KEY: str").default is None
    assert field("SECRET_KEY: str = Field(...)").default is None
    assert field("SECRET_KEY: str = Field(min_length=3)").default is None


def test_prefix_and_aliases_name_the_variables() -> None:
    found = only(
        '    model_config = SettingsConfigDict(env_prefix="APP_", env_file=(".env", ".env.local"))\n'
        "    debug: bool = False\n"
        '    level: str = Field("INFO", alias="LOG_LEVEL")\n'
        '    key: str = Field(validation_alias=AliasChoices("SECRET_KEY", "KEY"))\n'
        "    _private: int = 1\n"
        "    COUNT: ClassVar[int] = 3\n"
    )
    assert {item.name: item.variables for item in found.fields} == {
        "debug": ("APP_debug",),
        "level": ("LOG_LEVEL",),
        "key": ("SECRET_KEY", "KEY"),
    }
    assert found.env_files == (".env", ".env.local")


def test_older_configuration_is_read_too() -> None:
    assert only('    class Config:\n        env_prefix = "X_"\n    debug: bool = False\n').prefix == "X_"
    assert only('    model_config = {"env_prefix": "Y_"}\n    debug: bool = False\n').prefix == "Y_"


def test_a_class_inherits_fields_and_overrides_them_and_takes_its_own_prefix() -> None:
    base, child = python_settings.read(
        f"{HEAD}class Base(BaseSettings):\n    DEBUG: bool = True\n    LOG_LEVEL: str = 'INFO'\n"
        "class Production(Base):\n    model_config = SettingsConfigDict(env_prefix='P_')\n    DEBUG = False\n",
        "s.py",
    ).classes
    assert child.bases == (base.name,)
    assert {item.variables: item.default.value for item in child.fields if item.default} == {
        ("P_DEBUG",): False,
        ("P_LOG_LEVEL",): "INFO",
    }


def test_other_classes_are_no_settings() -> None:
    assert python_settings.read("class A(BaseModel):\n    DEBUG: bool = True\n", "s.py").classes == ()


def test_wiring_calls_are_read_with_what_they_are_given() -> None:
    calls = python_settings.read(
        "app = FastAPI(debug=True, **more)\n"
        "app.add_middleware(CORSMiddleware, allow_origins=settings.CORS_ORIGINS)\n"
        "middleware = [Middleware(SessionMiddleware, https_only=True)]\n"
        "app.add_middleware(middleware_class=Other)\n",
        "m.py",
    ).calls
    found = {call.name: call for call in calls}
    assert set(found) == {"FastAPI", "CORSMiddleware", "SessionMiddleware", "Other"}
    assert found["FastAPI"].starred
    assert found["CORSMiddleware"].keywords["allow_origins"].kind == "setting"
    assert found["SessionMiddleware"].keywords["https_only"].value is True


def test_nothing_is_executed(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    python_settings.read(
        f"open({str(trap)!r}, 'w')\nclass S(BaseSettings):\n    A: int = open({str(trap)!r}, 'w')\n", "s"
    )
    assert not trap.exists()


@pytest.mark.parametrize(
    "text", ["class S(", "\0", "x = " + "(" * 5000, "x = " + "-" * 20000 + "1", "x = " + "a." * 50000 + "b"]
)
def test_what_is_no_python_is_silent_and_says_where(text: str) -> None:
    with pytest.raises(SilentSource) as silence:
        python_settings.read(text, "s.py")
    assert "s.py" in silence.value.reason
    assert silence.value.remedy


@given(st.text(st.sampled_from("class S(BaseSettings):\n    A=1'\"[]{}Field,.*#"), max_size=120))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    try:
        python_settings.read(text, "s.py")
    except SilentSource as silence:
        assert silence.remedy
