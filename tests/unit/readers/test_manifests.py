"""Manifests are read as trees, and what is no scalar decides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import SilentSource
from scanner.readers import manifests


def test_every_document_is_read_with_its_lines(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("a: 1\n---\nb:\n  c: 2\n")
    file, trees = manifests.read(tmp_path, "m.yaml", 1000)
    assert file.place == "m.yaml"
    assert [tree.value for tree in trees] == [{"a": 1}, {"b": {"c": 2}}]
    assert trees[1].line(("b", "c")) == 4


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
)


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2", BOMB, "a: {{ .Values.x }}", "[" * 100, "a: &a [*a]"])
def test_what_is_no_manifest_is_silent_and_says_where(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(SilentSource, match=r"m\.yaml") as silence:
        manifests.read(tmp_path, "m.yaml", 100_000)
    assert silence.value.remedy


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (8, "8"), ("x", "x"), (None, None), ([], None), ({}, None)]
)
def test_a_scalar_is_the_text_that_a_process_gets(value: object, text: str | None) -> None:
    assert manifests.scalar(value) == text
