"""What expressions come to: the functions one by one, what stays unknown, and that no tree makes evaluation fail."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collectors.cloudformation import template
from scanner.collectors.cloudformation.intrinsics import evaluate
from scanner.collectors.cloudformation.parameters import Given
from scanner.collectors.cloudformation.resource import Shared
from scanner.collectors.cloudformation.scope import TooMuchError
from scanner.collectors.cloudformation.stack import Stack
from scanner.collectors.cloudformation.template import Template
from scanner.collectors.cloudformation.values import from_plain
from scanner.collectors.cloudformation.world import Template as World
from scanner.document import Tree
from scanner.errors import UserError
from scanner.infrastructure.values import Value, hole, plain

TEMPLATE = """
Parameters:
  Name: {Type: String, Default: orders}
  Open: {Type: String}
  Stage: {Type: String, AllowedValues: [dev, prod]}
  Hidden: {Type: String, NoEcho: true, Default: a-password-in-a-template}
  Asked: {Type: String, NoEcho: true, MinLength: 16}
  Listed: {Type: CommaDelimitedList, Default: "a, b,c"}
  Count: {Type: Number, Default: 7}
  Key: {Type: "AWS::SSM::Parameter::Value<String>", Default: /orders/size}
Mappings:
  Sizes:
    dev: {Days: 1, Names: [a, b]}
    prod: {Days: 30, Names: [c]}
Conditions:
  Yes: !Equals [!Ref Name, orders]
  No: !Not [!Condition Yes]
  Perhaps: !Equals [!Ref Open, x]
  IsProd: !Equals [!Ref Stage, prod]
  Never: !Equals [!Ref Stage, test]
  Circle: !Not [!Condition Circle]
Resources:
  Here: {Type: "AWS::SNS::Topic"}
  Gone: {Type: "AWS::SNS::Topic", Condition: No}
  Subject:
    Type: AWS::SNS::Topic
    Properties:
      Value: %s
"""


def stack_of(text: str, **given: Any) -> Stack:
    tree = template.parse(text, "t.yaml")[0]
    shared = Shared(Path("/nowhere"), 1000)
    values = {name: Given(from_plain(item, "p.json:1")) for name, item in given.items()}
    return Stack(Template(Path("/nowhere/t.yaml"), "t.yaml", tree), values, shared)


def worth(expression: str, **given: Any) -> Value:
    """What an expression is worth in the template above."""
    return stack_of(TEMPLATE % expression, **given).resources["Subject"].property("Value")


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!Ref Name", "orders"),
        ("{Ref: Name}", "orders"),
        ("!Ref Count", "7"),
        ("!Ref Listed", ["a", "b", "c"]),
        ("!Select [1, !Ref Listed]", "b"),
        ("!Select ['0', !Split ['-', a-b]]", "a"),
        ("!Join ['', [!Ref Name, '-', 1, true]]", "orders-1true"),
        ("!Join [',', !Ref Listed]", "a,b,c"),
        ("!Sub '${Name}-${!Kept}-x'", "orders-${Kept}-x"),
        ("!Sub ['${Name}/${Other}', {Other: !Ref Count}]", "orders/7"),
        ("!Base64 abc", "YWJj"),
        ("{'Fn::Length': !Ref Listed}", 3),
        ("{'Fn::ToJsonString': {a: [1, !Ref Name]}}", '{"a":[1,"orders"]}'),
        ("!FindInMap [Sizes, prod, Days]", 30),
        ("!FindInMap [Sizes, prod, Names]", ["c"]),
        ("!FindInMap [Sizes, test, Days, {DefaultValue: 5}]", 5),
        ("!If [Yes, a, b]", "a"),
        ("!If [No, a, !If [Never, c, d]]", "d"),
        ("!If [Perhaps, same, same]", "same"),
        ("[1, !Ref 'AWS::NoValue', 2]", [1, 2]),
        ("{a: 1, b: !Ref 'AWS::NoValue', c: !If [No, 1, !Ref 'AWS::NoValue']}", {"a": 1}),
        ("on", "on"),
        ("{Fn::ForEach::L: [X, [a, b], {'Key${X}': !Sub 'v-${X}'}]}", {"Keya": "v-a", "Keyb": "v-b"}),
    ],
)
def test_what_follows_from_the_template_is_known(expression: str, result: object) -> None:
    found = worth(expression)
    assert hole(found) is None
    assert plain(found) == result


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("!Ref Open", "parameter Open has no value"),
        ("!Sub 'x-${Open}'", "parameter Open has no value"),
        ("!Ref Nobody", "nothing here is named Nobody"),
        ("!Ref 'AWS::Region'", "AWS::Region is known when the stack is deployed"),
        ("!Ref Key", "parameter Key is read from the Parameter Store"),
        ("!Ref Here", "it is Here's"),
        ("!GetAtt Here.TopicName", "it is Here's"),
        ("!Ref Gone", "which the conditions leave out"),
        ("!ImportValue network", "another stack exports it"),
        ("!If [Perhaps, a, b]", "the condition Perhaps is not known"),
        ("!If [Circle, a, b]", "refers to itself"),
        ("!If [Unheard, a, b]", "there is no condition Unheard"),
        ("!FindInMap [Sizes, test, Days]", "has no such key"),
        ("!FindInMap [Sizes, !Ref Open, Days]", "parameter Open has no value"),
        ("!Select [5, !Ref Listed]", "outside the list"),
        ("!Join [',', x]", "no list"),
        ("!GetAZs ''", "zones"),
        ("{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: 's3://b/k'}}}", "a macro adds to it"),
        ("{'Fn::Made::Up': 1}", "is no function that this version reads"),
        ("'{{resolve:ssm:/orders/level}}'", "the Parameter Store"),
        ("!Sub '{{resolve:secretsmanager:${Here}:SecretString:password}}'", "Secrets Manager"),
        ("!Join ['', ['{{resolve:secretsmanager:', !Ref Name, '}}']]", "Secrets Manager"),
        ("null", "null is written"),
        ("{Fn::ForEach::L: [X, !Ref Open, {'Key${X}': 1}]}", "what the loop at"),
    ],
)
def test_what_only_the_deployment_tells_is_unknown_and_says_why(expression: str, reason: str) -> None:
    found = hole(worth(expression))
    assert found is not None
    assert reason in found.reason


def test_a_value_that_is_given_wins_over_the_default() -> None:
    assert worth("!Ref Name", Name="other").data == "other"


def test_allowed_values_are_the_alternatives_of_a_parameter_without_a_value() -> None:
    found = worth("!FindInMap [Sizes, !Ref Stage, Days]").unknown
    assert found is not None
    assert found.alternatives == (1, 30)
    assert worth("!If [IsProd, 30, 1]").unknown == hole(worth("!If [IsProd, 30, 1]"))
    assert worth("!If [Never, a, b]").data == "b"


def test_an_unknown_stays_where_it_is() -> None:
    found = worth("{a: 1, b: !Ref Open, c: [x, !ImportValue y]}").map
    assert found is not None
    assert found["a"].data == 1
    assert found["b"].unknown
    assert found["c"].list is not None
    assert found["c"].list[0].data == "x"


def test_a_condition_that_is_not_known_leaves_what_both_branches_agree_on() -> None:
    found = worth("!If [Perhaps, {a: 1, b: 2}, {a: 1, b: 3, c: 4}]").map
    assert found is not None
    assert found["a"].data == 1
    assert found["b"].unknown is not None
    assert found["b"].unknown.alternatives == (2, 3)
    assert found["c"].unknown is not None
    assert not found["c"].unknown.alternatives


@pytest.mark.parametrize("expression", ["!Ref Hidden", "!Sub 'x${Hidden}'", "!Base64 {Ref: Hidden}", "!Ref Asked"])
def test_a_parameter_that_is_not_echoed_stays_secret_through_every_function(expression: str) -> None:
    assert worth(expression).secret


def test_a_secret_that_must_not_be_empty_is_there_for_certain() -> None:
    found = worth("!Ref Asked").unknown
    assert found is not None
    assert found.computed


def test_the_place_is_where_a_person_would_edit_and_the_chain_leads_from_there() -> None:
    found = worth("!Ref Name")
    assert found.place == "t.yaml:3"
    assert found.chain == ("parameter Name (t.yaml:3)",)
    assert worth("!FindInMap [Sizes, prod, Days]").place == "t.yaml:14"
    assert worth("!Ref Name", Name="x").place == "p.json:1"


WORDS = st.sampled_from(
    ["Name", "Open", "Stage", "Yes", "Circle", "Sizes", "prod", "Here", "", "a.b", "${Open}", "${", "AWS::NoValue"]
)
NAMES = st.sampled_from(
    ["Ref", "Condition", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::GetAtt", "Fn::FindInMap",
     "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Base64", "Fn::Length", "Fn::ToJsonString", "Fn::Transform",
     "Fn::ForEach::L", "Fn::ImportValue", "Fn::Contains", "Type", "Properties", "x"]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | WORDS
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=25
)


@given(TREES)
@settings(max_examples=300)
def test_no_tree_makes_evaluation_fail(tree: Any) -> None:
    stack = stack_of(TEMPLATE % "x")
    found = evaluate(tree, ("Resources", "Subject"), stack.scope)
    hole(found)


@given(TREES, TREES, TREES)
@settings(max_examples=150)
def test_no_template_makes_the_collector_fail(parameters: Any, conditions: Any, properties: Any) -> None:
    database = {"Type": "AWS::RDS::DBInstance", "Properties": properties, "Condition": conditions}
    resources = {"A": database, "B": properties, "C": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}}
    whole = {
        "Parameters": parameters,
        "Conditions": {"Yes": conditions},
        "Resources": resources,
        "Transform": conditions,
    }
    tree = Tree(whole, "t.yaml")
    stack = Stack(Template(Path("/nowhere/t.yaml"), "t.yaml", tree), {}, Shared(Path("/nowhere"), 1000))
    with suppress(TooMuchError):
        assert World(stack).resources is not None


def test_loops_within_loops_end_in_bounded_time() -> None:
    inner: Any = {"Key${A}": 1}
    for name in "EDCBA":
        inner = {f"Fn::ForEach::{name}": [name, [f"{item}" for item in range(50)], inner]}
    stack = stack_of(TEMPLATE % "x")
    start = time.process_time()
    with pytest.raises(TooMuchError):
        evaluate(inner, (), stack.scope)
    assert time.process_time() - start < 20


def test_a_text_does_not_grow_without_end() -> None:
    expression: Any = "x" * 1000
    for _ in range(5):
        expression = {"Fn::Join": ["", [expression] * 10]}
    found = evaluate(expression, (), stack_of(TEMPLATE % "x").scope)
    assert found.unknown is not None
    assert "grows" in found.unknown.reason


@given(st.text("{}[]!&*:,-\"' \n\tRefSubGtA.$0x|>#%@`", max_size=60))
@settings(max_examples=300)
def test_no_text_makes_reading_fail_but_with_a_mistake_of_the_user(text: str) -> None:
    with suppress(UserError):
        for tree in template.parse(text, "t.yaml"):
            assert tree.line(()) >= 1


def test_a_short_tag_is_its_long_name_wherever_it_stands() -> None:
    short = """a: !Sub x
b: [!Ref y, !GetAtt r.z]
c: !If [q, !Join ['', [!Select [0, !Split [',', s]]]], {d: !Condition e}]
"""
    long = {
        "a": {"Fn::Sub": "x"},
        "b": [{"Ref": "y"}, {"Fn::GetAtt": "r.z"}],
        "c": {
            "Fn::If": [
                "q",
                {"Fn::Join": ["", [{"Fn::Select": [0, {"Fn::Split": [",", "s"]}]}]]},
                {"d": {"Condition": "e"}},
            ]
        },
    }
    tree = template.parse(short, "t.yaml")[0]
    assert tree.value == long
    assert tree.line(("c", "Fn::If", 2, "d")) == 3
    assert template.parse("a: &x !Ref y\nb: *x\n", "t.yaml")[0].value == {"a": {"Ref": "y"}, "b": {"Ref": "y"}}
