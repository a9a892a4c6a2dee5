"""A survey is only left out where it would find nothing: a directory must never look empty for the sake of speed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import catalogue, collect, collectors, discover, resources
from scanner.collectors.cloudformation import template
from scanner.collectors.kubernetes import SUFFIXES
from scanner.project import SourceEntry

CASES = Path(__file__).resolve().parents[1] / "golden" / "cases"
DIRECTORIES = [*sorted({path.parent for path in CASES.glob("*/*/command")}), resources.directory("examples")]
NAMES = {
    "dotenv": [".env", ".env.production", ".env-staging", ".env_ci", "api.env", "PRODUCTION.env"],
    "compose": ["compose.yml", "docker-compose.override.yaml", "production.yml"],
    "kubernetes": [f"deployment{suffix}" for suffix in SUFFIXES],
    "cloudformation": [f"stack{suffix}" for suffix in template.SUFFIXES],
    "postgresql_files": ["postgresql.conf", "pg_hba.conf", "postgresql.auto.conf", "postgresql-production.conf"],
    "redis_file": ["redis.conf", "valkey-production.conf", "Redis.CONF", "docker-compose.yml"],
    "pydantic_settings": ["settings.py"],
    "terraform": ["main.tf", "main.tf.json", "terragrunt.hcl"],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_every_name_that_a_kind_reads_brings_its_survey(kind: str, name: str) -> None:
    assert kind in collectors.surveys([Path("deep") / name, Path("README.md")])


def test_every_kind_that_can_be_left_out_is_held_to_names() -> None:
    assert set(collectors.LOOKED_AT) <= set(NAMES)


def test_leaving_surveys_out_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    words = catalogue.shipped()
    found: dict[Path, list[list[SourceEntry]]] = {}
    for _ in range(2):
        for directory in DIRECTORIES:
            files = discover.walk(directory).files
            found.setdefault(directory, []).append(collect.survey(directory, files, words))
        monkeypatch.setattr(collectors, "LOOKED_AT", {})
    assert sum(bool(first) for first, _ in found.values()) > 100
    for directory, (quick, whole) in found.items():
        assert quick == whole, directory
