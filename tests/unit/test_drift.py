"""What the planes of a row say of one another."""

from __future__ import annotations

from typing import Any

from scanner.model import Absent, DefaultValue, Drift, Observation, Plane, Present, TakesEffect, Unresolved
from tests.support.rows import answer, gap, rows, seen, setting

D, V, P, R, S = Plane.DECLARED, Plane.PROVISIONED, Plane.PERSISTED, Plane.RUNNING, Plane.SERVED
RELOADED = setting(takes_effect=TakesEffect.RELOAD)
DEFAULTS = setting(defaults=(DefaultValue("off", "the manual"),))


def headline(*observations: Observation, **more: Any) -> Drift | None:
    return rows(list(observations), **more)[0].headline


def test_the_same_in_other_words_is_in_sync() -> None:
    assert headline(seen(D, "1"), seen(R, "on"), seen(P, "true")) is Drift.IN_SYNC


def test_one_plane_alone_has_nothing_to_agree_with() -> None:
    assert headline(seen(D, "on")) is None


def test_without_history_a_difference_only_differs() -> None:
    assert headline(seen(D, "on"), seen(R, "off")) is Drift.DIFFERS


def test_a_file_that_waits_for_a_reload_is_pending() -> None:
    assert headline(seen(P, "off"), seen(R, "on"), settings=[RELOADED]) is Drift.PENDING


def test_a_value_of_the_command_line_is_gone_at_the_next_restart() -> None:
    found = headline(seen(P, "off"), seen(R, "on", layer="command line"), settings=[RELOADED])
    assert found is Drift.RUNTIME_ONLY


def test_a_value_that_needs_no_restart_and_stands_in_no_file_is_runtime_only() -> None:
    assert headline(seen(P, "off"), seen(R, "on")) is Drift.RUNTIME_ONLY


def test_a_role_that_gets_another_value_is_overridden() -> None:
    found = rows([seen(R, "on"), seen(R, "off", scope="role=app")])
    assert {row.scope: row.headline for row in found} == {"server": None, "role=app": Drift.OVERRIDDEN}


def test_planes_of_a_container_are_compared_like_those_of_a_server() -> None:
    scope = "container=web"
    found = rows([seen(D, "on", scope=scope), seen(R, "off", scope=scope)])
    assert {row.scope: row.headline for row in found} == {scope: Drift.DIFFERS}
    alike = rows([seen(D, "on", scope=scope), seen(R, "true", scope=scope)])
    assert {row.scope: row.headline for row in alike} == {scope: Drift.IN_SYNC}


def test_a_part_of_the_processes_is_held_against_the_rest() -> None:
    found = rows([seen(R, "on"), seen(R, "off", scope="revision=41")])
    assert {row.scope: row.headline for row in found} == {"server": None, "revision=41": Drift.OVERRIDDEN}
    assert found[1].drift_note == "revision=41 gets false, the rest has true"


def test_a_part_of_a_container_is_held_against_that_container() -> None:
    part, other = "task=1,container=web", "container=worker"
    found = rows([seen(R, "on", scope="container=web"), seen(R, "off", scope=other), seen(R, "off", scope=part)])
    assert {row.scope: row.headline for row in found}[part] is Drift.OVERRIDDEN
    assert {row.scope for row in found} == {"container=web", other, part}, "there is no server besides them"


def test_a_live_value_that_no_source_declares_is_undeclared() -> None:
    found = headline(seen(R, "on"), answers=[answer(D), answer(R)], settings=[DEFAULTS])
    assert found is Drift.UNDECLARED


def test_absent_in_the_source_and_live_at_the_documented_default_is_in_sync() -> None:
    assert headline(seen(R, "off"), answers=[answer(D), answer(R)], settings=[DEFAULTS]) is Drift.IN_SYNC


def test_declared_and_not_there_is_missing() -> None:
    assert headline(seen(D, "on"), seen(R, Absent())) is Drift.MISSING


def test_silence_is_unknown_and_never_in_sync() -> None:
    found = rows([seen(D, "on"), seen(P, "on")], gaps=[gap(R)])[0]
    assert found.drift == (Drift.UNKNOWN,)


def test_an_unresolved_value_differs_from_nothing() -> None:
    assert Drift.DIFFERS not in rows([seen(D, Unresolved("no tfvars")), seen(R, "on")])[0].drift


def test_secrets_compare_by_presence_only() -> None:
    secret = setting("requirepass", "secret", secret=True)
    both = [seen(D, Present("literal", "weak"), "requirepass"), seen(R, Present("server"), "requirepass")]
    assert headline(*both, settings=[secret]) is Drift.IN_SYNC


def test_history_tells_which_side_moved() -> None:
    before = {row.id: row for row in rows([seen(D, "on"), seen(R, "on")])}
    live = rows([seen(D, "on"), seen(R, "off")], previous=before)[0]
    source = rows([seen(D, "off"), seen(R, "on")], previous=before)[0]
    assert (live.headline, live.moved) == (Drift.CHANGED, "the live system")
    assert (source.headline, source.moved) == (Drift.UNAPPLIED, "the source")


def test_when_both_sides_moved_nothing_is_claimed() -> None:
    setting_ = setting("level", "integer")
    before = {row.id: row for row in rows([seen(D, 1, "level"), seen(R, 1, "level")], settings=[setting_])}
    both = rows([seen(D, 2, "level"), seen(R, 3, "level")], settings=[setting_], previous=before)[0]
    assert (both.headline, both.moved) == (Drift.DIFFERS, "the source and the live system")


def test_a_plane_that_waits_for_maintenance_is_pending() -> None:
    shown = (("rds", (V,)), ("postgresql", (R,)))
    waiting = seen(V, "on", collector="rds", takes_effect=TakesEffect.MAINTENANCE)
    assert headline(waiting, seen(R, "off"), settings=[setting(shown_by=shown)]) is Drift.PENDING


def test_what_is_served_may_differ_from_what_runs() -> None:
    assert headline(seen(R, "on"), seen(S, "off")) is Drift.DIFFERS


def test_a_probe_that_cannot_prove_its_word_makes_no_drift() -> None:
    one_sided = setting(probe_proves="on")
    assert headline(seen(R, "on"), seen(S, "off"), settings=[one_sided]) is Drift.IN_SYNC
    assert headline(seen(D, "on"), seen(S, "off"), settings=[one_sided]) is Drift.IN_SYNC
    assert headline(seen(R, "off"), seen(S, "on"), settings=[one_sided]) is Drift.DIFFERS


def test_a_running_value_that_cannot_be_known_is_neither_pending_nor_runtime_only() -> None:
    found = rows([seen(P, "off"), seen(R, Unresolved("the file is newer"))], settings=[RELOADED])[0]
    assert found.drift == (Drift.UNKNOWN,)


def test_a_source_that_says_itself_that_it_waits_is_pending() -> None:
    waiting = seen(R, Unresolved("the file is newer than the load"), takes_effect=TakesEffect.RELOAD)
    assert headline(seen(P, "off"), waiting) is Drift.PENDING


def test_an_expression_beside_a_value_is_no_agreement() -> None:
    found = rows([seen(D, Unresolved("computed")), seen(R, "on")])[0]
    assert found.drift == (Drift.UNKNOWN,)


def test_places_that_disagree_are_no_agreement_with_another_plane() -> None:
    conflict = [seen(D, "on", locator="a.tf:1"), seen(D, "off", locator="b.tf:1")]
    assert rows([*conflict, seen(R, "on")])[0].drift == (Drift.UNKNOWN,)


PLATFORM = setting(shown_by=(("terraform", (D,)), ("rds", (V,)), ("postgresql", (R,))))


def held(value: str, **more: Any) -> Observation:
    return seen(V, value, collector="rds", **more)


def test_what_the_platform_says_to_wait_is_pending_though_nothing_shows_what_runs() -> None:
    waits = held("on", pending="it waits for a reboot", takes_effect=TakesEffect.RESTART)
    found = rows([waits], settings=[PLATFORM])[0]
    assert found.headline is Drift.PENDING and found.drift_note == "provisioned true, and it waits for a reboot"


def test_a_value_that_the_server_runs_already_waits_no_more() -> None:
    waits = held("on", pending="it waits for a reboot", takes_effect=TakesEffect.RESTART)
    assert headline(waits, seen(R, "on"), settings=[PLATFORM]) is Drift.IN_SYNC
    assert headline(waits, seen(R, "off"), settings=[PLATFORM]) is Drift.PENDING


def test_a_successor_that_waits_is_pending_beside_the_value_in_effect() -> None:
    assert headline(held("on", pending="off waits"), seen(R, "on"), settings=[PLATFORM]) is Drift.PENDING


def test_the_source_against_the_platform_is_told_though_the_server_still_runs_what_is_declared() -> None:
    changed = held("off", pending="it waits for a reboot", takes_effect=TakesEffect.RESTART)
    before = {row.id: row for row in rows([seen(D, "on"), held("on"), seen(R, "on")], settings=[PLATFORM])}
    found = rows([seen(D, "on"), changed, seen(R, "on")], settings=[PLATFORM], previous=before)[0]
    assert found.drift == (Drift.PENDING, Drift.CHANGED)
    assert found.moved == "the platform"
