"""Variables become observations; secrets become what may be said of them."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue import shipped
from scanner.model import Absent, Content, Known, Observation, Present, Unresolved
from scanner.readers import environment
from scanner.readers.environment import SecretText, Variable

STRONG = "q8Zr4-Tn6Lw1_Xc9Vb3Mk7Jh5Gf2Ds0Pa4Yu8Ei"


def observe(*variables: tuple[str, Content | SecretText], **more: object) -> dict[str, Content]:
    found, _ = run(*variables, **more)
    return {item.setting: item.content for item in found}


def run(*variables: tuple[str, Content | SecretText], **more: object) -> tuple[list[Observation], environment.Digests]:
    given_ = [Variable(name, content, f".env:{index + 1}") for index, (name, content) in enumerate(variables)]
    return environment.observe(
        given_,
        target="app",
        catalogue=shipped(),
        collector="dotenv",
        digest_key=b"k",
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("name", ["LOG_LEVEL", "log_level", "LOGLEVEL", "MYAPP_LOG_LEVEL"])
def test_a_name_is_known_by_its_aliases_in_any_case_and_with_the_projects_prefix(name: str) -> None:
    assert observe((name, Known("INFO")), prefixes=("myapp_",))["LOG_LEVEL"] == Known("INFO")


def test_other_names_are_passed_over() -> None:
    assert "LOG_LEVEL" not in observe(("PATH", Known("/bin")), ("MYAPP_LOG_LEVEL", Known("INFO")))


@pytest.mark.parametrize("raw", ["", "enable", "2", "  True "])
def test_raw_text_is_kept_for_those_who_judge_it(raw: str) -> None:
    assert observe(("DEBUG", Known(raw)))["DEBUG"] == Known(raw)


def test_two_names_of_one_setting_are_two_observations() -> None:
    found, _ = run(("LOG_LEVEL", Known("INFO")), ("LOGLEVEL", Known("DEBUG")))
    assert [item.content for item in found if item.setting == "LOG_LEVEL"] == [Known("INFO"), Known("DEBUG")]


def test_two_names_with_different_secrets_leave_both_unknown() -> None:
    found, digests = run(("SECRET_KEY", Known(STRONG)), ("APP_SECRET_KEY", Known("other")))
    assert all(isinstance(item.content, Unresolved) for item in found if item.setting == "SECRET_KEY")
    assert ("app", "SECRET_KEY", "server") not in digests


@pytest.mark.parametrize(("text", "strength"), [(STRONG, "strong"), ("changeme", "weak"), ("", "weak")])
def test_a_secret_is_present_and_measured(text: str, strength: str) -> None:
    content = observe(("SECRET_KEY", Known(text)))["SECRET_KEY"]
    assert isinstance(content, Present)
    assert content.strength == strength


def test_a_reference_to_a_secret_stays_one() -> None:
    assert observe(("SECRET_KEY", Present("reference")))["SECRET_KEY"] == Present("reference")


def test_a_setting_that_stands_in_a_store_is_not_known() -> None:
    assert isinstance(observe(("LOG_LEVEL", Present("reference")))["LOG_LEVEL"], Unresolved)


def test_the_parts_of_a_connection_string_are_settings_of_their_own() -> None:
    found = observe(("DATABASE_URL", Known(f"postgresql+asyncpg://app:{STRONG}@db/x?ssl=require")))
    assert found["database_sslmode"] == Known("require")
    assert getattr(found["database_url_password"], "strength", "") == "strong"
    assert found["DATABASE_URL"] == Present(
        "literal", reason="a connection string: its parts are settings of their own"
    )


def test_a_connection_string_without_sslmode_leaves_it_to_the_default_and_other_databases_have_none() -> None:
    assert observe(("DATABASE_URL", Known("postgresql://app@db/x")))["database_sslmode"] == Absent()
    assert "database_sslmode" not in observe(("DATABASE_URL", Known("sqlite:///x.db")))
    assert "database_url_password" not in observe(("DATABASE_URL", Known("postgresql://app@db/x")))


def test_the_parts_of_a_connection_string_are_no_better_known_than_the_string() -> None:
    found = observe(("DATABASE_URL", Present("reference")), ("REDIS_URL", Unresolved("computed")))
    for name in ("database_sslmode", "database_url_password"):
        assert found[name] == Present("reference")
    for name in ("redis_url_scheme", "redis_url_password"):
        assert isinstance(found[name], Unresolved)


def test_secrets_are_listed_by_where_their_text_comes_from() -> None:
    found = observe(
        ("SECRET_KEY", Known("x")),
        ("STRIPE_API_TOKEN", Known("y")),
        ("SMTP_PASSWORD", Present("reference")),
        ("DATABASE_URL", Known("postgresql://app@db/x")),
        ("JWT_SECRET", Unresolved("computed")),
        ("LOG_LEVEL", Known("INFO")),
    )
    listed = found["secrets_in_environment"]
    assert isinstance(listed, Known)
    assert isinstance(listed.raw, list)
    assert {item["name"]: item["origin"] for item in listed.raw} == {
        "SECRET_KEY": "literal",
        "STRIPE_API_TOKEN": "literal",
        "SMTP_PASSWORD": "reference",
        "DATABASE_URL": "no secret",
        "JWT_SECRET": "unresolved",
    }


def test_an_application_is_more_than_a_servers_password() -> None:
    assert environment.makes_application(["LOG_LEVEL"], shipped())
    assert environment.makes_application(["app_secret_key"], shipped())
    assert not environment.makes_application(["POSTGRES_PASSWORD", "REDIS_URL", "PATH"], shipped())


def test_a_prefix_is_found_where_three_settings_have_it_and_none_goes_without() -> None:
    prefix = environment.project_prefix
    names = ["SHOP_API_DEBUG", "SHOP_API_LOG_LEVEL", "SHOP_API_CORS_ORIGINS", "PATH"]
    assert prefix(names, shipped()) == "SHOP_API_"
    assert prefix(["shop_debug", "shop_log_level", "shop_secret_key"], shipped()) == "SHOP_"
    assert prefix([*names, "LOG_LEVEL"], shipped()) == ""
    assert prefix(["NGINX_DEBUG", "NGINX_LOG_LEVEL"], shipped()) == ""
    assert prefix([], shipped()) == ""


def test_an_empty_carrier_has_an_empty_list_of_secrets_at_its_own_place() -> None:
    found, _ = environment.observe(
        [], target="app", catalogue=shipped(), collector="dotenv", layer=environment.DOTENV, locator=".env"
    )
    assert [(item.setting, item.content, item.provenance.locator) for item in found] == [
        ("secrets_in_dotenv", Known([]), ".env")
    ]


HOSTILE = st.text(min_size=8, max_size=40).filter(lambda text: len(set(text)) > 4)
NAMES = st.sampled_from(
    ["SECRET_KEY", "JWT_SECRET", "DATABASE_PASSWORD", "STRIPE_TOKEN", "DATABASE_URL", "REDIS_URL", "MY_PASSWORD"]
)


@given(NAMES, HOSTILE)
def test_the_text_of_a_secret_is_nowhere_in_what_leaves(name: str, secret: str) -> None:
    secret = f"s3cr\u20ac7{secret}"
    variable = Variable(name, SecretText(secret), ".env:1")
    assert secret not in repr(variable)
    found, digests = run((name, Known(secret)), (f"OTHER_{name}", SecretText(secret)))
    assert secret not in repr(found)
    assert secret.encode("utf-8", "surrogatepass") not in pickle.dumps(found)
    assert secret not in repr(digests)


@given(HOSTILE)
def test_the_password_of_a_connection_string_is_nowhere_in_what_leaves(secret: str) -> None:
    secret = "".join(letter for letter in secret if letter.isalnum()) + "pQ9zX"
    found, _ = run(("DATABASE_URL", Known(f"postgresql://app:{secret}@db/x?sslmode=require")))
    assert secret not in repr(found)
