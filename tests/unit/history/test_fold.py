"""Changes between runs: what moved, between when, who, and whether anything authorised it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scanner.history import ChangeRecord, Class, fold
from scanner.model import Known, Plane, Raw, ScanResult, Target, Verdict
from tests.support.histories import BEGIN, at, run

FAIL = Verdict.FAIL
NEW, OLD = "TLSv1.2", "TLSv1.3"


def test_a_value_that_never_changes_is_no_change() -> None:
    assert fold([run(0, OLD), run(1, OLD), run(2, OLD)]).changes == ()


def test_the_first_run_shows_no_change() -> None:
    assert fold([run(0, NEW)]).changes == ()


def test_a_change_happened_between_the_last_sight_of_the_old_and_the_first_of_the_new() -> None:
    (change,) = fold([run(0, OLD), run(1, OLD), run(2, NEW)]).changes
    assert (change.old, change.new, change.run) == (OLD, NEW, "run-2")
    assert change.last_seen == (BEGIN + timedelta(days=1, minutes=1)).isoformat()
    assert change.first_seen == at(2)
    assert change.planes == (Plane.RUNNING,)


@pytest.mark.parametrize("silent", [None, "?"])
def test_a_run_that_saw_nothing_neither_changes_nor_ends_anything(silent: str | None) -> None:
    assert fold([run(0, OLD), run(1, silent), run(2, OLD)]).changes == ()
    (change,) = fold([run(0, OLD), run(1, silent), run(2, NEW)]).changes
    assert change.last_seen == (BEGIN + timedelta(minutes=1)).isoformat()


def test_nobody_is_named_without_a_record() -> None:
    (change,) = fold([run(0, OLD), run(1, NEW)]).changes
    assert (change.actor, change.reviewer) == ("not recorded", "not recorded")


def test_who_changed_it_is_told_where_the_source_of_that_is_known() -> None:
    (change,) = fold([run(0, OLD), run(1, NEW, actor="role/deploy", source="CloudTrail event 1")]).changes
    assert (change.actor, change.actor_source) == ("role/deploy", "CloudTrail event 1")


def test_a_live_value_that_follows_its_source_is_authorised_by_it() -> None:
    changes = fold([run(0, OLD, OLD), run(1, OLD, NEW), run(2, NEW, NEW)]).changes
    live = next(item for item in changes if item.planes == (Plane.RUNNING,))
    assert (live.kind, live.why) == (Class.AUTHORISED, "declared at infra/db.tf:14")
    assert not live.open


def test_source_and_live_value_that_move_together_are_one_change() -> None:
    (change,) = fold([run(0, OLD, OLD), run(1, NEW, NEW)]).changes
    assert change.planes == (Plane.DECLARED, Plane.RUNNING)
    assert change.kind is Class.AUTHORISED


def test_a_live_value_that_leaves_its_source_is_unauthorised_and_open() -> None:
    (change,) = fold([run(0, OLD, OLD), run(1, NEW, OLD, FAIL)]).changes
    assert (change.kind, change.open) == (Class.UNAUTHORISED, True)
    assert change.why == "infra/db.tf:14 declares another value, and no record names it"


def test_without_a_source_nothing_can_be_told() -> None:
    (change,) = fold([run(0, OLD), run(1, NEW, verdict=FAIL)]).changes
    assert (change.kind, change.open) == (Class.UNKNOWN, True)


def test_a_source_that_cannot_be_known_authorises_nothing() -> None:
    (change,) = fold([run(0, OLD, OLD), run(1, NEW, "?")]).changes
    assert change.kind is Class.UNKNOWN


def test_a_change_of_the_source_itself_is_authorised_only_by_a_known_commit() -> None:
    (change,) = fold([run(0, OLD, OLD), run(1, OLD, NEW)]).changes
    assert (change.planes, change.kind) == ((Plane.DECLARED,), Class.UNKNOWN)


def test_a_newer_baseline_that_asks_for_the_value_authorises_it() -> None:
    first = run(0, OLD, expected="at least TLSv1.2")
    (change,) = fold([first, run(1, NEW, expected="at least TLSv1.3", version="1.1.0")]).changes
    assert change.kind is Class.AUTHORISED
    assert "since postgresql-secure 1.1.0" in change.why


def test_an_unauthorised_change_is_closed_when_it_is_changed_back() -> None:
    first, back = fold([run(0, OLD, OLD), run(1, NEW, OLD), run(3, OLD, OLD)]).changes
    assert (first.closed_at, first.closed_by) == (at(3), "agrees with infra/db.tf:14")
    assert back.kind is Class.AUTHORISED


def test_a_change_without_a_source_is_closed_by_the_next_one() -> None:
    first, second = fold([run(0, OLD), run(1, NEW), run(2, "TLSv1.1")]).changes
    assert (first.closed_by, second.open) == ("changed again, to TLSv1.1", True)
    first, _ = fold([run(0, OLD), run(1, NEW), run(2, OLD)]).changes
    assert first.closed_by == "changed back"


RECORD = ChangeRecord(
    "CHG-7", "orders-db", "ssl_min_protocol_version", NEW, "A. Asker", "B. Boss", reviewed_by="C. See"
)


def test_a_record_authorises_the_value_that_it_names_and_no_other() -> None:
    (change,) = fold([run(0, OLD, OLD), run(1, NEW, OLD)], [RECORD]).changes
    assert (change.kind, change.reference, change.reviewer) == (Class.AUTHORISED, "CHG-7", "C. See")
    (other,) = fold([run(0, OLD, OLD), run(1, "TLSv1.1", OLD)], [RECORD]).changes
    assert other.kind is Class.UNAUTHORISED


def test_a_review_alone_authorises_nothing() -> None:
    seen = ChangeRecord("CHG-8", "orders-db", "ssl_min_protocol_version", NEW, reviewed_by="C. See")
    (change,) = fold([run(0, OLD, OLD), run(1, NEW, OLD)], [seen]).changes
    assert (change.kind, change.reviewer) == (Class.UNAUTHORISED, "C. See")


def test_components_keep_when_they_were_first_and_last_seen() -> None:
    (component,) = fold([run(0, OLD), run(1, OLD, OLD)]).components
    assert (component.first_seen, component.last_seen) == (at(0), at(1))
    assert component.standing == "declared and found"


def listed(day: float, *records: dict[str, Raw]) -> ScanResult:
    """A run that saw a list of records, which reads as no more than their number."""
    found = run(day, f"{len(records)} entries")
    (row,) = found.rows
    (cell,) = row.cells
    (seen,) = cell.readings
    seen = replace(seen, observation=replace(seen.observation, content=Known(list(records))))
    return replace(found, rows=(replace(row, cells=(replace(cell, readings=(seen,)),)),))


def line(method: str, place: str = "pg_hba.conf:1") -> dict[str, Raw]:
    return {"type": "host", "auth_method": method, "place": place}


def test_a_changed_record_is_named_though_there_are_as_many_as_before() -> None:
    (change,) = fold([listed(0, line("reject"), line("md5")), listed(1, line("reject"), line("trust"))]).changes
    assert (change.gone, change.came) == (("type=host auth_method=md5",), ("type=host auth_method=trust",))
    assert change.old != change.new


def test_as_many_other_records_are_not_taken_for_those_that_stood_there_before() -> None:
    steps = [listed(0, line("scram-sha-256")), listed(1, line("md5")), listed(2, line("trust"))]
    first, second = fold(steps).changes
    assert first.closed_by.startswith("changed again, to ")
    assert second.open
    assert fold([*steps[:2], listed(2, line("scram-sha-256"))]).changes[0].closed_by == "changed back"


def test_a_record_that_moved_to_another_line_is_no_change() -> None:
    assert fold([listed(0, line("md5")), listed(1, line("md5", "pg_hba.conf:7"))]).changes == ()


def test_the_hours_since_the_run_before_are_no_change_of_the_system() -> None:
    runs = [
        replace(found, targets=(Target("orders-db", "schedule", "production"),))
        for found in (run(0, "0.1"), run(1, "24.0"))
    ]
    assert fold(runs).changes == ()
