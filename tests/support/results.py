"""Results for the tests of reports, built by hand: every verdict, drift state, content, waiver and gap there is.

``everything()`` is a run that an auditor could meet, ``clean()`` and ``empty()`` are its opposites; ``many()`` and
``huge()`` are large. Nothing here calls the code under test.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.model import (
    Answer,
    Baseline,
    Coverage,
    Drift,
    Input,
    Known,
    Notice,
    Plane,
    Provenance,
    ScanResult,
    Waiver,
)
from tests.support.result_findings import all_findings
from tests.support.result_parts import (
    DECLARED,
    END,
    FAIL,
    ORDERS,
    PASS,
    PERSISTED,
    PROVISIONED,
    RUNNING,
    SERVED,
    START,
    TARGETS,
    UNKNOWN,
    answered,
    finding,
    judged,
    reading,
    row,
)
from tests.support.result_rows import GAPS, all_rows
from tests.support.result_rules import RULES, TLS_13

COVERAGE = Coverage(16, passed=1, failed_open=5, failed_accepted=1, unknown=6, not_assessed=2, not_applicable=1)

WAIVERS = (
    Waiver(
        "W-2026-014",
        "postgresql-log-connections",
        "orders-db",
        "The proxy in front of the database logs every connection.",
        "A. Example, head of platform",
        "2026-12-21",
        accepted_value="false",
        requested_by="B. Example",
        approved_on="2026-11-02",
        compensating_measure="The logs of the proxy are kept for 400 days.",
        ticket="SEC-77",
        place="waivers.yaml:3",
    ),
    Waiver(
        "W-2026-009",
        "postgresql-password-hash",
        "orders-db",
        "One old client cannot do better.",
        "A. Example, head of platform",
        "2026-10-31",
        scope="role=app",
        place="waivers.yaml:14",
    ),
)


def _answers() -> tuple[Answer, ...]:
    def answer(target: str, plane: Plane, collector: str, locator: str, complete: bool = True) -> Answer:
        return Answer(target, plane, collector, complete, Provenance(collector, locator, observed_at=END))

    return (
        answer("orders-db", DECLARED, "terraform", "infra"),
        answer("orders-db", PROVISIONED, "rds", "arn:aws:rds:eu-west-1:1:pg:orders"),
        answer("orders-db", PERSISTED, "postgresql", "pg_file_settings"),
        answer("orders-db", RUNNING, "postgresql", "pg_settings", complete=False),
        answer("orders-db", SERVED, "postgresql", "TLS handshake with 127.0.0.1:5432"),
        answer("sessions", DECLARED, "redis_file", "deploy/redis.conf"),
        answer("sessions", PERSISTED, "redis_file", "/etc/redis/redis.conf"),
        answer("sessions", SERVED, "redis", "PING to 127.0.0.1:6379"),
        answer("api", DECLARED, "terraform", "infra"),
        answer("api", SERVED, "http", "http://127.0.0.1:8000"),
        answer("api-staging", DECLARED, "dotenv", ".env.staging"),
    )


def _baselines() -> tuple[Baseline, ...]:
    def of(component: str, title: str, approved_by: str = "", approved_on: str = "") -> Baseline:
        name = f"{component}-secure"
        return Baseline(
            name,
            "1.0.0",
            title,
            component,
            RULES[component],
            owner="platform team",
            review="annually",
            source="vendor documentation",
            place=f"baselines/secure/{component}.yaml",
            digest="ab12" * 16,
            approved_by=approved_by,
            approved_on=approved_on,
        )

    return (
        of("postgresql", "PostgreSQL, secure", approved_by="A. Example, head of platform", approved_on="2026-11-02"),
        of("redis", "Redis and Valkey, secure", approved_by="A. Example, head of platform", approved_on="2026-11-02"),
        of("fastapi", "FastAPI and environments, secure"),
    )


def everything() -> ScanResult:
    """A run with every verdict, drift state, content, waiver and gap."""
    return ScanResult(
        schema_version="1",
        tool_version="0.1.0",
        run_id="20261121T210003Z-7f3a",
        command="scanner check .",
        project="ghostquant",
        started=START,
        finished=END,
        baselines=_baselines(),
        targets=TARGETS,
        rows=all_rows(),
        findings=all_findings(),
        gaps=GAPS,
        coverage=COVERAGE,
        answers=_answers(),
        inputs=(
            Input("infra/db.tf", "1f" * 32),
            Input("infra/production.tfvars", "2e" * 32),
            Input(".env.staging", "3d" * 32),
        ),
        waivers=WAIVERS,
        notices=(
            Notice("unused waiver", "W-2025-001 names a rule that nothing fails", "waivers.yaml:30"),
            Notice(
                "unreadable file",
                "secrets.tf could not be read: Permission denied",
                "infra/secrets.tf",
                incomplete=True,
            ),
        ),
        parameters=(("allowed_origins", ["https://ghostquant.com"]),),
        exit_code=1,
        exit_reasons=("5 open differences at or above low", "6 requirements could not be checked", "7 rows drift"),
    )


def clean() -> ScanResult:
    """A run in which everything that was asked was answered and conforms."""
    whole = everything()
    kept = tuple(item for item in whole.findings if item.verdict is PASS)
    return replace(
        whole,
        rows=whole.rows[:1],
        findings=kept,
        gaps=(),
        targets=(ORDERS,),
        baselines=whole.baselines[:1],
        waivers=(),
        notices=(),
        answers=whole.answers[:5],
        coverage=Coverage(1, passed=1),
        exit_code=0,
        exit_reasons=(),
    )


def empty() -> ScanResult:
    """A run that found nothing at all."""
    nothing: Any = ()
    return replace(
        clean(),
        rows=nothing,
        findings=nothing,
        targets=nothing,
        baselines=nothing,
        answers=nothing,
        inputs=nothing,
        coverage=Coverage(),
        exit_code=3,
        exit_reasons=("nothing was assessed",),
    )


def huge(letters: int = 10_000_000) -> ScanResult:
    """One value, its raw text and the reason of its finding are very long."""
    text = "A" * letters
    whole = everything()
    first = whole.rows[0]
    long_cell = answered(reading("orders-db", "ssl", DECLARED, Known(text), text, "infra/db.tf:14"))
    rows = (replace(first, cells=(long_cell, *first.cells[1:])), *whole.rows[1:])
    worst = replace(whole.findings[0], verdict=FAIL, reason=text, judgements=(judged(DECLARED, FAIL, text),))
    coverage = replace(COVERAGE, passed=0, failed_open=6)
    return replace(whole, rows=rows, findings=(worst, *whole.findings[1:]), coverage=coverage)


def many(findings: int = 5_000) -> ScanResult:
    """A run with thousands of findings: every tenth fails, every tenth is unknown."""
    rules = tuple(replace(TLS_13, id=f"rule-{number}", setting=f"setting_{number}") for number in range(findings // 50))
    targets = tuple(replace(ORDERS, id=f"db-{number:03}") for number in range(50))
    rows, found = [], []
    for target in targets:
        for position, held in enumerate(rules):
            verdict = FAIL if position % 10 == 0 else UNKNOWN if position % 10 == 1 else PASS
            text = "TLSv1.2" if verdict is FAIL else "TLSv1.3"
            cells = [answered(reading(target.id, held.setting, plane, Known(text), text, "here")) for plane in Plane]
            rows.append(row(target, held.setting, *cells, drift=(Drift.IN_SYNC,)))
            found.append(
                finding(
                    held, target, verdict, "at least TLSv1.3", "", *(judged(plane, verdict, text) for plane in Plane)
                )
            )
    fails, unknowns = (sum(1 for item in found if item.verdict is wanted) for wanted in (FAIL, UNKNOWN))
    return replace(
        everything(),
        baselines=(replace(_baselines()[0], rules=rules),),
        targets=targets,
        rows=tuple(rows),
        findings=tuple(found),
        gaps=(),
        answers=(),
        coverage=Coverage(len(found), passed=len(found) - fails - unknowns, failed_open=fails, unknown=unknowns),
    )
