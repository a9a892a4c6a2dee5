"""What a plane holds is said with its raw text, its place and the way that led there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.model import (
    Absent,
    Cell,
    CellState,
    Content,
    Default,
    Drift,
    Gap,
    Judgement,
    Known,
    Layer,
    Plane,
    Present,
    ReadingState,
    TakesEffect,
    Unresolved,
    Verdict,
)
from scanner.wording import spoken
from scanner.wording.words import Outcome
from tests.support import result_parts as parts
from tests.support.result_rules import SSL


def said(content: Content, text: str = "", **more: Any) -> spoken.Said:
    return spoken.said(parts.reading("db", "ssl", Plane.RUNNING, content, text, "pg_settings", **more))


@pytest.mark.parametrize(
    ("content", "text", "value", "raw", "details"),
    [
        (Known("on"), "true", "true", "on", ()),
        (Known("true"), "true", "true", "", ()),
        (Known(True), "true", "true", "", ()),
        (Known(""), "", '""', "", ()),
        (Known(["a", 1]), "a, 1", "a, 1", '["a", 1]', ()),
        (Default("off", "the manual"), "false", "false", "off", ("default, as stated by the manual",)),
        (Absent(), "", "not set", "", ()),
        (Present("server"), "set", "set", "", ("as the server says", "strength: not measured")),
        (
            Present("literal", "weak", "too short", ("b",), True),
            "set",
            "set",
            "",
            ("its text stands in the source", "strength: weak (too short)", "the same secret as b"),
        ),
        (Unresolved("no value", "", (1, "x")), "", "cannot be known", "", ("no value", "one of 1, x")),
    ],
)
def test_each_content_is_said(content: Content, text: str, value: str, raw: str, details: tuple[str, ...]) -> None:
    found = said(content, text)
    assert (found.value, found.raw, found.details) == (value, raw, details)


def test_place_chain_layer_author_and_time_of_effect_are_said() -> None:
    found = said(
        Known("on"),
        "true",
        chain=("a.tfvars:1", "var.ssl"),
        layer=Layer(20, "auto.conf"),
        waits=TakesEffect.RESTART,
        changed_by="erin",
        note="`on` read as true",
    )
    assert (found.where, found.chain, found.layer, found.changed) == (
        "pg_settings",
        "a.tfvars:1 → var.ssl",
        "auto.conf",
        "erin",
    )
    assert found.details == ("`on` read as true",)


def test_when_a_value_takes_effect_is_told_where_it_is_pending_only() -> None:
    late = parts.reading("db", "ssl", Plane.PERSISTED, Known("on"), "true", "f", waits=TakesEffect.RESTART)
    row = parts.row(parts.ORDERS, "ssl", parts.answered(late), drift=(Drift.PENDING,))
    assert spoken.planes(row)[2].readings[0].details == ("takes effect at the next restart",)
    assert spoken.planes(replace(row, drift=()))[2].readings[0].details == ()


def test_the_layer_is_told_beside_another_one_only() -> None:
    def one(state: ReadingState) -> Any:
        return parts.reading(
            "db", "ssl", Plane.PERSISTED, Known("on"), "true", "f", layer=Layer(1, "file"), state=state
        )

    alone = parts.row(parts.ORDERS, "ssl", parts.answered(one(ReadingState.EFFECTIVE)))
    both = parts.row(parts.ORDERS, "ssl", parts.answered(one(ReadingState.EFFECTIVE), one(ReadingState.SHADOWED)))
    assert [item.layer for item in spoken.planes(alone)[2].readings] == [""]
    assert [item.layer for item in spoken.planes(both)[2].readings] == ["file", "file"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("running: md5", ""),
        ("running: md5 (too old)", ""),
        ("running: md5; declared: scram", "running: md5; declared: scram"),
        ("running: md5 (at line 3)", "running: md5 (at line 3)"),
        ("running, served: md5", ""),
        ("running, declared: md5", "running, declared: md5"),
        ("running: sha", "running: sha"),
        ("sha1", "sha1"),
        ("role app gets md5", ""),
        ("", ""),
    ],
)
def test_a_reason_is_told_only_when_the_planes_and_notes_have_not_said_it(reason: str, told: str) -> None:
    cell = parts.answered(parts.reading("db", "ssl", Plane.RUNNING, Known("md5"), "md5", "x", note="too old"))
    row = parts.row(
        parts.ORDERS, "ssl", cell, drift=(Drift.OVERRIDDEN,), drift_note="role app gets md5, the server not"
    )
    judgements = [parts.judged(plane, Verdict.FAIL, "md5") for plane in (Plane.RUNNING, Plane.SERVED)]
    finding = parts.finding(SSL, parts.ORDERS, Verdict.FAIL, "scram", reason, *judgements)
    assert spoken.news(finding, [row]) == told


def test_a_value_without_meaning_says_so() -> None:
    reading = replace(parts.reading("db", "ssl", Plane.RUNNING, Known("?"), "?", "x"), meaningful=False)
    assert spoken.said(reading).details == ("has no meaning for this setting",)


def test_every_plane_is_told_even_when_the_row_does_not_hold_it() -> None:
    row = replace(parts.row(parts.ORDERS, "ssl"), cells=())
    told = spoken.planes(row)
    assert [plane.plane for plane in told] == list(Plane)
    assert {plane.silence for plane in told} == {"not asked in this run"}


def test_a_silent_plane_says_why_and_what_would_open_it() -> None:
    gap = Gap("db", Plane.RUNNING, "postgresql", "permission denied", "GRANT …")
    cell = Cell(Plane.RUNNING, CellState.SILENT, (), (gap,))
    found = spoken.planes(parts.row(parts.ORDERS, "ssl", cell))[3]
    assert found.silence == found.value == "asked, no answer: permission denied"
    assert found.remedies == ("GRANT …",)


def test_a_conflict_shows_every_value_and_a_shadowed_one_is_not_in_effect() -> None:
    def one(value: str, state: ReadingState) -> Any:
        return parts.reading("db", "ssl", Plane.DECLARED, Known(value), value, value, state=state)

    conflict = parts.answered(one("on", ReadingState.CONFLICT), one("off", ReadingState.CONFLICT))
    assert spoken.planes(parts.row(parts.ORDERS, "ssl", conflict))[0].value == "on / off"
    shadowed = parts.answered(one("on", ReadingState.EFFECTIVE), one("off", ReadingState.SHADOWED))
    assert spoken.planes(parts.row(parts.ORDERS, "ssl", shadowed))[0].value == "on"


def test_the_worst_judgement_of_a_plane_is_its_mark() -> None:
    finding = parts.finding(
        SSL,
        parts.ORDERS,
        Verdict.FAIL,
        "true",
        "",
        Judgement(Plane.DECLARED, Verdict.PASS, "true"),
        Judgement(Plane.DECLARED, Verdict.FAIL, "false", "no", remedy="do it"),
    )
    declared = spoken.planes(parts.row(parts.ORDERS, "ssl"), finding)[0]
    assert (declared.mark, declared.reason, declared.remedies) == (Outcome.OPEN, "no", ("do it",))


def test_observed_is_what_fails_each_value_once() -> None:
    judgements = [
        parts.judged(Plane.DECLARED, Verdict.PASS, "scram"),
        *[parts.judged(p, Verdict.FAIL, "md5") for p in Plane],
    ]
    finding = parts.finding(SSL, parts.ORDERS, Verdict.FAIL, "scram", "", *judgements)
    assert spoken.observed(finding) == "md5"


def test_observed_without_judgements_comes_from_the_rows() -> None:
    row = parts.row(
        parts.ORDERS, "ssl", parts.answered(parts.reading("db", "ssl", Plane.RUNNING, Known("off"), "false", "x"))
    )
    finding = parts.finding(SSL, parts.ORDERS, Verdict.FAIL, "true", "")
    assert spoken.observed(finding, [row]) == "false"
