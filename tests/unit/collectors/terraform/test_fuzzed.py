"""Damaged and oversized sources: the scan ends whatever a file holds, and what was lost is told with its place."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collectors import Collected
from scanner.model import Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import DATABASE, collect, content, raw

GOOD = DATABASE % "publicly_accessible = true"
GOLDEN = sorted((Path(__file__).parents[3] / "golden" / "cases").rglob("*.tf"))
PIECES = st.sampled_from(
    [
        b"{", b"}", b'"', b"${", b"%{", b"<<EOT\n", b"EOT\n", b"\n", b"=", b"[", b"]", b"(", b")", b"/*", b"#", b"\\",
        b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"...", b"?", b":", b"var.", b"local.", b"[*]", b".0", b"1e999999999",
        "\u2028".encode(), b"for ", b"dynamic \"x\" {\n", b"count = 1000000000000\n",
    ]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A recorded source with pieces cut out, repeated, moved or put in."""
    text = bytearray(draw(st.sampled_from(GOLDEN)).read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        change = draw(st.sampled_from(["cut", "repeat", "insert", "swap"]))
        if change == "cut":
            del text[at : min(end, at + 40)]
        elif change == "repeat":
            text[at:at] = text[at:end]
        elif change == "insert":
            text[at:at] = draw(PIECES)
        else:
            text[at:end] = text[at:end][::-1]
    return bytes(text)


def told(found: Collected) -> bool:
    """Whether everything is a value, an unknown with its reason or a gap with its place."""
    observed = all(not isinstance(item.content, Unresolved) or item.content.reason for item in found.observations)
    return observed and all(gap.reason and gap.locator for gap in found.gaps)


@given(damaged())
@settings(max_examples=60)
def test_a_damaged_file_ends_in_values_unknowns_and_gaps_and_costs_no_other_file(text: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "damaged.tf").write_bytes(text)
        write(root, {"good/main.tf": GOOD})
        assert told(collect(root))
        assert raw(collect(root, path="good"), "publicly_accessible") is True


@given(st.integers(1, len(GOOD) - 2))
def test_what_is_cut_off_is_never_taken_for_absent(length: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, {"main.tf": GOOD[:length].rstrip()})
        found = collect(root)
        cut = GOOD[:length].count("{") > GOOD[:length].count("}")
        assert found.gaps or not cut
        assert all(gap.locator.startswith("main.tf:") for gap in found.gaps)


def test_a_heredoc_of_fifty_megabytes_is_a_gap_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": GOOD, "large.tf": "\nlocals {\n  a = <<EOT\n" + "x" * 50_000_000 + "\nEOT\n}\n"})
    found = collect(tmp_path)
    assert [(gap.locator, "larger than" in gap.reason) for gap in found.gaps] == [("large.tf:1", True)]
    assert raw(found, "publicly_accessible") is True


def test_a_heredoc_below_the_limit_of_files_is_still_too_large_to_read(tmp_path: Path) -> None:
    large = "locals {\n  a = <<EOT\n" + "x\n" * 1_000_000 + "EOT\n}\n"
    write(tmp_path, {"main.tf": DATABASE % 'publicly_accessible = local.a == ""', "large.tf": f"\n{large}"})
    found = collect(tmp_path)
    said = content(found, "publicly_accessible")
    assert isinstance(said, Unresolved)
    assert [gap.locator for gap in found.gaps] == ["large.tf:2"]


@pytest.mark.parametrize("name", ["modules/outside", ".terraform/modules/outside"])
def test_a_module_behind_a_link_out_of_the_tree_is_not_read(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    write(outside, {"main.tf": 'output "a" {\n  value = "from outside"\n}\n'})
    root = tmp_path / "root"
    call = f'module "m" {{\n  source = "./{name}"\n}}\n'
    write(root, {"main.tf": call + DATABASE % "publicly_accessible = module.m.a"})
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(outside)
    found = collect(root)
    assert isinstance(content(found, "publicly_accessible"), Unresolved)
    assert "from outside" not in repr(found)
    assert any(gap.locator == "main.tf:1" for gap in found.gaps)


def test_a_module_above_the_scanned_directory_is_read_and_named_by_its_way(tmp_path: Path) -> None:
    write(tmp_path, {"modules/db/main.tf": GOOD, "secret.txt": "from outside"})
    root = tmp_path / "live" / "prod"
    text = 'module "db" {\n  source = "../../modules/db"\n}\n' + DATABASE % 'db_name = file("../../secret.txt")'
    write(root, {"main.tf": text})
    found = collect(root)
    places = {item.provenance.locator for item in found.observations if item.setting == "publicly_accessible"}
    assert any(place.startswith("../../modules/db/main.tf:") for place in places)
    assert "from outside" not in repr(found)


def test_a_repository_is_read_as_one_tree(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, {"common.tfvars": "a = true\n"})
    root = tmp_path / "live" / "prod"
    write(root, {"main.tf": 'variable "a" {\n  default = false\n}\n' + DATABASE % "publicly_accessible = var.a"})
    (root / "common.auto.tfvars").symlink_to(tmp_path / "common.tfvars")
    assert raw(collect(root), "publicly_accessible") is True


def test_values_behind_a_link_out_of_the_tree_are_a_gap(tmp_path: Path) -> None:
    (tmp_path / "outside.tfvars").write_text("a = true\n")
    root = tmp_path / "root"
    write(root, {"main.tf": 'variable "a" {\n  default = false\n}\n' + DATABASE % "publicly_accessible = var.a"})
    (root / "terraform.tfvars").symlink_to(tmp_path / "outside.tfvars")
    found = collect(root)
    assert isinstance(content(found, "publicly_accessible"), Unresolved)
    assert [gap.locator for gap in found.gaps] == ["terraform.tfvars:1"]


def test_a_directory_that_is_swapped_for_a_link_shows_nothing_of_its_goal(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, {"main.tf": GOOD})
    (root / "etc").symlink_to("/etc")
    write(root, {"other.tf": 'locals {\n  a = file("etc/passwd")\n}\noutput "a" {\n  value = local.a\n}\n'})
    assert "root:" not in repr(collect(root))
