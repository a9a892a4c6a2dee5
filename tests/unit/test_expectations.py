"""Expectations in words."""

from __future__ import annotations

import pytest

from scanner.expectations import describe, parameters
from scanner.model import Expectation, Parameter, RecordTest, Rule, Severity, Variant, When
from scanner.operators import OPERATORS

HOST = ("type", Expectation("equals", "host"))
TRUST = ("method", Expectation("one_of", ("trust", "md5")))


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        (Expectation("equals", "on"), "on"),
        (Expectation("equals", True), "true"),
        (Expectation("equals", ""), "an empty text"),
        (Expectation("equals", ("a", "b")), "a, b"),
        (Expectation("not_equals", 0), "anything but 0"),
        (Expectation("at_least", "TLSv1.3"), "at least TLSv1.3"),
        (Expectation("between", ("1min", "1d")), "from 1min to 1d"),
        (Expectation("one_of", ("ddl", "mod")), "one of ddl, mod"),
        (Expectation("contains", ("pgaudit",)), "holding pgaudit"),
        (Expectation("excludes", ("*",)), "without *"),
        (Expectation("empty", True), "empty"),
        (Expectation("empty", False), "not empty"),
        (Expectation("is_set", True), "set"),
        (Expectation("is_set", False), "not set"),
        (Expectation("strength", "strong"), "a secret whose strength is strong"),
        (Expectation("matches", "^a{1}$"), "matching ^a{1}$"),
        (Expectation("matches", "(?#only strong ciphers)^x$"), "only strong ciphers"),
        (Expectation("not_matches", "(?#of this machine)^x$"), "not of this machine"),
        (Expectation("equals", Parameter("port")), "the parameter port"),
        (Expectation("one_of", ("a", Parameter("more"))), "one of a, the parameter more"),
        (Expectation("not", Expectation("one_of", ("a", "b"))), "not one of a, b"),
        (Expectation("every_member", Expectation("matches", "^https:")), "every member matching ^https:"),
        (Expectation("none", RecordTest((HOST,))), "no record with type=host"),
        (Expectation("none", RecordTest((HOST, TRUST))), "no record with type=host and method one of trust, md5"),
        (Expectation("every", RecordTest((), (TRUST,))), "every record has method one of trust, md5"),
        (
            Expectation("every", RecordTest((HOST,), (TRUST,))),
            "every record with type=host has method one of trust, md5",
        ),
    ],
)
def test_an_expectation_reads_as_words(expectation: Expectation, words: str) -> None:
    assert describe(expectation) == words


def test_combinations_keep_their_meaning_by_brackets() -> None:
    low, high = Expectation("at_least", 1), Expectation("at_most", 5)
    both, either = Expectation("all_of", (low, high)), Expectation("any_of", (low, high))
    assert describe(both) == "at least 1 and at most 5"
    assert describe(Expectation("any_of", (both, high))) == "(at least 1 and at most 5) or at most 5"
    assert describe(Expectation("not", either)) == "not (at least 1 or at most 5)"
    assert describe(Expectation("all_of", (low,))) == "at least 1"


def test_tests_over_records_are_set_apart() -> None:
    none = Expectation("none", RecordTest((HOST,)))
    assert describe(Expectation("all_of", (none, none))) == "no record with type=host; no record with type=host"
    assert describe(Expectation("any_of", (none, none))) == "no record with type=host; or no record with type=host"


def test_every_operator_reads_as_words_of_its_own() -> None:
    operands: dict[str, object] = {
        "pair": (1, 2),
        "flag": True,
        "expectation": Expectation("equals", 1),
        "expectations": (Expectation("equals", 1),),
        "records": RecordTest((HOST,), (TRUST,)),
    }
    told = [describe(Expectation(name, operands.get(item.operand, ("a",)))) for name, item in OPERATORS.items()]
    assert all(told)
    combined = {"equals", "all_of", "any_of"}
    own = [words for words, name in zip(told, OPERATORS, strict=True) if name not in combined]
    assert len(set(own)) == len(own)


def test_the_parameters_of_a_rule_are_found_wherever_they_stand() -> None:
    port, people = Expectation("equals", Parameter("port")), Expectation("one_of", Parameter("people"))
    rule = Rule(
        "a-rule",
        "t",
        "c",
        "s",
        Severity.LOW,
        "w",
        (),
        "b",
        Expectation("any_of", (port, Expectation("none", RecordTest((("role", people),))))),
        applies=When(settings=(("s", Expectation("at_least", Parameter("least"))),)),
        variants=(
            Variant(When(settings=(("s", port),)), Expectation("between", (Parameter("low"), Parameter("high")))),
        ),
    )
    assert parameters(rule) == ("port", "people", "low", "high", "least")
    assert parameters(Rule("b", "t", "c", "s", Severity.LOW, "w", (), "b")) == ()
