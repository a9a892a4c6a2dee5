"""``.env`` files as sources: values with their lines, whole files as answers, silence with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collectors.dotenv import Dotenv, survey
from scanner.model import Known, Plane, Unresolved
from scanner.readers import environment
from tests.support.carriers import ask, contents, of, raws, surveyed, write


def test_values_have_their_line_and_the_file_is_an_answer_for_what_it_does_not_set(tmp_path: Path) -> None:
    write(tmp_path, {"app/.env": "# c\nDEBUG=true\nexport LOG_LEVEL='INFO'\n"})
    found = ask(Dotenv("app/.env"), tmp_path)
    assert (raws(found)["DEBUG"], raws(found)["LOG_LEVEL"]) == ("true", "INFO")
    assert of(found, "LOG_LEVEL")[0].provenance.locator == "app/.env:3"
    assert of(found, "LOG_LEVEL")[0].layer == environment.DOTENV
    (answer,) = found.answers
    assert (answer.plane, answer.complete, answer.layer) == (Plane.DECLARED, True, environment.DOTENV)
    assert [item.path for item in found.inputs] == ["app/.env"]
    assert found.gaps == ()


def test_of_several_files_the_later_wins_whatever_the_case_of_the_name(tmp_path: Path) -> None:
    write(tmp_path, {"a.env": "debug=1\nHOST=h\n", "b.env": "DEBUG=0\nCORS_ORIGINS=https://${HOST}\n"})
    found = ask(Dotenv(["a.env", "b.env"]), tmp_path)
    assert raws(found)["DEBUG"] == "0"
    assert "replaces a.env:1" in of(found, "DEBUG")[0].provenance.chain
    assert raws(found)["CORS_ORIGINS"] == "https://h"


def test_a_reference_to_the_process_environment_is_unresolved_until_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, {".env": "CORS_ORIGINS=https://${HOST}\n"})
    assert isinstance(contents(ask(Dotenv(".env"), tmp_path))["CORS_ORIGINS"], Unresolved)
    given = ask(Dotenv(".env", variables={"HOST": "a.com"}), tmp_path)
    assert contents(given)["CORS_ORIGINS"] == Known("https://a.com")


def test_this_machines_environment_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "leaked.example")
    write(tmp_path, {".env": "CORS_ORIGINS=https://${HOST}\n"})
    assert "leaked" not in repr(ask(Dotenv(".env"), tmp_path, process_environment={"HOST": "leaked"}))


def test_a_missing_file_is_a_gap_and_could_replace_what_stands_before_it(tmp_path: Path) -> None:
    write(tmp_path, {".env": "DEBUG=1\n"})
    found = ask(Dotenv([".env", ".env.local"]), tmp_path)
    content = contents(found)["DEBUG"]
    assert isinstance(content, Unresolved)
    assert ".env.local" in content.reason
    assert ".env.local" in found.gaps[0].reason
    assert found.gaps[0].remedy
    assert not found.answers[0].complete, "what is not mentioned may stand in the file that is missing"
    first = ask(Dotenv([".env.shared", ".env"]), tmp_path)
    assert raws(first)["DEBUG"] == "1", "what comes later wins whatever the missing file says"


def test_a_malformed_line_leaves_what_it_meant_unknown(tmp_path: Path) -> None:
    write(tmp_path, {".env": "DEBUG=1\nLOG LEVEL\n"})
    found = ask(Dotenv(".env"), tmp_path)
    assert "line 2" in found.gaps[0].reason
    assert found.gaps[0].locator == ".env:2"
    assert not found.answers[0].complete


@pytest.mark.parametrize("data", [b"\x00\x01DEBUG=1", b"DEBUG=\xff\xfe", b"A=1\n" * 5_000_000])
def test_what_is_no_text_or_too_much_is_one_gap_and_no_value(data: bytes, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(data)
    found = ask(Dotenv(".env"), tmp_path)
    assert found.observations == ()
    assert found.answers == ()
    assert len(found.gaps) == 1
    assert found.gaps[0].remedy


def test_fifty_megabytes_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / ".env").open("wb") as file:
        file.truncate(50_000_000)
    assert "larger than 10,000,000 bytes" in ask(Dotenv(".env"), tmp_path).gaps[0].reason


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    attack = "<script>\x1b[31m\u202e"
    write(tmp_path, {".env": f"LOG_LEVEL={attack}\n"})
    assert raws(ask(Dotenv(".env"), tmp_path))["LOG_LEVEL"] == attack


def test_carriers_are_proposed_with_their_environment_and_templates_never(tmp_path: Path) -> None:
    text = "LOG_LEVEL=INFO\n"
    write(
        tmp_path,
        {
            ".env": "ENV=stage\n",
            ".env.production": text,
            "deploy/dev/app.env": text,
            ".env.example": text,
            ".env.sample": text,
            "x.env.template": text,
            "other.env": "PATH=/bin\nPOSTGRES_PASSWORD=x\n",
            "notes.txt": text,
        },
    )
    found = {item.label: (item.environment, item.component) for item in surveyed(survey, tmp_path)}
    assert found == {
        ".env": ("staging", "fastapi"),
        ".env.production": ("production", "fastapi"),
        "deploy/dev/app.env": ("development", "fastapi"),
    }
    told = {item.label: item.environment_from for item in surveyed(survey, tmp_path)}
    assert told[".env"] == "ENV in .env:1"
    assert ".env.production" in told[".env.production"]


def test_a_carrier_that_cannot_be_read_is_proposed_so_that_its_silence_is_seen(tmp_path: Path) -> None:
    (tmp_path / ".env.production").write_bytes(b"\0")
    (proposal,) = surveyed(survey, tmp_path)
    assert (proposal.label, proposal.environment) == (".env.production", "production")
    assert ask(Dotenv(**proposal.fields), tmp_path).gaps  # type: ignore[arg-type]


def test_a_projects_prefix_is_found_and_handed_on(tmp_path: Path) -> None:
    write(tmp_path, {".env.x": "SHOP_DEBUG=1\nSHOP_LOG_LEVEL=INFO\nSHOP_ENVIRONMENT=staging\n"})
    (proposal,) = surveyed(survey, tmp_path)
    assert (proposal.fields["prefix"], proposal.environment) == ("SHOP_", "staging")
    assert raws(ask(Dotenv(**proposal.fields), tmp_path))["LOG_LEVEL"] == "INFO"  # type: ignore[arg-type]


def test_a_secret_that_is_put_into_another_variable_stays_one(tmp_path: Path) -> None:
    lines = [
        "API_TOKEN=pL4in-s3cret",
        "HOST=${API_TOKEN}.a.com",
        "CORS_ORIGINS=https://${HOST}",
        "LOG_LEVEL=${API_TOKEN}",
    ]
    lines += ["DATABASE_URL=postgresql://u:${API_TOKEN}@db/x?sslmode=${API_TOKEN}"]
    write(tmp_path, {".env": "\n".join(lines)})
    found = ask(Dotenv(".env"), tmp_path)
    assert "pL4in-s3cret" not in repr(found)
    assert {item.setting for item in found.observations} >= {"CORS_ORIGINS", "LOG_LEVEL", "database_sslmode"}


def test_a_secret_that_was_seen_is_listed_and_none_is_no_answer_while_a_file_is_missing(tmp_path: Path) -> None:
    write(tmp_path, {"plain.env": "JWT_SECRET=pL4in\n", "none.env": "LOG_LEVEL=INFO\n"})
    seen = raws(ask(Dotenv(["plain.env", "gone.env"]), tmp_path))["secrets_in_dotenv"]
    assert seen == [{"name": "JWT_SECRET", "place": "plain.env:1", "origin": "literal"}]
    content = contents(ask(Dotenv(["none.env", "gone.env"]), tmp_path))["secrets_in_dotenv"]
    assert isinstance(content, Unresolved)
    assert "gone.env" in content.reason
