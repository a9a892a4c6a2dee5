"""Roots and environments found in a tree."""

from __future__ import annotations

from pathlib import Path

from scanner.collectors.terraform import survey
from tests.support.carriers import surveyed, write
from tests.support.infrastructure import DATABASE, collect

ROOT = 'variable "public" { default = false }\n' + DATABASE % "publicly_accessible = var.public"


def proposals(root: Path) -> list[tuple[str, str, tuple[str, ...], str]]:
    found = []
    for item in surveyed(survey, root):
        files = item.fields.get("var_files", [])
        assert isinstance(files, list)
        found.append((str(item.fields["path"]), item.environment, tuple(files), str(item.fields.get("workspace", ""))))
    return found


def test_variable_files_name_the_environments_of_a_root(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"infra/main.tf": ROOT, "infra/prod.tfvars": "", "infra/env/dev.tfvars": "", "infra/common.tfvars": ""},
    )
    assert proposals(tmp_path) == [
        ("infra", "development", ("env/dev.tfvars",), ""),
        ("infra", "production", ("prod.tfvars",), ""),
    ]


def test_directories_below_a_root_name_environments_too(tmp_path: Path) -> None:
    files = {"main.tf": ROOT, "environments/staging/terraform.tfvars": "", "environments/prod/terraform.tfvars": ""}
    write(tmp_path, files)
    assert [(item[1], item[2]) for item in proposals(tmp_path)] == [
        ("production", ("environments/prod/terraform.tfvars",)),
        ("staging", ("environments/staging/terraform.tfvars",)),
    ]


def test_a_root_named_after_an_environment_is_one(tmp_path: Path) -> None:
    call = 'module "db" {\n  source = "../modules/db"\n}\n'
    write(tmp_path, {"prod/main.tf": call, "dev/main.tf": call, "modules/db/main.tf": ROOT})
    assert [item[:2] for item in proposals(tmp_path)] == [("dev", "development"), ("prod", "production")]


def test_a_root_without_a_word_for_it_has_no_environment(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": ROOT, "terraform.tfvars": "public = true\n"})
    assert proposals(tmp_path) == [(".", "", (), "")]


def test_maps_by_workspace_name_the_workspaces(tmp_path: Path) -> None:
    text = "locals {\n  public = {\n    prod = false\n    dev = true\n  }\n}\n"
    write(tmp_path, {"main.tf": text + DATABASE % "publicly_accessible = local.public[terraform.workspace]"})
    assert proposals(tmp_path) == [(".", "development", (), "dev"), (".", "production", (), "prod")]


def test_a_called_module_is_no_root_unless_it_has_values_or_a_backend(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'module "db" {\n  source = "./db"\n}\n', "db/main.tf": ROOT})
    assert [item[0] for item in proposals(tmp_path)] == ["."]
    write(tmp_path, {"db/prod.tfvars": ""})
    assert [item[0] for item in proposals(tmp_path)] == [".", "db"]


def test_a_root_with_nothing_of_interest_is_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"main.tf": 'resource "aws_vpc" "v" {}\nmodule "net" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'},
    )
    assert proposals(tmp_path) == []


def test_a_root_that_calls_an_unread_module_is_proposed(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'module "x" {\n  source = "example/platform/aws"\n}\n'})
    assert [item[0] for item in proposals(tmp_path)] == ["."]


def test_two_files_of_one_environment_make_targets_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": ROOT, "prod-eu.tfvars": "", "prod-us.tfvars": "public = true\n"})
    ids = []
    for item in surveyed(survey, tmp_path):
        found = collect(tmp_path, environment=item.environment, var_files=item.fields["var_files"])
        ids += [target.id for target in found.targets]
    assert ids == [".:aws_db_instance.db[production:prod-eu]", ".:aws_db_instance.db[production:prod-us]"]


def test_example_values_are_no_environment(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": ROOT, "prod.example.tfvars": ""})
    assert proposals(tmp_path) == [(".", "", (), "")]


def test_production_is_judged_though_the_sources_name_another_workspace_only(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % 'publicly_accessible = terraform.workspace == "dev"'})
    assert proposals(tmp_path) == [(".", "development", (), "dev"), (".", "", (), "")]


def test_a_root_that_is_scanned_alone_has_the_environment_of_its_own_name(tmp_path: Path) -> None:
    call = 'module "db" {\n  source = "../../modules/db"\n}\n'
    write(tmp_path, {"live/staging/main.tf": call, "modules/db/main.tf": ROOT})
    assert [item[:2] for item in proposals(tmp_path / "live" / "staging")] == [(".", "staging")]


def test_a_root_of_which_nothing_but_the_call_is_there_is_still_a_root(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'module "db" {\n  source = "./nowhere"\n}\n'})
    assert [item[0] for item in proposals(tmp_path)] == ["."]


def test_the_examples_of_a_published_module_call_it_by_its_name_in_the_registry(tmp_path: Path) -> None:
    root = tmp_path / "terraform-aws-ledger"
    call = 'module "db" {\n  source  = "acme/ledger/aws//modules/db"\n  version = "~> 3.0"\n}\n'
    write(root, {"examples/full/main.tf": call, "modules/db/main.tf": ROOT, "main.tf": "locals {\n  a = 1\n}\n"})
    assert [item[0] for item in proposals(root)] == ["examples/full"]
    [target] = collect(root, path="examples/full").targets
    assert target.id == "examples/full:module.db.aws_db_instance.db"
    assert [item.target for item in collect(root, path="examples/full").gaps] == []


def test_a_module_of_the_registry_is_not_looked_for_in_another_repository(tmp_path: Path) -> None:
    root = tmp_path / "terraform-aws-other"
    write(root, {"main.tf": 'module "db" {\n  source = "acme/ledger/aws"\n}\n'})
    assert [gap.locator for gap in collect(root).gaps] == ["main.tf:1"]
