"""Names of workspaces: told by what the sources compare, look up and cut off, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.catalogue import shipped
from scanner.collectors.terraform import workspaces
from tests.support.carriers import write

MAP = 'locals {\n  size = {\n    prod = "l"\n    dev  = "s"\n  }\n}\n'
BOTH = [("dev", "development"), ("prod", "production")]


def told(path: Path, text: str) -> list[tuple[str, str]]:
    return [(item.name, item.environment) for item in workspaces.told(path, text, shipped())]


@pytest.mark.parametrize(
    "use",
    [
        "x = local.size[terraform.workspace]",
        'x = local.size["${terraform.workspace}"]',
        'x = lookup(local.size, terraform.workspace, "s")',
        "env = terraform.workspace\nx = local.size[local.env]",
        'env = terraform.workspace == "default" ? "dev" : terraform.workspace\nx = local.size[local.env].y',
        "env = lower(terraform.workspace)\nx = lookup(local.size, local.env)",
    ],
)
def test_the_keys_of_a_map_that_is_asked_for_the_workspace_are_names(tmp_path: Path, use: str) -> None:
    assert told(tmp_path, f"{MAP}{use}\n") == BOTH
    assert told(tmp_path, f'{use}\nlocals {{ size = {{ prod = "l", dev = "s" }} }}\n') == BOTH


@pytest.mark.parametrize(
    "use",
    [
        'x = terraform.workspace == "prod" ? 1 : 0\ny = "dev" != terraform.workspace',
        'x = contains(["dev", "prod"], terraform.workspace)',
        'env = terraform.workspace\nx = local.env == "prod"\ny = local.env == "dev"',
    ],
)
def test_words_that_the_workspace_is_compared_with_are_names(tmp_path: Path, use: str) -> None:
    assert told(tmp_path, use + "\n") == BOTH


def test_a_name_with_more_than_the_environment_is_read_by_its_last_part_unless_that_is_denied(tmp_path: Path) -> None:
    use = 'x = terraform.workspace == "shop-production"\ny = terraform.workspace == "shop-non-prod"\n'
    assert told(tmp_path, use) == [("shop-production", "production")]


@pytest.mark.parametrize(
    "use",
    [
        'x = "name-${terraform.workspace}"',
        "",
        "# x = local.size[terraform.workspace]",
        'env = split("-", terraform.workspace)[1]\nx = local.size[local.env]',
        'env = trimprefix(terraform.workspace, "${var.app}-")\nx = local.size[local.env]',
        'env = replace(terraform.workspace, "a", "b")\nx = local.size[local.env]',
    ],
)
def test_where_the_whole_name_is_not_told_none_is_guessed(tmp_path: Path, use: str) -> None:
    assert told(tmp_path, f"{MAP}{use}\n") == []


@pytest.mark.parametrize(
    "use",
    [
        'env = trimprefix(terraform.workspace, "shop-")',
        'app = "shop"\nenv = trimprefix(terraform.workspace, "${local.app}-")',
        'app = "shop"\nx = substr(terraform.workspace, length(local.app), length(terraform.workspace)) == "-prod"',
    ],
)
def test_a_prefix_that_is_cut_off_and_written_out_is_part_of_the_name(tmp_path: Path, use: str) -> None:
    assert told(tmp_path, f"{MAP}{use}\n") == [("shop-dev", "development"), ("shop-prod", "production")]


def test_files_that_have_the_workspace_in_their_name_tell_it(tmp_path: Path) -> None:
    write(tmp_path, {"config/prod.yaml": "", "config/dev.yaml": "", "config/common.yaml": "", "config/a/b.yaml": ""})
    use = 'x = yamldecode(file("${path.module}/config/${terraform.workspace}.yaml"))\n'
    assert told(tmp_path, use) == BOTH


def test_the_keys_of_a_data_file_are_names_where_the_workspace_is_looked_up(tmp_path: Path) -> None:
    write(tmp_path, {"sizes.json": '{"accounts": {"prod": {"size": 1}, "dev": {"size": 2}}}'})
    use = 'data = jsondecode(file("sizes.json"))\nx = local.data.accounts[terraform.workspace].size\n'
    assert told(tmp_path, use) == BOTH
    assert told(tmp_path, use.replace("sizes.json", "../sizes.json")) == []
