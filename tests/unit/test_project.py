"""scanner.yaml: what is understood, and what is refused with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import collect, project
from scanner.catalogue import Catalogue
from scanner.errors import UserError
from tests.support.rows import catalogue

SOUND = """\
project: ghostquant
parameters: {allowed_origins: ["https://ghostquant.com"], limit: 10}
environments:
  production: {aliases: [live-site], terraform: {path: infra, var_files: [production.tfvars]}, parameters: {limit: 20}}
targets:
  - id: orders
    component: postgresql
    environment: live-site
    parameters: {limit: 30}
    sources:
      - terraform: {address: aws_db_instance.orders}
      - postgresql: {dsn_env: ORDERS_DSN}
"""


def words() -> Catalogue:
    return Catalogue(catalogue().settings, {"production": "production", "prod": "production"})


def load(tmp_path: Path, text: str) -> project.Project:
    path = tmp_path / "scanner.yaml"
    path.write_text(text)
    return project.load(path, words())


def test_a_target_takes_environment_parameters_and_terraform_from_its_surroundings(tmp_path: Path) -> None:
    found = load(tmp_path, SOUND)
    entry = found.targets[0]
    assert entry.target.environment == "production"
    assert dict(entry.target.parameters) == {"allowed_origins": ["https://ghostquant.com"], "limit": 30}
    expected = {"path": "infra", "var_files": ["production.tfvars"], "address": "aws_db_instance.orders"}
    assert dict(entry.sources[0].fields) == expected
    assert entry.sources[1].place.endswith("scanner.yaml:12")


def test_the_environment_is_a_source_of_its_own_so_that_no_resource_is_overlooked(tmp_path: Path) -> None:
    survey = load(tmp_path, SOUND).surveys[0]
    assert (survey.kind, survey.environment) == ("terraform", "production")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            ("component: postgresql", "component: oracle"),
            "scanner.yaml:7: oracle: unknown component; allowed: postgresql",
        ),
        (("environment: live-site", "environment: moon"), "scanner.yaml:8: moon: unknown environment"),
        (("component:", "komponent:"), "scanner.yaml:7: targets.0.komponent: unknown key"),
        (("project: ghostquant\n", ""), "project: is required but missing"),
        (("      - terraform: {address: aws_db_instance.orders}", "      - {a: {}, b: {}}"), "exactly one key"),
        (("  - id: orders", "  - id: orders\n    id: two"), "this key stands twice"),
        (("parameters: {limit: 30}", "parameters: [1, 2]"), "scanner.yaml:9"),
        (("project: ghostquant", "project: [broken"), "not valid YAML"),
    ],
)
def test_mistakes_name_file_line_and_key(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    with pytest.raises(UserError) as caught:
        load(tmp_path, SOUND.replace(*change))
    assert complaint in str(caught.value)


def test_two_targets_cannot_share_an_id(tmp_path: Path) -> None:
    target = SOUND[SOUND.index("  - id") :]
    with pytest.raises(UserError, match="stands twice"):
        load(tmp_path, SOUND + target)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("oracle: {}", "scanner.yaml:11: oracle: no such kind of source; allowed: "),
        ("postgresql: {dsn: secret}", "postgresql.dsn: unknown key; allowed:"),
        ("postgresql: {dsn_env: [1]}", "scanner.yaml:11"),
    ],
)
def test_sources_are_built_before_anything_is_asked(tmp_path: Path, source: str, complaint: str) -> None:
    text = SOUND.replace("terraform: {address: aws_db_instance.orders}", source)
    with pytest.raises(UserError) as caught:
        collect.build(load(tmp_path, text))
    assert complaint in str(caught.value)


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9))
    with pytest.raises(UserError, match="grows to more than"):
        load(tmp_path, f"l0: &l0 [x]\n{levels}\n")


@pytest.mark.parametrize("text", ["", "--- 1\n--- 2\n", "[" * 5000, "a: *a", "a: &a [*a]", "\x00", "x" * 6_000_000])
def test_hostile_files_are_one_clear_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"scanner\.yaml"):
        load(tmp_path, text)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "scanner.yaml").write_bytes(b"project: \xff\xfe")
    with pytest.raises(UserError, match="not UTF-8 at byte"):
        project.load(tmp_path / "scanner.yaml", words())
