"""A waiver added to a file whose comments and order stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UserError
from scanner.model import Waiver
from scanner.readers.secrecy import holds_secret
from scanner.waivers import appended, free_id, read

WAIVER = Waiver("W-2", "tls-is-on", "orders", "why: # not?", "", "2026-06-30", "off", "", "Ada", status="requested")
TEXT = """\
# why this file is here
waivers:
- id: W-1   # the first
  rule: tls-is-on
  target: orders
  accepted_value: allow
  reason: it is so
  requested_by: Ada
  expires: 2026-06-30
# the end
"""


def test_a_new_file_begins_with_what_it_is_for() -> None:
    text = appended("", WAIVER, "w.yaml")
    assert text.startswith("# Deviations")
    assert replace(read(text, "w.yaml")[0], place="") == WAIVER


def test_every_line_that_stood_there_stays() -> None:
    text = appended(TEXT, WAIVER, "w.yaml")
    assert text.startswith(TEXT)
    assert [item.id for item in read(text, "w.yaml")] == ["W-1", "W-2"]


def test_an_empty_list_becomes_a_list_with_one() -> None:
    text = appended("# none yet\nwaivers: []\n", WAIVER, "w.yaml")
    assert text.startswith("# none yet\nwaivers:\n")
    assert len(read(text, "w.yaml")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "waivers: [{id: W, rule: r, target: t, accepted_value: v, reason: x, requested_by: A, expires: 2026-01-01}]\n",
        "other: 1\n",
        "waivers: 7\n",
    ],
)
def test_a_file_that_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"w\.yaml:1"):
        appended(text, WAIVER, "w.yaml")


@pytest.mark.parametrize(
    "waiver", [replace(WAIVER, id="W-1"), replace(WAIVER, target="*"), replace(WAIVER, expires="x")]
)
def test_a_waiver_that_would_be_refused_on_reading_is_not_written(waiver: Waiver) -> None:
    with pytest.raises(UserError):
        appended(TEXT, waiver, "w.yaml")


def test_an_id_is_made_of_rule_and_target_and_is_no_other_s() -> None:
    assert free_id(WAIVER, []) == "tls-is-on-orders"
    assert free_id(WAIVER, ["tls-is-on-orders", "tls-is-on-orders-2"]) == "tls-is-on-orders-3"


PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"])


@given(st.text(PRINTABLE, min_size=1), st.text(PRINTABLE))
def test_any_text_is_read_back_as_it_was_given(reason: str, value: str) -> None:
    if not reason.strip() or holds_secret(reason) or holds_secret(value):
        return
    given_waiver = replace(WAIVER, reason=reason, accepted_value=value)
    found = read(appended(TEXT, given_waiver, "w.yaml"), "w.yaml")[1]
    assert (found.reason, found.accepted_value) == (reason, value)
