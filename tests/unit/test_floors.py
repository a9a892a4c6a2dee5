"""The house holds: every import contract of pyproject.toml is kept, and every contract is really checked."""

from __future__ import annotations

import tomllib
from pathlib import Path

from importlinter import api, cli

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_contract_is_kept() -> None:
    assert cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == cli.EXIT_STATUS_SUCCESS


def test_every_collector_and_report_stands_under_its_contract() -> None:
    contracts = {
        item["name"]: item for item in api.read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    }
    for folder, name in (
        ("collectors", "Collectors do not know one another"),
        ("reports", "Reports do not know one another"),
    ):
        there = {
            path.stem for path in (ROOT / "scanner" / folder).iterdir() if path.stem not in {"__init__", "__pycache__"}
        }
        listed = {module.rpartition(".")[2] for module in contracts[name]["modules"]}
        assert there == listed


def test_the_contracts_are_not_empty() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert len(config["contracts"]) == 5
