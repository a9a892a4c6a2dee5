"""``scanner waive``: a waiver pinned to what a run saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.cli import run

RULE = "fastapi-session-cookie-secure"
SCANNER = """\
project: shop
targets:
  - {id: api, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
"""
SECRET = "corr3ct-horse"
SOON = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}"
FAR = f"{datetime.now(UTC) + timedelta(days=200):%Y-%m-%d}"
ASKED = ("--reason", "no certificate yet", "--requested-by", "Ada", "--expires", SOON)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "scanner.yaml").write_text(SCANNER)
    (tmp_path / ".env").write_text(f"SESSION_COOKIE_SECURE=no\nDEBUG=false\nSECRET_KEY={SECRET}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_request_is_written_and_accepts_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["waive", RULE, "api", *ASKED]) == 0
    assert f"waivers.yaml: {RULE}-api, pinned to “false”, requested" in capsys.readouterr().out
    assert run(["check", "--only", RULE]) == 1
    assert "requested by Ada, not approved yet" in " ".join(capsys.readouterr().out.split())


def test_an_approved_one_accepts_what_it_was_pinned_to_and_nothing_else(shop: Path) -> None:
    more = ("--approved-by", "Grace", "--approver-role", "CISO", "--ticket", "SEC-1", "--id", "W-1")
    assert run(["waive", RULE, "api", *ASKED, *more]) == 0
    text = (shop / "waivers.yaml").read_text()
    assert all(word in text for word in ("status: approved", "approver_role: CISO", "ticket: SEC-1", "id: W-1"))
    assert run(["check", "--only", RULE]) == 0
    (shop / ".env").write_text("SESSION_COOKIE_SECURE=\n")
    assert run(["check", "--only", RULE]) != 0


def test_it_is_added_to_what_stands_there(shop: Path) -> None:
    assert run(["waive", RULE, "api", *ASKED]) == 0
    before = (shop / "waivers.yaml").read_text() + "# kept\n"
    (shop / "waivers.yaml").write_text(before)
    assert run(["waive", RULE, "api", *ASKED]) == 0
    after = (shop / "waivers.yaml").read_text()
    assert after.startswith(before)
    assert f"id: {RULE}-api-2" in after


def test_a_saved_run_can_tell_the_value(shop: Path) -> None:
    run(["check", "-o", "r.json", "-q"])
    (shop / ".env").write_text("")
    assert run(["waive", RULE, "api", *ASKED, "--result", "r.json", "--value", "false"]) == 0


def test_a_secret_is_pinned_by_what_reports_say_of_it(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["waive", "fastapi-secret-key-strong", "api", *ASKED]) == 0
    text = (shop / "waivers.yaml").read_text()
    assert "accepted_value: set (literal, weak)" in text
    assert SECRET not in text + "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((RULE, "api", *ASKED, "--value", "true"), "--value: is not the value that fails; allowed: “false”"),
        ((RULE, "web", *ASKED), "was not held against this target in this run; allowed: api"),
        ((RULE, "api", *ASKED, "--scope", "role=app"), "has no such scope in this run; allowed: server"),
        (("fastapi-no-such-rule", "api", *ASKED), "`scanner baseline show` lists the rules"),
        (("debug-per-environment", "api", *ASKED), "does not fail there: pass"),
        ((RULE, "api", *ASKED, "--approved-by", "ada"), "nobody approves a request of their own"),
        ((RULE, "api", *ASKED[:-1], FAR), "90 is the most for severity high; policy: waiver_max_days:"),
        ((RULE, "api", *ASKED[:-1], "soon"), "expires: is no date"),
        ((RULE, "api", *ASKED, "--risk", "token=abcdef"), "risk: looks as if it held a secret"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert run(["waive", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert "abcdef" not in error
    assert not (shop / "waivers.yaml").exists()


def test_without_a_project_file_it_is_said_who_reads_it(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "scanner.yaml").unlink()
    (shop / ".env").rename(shop / ".env.production")
    assert run(["waive", RULE, ".env.production", *ASKED, "--approved-by", "Grace"]) == 0
    assert "--waivers" in capsys.readouterr().err
    assert run(["check", "--only", RULE, "--waivers", "waivers.yaml"]) == 0
