"""What a directory holds: bounded, in order, and never silently less than there is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner import catalogue, discover
from scanner.errors import UserError
from scanner.model import Plane


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def targets(root: Path, environment: str = "") -> dict[str, tuple[str, str, list[str]]]:
    found, _ = discover.discover(root, catalogue.shipped(), environment)
    return {
        entry.target.id: (
            entry.target.environment,
            entry.target.environment_from,
            [source.kind for source in entry.sources],
        )
        for entry in found.targets
    }


def test_environments_come_from_names_then_from_the_file_then_from_the_option_then_production(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/.env.staging": "DEBUG=false\n",
            "b/.env": "ENVIRONMENT=dev\nDEBUG=true\n",
            "c/.env": "DEBUG=false\n",
        },
    )
    assert {name: found[0] for name, found in targets(tmp_path).items()} == {
        "a/.env.staging": "staging",
        "b/.env": "development",
        "c/.env": "production",
    }
    assert targets(tmp_path)["c/.env"][1] == "assumed"
    assert targets(tmp_path, "test")["c/.env"][:2] == ("test", "--environment")


def test_templates_are_never_targets(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys((".env.example", ".env.sample", ".env.template"), "DEBUG=true\n"))
    with pytest.raises(UserError, match="nothing here can be scanned"):
        discover.discover(tmp_path, catalogue.shipped())


def test_variables_without_a_catalogued_name_make_no_target(tmp_path: Path) -> None:
    write(tmp_path, {".env.production": "COLOUR=blue\n", "x/.env.production": "DEBUG=false\n"})
    assert list(targets(tmp_path)) == ["x/.env.production"]


def test_a_settings_class_gives_the_defaults_of_the_env_files_beside_it(tmp_path: Path) -> None:
    code = "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    DEBUG: bool = False\n"
    write(tmp_path, {"app/settings.py": code, ".env.production": "LOG_LEVEL=WARNING\n"})
    assert targets(tmp_path)[".env.production"][2] == ["dotenv", "pydantic_settings"]


def test_an_empty_directory_says_what_could_be_scanned(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"allowed: Terraform, CloudFormation, \.env files"):
        discover.discover(tmp_path, catalogue.shipped())


@pytest.mark.parametrize(("name", "complaint"), [("nowhere", "no such directory"), ("file", "is a file")])
def test_a_path_that_is_no_directory(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=complaint):
        discover.walk(tmp_path / name)


def test_links_that_leave_the_tree_or_turn_in_circles_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, {".env.production": "DEBUG=false\n"})
    (tmp_path / "outside.env").write_text("DEBUG=true\n")
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / ".env.staging").symlink_to(tmp_path / "outside.env")
    assert [path.name for path in discover.walk(root).files] == [".env.production"]


def test_what_lies_too_deep_is_said(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (discover.MAX_DEPTH + 1))
    deep.mkdir(parents=True)
    assert [notice.incomplete for notice in discover.walk(tmp_path).notices] == [True]


def test_too_many_files_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MAX_FILES", 3)
    write(tmp_path, {str(number): "" for number in range(5)})
    listing = discover.walk(tmp_path)
    assert len(listing.files) == 3
    assert listing.notices[0].incomplete


def test_a_directory_that_cannot_be_listed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    real = os.scandir

    def refuse(path: object) -> object:
        if str(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    notices = discover.walk(tmp_path).notices
    assert [(notice.place, notice.incomplete) for notice in notices] == [("closed", True)]


def test_vendored_and_hidden_machinery_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/.env": "DEBUG=true\n" for name in ("node_modules", ".git", ".terraform", ".venv")})
    assert discover.walk(tmp_path).files == ()


OPINIONS = {"aws_config"}
"""Kinds that speak beside other sources and own no setting: that they are silent hides nothing."""


def test_every_kind_of_source_shows_something_on_some_plane() -> None:
    """A collector that the catalogue does not know would be asked and never heard."""
    from scanner import collectors

    words = catalogue.shipped()
    shown = {kind for item in words.settings.values() for kind, planes in item.shown_by if planes}
    assert set(collectors.COLLECTORS) - OPINIONS <= shown
    assert {plane for item in words.settings.values() for _, planes in item.shown_by for plane in planes} >= {
        Plane.DECLARED,
        Plane.PERSISTED,
        Plane.RUNNING,
        Plane.SERVED,
    }


def test_a_link_to_what_is_not_there_or_lies_outside_is_told(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / ".env").write_text("DEBUG=false\n")
    (root / ".env.production").symlink_to("nowhere")
    (root / "settings").symlink_to(outside)
    (root / "LICENSE").symlink_to(outside / "LICENSE")
    (root / "same.env").symlink_to(".env")
    found = discover.walk(root)
    assert {notice.place for notice in found.notices if notice.incomplete} == {".env.production", "settings"}
    assert [path.name for path in found.files] == [".env", "same.env"]
