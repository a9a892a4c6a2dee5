"""Short ways to ask the collectors of applications and to see what they said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.catalogue import shipped
from scanner.collectors import Collected, Collector, Context, Proposal, Survey
from scanner.model import Content, Known, Observation, Target

TARGET = Target("app", "fastapi", "production")


def context(root: Path, target: Target | None = TARGET, **more: object) -> Context:
    """A run's context for one application, with the shipped catalogue."""
    given: dict[str, object] = {"digest_key": b"k", "now": "2026-01-02T03:04:05Z", "timeout": 2.0, **more}
    return Context(root, shipped(), target, **given)  # type: ignore[arg-type]


def ask(collector: Collector, root: Path, **more: object) -> Collected:
    """What a collector brings back for the application."""
    return collector.collect(context(root, **more))  # type: ignore[arg-type]


def contents(collected: Collected) -> dict[str, Content]:
    """The content of every setting that was observed; a setting that was observed twice is a mistake here."""
    found: dict[str, Content] = {}
    for item in collected.observations:
        assert item.setting not in found, item.setting
        found[item.setting] = item.content
    return found


def raws(collected: Collected) -> dict[str, object]:
    """The raw value of every setting that is known."""
    return {name: item.raw for name, item in contents(collected).items() if isinstance(item, Known)}


def of(collected: Collected, setting: str) -> list[Observation]:
    """Every observation of one setting."""
    return [item for item in collected.observations if item.setting == setting]


def surveyed(survey: Survey, root: Path) -> list[Proposal]:
    """What a survey proposes for all files below a directory."""
    return survey(root, tuple(sorted(path for path in root.rglob("*") if not path.is_dir())), shipped())


def write(root: Path, files: Mapping[str, str]) -> None:
    """Files by their path below a directory."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
