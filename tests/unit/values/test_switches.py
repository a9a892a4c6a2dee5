"""A setting that was a truth and became a list of aspects reads alike in both forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Setting
from scanner.values import Malformed, read

SETTING = Setting("log_connections", "postgresql", "switches")


@pytest.mark.parametrize("raw", ["off", "false", "no", "0", "", "OFF", False, []])
def test_off_in_any_spelling_is_no_aspect(raw: object) -> None:
    assert (read(SETTING, raw).meaning, read(SETTING, raw).text) == ((), "off")


@pytest.mark.parametrize("raw", ["on", "true", "yes", "1", "On", True])
def test_on_in_any_spelling_is_one_word(raw: object) -> None:
    assert (read(SETTING, raw).meaning, read(SETTING, raw).text) == (("on",), "on")


def test_aspects_are_a_set_whatever_their_order_and_case() -> None:
    found = read(SETTING, "Receipt, authorization,authentication")
    assert found.meaning == ("authentication", "authorization", "receipt")
    assert found.meaning == read(SETTING, ["authorization", "receipt", "authentication"]).meaning


@given(st.lists(st.sampled_from(["on", "all", "receipt", "authorization"]), min_size=1))
def test_off_beside_anything_else_has_no_meaning(aspects: list[str]) -> None:
    with pytest.raises(Malformed, match="off cannot stand beside anything else"):
        read(SETTING, ", ".join([*aspects, "off"]))
