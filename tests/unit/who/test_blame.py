"""Authors from git: what it records, what it does not, and repositories that try to run programs of theirs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scanner.who import blame
from scanner.who.blame import Author, Blame

JANE = {
    "GIT_AUTHOR_NAME": "Jane Doe",
    "GIT_AUTHOR_EMAIL": "jane@example.com",
    "GIT_AUTHOR_DATE": "2026-11-20T10:00:00Z",
}
SOURCE = 'resource "x" "y" {\n  a = 1\n  b = 2\n}\n'


def git(root: Path, *arguments: str, **more: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_COMMITTER_NAME": "CI",
                   "GIT_COMMITTER_EMAIL": "ci@example.com", **JANE, **more}  # fmt: skip
    done = subprocess.run(["git", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    (root / "infra").mkdir(parents=True)
    git(root, "init", "-q", ".")
    (root / "infra" / "db.tf").write_text(SOURCE)
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


def author(root: Path, locator: str) -> Author | None:
    return Blame(root).authors([locator]).get(locator)


def test_a_line_has_the_author_and_the_commit_that_git_records(work: Path) -> None:
    commit = git(work, "rev-parse", "HEAD")[:12]
    assert author(work, "infra/db.tf:2") == Author("Jane Doe <jane@example.com>", f"git commit {commit} of 2026-11-20")


def test_each_line_has_its_own_author(work: Path) -> None:
    (work / "infra/db.tf").write_text(SOURCE.replace("b = 2", "b = 3"))
    git(work, "commit", "-qam", "second", GIT_AUTHOR_NAME="Joe", GIT_AUTHOR_EMAIL="joe@example.com")
    found = Blame(work).authors(["infra/db.tf:2", "infra/db.tf:3"])
    assert [found[f"infra/db.tf:{line}"].by for line in (2, 3)] == [
        "Jane Doe <jane@example.com>",
        "Joe <joe@example.com>",
    ]


def test_a_changed_line_is_not_committed_and_the_lines_that_moved_keep_their_author(work: Path) -> None:
    (work / "infra/db.tf").write_text("# new\n" + SOURCE.replace("b = 2", "b = 3"))
    found = Blame(work).authors([f"infra/db.tf:{line}" for line in range(1, 6)])
    assert [item.by.partition(" <")[0] for item in found.values()] == [
        "not committed", "Jane Doe", "Jane Doe", "not committed", "Jane Doe"
    ]  # fmt: skip
    assert not found["infra/db.tf:1"].source, "a source would authorise the change"


def test_a_line_that_stands_twice_among_changed_ones_has_no_author(work: Path) -> None:
    path = work / "infra/db.tf"
    path.write_text("a\nsame\nb\nsame\nc\n")
    git(work, "commit", "-qam", "twice")
    path.write_text("1\nsame\n2\nsame\n3\n")
    assert author(work, "infra/db.tf:2") == Author()


def test_a_file_that_was_never_committed_says_so(work: Path) -> None:
    (work / "new.tf").write_text("a = 1\n")
    assert author(work, "new.tf:1") == Author("not committed")


@pytest.mark.parametrize(
    "locator",
    ["infra/db.tf", "infra/none.tf:1", "arn:aws:rds:eu-west-1:1:pg:orders", "db.tf:9999999", ":1", "a\0b:1"],
)
def test_what_is_no_line_of_a_file_has_no_author(work: Path, locator: str) -> None:
    assert not Blame(work).authors([locator])


def test_a_line_behind_the_end_is_not_committed_and_not_a_crash(work: Path) -> None:
    assert author(work, "infra/db.tf:99") == Author("not committed")


def test_outside_of_a_repository_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "db.tf").write_text("a = 1\n")
    assert author(tmp_path, "db.tf:1") is None


def test_without_git_nothing_is_said(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert author(work, "infra/db.tf:2") is None


def test_a_shallow_clone_names_nobody_for_what_is_older_than_it(work: Path, tmp_path: Path) -> None:
    (work / "infra/db.tf").write_text(SOURCE.replace("b = 2", "b = 3"))
    git(work, "commit", "-qam", "second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{work}", "clone")
    found = author(tmp_path / "clone", "infra/db.tf:2")
    assert found == blame.SHALLOW and not found.source


def test_names_that_look_like_options_are_paths(work: Path) -> None:
    (work / "--version.tf").write_text("a = 1\n")
    git(work, "add", ".")
    git(work, "commit", "-qm", "option")
    found = author(work, "--version.tf:1")
    assert found is not None and found.by.startswith("Jane Doe")


def test_nothing_that_a_repository_configures_is_started(work: Path, tmp_path: Path) -> None:
    marker, program = tmp_path / "started", tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch {marker}\ncat "$@"\n')
    program.chmod(0o755)
    (work / ".gitattributes").write_text("*.tf diff=evil filter=evil\n")
    (work / "infra/db.tf").write_text(SOURCE + "# changed\n")
    for name in ("core.fsmonitor", "core.pager", "pager.blame", "diff.external", "diff.evil.textconv",
                 "diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process",
                 "core.sshCommand", "core.editor", "gpg.program"):  # fmt: skip
        git(work, "config", name, str(program))
    git(work, "config", "filter.evil.required", "true")
    hooks = work / ".git/hooks"
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    found = author(work, "infra/db.tf:2")
    assert found is not None and found.by.startswith("Jane Doe")
    assert not marker.exists()


def test_missing_objects_are_not_fetched_by_a_program_of_the_repository(work: Path, tmp_path: Path) -> None:
    marker = tmp_path / "fetched"
    for name, value in (("remote.origin.url", f"ext::sh -c 'touch {marker}'"), ("remote.origin.promisor", "true"),
                        ("extensions.partialClone", "origin"), ("core.repositoryFormatVersion", "1"),
                        ("protocol.ext.allow", "always")):  # fmt: skip
        git(work, "config", name, value)
    blob = git(work, "rev-parse", "HEAD:infra/db.tf")
    (work / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert not (author(work, "infra/db.tf:2") or Author()).source
    assert not marker.exists()


def test_the_environment_of_this_process_does_not_lead_to_another_repository(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    assert author(work, "infra/db.tf:2") is not None


def test_a_name_with_control_characters_is_shown_without_them(work: Path) -> None:
    (work / "x.tf").write_text("a = 1\n")
    git(work, "add", ".")
    git(work, "commit", "-qm", "x", GIT_AUTHOR_NAME="E\x1b[31mve")
    found = author(work, "x.tf:1")
    assert found is not None and "\x1b" not in found.by


def test_files_that_are_left_out_are_counted(work: Path) -> None:
    looking = Blame(work, limit=0)
    assert looking.authors(["infra/db.tf:1"]) == {} and looking.left_out == 1


def test_a_hostile_file_costs_no_more_than_its_length(work: Path) -> None:
    path = work / "infra/db.tf"
    path.write_text("x\ny\n" * 20_000)
    git(work, "commit", "-qam", "long")
    path.write_text("y\nx\n" * 20_000)
    assert author(work, "infra/db.tf:5") == Author()
