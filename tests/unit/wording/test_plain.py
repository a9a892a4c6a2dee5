"""Foreign text can neither move a cursor, nor reorder or hide a line, nor flood a report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.wording import plain

ANY = st.text(st.characters(exclude_categories=()), max_size=300)


@given(ANY)
def test_nothing_unprintable_is_left_of_any_text(text: str) -> None:
    assert plain.plain(text).isprintable()


@given(ANY)
def test_what_is_harmless_stays_as_it_is_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = plain.plain(text)
    assert plain.plain(once) == once
    if text.isprintable():
        assert once == text


@given(ANY, st.integers(1, 50))
def test_a_long_text_is_cut_and_says_how_long_it_was(text: str, limit: int) -> None:
    shown = plain.plain(text, limit)
    if len(text) > limit:
        assert shown.startswith(plain.plain(text[:limit]))
        assert shown.endswith(f"… ({len(text):,} characters)")


def test_escapes_are_shown_by_name() -> None:
    assert plain.plain("a\x1b[31mb\nc\td\x9b\u202e\u200b\ud800") == r"a\x1b[31mb\nc\td\x9b\u202e\u200b\ud800"


def test_ten_million_letters_are_cut_before_they_are_looked_at() -> None:
    assert plain.plain("\x1b" * 10_000_000, 3) == r"\x1b\x1b\x1b… (10,000,000 characters)"


def test_the_lines_of_a_remedy_stay_lines_without_blank_ones() -> None:
    assert plain.lines("ALTER SYSTEM …;\r\n\n  SELECT 1;\x1b\n") == ["ALTER SYSTEM …;", r"  SELECT 1;\x1b"]


def test_wide_letters_take_two_columns_and_combining_ones_none() -> None:
    assert plain.columns("宽a\u0301") == 3
    assert plain.padded("宽", 4) == "宽  "


def test_counts_are_said_in_the_right_number() -> None:
    assert [plain.counted(number, "rule") for number in (0, 1, 2, 1000)] == [
        "0 rules",
        "1 rule",
        "2 rules",
        "1,000 rules",
    ]
    assert plain.counted(2, "row drifts", "rows drift") == "2 rows drift"


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert plain.listed(["a", "b", "c"]) == "a, b, c"
    assert plain.listed(["a", "b", "c"], limit=2) == "a, b and 1 more"


def test_a_remark_becomes_a_sentence_unless_it_begins_with_a_name() -> None:
    assert plain.sentence("role app gets md5") == "Role app gets md5."
    assert plain.sentence("postgresql.auto.conf is newer.") == "postgresql.auto.conf is newer."
