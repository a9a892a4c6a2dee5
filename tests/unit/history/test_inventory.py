"""Components: declared and found side by side, and what is said of what nobody looked for."""

from __future__ import annotations

from dataclasses import replace

from scanner.history import components
from scanner.history.inventory import Part
from scanner.model import Cell, CellState, Gap, Known, Observation, Plane, Provenance, Reading, Row, Target
from tests.support import histories, results

RUN = histories.run(0, "TLSv1.3", "TLSv1.3")


def test_what_only_the_source_shows_is_not_called_missing_where_nobody_looked() -> None:
    (row,) = RUN.rows
    sources = replace(
        RUN,
        rows=(replace(row, cells=(row.cell(Plane.DECLARED), Cell(Plane.RUNNING, CellState.NOT_ASKED))),),
        answers=tuple(item for item in RUN.answers if item.plane is Plane.DECLARED),
    )
    assert components(sources)[0].standing == "declared, not looked for"


def test_a_component_that_was_asked_and_kept_silent_is_not_found() -> None:
    gap = Gap("orders-db", Plane.RUNNING, "postgresql", "no answer", "start it")
    silent = replace(
        RUN, gaps=(gap,), rows=(), answers=tuple(item for item in RUN.answers if item.plane is Plane.DECLARED)
    )
    (component,) = components(silent)
    assert (component.standing, component.silent) == ("declared, not found", True)


def test_a_live_component_without_a_source_is_undeclared() -> None:
    assert components(histories.run(0, "TLSv1.3"))[0].standing == "found, not declared"


def test_two_targets_with_one_identifier_name_each_other() -> None:
    labels = (("endpoint", "orders.example.internal"),)
    twins = tuple(Target(name, "postgresql", "production", labels=labels) for name in ("a", "b"))
    other = Target("c", "postgresql", "production", labels=(("endpoint", "elsewhere"),))
    found = components(replace(RUN, targets=(*twins, other)))
    assert [item.same_as for item in found] == [("b",), ("a",), ()]


def test_extensions_and_modules_that_were_seen_live_are_parts() -> None:
    raw = [{"name": "pgcrypto", "version": "1.3"}, {"name": ""}]
    told = Observation("orders-db", "extensions", Plane.RUNNING, Known(raw), Provenance("postgresql", "pg_extension"))
    row = Row("orders-db", "extensions", "server", (Cell(Plane.RUNNING, CellState.ANSWERED, (Reading(told, "2"),)),))
    found = components(replace(RUN, rows=(*RUN.rows, row)))
    assert found[0].parts == (Part("extension", "pgcrypto", "1.3"),)


def test_the_version_that_was_found_stands_before_the_declared_one() -> None:
    found = {item.id: item for item in components(results.everything())}
    assert found["orders-db"].version
