"""The control map: spellings, moves and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import controls, document
from scanner.controls import Control, ControlMap, Framework, Objective, label
from scanner.errors import UserError
from scanner.model import Strength

SHIPPED = controls.shipped()
NIST = "nist-800-53r5"


@pytest.mark.parametrize(
    ("identifier", "printed"),
    [
        ("cm-6", "CM-6"),
        ("sc-8.1", "SC-8(1)"),
        ("cm-6_obj.b", "CM-06b."),
        ("cm-6_obj.c-1", "CM-06c.[01]"),
        ("cm-2_obj.b.1", "CM-02b.01"),
        ("cm-2.2_obj-1", "CM-02(02)[01]"),
        ("cm-2.3_obj", "CM-02(03)"),
        ("cm-8.3_obj.a-2", "CM-08(03)(a)[02]"),
        ("ia-5.1_obj.d", "IA-05(01)(d)"),
        ("sc-8_obj", "SC-08"),
        ("CC6.7", "CC6.7"),
    ],
)
def test_an_id_is_printed_as_its_framework_prints_it(identifier: str, printed: str) -> None:
    assert label(identifier) == printed


@pytest.mark.parametrize(
    ("spelling", "identifier"),
    [
        ("SC-8(1)", "sc-8.1"),
        ("SC-8 (1)", "sc-8.1"),
        ("sc-8.1", "sc-8.1"),
        ("SC-08(01)", "sc-8.1"),
        ("cm-6_obj.b", "cm-6_obj.b"),
        ("CM-06b.", "cm-6_obj.b"),
        ("CM-6 b", "cm-6_obj.b"),
        ("CM-06c.[01]", "cm-6_obj.c-1"),
        ("IA-5 (1) (d)", "ia-5.1_obj.d"),
    ],
)
def test_usual_spellings_of_an_id_are_understood(spelling: str, identifier: str) -> None:
    cited = SHIPPED.resolve(NIST, spelling)
    assert cited is not None
    assert (cited.id, cited.note) == (identifier, "")


@pytest.mark.parametrize(
    ("old", "now", "note"),
    [
        ("CM-2(1)", "cm-2", "CM-2(1) (rev 4; now CM-2 b)"),
        ("cm-2.4", "cm-7.4", "CM-2(4) (rev 4; now CM-7(4))"),
        ("cm-2.5", "cm-7.5", "CM-2(5) (rev 4; now CM-7(5))"),
        ("cm-5.2", "cm-3.7", "CM-5(2) (rev 4; now CM-3(7))"),
        ("cm-5.3", "cm-14", "CM-5(3) (rev 4; now CM-14)"),
        ("cm-6.3", "si-7", "CM-6(3) (rev 4; now SI-7)"),
        ("cm-6.4", "cm-4", "CM-6(4) (rev 4; now CM-4)"),
        ("cm-8.5", "cm-8", "CM-8(5) (rev 4; now CM-8)"),
        ("au-3.2", "pl-9", "AU-3(2) (rev 4; now PL-9)"),
    ],
)
def test_an_id_of_revision_4_is_moved_and_printed_with_both_names(old: str, now: str, note: str) -> None:
    cited = SHIPPED.resolve(NIST, old)
    assert cited is not None
    assert (cited.id, cited.note) == (now, note)


def test_an_unknown_id_is_nothing_and_the_nearest_is_named() -> None:
    assert SHIPPED.resolve(NIST, "cm-66") is None
    assert SHIPPED.resolve("nist-800-53r4", "cm-6") is None
    assert SHIPPED.nearest(NIST, "cm-66") == "did you mean cm-6?"
    assert SHIPPED.nearest(NIST, "zzzzzz") == ""


def test_an_objective_leads_to_its_control() -> None:
    found = SHIPPED.control(NIST, "cm-6_obj.b")
    assert found is not None
    assert (found.id, found.title) == ("cm-6", "Configuration Settings")


def test_a_moved_control_whose_place_is_missing_resolves_to_nothing() -> None:
    lost = ControlMap({"x": Framework("x", "x", "1", "x", [Control("cm-2.1", "Old", moved_to="cm-2")])})
    assert lost.resolve("x", "cm-2.1") is None


ONE = Control("cm-6", "Settings", objectives=[Objective("cm-6_obj.b", Strength.MEASURED, "it is read")])


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ([ONE, Control("cm-6", "Again")], "this id stands twice"),
        ([Control("cm-6.3", "Old", moved_to="si-7")], "moves to si-7, which is not in force here"),
        ([Control("cm-2", "A", moved_to="cm-3"), Control("cm-3", "B", moved_to="cm-2")], "which is not in force here"),
        (
            [Control("cm-2", "A", objectives=[Objective("cm-6_obj.b")])],
            "objective cm-6_obj.b belongs to another control",
        ),
    ],
)
def test_a_map_that_contradicts_itself_is_refused(listed: list[Control], words: str) -> None:
    tree = document.Tree({}, "map.yaml")
    with pytest.raises(UserError, match=words):
        controls._check(Framework("x", "x", "1", "x", listed), tree)


def test_a_misspelled_key_of_the_map_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("framework: x\ntitle: x\nedition: 1\nsource: x\ncontrols:\n  - {id: a, titel: b}\n")
    with pytest.raises(UserError) as caught:
        document.read(path, Framework)
    assert caught.value.place == f"{path}:6"


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("cm-6_obj.b", ("CCI-000366",)),
        ("CM-06c.[02]", ("CCI-000369",)),
        ("cm-6.1_obj-3", ("CCI-000372",)),
        ("sc-8.1", ("CCI-002421",)),
        ("SC-8(1)", ("CCI-002421",)),
        ("cm-2.1", ()),
    ],
)
def test_an_objective_names_its_control_correlation_identifiers(name: str, numbers: tuple[str, ...]) -> None:
    cited = SHIPPED.resolve(controls.NIST, name)
    assert cited is not None
    assert cited.cci == numbers


def test_one_identifier_belongs_to_one_control() -> None:
    """An identifier of DISA's list is about one statement, so it may stand for parts of one control only."""
    owners: dict[str, set[str]] = {}
    for control in SHIPPED.frameworks[controls.NIST].controls:
        for number in [*control.cci, *(item for part in control.objectives for item in part.cci)]:
            owners.setdefault(number, set()).add(control.id)
    assert len(owners) > 80
    assert {number: names for number, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("wrong", ["CCI-366", "CCI-0003660", "cci-000366", ""])
def test_what_is_no_control_correlation_identifier_is_refused(wrong: str) -> None:
    listed = [Control("cm-6", "x", objectives=[Objective("cm-6_obj.b", cci=[wrong])])]
    with pytest.raises(UserError, match="is no CCI"):
        controls._check(Framework("x", "x", "1", "x", listed), document.Tree({}, "x.yaml"))
