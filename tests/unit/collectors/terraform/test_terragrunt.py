"""Units of Terragrunt: literals reach the module, what Terragrunt works out does not, and no unit is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.catalogue import shipped
from scanner.collectors.terraform import survey
from scanner.model import Known, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import DATABASE, collect, content

MODULE = 'variable "open" {\n  default = false\n}\n' + DATABASE % "publicly_accessible = var.open"
SOURCE = 'terraform {\n  source = "../module"\n}\n'


def said(root: Path, unit: str) -> object:
    write(root, {"module/main.tf": MODULE, "live/terragrunt.hcl": unit})
    return content(collect(root, path="module", terragrunt="live/terragrunt.hcl"), "publicly_accessible")


@pytest.mark.parametrize(
    "unit",
    [
        SOURCE + "inputs = { open = true }",
        SOURCE + 'inputs = { "open" : true }',
        SOURCE + "locals {\n  yes = true\n}\ninputs = { open = local.yes }",
        'include "root" {\n  path = "x"\n}\n' + SOURCE + "inputs = { open = true }",
    ],
)
def test_a_literal_input_is_given_to_the_module(tmp_path: Path, unit: str) -> None:
    assert said(tmp_path, unit) == Known(True)


@pytest.mark.parametrize(
    "unit",
    [
        SOURCE + "inputs = { open = dependency.other.outputs.open }",
        SOURCE + "inputs = { open = local.elsewhere }",
        SOURCE + 'inputs = merge({ open = true }, read_terragrunt_config("x").inputs)',
        SOURCE + "inputs = { (local.name) = true }",
        'include "root" {\n  path = "x"\n}\n' + SOURCE,
        SOURCE.replace("\n}", '\n  extra_arguments "e" {\n    commands = ["plan"]\n  }\n}'),
        SOURCE + "inputs = {",
    ],
)
def test_what_terragrunt_works_out_is_not_guessed_and_no_default_is_believed(tmp_path: Path, unit: str) -> None:
    assert isinstance(said(tmp_path, unit), Unresolved)


def test_a_default_holds_where_nothing_else_can_give_a_value(tmp_path: Path) -> None:
    assert said(tmp_path, SOURCE + "inputs = { other = 1 }") == Known(False)


@pytest.mark.parametrize(
    "source",
    ["git::https://example.com/a.git//b", "${get_repo_root()}/module", "../missing", "../../outside", "/etc"],
)
def test_a_unit_whose_module_is_not_here_is_a_gap_that_names_its_file(tmp_path: Path, source: str) -> None:
    write(tmp_path, {"live/terragrunt.hcl": f'terraform {{\n  source = "{source}"\n}}\n'})
    (proposal,) = survey(tmp_path, (tmp_path / "live/terragrunt.hcl",), shipped())
    where, unit = (str(proposal.fields[name]) for name in ("path", "terragrunt"))
    (gap,) = collect(tmp_path, path=where, terragrunt=unit).gaps
    assert gap.locator == "live/terragrunt.hcl:1"
    assert "is not here" in gap.reason


def test_a_file_that_others_include_is_no_unit(tmp_path: Path) -> None:
    write(tmp_path, {"terragrunt.hcl": 'remote_state {\n  backend = "s3"\n}\ninputs = { owner = "me" }\n'})
    assert survey(tmp_path, (tmp_path / "terragrunt.hcl",), shipped()) == []


def test_a_module_with_units_is_no_root_of_its_own(tmp_path: Path) -> None:
    files = {"module/main.tf": MODULE, "a/terragrunt.hcl": SOURCE, "b/terragrunt.hcl": SOURCE}
    write(tmp_path, files)
    found = survey(tmp_path, tuple(tmp_path / name for name in files), shipped())
    assert sorted(item.label for item in found) == ["a", "b"]
