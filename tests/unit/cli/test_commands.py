"""The command line as a user types it: what it prints, where, and the code it leaves."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from scanner import baselines, cli, document, resources
from scanner.cli import COMMANDS, request, run
from scanner.errors import ExitCode

ENV = "ENVIRONMENT=production\nDEBUG=true\nLOG_LEVEL=WARNING\nSESSION_COOKIE_SAMESITE=lax\n"
CONFORMING = ("--only", "log-level-per-environment")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text(ENV)
    return tmp_path


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_help_has_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([word for word in (command, "--help") if word]) == 0
    assert "Example" in capsys.readouterr().out


def test_results_go_to_standard_output_and_the_rest_to_standard_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(project), "--format", "json", *CONFORMING]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["exit_code"] == 0
    assert captured.err == ""


def test_files_are_written_by_their_suffix_and_named_on_standard_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = ["-o", str(project / "r.json"), "-o", str(project / "r.html")]
    assert run(["check", str(project), *CONFORMING, *outputs]) == 0
    assert "r.html" in capsys.readouterr().err
    assert json.loads((project / "r.json").read_text())["coverage"]["passed"] == 1
    assert (project / "r.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--only", "debug-per-environment"], 1),
        (["--only", "debug-per-environment", "--exit-zero"], 0),
        (["--only", "fastapi-session-cookie-samesite-strict", "--fail-on", "critical"], 0),
        (["--only", "fastapi-session-cookie-samesite-strict", "--fail-on", "low"], 1),
        (["--only", "fastapi-session-cookie-secure"], 3),
        (["--only", "fastapi-session-cookie-secure", "--exit-zero"], 0),
        ([*CONFORMING, "--require-complete"], 0),
        (["--only", "log-level-*", "--only", "jwt-secret-*", "--require-complete"], 3),
        (["--only", "no-such-rule", "--exit-zero"], 2),
    ],
)
def test_exit_codes(project: Path, options: list[str], code: int) -> None:
    assert run(["check", str(project), "-q", *options]) == code


def test_color_is_for_terminals(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", str(project)])
    assert "\x1b[" not in capsys.readouterr().out
    run(["check", str(project), "--color"])
    assert "\x1b[" in capsys.readouterr().out


def test_a_saved_result_is_rendered_again_with_its_exit_code(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = project / "saved.json"
    first = run(["check", str(project), "-o", str(saved)])
    printed = capsys.readouterr().out
    assert run(["report", str(saved)]) == first == 1
    assert capsys.readouterr().out == printed


def test_drift_since_a_saved_result_says_what_moved(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = project / "saved.json"
    run(["drift", str(project), "-o", str(saved), "--exit-zero"])
    (project / ".env").write_text(ENV.replace("true", "false"))
    capsys.readouterr()
    run(["drift", str(project), "--since", str(saved), "--format", "json"])
    rows = {row["setting"]: row["moved"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["DEBUG"] == "the source"
    assert rows["LOG_LEVEL"] == ""


def test_init_writes_what_check_then_reads(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "infra").mkdir()
    (project / "infra/main.tf").write_text('resource "aws_db_instance" "x" {\n  engine = "postgres"\n}\n')
    assert run(["init", str(project)]) == 0
    assert run(["init", str(project)]) == ExitCode.USER_ERROR
    assert "--force" in capsys.readouterr().err
    code = run(["check", str(project), "--format", "json"])
    found = {item["component"] for item in json.loads(capsys.readouterr().out)["targets"]}
    assert code in {1, 3}
    assert found == {"fastapi", "postgresql"}


def test_init_fits_the_schema_that_is_printed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["schema", "scanner.yaml"])
    schema = json.loads(capsys.readouterr().out)
    run(["init", str(project), "--print"])
    jsonschema.validate(document.trees(capsys.readouterr().out, "x")[0].value, schema)
    example = resources.directory("examples") / "ghostquant" / "scanner.yaml"
    jsonschema.validate(document.trees(example.read_text(), "x")[0].value, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"project": "x", "targets": [{"id": "x"}]}, schema)


def test_shipped_files_fit_the_schemas_that_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for kind, paths in (
        ("baseline", baselines.shipped_paths()),
        ("catalogue", resources.files("baselines/settings", ".yaml")),
        ("controls", resources.files("baselines/controls", ".yaml")),
    ):
        assert run(["schema", kind]) == 0
        schema = json.loads(capsys.readouterr().out)
        assert paths
        for path in paths:
            jsonschema.validate(document.trees(path.read_text(), str(path))[0].value, schema)


def test_every_shipped_rule_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    rules = [rule for item in request.load_baselines(()) for rule in item.rules]
    for rule in rules:
        assert run(["explain", rule.id]) == 0
        text = capsys.readouterr().out
        assert rule.title in text
        assert "How to fix it" in text
    assert len(rules) > 80


def test_a_near_miss_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "postgresql-tls-13"]) == ExitCode.USER_ERROR
    assert "postgresql-tls-1.3" in capsys.readouterr().err


def test_baselines_are_listed_shown_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "list"]) == 0
    assert "redis-secure" in capsys.readouterr().out
    assert run(["baseline", "show", "redis-secure"]) == 0
    assert "tls-port" in capsys.readouterr().out
    assert run(["baseline", "lint", *map(str, baselines.shipped_paths())]) == 0


def test_doctor_names_what_is_blind_and_what_opens_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "scanner.yaml").write_text(
        "project: x\ntargets:\n  - {id: db, component: postgresql, environment: production, platform: self-managed, "
        "sources: [{postgresql: {dsn_env: NO_SUCH_DSN}}]}\n"
    )
    assert run(["doctor", str(project)]) == ExitCode.INCOMPLETE
    text = capsys.readouterr().out
    assert "NO_SUCH_DSN" in text
    assert "blind" in text


def test_a_bug_is_one_line_that_asks_for_a_report(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("postgresql://scan:hunter2@localhost/db")

    monkeypatch.setattr("scanner.cli.request.build", broken)
    assert run(["check", str(project)]) == ExitCode.BUG
    assert capsys.readouterr().err.count("\n") == 1
    assert run(["--debug", "check", str(project)]) == ExitCode.BUG
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "hunter2" not in told


def test_an_interruption_is_130(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scanner.cli.request.build", interrupted)
    assert run(["check", str(project)]) == ExitCode.INTERRUPTED


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("scanner ")


def test_a_code_that_a_saved_result_states_proves_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = project / "saved.json"
    assert run(["check", str(project), "-o", str(saved)]) == 1
    text = saved.read_text().replace('"exit_code": 1', '"exit_code": 0')
    assert text != saved.read_text()
    saved.write_text(text)
    assert run(["report", str(saved), "-q"]) == 1
    assert "exit 1" in capsys.readouterr().out


def test_an_error_never_carries_what_a_terminal_would_obey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    (tmp_path / "scanner.yaml").write_text('project: shop\n"\\e]0;owned\\a": 1\n')
    assert run(["check", str(tmp_path)]) == ExitCode.USER_ERROR
    said = capsys.readouterr().err
    assert "owned" in said
    assert said.rstrip("\n").isprintable()
