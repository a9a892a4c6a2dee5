"""The environment of a file, told by its name, its directories or its own variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.catalogue import shipped
from scanner.model import Known, Unresolved
from scanner.readers.environment import Variable
from scanner.readers.environment_name import is_template, stated_by, told_by

ROOT = Path("/r")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (".env.production", "production"),
        (".env.prod.local", "production"),
        ("docker-compose.stg.yml", "staging"),
        ("deploy/live/web.yaml", "production"),
        ("deploy/eu-staging/web.yaml", "staging"),
        ("production/.env.dev", "development"),
        (".env", ""),
        ("src/app/.env", ""),
    ],
)
def test_what_a_path_tells(path: str, name: str) -> None:
    found, told = told_by(ROOT, ROOT / path, shipped())
    assert found == name
    assert bool(told) == bool(name)


def test_directories_above_the_scanned_one_tell_nothing() -> None:
    assert told_by(Path("/prod/x"), Path("/prod/x/.env"), shipped()) == ("", "")
    assert told_by(Path("/prod/x"), Path("/prod/other/.env"), shipped()) == ("", "")


@pytest.mark.parametrize(
    "name", [".env.example", "env.sample.env", ".env.template", "compose.dist.yml", ".env-example"]
)
def test_patterns_to_copy_are_no_configuration(name: str) -> None:
    assert is_template(Path(name))


@pytest.mark.parametrize("name", [".env", ".env.production", "distribution.env", "samples.env"])
def test_other_names_are_no_patterns(name: str) -> None:
    assert not is_template(Path(name))


def test_the_carriers_own_variable_tells() -> None:
    variables = [Variable("APP_ENV", Known(" Prod "), ".env:3")]
    assert stated_by(variables, shipped(), "fastapi") == ("production", "APP_ENV in .env:3")
    unknown = [Variable("ENVIRONMENT", Unresolved("x"), ".env:1"), Variable("ENV", Known("moon"), ".env:2")]
    assert stated_by(unknown, shipped(), "fastapi") == ("", "")
