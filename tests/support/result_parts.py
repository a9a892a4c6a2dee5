"""The pieces of a result, built by hand in few words."""

from __future__ import annotations

from typing import Any

from scanner.model import (
    Cell,
    CellState,
    Content,
    ControlReference,
    Drift,
    Expectation,
    Finding,
    Gap,
    Judgement,
    Layer,
    Observation,
    Plane,
    Provenance,
    Reading,
    ReadingState,
    Row,
    Rule,
    Severity,
    Strength,
    TakesEffect,
    Target,
    Verdict,
)

PLAIN = Layer()
START, END = "2026-11-21T21:00:03Z", "2026-11-21T21:00:09Z"
DECLARED, PROVISIONED, PERSISTED, RUNNING, SERVED = Plane
PASS, FAIL, UNKNOWN, NOT_ASSESSED, NOT_APPLICABLE = Verdict
LOW, MEDIUM, HIGH, CRITICAL = Severity

ORDERS = Target(
    "orders-db", "postgresql", "production", platform="rds", version="16.4", labels=(("rds", "orders-prod"),)
)
SESSIONS = Target("sessions", "redis", "production", platform="self-managed", version="7.0.15")
API = Target("api", "fastapi", "production", platform="container")
API_STAGING = Target("api-staging", "fastapi", "staging", environment_from=".env.staging")
LEGACY = Target("legacy-db", "postgresql", "production", environment_from="assumed")
TARGETS = (ORDERS, SESSIONS, API, API_STAGING, LEGACY)


def reading(
    target: str,
    setting: str,
    plane: Plane,
    content: Content,
    text: str,
    where: str,
    *,
    scope: str = "server",
    chain: tuple[str, ...] = (),
    layer: Layer = PLAIN,
    waits: TakesEffect = TakesEffect.NOW,
    state: ReadingState = ReadingState.EFFECTIVE,
    note: str = "",
    changed_by: str = "",
) -> Reading:
    provenance = Provenance("terraform" if plane is DECLARED else "server", where, chain, END, changed_by)
    seen = Observation(target, setting, plane, content, provenance, scope, layer, waits)
    return Reading(seen, text, state, note)


def answered(*readings: Reading) -> Cell:
    return Cell(readings[0].observation.plane, CellState.ANSWERED, readings)


def silent(*gaps: Gap) -> Cell:
    return Cell(gaps[0].plane, CellState.SILENT, (), gaps)


def row(
    target: Target, setting: str, *cells: Cell, scope: str = "server", drift: tuple[Drift, ...] = (), **more: str
) -> Row:
    """A row with the given cells; declared on the rest that nobody asked them."""
    given = {cell.plane: cell for cell in cells}
    rest = {plane: Cell(plane, CellState.NOT_ASKED) for plane in Plane}
    return Row(target.id, setting, scope, tuple((rest | given).values()), drift, **more)


def rule(
    name: str,
    title: str,
    component: str,
    setting: str,
    severity: Severity,
    expectation: Expectation | None,
    **more: Any,
) -> Rule:
    more.setdefault("fix", (("postgresql", f"ALTER SYSTEM SET {setting} = …; SELECT pg_reload_conf();"),))
    more.setdefault(
        "controls", (ControlReference("nist-800-53r5", "cm-6_obj.b", Strength.MEASURED, "a setting is set"),)
    )
    more.setdefault("why", f"A weaker value of {setting} lets somebody in who should stay out.")
    return Rule(
        name, title, component, setting, severity, baseline=f"{component}-secure", expectation=expectation, **more
    )


def judged(plane: Plane, verdict: Verdict, text: str, reason: str = "", remedy: str = "") -> Judgement:
    return Judgement(plane, verdict, text, reason, "", remedy)


def finding(
    held: Rule, target: Target, verdict: Verdict, expected: str, reason: str, *judgements: Judgement, **more: Any
) -> Finding:
    scope = more.pop("scope", "server")
    more.setdefault("rows", (f"{target.id}|{held.setting}|{scope}",))
    severity = more.pop("severity", held.severity)
    return Finding(held.id, target.id, scope, verdict, severity, expected, reason, judgements=judgements, **more)
