"""The verdict law, and every way in which a false green could creep in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.model import (
    Absent,
    Compare,
    Default,
    DefaultValue,
    Expectation,
    Known,
    Observation,
    Parameter,
    Plane,
    Present,
    RecordTest,
    Severity,
    TakesEffect,
    Unresolved,
    Variant,
    Verdict,
    When,
)
from tests.support.rows import answer, findings, gap, rows, rule, seen, setting, target

D, P, R, S = Plane.DECLARED, Plane.PERSISTED, Plane.RUNNING, Plane.SERVED
ON = Expectation("equals", "on")


def verdict(*observations: Observation, **more: Any) -> Verdict:
    return findings(list(observations), **more)[0].verdict


def test_every_plane_that_was_asked_conforms() -> None:
    assert verdict(seen(D, "true"), seen(R, "on")) is Verdict.PASS


def test_one_violation_fails_whatever_else_conforms() -> None:
    assert verdict(seen(D, "on"), seen(R, "off")) is Verdict.FAIL


def test_a_violation_fails_even_beside_gaps() -> None:
    assert verdict(seen(D, "off"), gaps=[gap(R)]) is Verdict.FAIL


def test_the_place_to_edit_is_the_one_nearest_to_the_source() -> None:
    found = findings([seen(D, "off", locator="db.tf:3"), seen(R, "off", locator="pg_settings")])[0]
    assert found.fix_at == "db.tf:3"
    assert found.remedy == "set it"


@pytest.mark.parametrize(
    ("scope", "statement"),
    [
        ("role=app", 'ALTER ROLE "app" RESET ssl;'),
        ('role=a"b,database=orders', 'ALTER ROLE "a""b" IN DATABASE "orders" RESET ssl;'),
        ("database=orders", 'ALTER DATABASE "orders" RESET ssl;'),
    ],
)
def test_an_override_is_closed_by_taking_it_away(scope: str, statement: str) -> None:
    found = {item.scope: item for item in findings([seen(R, "on"), seen(R, "off", scope=scope)])}
    assert found[scope].remedy == statement


class TestNoFalseGreen:
    def test_a_silent_plane_is_unknown(self) -> None:
        found = findings([seen(D, "on")], gaps=[gap(R)])[0]
        assert (found.verdict, found.remedy) == (Verdict.UNKNOWN, "GRANT it")

    def test_a_gap_that_names_the_setting_beside_a_value_is_unknown(self) -> None:
        assert verdict(seen(R, "on"), gaps=[gap(R, "ssl")]) is Verdict.UNKNOWN

    def test_a_mute_source_that_could_hold_a_stronger_value_is_unknown(self) -> None:
        shown = (("dotenv", (D,)), ("terraform", (D,)))
        quiet = gap(D, collector="dotenv")
        assert verdict(seen(D, "on"), gaps=[quiet], settings=[setting(shown_by=shown)]) is Verdict.UNKNOWN

    def test_an_unresolved_expression_is_unknown(self) -> None:
        found = findings([seen(D, Unresolved("var.tls has no value", "give --var-file"))])[0]
        assert (found.verdict, found.remedy) == (Verdict.UNKNOWN, "give --var-file")

    def test_a_source_that_answered_without_the_setting_is_unknown(self) -> None:
        assert verdict(answers=[answer(R, complete=False)]) is Verdict.UNKNOWN

    def test_absence_without_a_documented_default_is_unknown(self) -> None:
        assert verdict(answers=[answer(D)]) is Verdict.UNKNOWN

    def test_absence_does_not_hide_what_another_plane_shows(self) -> None:
        assert verdict(seen(R, "on"), answers=[answer(D), answer(R)]) is Verdict.PASS
        assert verdict(seen(R, "off"), answers=[answer(D), answer(R)]) is Verdict.FAIL

    def test_nobody_was_asked(self) -> None:
        assert verdict() is Verdict.NOT_ASSESSED

    def test_two_places_of_equal_rank_that_differ_are_unknown(self) -> None:
        assert verdict(seen(D, "on", locator="a:1"), seen(D, "off", locator="b:1")) is Verdict.UNKNOWN

    def test_a_value_without_meaning_never_conforms(self) -> None:
        assert verdict(seen(D, "enable")) is Verdict.FAIL

    def test_an_empty_list_of_records_is_unknown_where_the_catalogue_says_so(self) -> None:
        lines = setting("hba", "records", when_empty="unknown")
        none = rule(Expectation("none", RecordTest((("type", Expectation("equals", "host")),))), setting="hba")
        assert verdict(seen(P, [], "hba"), rules=[none], settings=[lines]) is Verdict.UNKNOWN

    def test_a_record_without_the_field_cannot_be_told(self) -> None:
        lines = setting("hba", "records")
        test = RecordTest((), (("auth_method", Expectation("equals", "scram-sha-256")),))
        every = rule(Expectation("every", test), setting="hba")
        assert verdict(seen(P, [{"type": "host"}], "hba"), rules=[every], settings=[lines]) is Verdict.UNKNOWN

    @pytest.mark.parametrize("origin", ["server", "computed", "reference"])
    def test_a_secret_of_which_only_presence_is_known_has_no_strength(self, origin: Any) -> None:
        secret = setting("requirepass", "secret", secret=True)
        strong = rule(Expectation("strength", "strong"), setting="requirepass")
        found = findings([seen(R, Present(origin), "requirepass")], [strong], settings=[secret])[0]
        assert found.verdict is Verdict.NOT_ASSESSED
        assert "its text is not at hand" in found.reason

    @pytest.mark.parametrize("strength", ["weak", "strong"])
    def test_a_secret_whose_text_was_at_hand_is_weak_or_strong(self, strength: Any) -> None:
        secret = setting("requirepass", "secret", secret=True)
        strong = rule(Expectation("strength", "strong"), setting="requirepass")
        seen_twice = [seen(D, Present("literal", strength), "requirepass"), seen(R, Present("server"), "requirepass")]
        expected = Verdict.PASS if strength == "strong" else Verdict.FAIL
        assert verdict(*seen_twice, rules=[strong], settings=[secret]) is expected

    def test_a_condition_that_cannot_be_read_makes_the_rule_unknown(self) -> None:
        needs_version = rule(applies=When(version=">=16"))
        assert verdict(seen(R, "on"), rules=[needs_version]) is Verdict.UNKNOWN

    def test_every_scope_must_conform(self) -> None:
        found = findings([seen(R, "on"), seen(R, "off", scope="role=app")])
        assert {item.scope: item.verdict for item in found} == {"server": Verdict.PASS, "role=app": Verdict.FAIL}


def test_a_documented_default_is_an_answer_for_its_versions_only() -> None:
    documented = setting(defaults=(DefaultValue("on", "the manual", ">=14"),))
    new, old = target(version="15.2"), target(version="13.1")
    assert verdict(answers=[answer(D)], settings=[documented], targets=[new]) is Verdict.PASS
    assert verdict(answers=[answer(D)], settings=[documented], targets=[old]) is Verdict.UNKNOWN


def test_a_default_that_is_the_same_in_every_version_holds_without_the_version() -> None:
    same = setting(defaults=(DefaultValue("on", "the manual", ">=14"),))
    changed = setting(defaults=(DefaultValue("on", "the manual", ">=14"), DefaultValue("off", "the manual", "<14")))
    closed = setting(defaults=(DefaultValue("on", "the manual", ">=14,<15"),))
    assert verdict(answers=[answer(D)], settings=[closed]) is Verdict.UNKNOWN
    assert verdict(answers=[answer(D)], settings=[same]) is Verdict.PASS
    assert "this version is not stated" in repr(rows([], answers=[answer(D)], settings=[same]))
    assert verdict(answers=[answer(D)], settings=[changed]) is Verdict.UNKNOWN


def test_the_higher_layer_wins_and_the_lower_is_shadowed() -> None:
    assert verdict(seen(D, "off", rank=10), seen(D, "on", rank=20)) is Verdict.PASS
    assert verdict(seen(D, "on", rank=10), seen(D, Unresolved("?"), rank=20)) is Verdict.UNKNOWN
    assert verdict(seen(D, "on", rank=0), seen(D, Absent(), rank=20)) is Verdict.PASS


def test_alternatives_decide_only_when_all_agree() -> None:
    assert verdict(seen(D, Unresolved("?", alternatives=("on", "true")))) is Verdict.PASS
    assert verdict(seen(D, Unresolved("?", alternatives=("off", "no")))) is Verdict.FAIL
    assert verdict(seen(D, Unresolved("?", alternatives=("on", "off")))) is Verdict.UNKNOWN


def test_outside_its_versions_and_platforms_a_rule_does_not_apply() -> None:
    newer = rule(applies=When(version=">=16"))
    assert verdict(seen(R, "off"), rules=[newer], targets=[target(version="15.1")]) is Verdict.NOT_APPLICABLE
    local = rule(applies=When(platforms=("self-managed",)))
    assert verdict(seen(R, "off"), rules=[local], targets=[target(platform="rds")]) is Verdict.NOT_APPLICABLE
    assert verdict(seen(R, "off"), rules=[local]) is Verdict.UNKNOWN


def test_the_first_variant_that_holds_decides() -> None:
    milder = Variant(When(environments=("development",)), Expectation("equals", "off"), Severity.LOW)
    skipped = Variant(When(environments=("test",)), skip="nothing is served there")
    asked = rule(variants=(milder, skipped))
    development = findings([seen(R, "off")], [asked], targets=[target(environment="development")])[0]
    assert (development.verdict, development.severity) == (Verdict.PASS, Severity.LOW)
    test = findings([seen(R, "off")], [asked], targets=[target(environment="test")])[0]
    assert (test.verdict, test.reason) == (Verdict.NOT_APPLICABLE, "nothing is served there")
    assert findings([seen(R, "off")], [asked])[0].verdict is Verdict.FAIL


def test_a_parameter_that_was_not_given_is_not_assessed() -> None:
    origins = setting("CORS_ORIGINS", "origins")
    asked = rule(Expectation("within", Parameter("allowed_origins")), setting="CORS_ORIGINS")
    observed = seen(D, "https://a.com/", "CORS_ORIGINS")
    without = findings([observed], [asked], settings=[origins])[0]
    assert without.verdict is Verdict.NOT_ASSESSED
    assert "allowed_origins" in without.remedy
    given = target(parameters=(("allowed_origins", ["https://A.com"]),))
    assert findings([observed], [asked], settings=[origins], targets=[given])[0].verdict is Verdict.PASS


def test_a_default_that_violates_fails() -> None:
    assert verdict(seen(D, Default("off", "the manual"))) is Verdict.FAIL


def test_what_the_control_plane_answers_stands_in_where_the_catalogue_says_so() -> None:
    shown = (("rds", (Plane.PROVISIONED,)), ("postgresql", (R,)))
    for stands_in, expected in ((True, Verdict.PASS), (False, Verdict.UNKNOWN)):
        asked = setting(shown_by=shown, provisioned_stands_in=stands_in)
        observed = seen(Plane.PROVISIONED, "on", collector="rds")
        assert verdict(observed, gaps=[gap(R)], settings=[asked]) is expected


class TestAcrossEnvironments:
    SECRET = setting("SECRET_KEY", "secret", secret=True)
    TARGETS = (target("a", environment="production"), target("b", environment="staging"))
    RULE = rule(setting="SECRET_KEY", compare=Compare("environments", "distinct"))

    def verdicts(self, first: Present, second: Present) -> list[Verdict]:
        observed = [seen(D, first, "SECRET_KEY", target="a"), seen(D, second, "SECRET_KEY", target="b")]
        return [item.verdict for item in findings(observed, [self.RULE], settings=[self.SECRET], targets=self.TARGETS)]

    def test_the_same_secret_in_two_environments_fails(self) -> None:
        same = [Present("literal", equal_to=(other,), comparable=True) for other in ("b", "a")]
        assert self.verdicts(*same) == [Verdict.FAIL, Verdict.FAIL]

    def test_a_shadowed_secret_that_stands_elsewhere_too_fails(self) -> None:
        observed = [
            seen(D, Present("literal", equal_to=("b",), comparable=True), "SECRET_KEY", target="a", rank=10),
            seen(D, Present("reference"), "SECRET_KEY", target="a", rank=20),
            seen(D, Present("literal", equal_to=("a",), comparable=True), "SECRET_KEY", target="b"),
        ]
        found = findings(observed, [self.RULE], settings=[self.SECRET], targets=self.TARGETS)
        assert [item.verdict for item in found] == [Verdict.FAIL, Verdict.FAIL]

    def test_different_secrets_pass(self) -> None:
        apart = Present("literal", comparable=True)
        assert self.verdicts(apart, apart) == [Verdict.PASS, Verdict.PASS]

    def test_what_cannot_be_compared_is_not_assessed(self) -> None:
        assert self.verdicts(Present("reference"), Present("literal", comparable=True)) == [Verdict.NOT_ASSESSED] * 2


@pytest.mark.parametrize(
    ("operator", "operand", "value", "expected"),
    [
        ("at_least", 3, 3, True),
        ("at_most", 3, 4, False),
        ("between", (1, 3), 2, True),
        ("one_of", (1, 2), 3, False),
        ("not_one_of", (1, 2), 3, True),
        ("not_equals", 1, 2, True),
    ],
)
def test_operators_on_numbers(operator: str, operand: object, value: int, expected: bool) -> None:
    number = setting("limit", "integer")
    asked = rule(Expectation(operator, operand), setting="limit")
    found = verdict(seen(R, value, "limit"), rules=[asked], settings=[number])
    assert found is (Verdict.PASS if expected else Verdict.FAIL)


@pytest.mark.parametrize(
    ("expectation", "value", "expected"),
    [
        (Expectation("contains", ("pgaudit",)), "auth_delay, pgaudit", True),
        (Expectation("contains", ("pgaudit",)), "auth_delay", False),
        (Expectation("excludes", ("*",)), "localhost,*", False),
        (Expectation("contains_any", ("a", "b")), "b", True),
        (Expectation("within", ("a", "b")), "a,c", False),
        (Expectation("empty", False), "", False),
        (Expectation("every_member", Expectation("matches", "^https:")), "https://a,http://b", False),
        (Expectation("no_member", Expectation("matches", "^http:")), "https://a", True),
        (Expectation("not", Expectation("contains", ("a",))), "b", True),
        (Expectation("any_of", (Expectation("empty", True), Expectation("contains", ("a",)))), "", True),
        (Expectation("all_of", (Expectation("empty", False), Expectation("contains", ("a",)))), "b", False),
    ],
)
def test_operators_on_lists(expectation: Expectation, value: str, expected: bool) -> None:
    listed = setting("members", "list")
    found = verdict(seen(R, value, "members"), rules=[rule(expectation, setting="members")], settings=[listed])
    assert found is (Verdict.PASS if expected else Verdict.FAIL)


def test_a_condition_on_which_planes_disagree_makes_the_rule_unknown() -> None:
    other = setting("archive_mode")
    asked = rule(applies=When(settings=(("archive_mode", Expectation("equals", "on")),)))
    conforming = [seen(D, "on"), seen(R, "on")]
    agree = [seen(D, "on", "archive_mode"), seen(R, "on", "archive_mode"), *conforming]
    split = [seen(D, "on", "archive_mode"), seen(R, "off", "archive_mode"), *conforming]
    assert verdict(*agree, rules=[asked], settings=[setting(), other]) is Verdict.PASS
    assert verdict(*split, rules=[asked], settings=[setting(), other]) is Verdict.UNKNOWN


def test_members_of_a_set_may_be_parted_by_blanks() -> None:
    bound = setting("bind", "set")
    local = Expectation("every_member", Expectation("matches", "^127"))
    asked = rule(local, setting="bind")
    assert verdict(seen(R, "127.0.0.1 10.0.0.1", "bind"), rules=[asked], settings=[bound]) is Verdict.FAIL
    assert verdict(seen(R, "127.0.0.1 127.0.0.2", "bind"), rules=[asked], settings=[bound]) is Verdict.PASS


def test_a_condition_on_a_setting_that_the_version_does_not_have_does_not_hold() -> None:
    newer = setting("archive_library", "string", versions=">=15")
    asked = rule(applies=When(settings=(("archive_library", Expectation("empty", False)),)))
    old = target(version="14.2")
    found = verdict(seen(R, "on"), rules=[asked], settings=[setting(), newer], targets=[old])
    assert found is Verdict.NOT_APPLICABLE


def test_absence_beside_a_parameter_that_was_not_given_is_not_assessed() -> None:
    limit = setting("max_connections", "integer")
    asked = rule(Expectation("equals", Parameter("limit")), setting="max_connections")
    assert verdict(answers=[answer(D)], rules=[asked], settings=[limit]) is Verdict.NOT_ASSESSED


def test_a_platform_that_leaves_the_setting_out_does_not_speak_for_a_silent_server() -> None:
    shown = (("terraform", frozenset({D})), ("aws", frozenset({Plane.PROVISIONED})), ("postgresql", frozenset({R})))
    asked = setting(shown_by=shown, provisioned_stands_in=True)
    observed = [seen(D, "on"), seen(Plane.PROVISIONED, Absent(), collector="aws")]
    assert verdict(*observed, settings=[asked], gaps=[gap(R)]) is Verdict.UNKNOWN


def test_every_part_that_is_broken_is_named_so_that_accepting_one_accepts_no_other() -> None:
    hba = setting("hba_rules", "records")
    lines = [{"type": "host", "method": "trust", "place": "a:1"}, {"type": "local", "method": "md5", "place": "a:2"}]
    parts = tuple(
        Expectation("none", RecordTest((("method", Expectation("equals", method)),), ())) for method in ("trust", "md5")
    )
    asked = [rule(Expectation("all_of", parts), setting="hba_rules")]
    found = findings([seen(R, lines, "hba_rules")], asked, settings=[hba])[0]
    assert "trust" in found.reason
    assert "md5" in found.reason


def test_the_place_to_edit_is_the_entry_that_breaks_the_rule() -> None:
    lines = setting("hba", "records")
    asked = rule(Expectation("none", RecordTest((("type", Expectation("equals", "host")),))), setting="hba")
    records = [{"type": "local", "place": "pg_hba.conf:2"}, {"type": "host", "place": "pg_hba.conf:7"}]
    observed = seen(P, Known(records), "hba", locator="pg_hba.conf")
    assert findings([observed], [asked], settings=[lines])[0].fix_at == "pg_hba.conf:7"
    unplaced = seen(P, Known([{"type": "host"}]), "hba", locator="pg_hba.conf")
    assert findings([unplaced], [asked], settings=[lines])[0].fix_at == "pg_hba.conf"


WAITS: dict[str, Any] = {"collector": "rds", "pending": "it waits for a reboot", "takes_effect": TakesEffect.RESTART}
MANAGED = setting(shown_by=(("rds", (Plane.PROVISIONED,)), ("postgresql", (R, P))), persisted_by=("rds",))


def test_a_value_that_waits_for_a_reboot_proves_nothing_of_what_runs() -> None:
    assert verdict(seen(Plane.PROVISIONED, "on", **WAITS), settings=[MANAGED]) is Verdict.UNKNOWN
    assert verdict(seen(Plane.PROVISIONED, "off", **WAITS), settings=[MANAGED]) is Verdict.FAIL
    assert verdict(seen(Plane.PROVISIONED, "on", **WAITS), seen(R, "on"), settings=[MANAGED]) is Verdict.PASS
    assert verdict(seen(Plane.PROVISIONED, "on", **WAITS), seen(R, "off"), settings=[MANAGED]) is Verdict.FAIL
    still = {**WAITS, "takes_effect": TakesEffect.NOW}
    assert verdict(seen(Plane.PROVISIONED, "on", **still), settings=[MANAGED]) is Verdict.PASS, "it is in effect"


def test_a_value_that_waits_stands_in_for_no_server() -> None:
    asked = replace(MANAGED, provisioned_stands_in=True)
    assert verdict(seen(Plane.PROVISIONED, "on", **WAITS), gaps=[gap(R)], settings=[asked]) is Verdict.UNKNOWN


def test_what_a_parameter_group_holds_is_what_persists_where_the_server_does_not_show_its_files() -> None:
    held = seen(Plane.PROVISIONED, "on", collector="rds")
    assert verdict(held, seen(R, "on"), gaps=[gap(P)], settings=[MANAGED]) is Verdict.PASS
    assert verdict(held, gaps=[gap(R)], settings=[MANAGED]) is Verdict.UNKNOWN, "what runs is another question"
    stale = seen(Plane.PROVISIONED, "on", collector="terraform")
    asked = replace(MANAGED, shown_by=(*MANAGED.shown_by, ("terraform", (Plane.PROVISIONED,))))
    assert verdict(stale, seen(R, "on"), gaps=[gap(P)], settings=[asked]) is Verdict.UNKNOWN, "a state is no platform"
