"""Terraform's values at the border to the bindings: nothing is lost that decides what may be told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from scanner.collectors.terraform.neutral import said
from scanner.collectors.terraform.values import (
    NULL,
    SENSITIVE,
    WEAK,
    Hole,
    Trail,
    Value,
    mapping,
    number,
    sequence,
    string,
)
from scanner.infrastructure import values as plain


def test_a_value_keeps_its_place_its_way_and_its_mark() -> None:
    found = said(replace(string("x").marked(SENSITIVE), trail=Trail("main.tf:3", "local.a", Trail("x.tfvars:1"))))
    assert (found.data, found.place, found.chain, found.secret) == ("x", "x.tfvars:1", ("local.a (main.tf:3)",), True)


def test_a_null_is_nothing_in_a_map_and_a_member_in_a_list() -> None:
    assert said(mapping({"a": NULL})).map == {"a": plain.Value(plain.NOTHING)}
    assert said(sequence([NULL])).list == (plain.Value(None),)


def test_a_weak_link_is_no_identity() -> None:
    found = said(replace(string("x"), links=("a.b", f"{WEAK}c.d")))
    assert (found.links, found.touches) == (("a.b",), ("c.d",))


def test_alternatives_that_are_marked_are_as_secret_as_a_value() -> None:
    found = said(Value("unknown", Hole("either", alternatives=(string("a").marked(SENSITIVE), string("b")))))
    assert found.secret
    assert found.unknown is not None


def test_alternatives_are_kept_only_where_each_is_simple() -> None:
    simple = said(Value("unknown", Hole("either", alternatives=(string("a"), NULL))))
    whole = said(Value("unknown", Hole("either", alternatives=(string("a"), sequence([])))))
    assert simple.unknown is not None and simple.unknown.alternatives == ("a", None)
    assert whole.unknown is not None and whole.unknown.alternatives == ()


def test_the_rest_of_a_list_stays() -> None:
    found = said(sequence([string("a")], rest=Hole("it goes on", "give a plan")))
    assert found.rest == plain.Unknown("it goes on", "give a plan", perhaps_many=True)


def test_numbers_are_exact_as_text() -> None:
    assert said(number(10**30)).text == str(10**30)
    assert said(number(Fraction(1, 100_000))).text == "0.00001"


def test_what_is_shared_is_converted_once() -> None:
    value = string("x")
    for _ in range(200):
        value = sequence([value, value])
    assert len(list(plain.everything(said(value)))) == 201
