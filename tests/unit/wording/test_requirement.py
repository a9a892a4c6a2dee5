"""A requirement in words: each outcome has its sentence, and nothing foreign is printed as it came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.wording.index import Index
from scanner.wording.places import Place
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.words import Outcome
from tests.support import attacks, results


def found() -> dict[tuple[str, str], Requirement]:
    return {(item.finding.target, item.finding.rule): item for item in requirements(Index(results.everything()))}


@pytest.mark.parametrize(
    ("target", "rule", "sentence"),
    [
        ("orders-db", "postgresql-ssl-on", "ssl on orders-db: expected true, observed true"),
        (
            "orders-db",
            "postgresql-password-hash",
            "password_encryption on orders-db, role=app: expected scram-sha-256, observed md5 (role app gets md5)",
        ),
        (
            "orders-db",
            "postgresql-pgaudit",
            "pgaudit.log on orders-db does not apply: the platform writes this log itself",
        ),
        (
            "sessions",
            "redis-tls-port",
            "tls-port on sessions was not assessed: no source that was asked can show it",
        ),
        (
            "api",
            "fastapi-debug-off",
            "debug on api could not be checked: declared cannot be known; var.debug has no default and no value",
        ),
    ],
)
def test_each_outcome_has_its_sentence(target: str, rule: str, sentence: str) -> None:
    assert found()[target, rule].sentence == sentence


def test_only_unknowns_have_remedies_and_only_differences_fixes() -> None:
    for item in found().values():
        assert bool(item.remedies) == (item.outcome is Outcome.UNKNOWN)
        assert bool(item.fix) == (item.outcome in (Outcome.OPEN, Outcome.ACCEPTED))


def test_a_fix_of_the_finding_comes_before_those_of_the_rule() -> None:
    assert found()["api", "fastapi-cors-origins"].fix.startswith("Set CORS_ORIGINS")
    assert found()["orders-db", "postgresql-log-connections"].fix.startswith("postgresql: ALTER SYSTEM")


def test_a_place_in_the_project_is_told_apart_from_one_on_a_server() -> None:
    assert found()["api", "fastapi-cors-origins"].place == Place("infra/api.tf", 55)
    assert found()["sessions", "redis-no-plaintext-port"].place is None


def test_the_order_is_that_of_targets_then_rules_then_scopes() -> None:
    items = requirements(Index(results.everything()))
    names = list(Index(results.everything()).targets)
    keys = [(names.index(item.finding.target), item.finding.rule, item.finding.scope) for item in items]
    assert keys == sorted(keys)


def test_an_open_difference_of_an_earlier_run_tells_its_age() -> None:
    result = results.everything()
    aged = tuple(
        replace(item, first_seen="2026-11-01T00:00:00Z", due="2026-11-04T00:00:00Z") for item in result.findings
    )
    told = {item.outcome: item.age for item in requirements(Index(replace(result, findings=aged)))}
    assert told[Outcome.OPEN] == "overdue since 4 November 2026 00:00 UTC, first seen 1 November 2026 00:00 UTC"
    assert not any(age for outcome, age in told.items() if outcome is not Outcome.OPEN)


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_every_text_is_harmless(attack: str) -> None:
    for item in requirements(Index(attacks.hostile(attack))):
        texts = [item.name, item.title, item.setting, item.expected, item.observed, item.sentence, item.where]
        for text in [*texts, item.why, *item.remedies, item.waiver_words, item.age, *item.fix.split("\n")]:
            assert text.isprintable()
