"""Compose files: what a service's process gets, and what only the deploying shell knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collectors.compose import Compose, survey
from scanner.model import Known, Unresolved
from scanner.readers import environment
from tests.support.carriers import ask, contents, of, raws, surveyed, write


def compose(root: Path, text: str, **files: str) -> Path:
    write(root, {"compose.yml": text, **{name.replace("__", "."): body for name, body in files.items()}})
    return root


def test_a_mapping_and_a_list_mean_the_same(tmp_path: Path) -> None:
    mapping = "services:\n  api:\n    environment:\n      DEBUG: true\n      LOG_LEVEL: INFO\n      HSTS_SECONDS: 5\n"
    listed = "services:\n  api:\n    environment:\n      - DEBUG=true\n      - LOG_LEVEL=INFO\n      - HSTS_SECONDS=5\n"
    write(tmp_path, {"a.yml": mapping, "b.yml": listed})
    first, second = (raws(ask(Compose(name), tmp_path)) for name in ("a.yml", "b.yml"))
    assert first == second
    assert (first["DEBUG"], first["HSTS_SECONDS"]) == ("true", "5")


def test_values_have_their_line_and_the_service_is_a_whole_answer(tmp_path: Path) -> None:
    found = ask(Compose("compose.yml"), compose(tmp_path, "services:\n  api:\n    environment:\n      DEBUG: 'no'\n"))
    (item,) = of(found, "DEBUG")
    assert (item.provenance.locator, item.layer) == ("compose.yml:4", environment.PROCESS)
    assert found.answers[0].complete


def test_environment_wins_over_env_file_and_the_later_file_over_the_earlier(tmp_path: Path) -> None:
    text = "services:\n  api:\n    env_file: [a.env, {path: b.env}]\n    environment: {LOG_LEVEL: ERROR}\n"
    compose(tmp_path, text, a__env="LOG_LEVEL=INFO\nDEBUG=1\n", b__env="DEBUG=0\n")
    found = ask(Compose("compose.yml", service="api"), tmp_path)
    assert (raws(found)["LOG_LEVEL"], raws(found)["DEBUG"]) == ("ERROR", "0")
    assert "replaces a.env:1" in of(found, "LOG_LEVEL")[0].provenance.chain
    assert of(found, "DEBUG")[0].provenance.locator == "b.env:1"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${LEVEL:-INFO}", Known("INFO")),
        ("${GIVEN}", Known("there")),
        ("${BESIDE}", Known("near")),
        ("$$LEVEL", Known("$LEVEL")),
    ],
)
def test_references_are_filled_from_defaults_the_env_beside_and_given_values(
    value: str, expected: Known, tmp_path: Path
) -> None:
    text = f"services:\n  api:\n    environment: {{LOG_LEVEL: '{value}'}}\n"
    compose(tmp_path, text, __env="BESIDE=near\nGIVEN=shadowed\n")
    found = ask(Compose("compose.yml", variables={"GIVEN": "there"}), tmp_path)
    assert contents(found)["LOG_LEVEL"] == expected


@pytest.mark.parametrize("entry", ["{LOG_LEVEL: '${LEVEL}'}", "[LOG_LEVEL]", "{LOG_LEVEL: }", "{LOG_LEVEL: '${L:?x}'}"])
def test_what_only_the_deploying_shell_gives_is_unresolved(entry: str, tmp_path: Path) -> None:
    found = ask(Compose("compose.yml"), compose(tmp_path, f"services:\n  api:\n    environment: {entry}\n"))
    content = contents(found)["LOG_LEVEL"]
    assert isinstance(content, Unresolved)
    assert "give a value for" in content.remedy


def test_a_missing_env_file_leaves_what_it_would_set_unknown(tmp_path: Path) -> None:
    text = "services:\n  api:\n    env_file: gone.env\n    environment: {DEBUG: 'false'}\n"
    found = ask(Compose("compose.yml"), compose(tmp_path, text))
    assert raws(found)["DEBUG"] == "false"
    assert "gone.env" in found.gaps[0].reason
    assert not found.answers[0].complete
    optional = text.replace("gone.env", "[{path: gone.env, required: false}]")
    assert ask(Compose("compose.yml"), compose(tmp_path, optional)).gaps == ()


def test_files_are_merged_in_order_and_a_service_extends_another(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "compose.yml": "services:\n  base: {environment: {LOG_LEVEL: INFO, DEBUG: '1'}}\n"
            "  api: {extends: base, environment: {DEBUG: '0'}}\n",
            "compose.prod.yml": "services:\n  api: {environment: {LOG_LEVEL: WARNING}}\n",
        },
    )
    found = ask(Compose(["compose.yml", "compose.prod.yml"], service="api"), tmp_path)
    assert (raws(found)["LOG_LEVEL"], raws(found)["DEBUG"]) == ("WARNING", "0")


def test_merged_keys_of_an_anchor_count(tmp_path: Path) -> None:
    text = "x-common: &c {LOG_LEVEL: INFO}\nservices:\n  api:\n    environment:\n      <<: *c\n      DEBUG: '0'\n"
    assert raws(ask(Compose("compose.yml"), compose(tmp_path, text)))["LOG_LEVEL"] == "INFO"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("services: {a: {environment: {DEBUG: '1'}}, b: {environment: {DEBUG: '0'}}}", "a, b could be meant"),
        ("services: {a: {image: x}}", "none of them"),
        ("services: {}", "none of them"),
        ("[]", "no compose file"),
        ("a: [", "not valid YAML"),
        ("a: 1\n---\nb: 1", "no compose file"),
    ],
)
def test_what_cannot_be_chosen_or_read_is_a_gap_with_a_remedy(text: str, reason: str, tmp_path: Path) -> None:
    found = ask(Compose("compose.yml"), compose(tmp_path, text))
    assert found.observations == ()
    assert reason in found.gaps[0].reason
    assert found.gaps[0].remedy


@pytest.mark.parametrize(
    "text",
    [
        "services: {api: {environment: {DEBUG: '1'}, extends: {service: base, file: other.yml}}}",
        "services: {api: {environment: {DEBUG: '1'}, extends: api}}",
        "include: [other.yml]\nservices: {api: {environment: {DEBUG: '1'}}}",
        "services: {api: {environment: {DEBUG: '1'}, env_file: '${NAME}.env'}}",
    ],
)
def test_what_is_not_followed_is_said_and_the_answer_is_not_whole(text: str, tmp_path: Path) -> None:
    found = ask(Compose("compose.yml", service="api"), compose(tmp_path, text))
    assert raws(found)["DEBUG"] == "1"
    assert found.gaps
    assert not found.answers[0].complete


@pytest.mark.parametrize(
    "text", ["services: 5", "services: {api: 5}", "services: {api: {environment: 5, env_file: 7}}"]
)
def test_wrong_shapes_set_nothing_and_break_nothing(text: str, tmp_path: Path) -> None:
    found = ask(Compose("compose.yml", service="api"), compose(tmp_path, text))
    assert raws(found) == {} or raws(found) == {"secrets_in_environment": []}
    assert found.gaps or found.answers


def test_services_with_settings_are_proposed_with_their_environment(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "docker-compose.yml": "services:\n  db: {environment: {POSTGRES_PASSWORD: x}}\n"
            "  api: {environment: {LOG_LEVEL: INFO, ENV: dev}}\n",
            "docker-compose.override.yml": "services:\n  api: {environment: {DEBUG: 'true'}}\n",
            "docker-compose.prod.yml": "services:\n  api: {environment: {LOG_LEVEL: WARNING}}\n",
            "docker-compose.example.yml": "services:\n  api: {environment: {LOG_LEVEL: WARNING}}\n",
            "other.yml": "services:\n  api: {environment: {LOG_LEVEL: WARNING}}\n",
        },
    )
    found = {item.label: item for item in surveyed(survey, tmp_path)}
    assert {label: item.environment for label, item in found.items()} == {
        "docker-compose.override.yml:api": "development",
        "docker-compose.prod.yml:api": "production",
    }
    production = found["docker-compose.prod.yml:api"]
    assert production.fields["path"] == ["docker-compose.yml", "docker-compose.prod.yml"]
    assert raws(ask(Compose(**production.fields), tmp_path))["LOG_LEVEL"] == "WARNING"  # type: ignore[arg-type]


def test_a_compose_file_that_cannot_be_read_is_proposed_so_that_its_silence_is_seen(tmp_path: Path) -> None:
    write(tmp_path, {"compose.prod.yml": "services: ["})
    (proposal,) = surveyed(survey, tmp_path)
    assert ask(Compose(**proposal.fields), tmp_path).gaps  # type: ignore[arg-type]


def test_a_server_that_shares_the_applications_env_file_is_no_application(tmp_path: Path) -> None:
    text = (
        "services:\n  db: {image: 'docker.io/library/postgres:16', env_file: .env}\n"
        "  api: {image: 'registry.example/shop:1', env_file: .env}\n  cache: {image: redis@sha256:0, env_file: .env}\n"
        "  proxy: {image: nginx, build: ./proxy, env_file: .env}\n"
    )
    compose(tmp_path, text, __env="LOG_LEVEL=INFO\n")
    assert [item.fields["service"] for item in surveyed(survey, tmp_path)] == ["api", "proxy"]
    assert "api, proxy could be meant" in ask(Compose("compose.yml"), tmp_path).gaps[0].reason
    assert raws(ask(Compose("compose.yml", service="db"), tmp_path))["LOG_LEVEL"] == "INFO", "who asks for it gets it"


def test_a_secret_that_is_put_into_another_variable_stays_one(tmp_path: Path) -> None:
    text = "services:\n  api:\n    environment: {LOG_LEVEL: '${DB_PASSWORD}', DEBUG: 'no'}\n"
    compose(tmp_path, text, __env="DB_PASSWORD=pL4in-s3cret\n")
    found = ask(Compose("compose.yml"), tmp_path)
    assert "pL4in-s3cret" not in repr(found)
    assert "LOG_LEVEL" in contents(found)


def test_a_reference_to_a_secret_is_no_plain_text_in_the_manifest(tmp_path: Path) -> None:
    text = "services:\n  api:\n    environment: {SECRET_KEY: '${SECRET_KEY:?}', JWT_SECRET: plain, DEBUG: 'no'}\n"
    compose(tmp_path, text, __env="SECRET_KEY=pL4in-s3cret\n")
    listed = raws(ask(Compose("compose.yml"), tmp_path))["secrets_in_environment"]
    assert isinstance(listed, list)
    assert {item["name"]: item["origin"] for item in listed} == {"SECRET_KEY": "reference", "JWT_SECRET": "literal"}


def test_an_env_file_that_is_missing_could_replace_the_files_before_it(tmp_path: Path) -> None:
    text = "services:\n  api:\n    env_file: [a.env, gone.env, b.env]\n    environment: {HSTS_SECONDS: 1}\n"
    compose(tmp_path, text, a__env="DEBUG=0\n", b__env="LOG_LEVEL=ERROR\n")
    found = ask(Compose("compose.yml"), tmp_path)
    content = contents(found)["DEBUG"]
    assert isinstance(content, Unresolved)
    assert "gone.env" in content.reason
    assert (raws(found)["LOG_LEVEL"], raws(found)["HSTS_SECONDS"]) == ("ERROR", "1")
