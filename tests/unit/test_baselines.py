"""Reading baselines: what is read, and that every mistake names file, line, key and what is allowed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import baselines
from scanner.baselines.operands import SUITS, expectation
from scanner.baselines.place import Place
from scanner.catalogue import Catalogue
from scanner.controls import Control, ControlMap, Framework, Objective
from scanner.document import Tree
from scanner.errors import UserError
from scanner.model import (
    Baseline,
    Compare,
    ControlReference,
    Expectation,
    Parameter,
    RecordTest,
    Rule,
    Setting,
    Severity,
    Strength,
    Variant,
    When,
)
from scanner.operators import OPERATORS

SETTINGS = [
    Setting("ssl", "db", "boolean", choices=("off", "on")),
    Setting("tls", "db", "tls_version"),
    Setting("timeout", "db", "duration", unit="s"),
    Setting("level", "db", "enum", choices=("none", "ddl", "all")),
    Setting("libraries", "db", "list"),
    Setting("commands", "db", "set", choices=("read", "write")),
    Setting("name", "db", "string"),
    Setting("lines", "db", "records"),
    Setting("mode", "db", "octal"),
    Setting("release", "db", "version"),
    Setting("password", "db", "secret", secret=True),
]
CATALOGUE = Catalogue(
    {(item.component, item.name): item for item in SETTINGS},
    {"production": "production", "prod": "production", "development": "development"},
)
CONTROLS = ControlMap(
    {
        "nist": Framework(
            "nist",
            "NIST",
            "5",
            "somewhere",
            [
                Control("cm-2", "Baseline", strength=Strength.PARTIAL, why="it is compared"),
                Control("cm-2.1", "Reviews", moved_to="cm-2", moved_part="b"),
                Control("cm-6", "Settings", objectives=[Objective("cm-6_obj.b", Strength.MEASURED, "it is read")]),
            ],
        )
    }
)

HEAD = "id: own\nversion: 1.0.0\ntitle: Own\ncomponent: db\nrules:\n"
RULE = """\
- id: tls-is-on
  title: TLS is on
  setting: ssl
  expect: {equals: on}
  severity: high
  why: because
  fix: {postgresql.conf: ssl = on}
"""


def write(directory: Path, rules: str = RULE, head: str = HEAD, name: str = "own.yaml") -> Path:
    path = directory / name
    path.write_text(head + indent(rules, "  "))
    return path


def changed(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


def load(path: Path) -> Baseline:
    return baselines.load([path], CATALOGUE, CONTROLS)[0]


def rule(directory: Path, text: str) -> Rule:
    return load(write(directory, text)).rules[0]


def mistake(directory: Path, text: str, **more: str) -> UserError:
    with pytest.raises(UserError) as caught:
        load(write(directory, text, **more))
    return caught.value


def test_a_rule_is_read_with_its_place_and_the_digest_of_its_file(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = load(path)
    assert (found.id, found.version, found.component) == ("own", "1.0.0", "db")
    assert found.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.rules == (
        Rule(
            "tls-is-on",
            "TLS is on",
            "db",
            "ssl",
            Severity.HIGH,
            "because",
            (("postgresql.conf", "ssl = on"),),
            "own",
            Expectation("equals", "on"),
            place=f"{path}:6",
        ),
    )


def test_variants_come_before_the_shorthand_for_environments(tmp_path: Path) -> None:
    text = RULE + (
        "  applies: {version: '>=12', not_platforms: [aurora]}\n"
        "  variants:\n"
        "    - {when: {platforms: [rds], settings: {tls: {at_least: TLSv1.2}}}, severity: low}\n"
        "  environments: {prod: {expect: off}, development: {skip: nobody looks}}\n"
    )
    found = rule(tmp_path, text)
    assert found.applies == When(version=">=12", not_platforms=("aurora",))
    assert found.variants == (
        Variant(
            When(platforms=("rds",), settings=(("tls", Expectation("at_least", "TLSv1.2")),)), severity=Severity.LOW
        ),
        Variant(When(environments=("production",)), Expectation("equals", "off")),
        Variant(When(environments=("development",)), skip="nobody looks"),
    )


def test_a_rule_may_compare_instead_of_expect(tmp_path: Path) -> None:
    text = changed("expect: {equals: on}", "compare: {across: environments, expect: distinct}")
    found = rule(tmp_path, text.replace("setting: ssl", "setting: password"))
    assert found.compare == Compare("environments", "distinct")
    assert found.expectation is None


def test_controls_take_strength_and_reason_from_the_map_unless_they_say_their_own(tmp_path: Path) -> None:
    text = RULE + (
        "  controls:\n"
        "    nist:\n"
        "      - cm-6_obj.b\n"
        "      - CM-2(1)\n"
        "      - {objective: cm-6_obj.b, strength: none, why: of another reason}\n"
    )
    assert rule(tmp_path, text).controls == (
        ControlReference("nist", "cm-6_obj.b", Strength.MEASURED, "it is read"),
        ControlReference("nist", "cm-2", Strength.PARTIAL, "CM-2(1) (rev 4; now CM-2 b): it is compared"),
        ControlReference("nist", "cm-6_obj.b", Strength.NONE, "of another reason"),
    )


def test_an_expectation_over_records_is_read_field_by_field(tmp_path: Path) -> None:
    text = changed("setting: ssl", "setting: lines").replace(
        "{equals: on}", "{every: {where: {type: host}, expect: {method: {one_of: [a, {parameter: own}]}}}}"
    )
    assert rule(tmp_path, text).expectation == Expectation(
        "every",
        RecordTest(
            (("type", Expectation("equals", "host")),),
            (("method", Expectation("one_of", ("a", Parameter("own")))),),
        ),
    )


def test_several_operators_must_all_hold(tmp_path: Path) -> None:
    found = rule(
        tmp_path, changed("setting: ssl", "setting: timeout").replace("equals: on", "at_least: 1s, at_most: 1min")
    )
    assert found.expectation == Expectation("all_of", (Expectation("at_least", "1s"), Expectation("at_most", "1min")))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("setting: ssl", "setting: sll", 8, "db has no setting sll; did you mean ssl?"),
        ("{equals: on}", "{equal: on}", 9, "unknown operator equal; allowed: equals,"),
        ("{equals: on}", "{equal: on}", 9, "did you mean equals?"),
        ("{equals: on}", "{equals: perhaps}", 9, "is no value of ssl (boolean)"),
        ("{equals: on}", "{at_least: on}", 9, "at_least has no meaning for ssl, which is of type boolean"),
        ("{equals: on}", "{}", 9, "asks for nothing"),
        ("{equals: on}", "{one_of: on}", 9, "one_of needs a list of values"),
        ("{equals: on}", "{one_of: []}", 9, "one_of needs a list of values"),
        ("{equals: on}", "{equals: {parameter: 3}}", 9, "a parameter is written"),
        ("{equals: on}", "{is_set: 'yes'}", 9, "is_set is true or false"),
        ("  severity: high\n", "", 6, "severity: is required but missing"),
        ("severity: high", "severity: terrible", 10, "input should be 'low', 'medium', 'high' or 'critical'"),
        ("why: because", "why: ' '", 11, "why: is empty"),
        ("  why: because\n", "", 6, "why: is required but missing"),
        ("  fix: {postgresql.conf: ssl = on}\n", "", 6, "fix: is required but missing"),
        ("{postgresql.conf: ssl = on}", "{}", 12, "says no place to fix it"),
        ("postgresql.conf: ssl", "postgres.conf: ssl", 12, "did you mean postgresql.conf?"),
        ("why: because", "why: because\n  whi: x", 12, "unknown key; allowed: applies, compare,"),
        ("tls-is-on", "tls", 6, "does not say what the rule is about"),
        ("tls-is-on", "PG-001", 6, "does not say what the rule is about"),
        ("tls-is-on", "pg-tls-01", 6, "does not say what the rule is about"),
        ("  expect: {equals: on}\n", "", 6, "expects nothing; allowed: expect, compare"),
        ("why:", "compare: {across: environments, expect: same}\n  why:", 6, "expects and compares at once"),
        ("why:", "applies: {version: 14 or so}\n  why:", 11, "is no version condition such as >=14,<18"),
        ("why:", "applies: {platforms: [rsd]}\n  why:", 11, "did you mean rds?"),
        ("why:", "applies: {settings: {nope: 1}}\n  why:", 11, "db has no setting nope"),
        ("why:", "environments: {developmnet: {severity: low}}\n  why:", 11, "did you mean development?"),
        ("why:", "environments: {development: {}}\n  why:", 11, "changes nothing; allowed: expect, severity, skip"),
        ("why:", "environments: {development: {skip: ''}}\n  why:", 11, "needs the reason why nothing is asked"),
        ("why:", "environments: {development: {skip: x, severity: low}}\n  why:", 11, "skip asks for nothing"),
        ("why:", "variants: [{severity: low}]\n  why:", 11, "a variant without a condition"),
        ("why:", "controls: {nits: [cm-6]}\n  why:", 11, "unknown framework; allowed: nist; did you mean nist?"),
        ("why:", "controls: {nist: [cm-66]}\n  why:", 11, "nist has no cm-66; did you mean cm-6?"),
        ("why:", "controls: {nist: [cm-6]}\n  why:", 11, "cm-6 needs a strength and a reason"),
        ("why:", "controls: {nist: [{strength: none, why: x}]}\n  why:", 11, "names either an id or an objective"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_line_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found = mistake(tmp_path, changed(old, new))
    assert words in str(found)
    assert found.place == f"{tmp_path / 'own.yaml'}:{line}"


@pytest.mark.parametrize(
    ("setting", "expect", "words"),
    [
        ("tls", "{at_least: TLS9x}", "is no value of tls"),
        ("timeout", "{between: [1min, 1s]}", "the lower bound is above the upper one"),
        ("timeout", "{between: [1min]}", "between needs a list of two values"),
        ("timeout", "{at_most: 5 parsecs}", "is no unit"),
        ("level", "{at_least: ddl}", "at_least has no meaning for level, which is of type enum"),
        ("level", "{one_of: [ddl, dll]}", "is none of none, ddl, all"),
        ("level", "[ddl, all]", "expect: input should be a valid"),
        ("commands", "{contains: [write, wirte]}", "wirte is no member of commands; allowed: read, write"),
        ("libraries", "{contains: []}", "contains needs at least one member"),
        ("name", "{matches: '('}", "is no regular expression"),
        ("name", "{every: {expect: {a: 1}}}", "every has no meaning for name"),
        ("lines", "{equals: 1}", "equals cannot judge a value of type records"),
        ("lines", "{none: {expect: {a: 1}}}", "none needs fields and what is expected of them; allowed: where"),
        ("lines", "{none: {where: {}}}", "none without where asks for nothing"),
        ("lines", "{every: {where: {a: 1}}}", "every without expect asks for nothing"),
        ("lines", "{none: {where: {a: [1, 2]}}}", "a bare list is ambiguous"),
        ("password", "{equals: hunter2}", "equals cannot judge a value of type secret"),
        ("password", "{strength: weak}", "unknown strength; allowed: strong"),
        ("ssl", "{strength: strong}", "strength has no meaning for ssl"),
        ("mode", "{equals: 600}", "600 may not be what was written; put it in quotes"),
        ("release", "{at_least: 7.10}", "7.1 may not be what was written; put it in quotes"),
        ("name", "{any_of: {equals: a}}", "any_of needs a list of expectations"),
        ("name", "{not: {any_of: [{nope: 1}]}}", "unknown operator nope"),
    ],
)
def test_an_operand_that_could_never_hold_is_refused(tmp_path: Path, setting: str, expect: str, words: str) -> None:
    text = changed("setting: ssl", f"setting: {setting}").replace("{equals: on}", expect)
    assert words in str(mistake(tmp_path, text))


def test_a_secret_can_be_asked_for_presence_and_strength(tmp_path: Path) -> None:
    text = changed("setting: ssl", "setting: password").replace("{equals: on}", "{is_set: true, strength: strong}")
    assert rule(tmp_path, text).expectation == Expectation(
        "all_of", (Expectation("is_set", True), Expectation("strength", "strong"))
    )


def test_a_rule_id_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    first = write(tmp_path, name="a.yaml")
    second = write(tmp_path, name="b.yaml", head=HEAD.replace("id: own", "id: other"))
    with pytest.raises(UserError) as caught:
        baselines.load([first, second], CATALOGUE, CONTROLS)
    assert str(caught.value) == f"{second}:6: rules.0.id: tls-is-on stands twice; first in {first}:6"


def test_a_baseline_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    first = write(tmp_path, name="a.yaml")
    second = write(tmp_path, RULE.replace("tls-is-on", "tls-is-off"), name="b.yaml")
    with pytest.raises(UserError, match="baseline own stands twice"):
        baselines.load([first, second], CATALOGUE, CONTROLS)


def test_the_same_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert len(baselines.load([path, tmp_path], CATALOGUE, CONTROLS)) == 1


def test_a_directory_without_baselines_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no baseline"):
        baselines.load([tmp_path], CATALOGUE, CONTROLS)
    with pytest.raises(UserError, match="cannot be read"):
        baselines.load([tmp_path / "none.yaml"], CATALOGUE, CONTROLS)


def test_an_unknown_component_and_an_empty_baseline_are_refused(tmp_path: Path) -> None:
    unknown = mistake(tmp_path, RULE, head=HEAD.replace("component: db", "component: bd"))
    assert "unknown component bd; allowed: db" in str(unknown)
    path = tmp_path / "empty.yaml"
    path.write_text(HEAD.replace("rules:", "rules: []"))
    with pytest.raises(UserError, match="a baseline without rules asks for nothing"):
        load(path)


def test_a_version_that_yaml_reads_as_a_number_with_a_fraction_is_refused(tmp_path: Path) -> None:
    found = mistake(tmp_path, RULE, head=HEAD.replace("1.0.0", "1.10"))
    assert (found.key, found.hint) == ("version", 'put it in quotes, such as "1.10"')


def test_file_modes_and_versions_in_quotes_are_read(tmp_path: Path) -> None:
    text = changed("setting: ssl", "setting: mode").replace("equals: on", "one_of: [0600, '0640']")
    assert rule(tmp_path, text).expectation == Expectation("one_of", ("0600", "0640"))
    text = changed("setting: ssl", "setting: release").replace("equals: on", "at_least: '7.10'")
    assert rule(tmp_path, text).expectation == Expectation("at_least", "7.10")


def test_lint_names_every_mistake_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = changed("setting: ssl", "setting: sll").replace("why: because", "why: ''")
    path = write(tmp_path, wrong + RULE.replace("tls-is-on", "pg-1").replace("{equals: on}", "{equals: maybe}"))
    found = baselines.lint(path, CATALOGUE, CONTROLS)
    assert [(item.place.rpartition(":")[2], item.key) for item in found] == [
        ("8", "rules.0.setting"),
        ("11", "rules.0.why"),
        ("13", "rules.1.id"),
        ("16", "rules.1.expect.equals"),
    ]
    assert baselines.lint(write(tmp_path), CATALOGUE, CONTROLS) == []


def test_a_project_may_bring_environments_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, RULE + "  environments: {canary: {severity: low}}\n")
    assert baselines.lint(path, CATALOGUE, CONTROLS)
    assert not baselines.lint(path, CATALOGUE, CONTROLS, ["canary"])


def test_every_operator_has_a_reading_of_its_operand() -> None:
    operands: dict[str, object] = {
        "value": "strong",
        "values": ["a"],
        "pair": ["1", "2"],
        "members": ["a"],
        "pattern": "a",
        "flag": True,
        "expectation": {"equals": "a"},
        "expectations": [{"equals": "a"}],
        "records": {"where": {"a": 1}},
    }
    types = {name: next(iter(sorted(kinds))) for name, kinds in SUITS.items()}
    for name, known in OPERATORS.items():
        raw = operands[known.operand]
        if name == "every":
            raw = {"expect": {"a": 1}}
        setting = Setting("s", "c", types.get(name, "string"), choices=("a", "strong"))
        if known.operand in {"value", "pair"} and name in {"at_least", "at_most", "between"}:
            setting, raw = Setting("s", "c", "integer"), ["1", "2"] if name == "between" else "1"
        read = expectation({name: raw}, setting, Place(Tree({}, "x.yaml")))
        assert read.operator == name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(sorted(OPERATORS)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*OPERATORS, "where", "expect", "parameter", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(raw=JSON, setting=st.sampled_from(SETTINGS))
def test_whatever_is_written_is_an_expectation_or_a_mistake_of_the_writer(raw: object, setting: Setting) -> None:
    try:
        read = expectation(raw, setting, Place(Tree({}, "x.yaml")))
    except UserError as error:
        assert error.place == "x.yaml:1"
    else:
        assert read.operator in OPERATORS
