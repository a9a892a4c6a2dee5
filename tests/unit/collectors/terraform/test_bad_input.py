"""Broken and hostile sources: each ends in a value, a hole or one clear gap, and everything else is still there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.collectors.terraform import scope
from scanner.collectors.terraform.values import Value, sequence, string, weight
from scanner.errors import SilentSource
from scanner.model import Known, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import DATABASE, collect, content, raw, value_of

GOOD = DATABASE % "publicly_accessible = true"


def test_a_broken_block_costs_only_itself(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": GOOD + "\nlocals {\n  a = = 1\n}\n" + 'variable "x" {}\n'})
    assert raw(collect(tmp_path), "publicly_accessible") is True


def test_a_broken_block_that_is_asked_for_is_a_gap_with_its_line_and_a_hole(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % "publicly_accessible = local.a", "broken.tf": "locals {\n  a = = 1\n}\n"})
    found = collect(tmp_path)
    assert isinstance(content(found, "publicly_accessible"), Unresolved)
    assert [gap.locator for gap in found.gaps] == ["broken.tf:2"]


def test_a_broken_resource_of_a_known_type_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % "publicly_accessible = = true"})
    assert [gap.locator for gap in collect(tmp_path).gaps] == ["main.tf:4"]


@pytest.mark.parametrize(
    "text",
    [
        'resource "a" "b" {\n  x = "\n',
        "x {" * 50_000,
        'locals { a = "' + '${"' * 20_000,
        "}}}",
        "<<EOT\nnever ends",
        "\0" * 1000,
    ],
)
def test_a_file_that_cannot_be_cut_is_a_gap_and_the_others_are_read(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"main.tf": GOOD, "x.tf": text})
    found = collect(tmp_path)
    assert raw(found, "publicly_accessible") is True
    assert found.gaps
    assert all(gap.locator.startswith("x.tf:") for gap in found.gaps)


def test_an_argument_that_stands_twice_is_refused_as_terraform_refuses_it(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % "publicly_accessible = false\n  publicly_accessible = true"})
    assert "stands twice" in collect(tmp_path).gaps[0].reason


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "link"),
        (lambda path: path.symlink_to(path.name), "link"),
        (lambda path: os.mkfifo(path), "regular"),
        (lambda path: path.mkdir(), "regular"),
        (lambda path: path.write_bytes(b"# \xff\xfe"), "UTF-8"),
        (lambda path: path.write_bytes(b"x" * 3_000_000), "larger"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_gap(tmp_path: Path, make: object, reason: str) -> None:
    write(tmp_path, {"main.tf": GOOD})
    assert callable(make)
    make(tmp_path / "x.tf")
    found = collect(tmp_path, limit=2_000_000)
    assert reason in found.gaps[0].reason
    assert found.gaps[0].locator == "x.tf:1"
    assert raw(found, "publicly_accessible") is True


def test_an_override_that_cannot_be_read_hides_everything_it_could_replace(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": GOOD})
    (tmp_path / "z_override.tf").write_bytes(b"\xff")
    found = collect(tmp_path)
    assert any("publicly_accessible" in gap.settings for gap in found.gaps)
    assert not found.answers[0].complete


def test_a_variable_file_that_cannot_be_read_takes_no_default_for_granted(tmp_path: Path) -> None:
    variable = 'variable "a" {\n  default = false\n}\nvariable "b" {\n  default = false\n}\n'
    write(tmp_path, {"main.tf": variable + DATABASE % "publicly_accessible = var.a\n  storage_encrypted = var.b"})
    write(tmp_path, {"terraform.tfvars": "a = = true\n", "z.auto.tfvars": "b = true\n"})
    found = collect(tmp_path)
    said = content(found, "publicly_accessible")
    assert isinstance(said, Unresolved)
    assert "terraform.tfvars:1" in said.reason
    assert raw(found, "storage_encrypted") is True


@pytest.mark.parametrize(
    "locals_",
    [
        "a = local.b\n  b = local.a",
        "a = [local.a]",
        "a = length(range(1000000000000)) > 3",
        "a = " + "[" * 10_000 + "]" * 10_000,
        "a = " + "1 + " * 20_000 + "1 > 3",
        "a = " + "true ? true : " * 2_000 + "true",
        "a = local.b" + ".x" * 5_000,
        'l0 = "lol"\n'
        + "".join(f'  l{n} = "{f"${{local.l{n - 1}}}" * 10}"\n' for n in range(1, 12))
        + '  a = local.l11 == ""',
        "l0 = [1]\n"
        + "".join(f"  l{n} = [{f'local.l{n - 1},' * 10}]\n" for n in range(1, 12))
        + '  a = jsonencode(local.l11) == ""',
        "a = length(setproduct(range(1000), range(1000), range(1000))) > 1",
        "a = pow(10, 100000) > 1",
        "a = 1e999999999 > 1",
        'a = can(regex("(a+)+$", "' + "a" * 60 + '!"))',
        'a = can(regex("a*a*a*a*a*a*a*b", "' + "a" * 3_000 + '"))',
        'a = file("/etc/passwd") == ""',
        'a = file("../outside.txt") == ""',
        'a = templatefile("/etc/passwd", {}) == ""',
        'a = length(fileset("/etc", "**")) > 0',
        'a = file("looping") == ""',
        "a = undeclared.thing",
        "a = unknown_function(1)",
        "a = provider::x::f(1)",
        'a = yamldecode("x: &x [1]\\ny: ${join("", [for i in range(1000) : "[*x,*x,"])}").x',
        "a = " + "".join("[for x in range(1000) : " for _ in range(3)) + "1" + "]" * 3,
    ],
)
def test_hostile_expressions_end_in_a_hole_in_bounded_time(
    tmp_path: Path, locals_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "MAX_STEPS", 20_000)
    (tmp_path.parent / "outside.txt").write_text("secret")
    (tmp_path / "looping").symlink_to("looping")
    said = value_of(tmp_path, "local.a", f"locals {{\n  {locals_}\n}}\n")
    assert isinstance(said, Unresolved)
    assert "secret" not in repr(said)
    assert "root:" not in repr(said)


def test_a_long_but_honest_chain_is_followed(tmp_path: Path) -> None:
    chain = "  l0 = true\n" + "".join(f"  l{n} = local.l{n - 1}\n" for n in range(1, 200))
    assert value_of(tmp_path, "local.l199", f"locals {{\n{chain}}}\n") == Known(True)


@pytest.mark.parametrize("source", ["./", "../", "./loop"])
def test_modules_that_call_themselves_end(tmp_path: Path, source: str) -> None:
    call = f'module "m" {{\n  count = 3\n  source = "{source}"\n}}\n'
    write(tmp_path, {"infra/main.tf": call + GOOD, "infra/loop/main.tf": 'module "n" {\n  source = "../"\n}\n'})
    write(tmp_path, {"main.tf": 'module "infra" {\n  source = "./infra"\n}\n'})
    found = collect(tmp_path, path="infra")
    assert any("calls itself" in gap.reason for gap in found.gaps)


def test_more_instances_than_are_allowed_are_one_that_cannot_pass(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % "count = 1000000000"})
    found = collect(tmp_path)
    assert len(found.targets) == 1
    assert not found.answers[0].complete


@pytest.mark.parametrize("text", ['{"resource": [1', "[" * 100_000, "1", '{"resource": {"aws_db_instance": 1}}'])
def test_broken_json_is_a_gap(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"main.tf": GOOD, "x.tf.json": text})
    found = collect(tmp_path)
    assert raw(found, "publicly_accessible") is True
    assert [gap.locator.partition(":")[0] for gap in found.gaps] == ["x.tf.json"]


@pytest.mark.parametrize("path", ["gone", "../elsewhere", "main.tf"])
def test_a_root_that_is_no_directory_inside_is_a_silent_source(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"main.tf": GOOD})
    with pytest.raises(SilentSource):
        collect(tmp_path, path=path)


def test_a_missing_variable_file_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": GOOD})
    assert "gone.tfvars" in collect(tmp_path, var_files=["gone.tfvars"]).gaps[0].locator


def test_the_weight_of_shared_values_is_counted_without_writing_them_out() -> None:
    value: Value = string("x")
    for _ in range(60):
        value = sequence([value, value])
    assert weight(value, 1_000) == 1_001
