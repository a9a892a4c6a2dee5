"""What one source holds is said whole or cut with its length, and never brings down a report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Known, Plane
from scanner.wording import contents, spoken
from tests.support import result_parts as parts

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def said(content: Known, text: str = "") -> spoken.Said:
    return spoken.said(parts.reading("db", "ssl", Plane.RUNNING, content, text, "pg_settings"))


@given(ANY)
def test_anything_that_a_source_can_say_is_told_in_printable_characters(raw: object) -> None:
    found = said(Known(raw), "")
    assert found.value
    assert all(text.isprintable() for text in (found.value, found.raw, *found.records))


def test_a_structure_too_deep_to_print_is_named_instead_of_a_crash() -> None:
    deep: object = []
    for _ in range(100_000):
        deep = [deep]
    assert "too deeply" in contents.raw_text(deep)


def test_records_are_told_a_line_each_with_what_they_say_and_where_they_stand() -> None:
    lines = [{"type": "host", "database": ["a", "b"], "netmask": "", "options": [], "place": "pg_hba.conf:3"}]
    found = said(Known(lines), "1 entry")
    assert (found.value, found.raw, found.records) == ("1 entry", "", ("type=host database=a,b  (pg_hba.conf:3)",))
    assert said(Known([{"type": "host"}] * 25), "25 entries").records[-1] == "and 5 more"
    assert said(Known([{"a": "\x1b\n"}]), "1 entry").records == (r"a=\x1b\n",)
