"""Places: only a source that was read is a file of the project."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.model import Input
from scanner.wording import places
from scanner.wording.index import Index
from scanner.wording.places import Place
from tests.support import results


def source(fix_at: str, rule: str = "postgresql-ssl-on", *read: str) -> Place | None:
    result = results.everything()
    inputs = (*result.inputs, *(Input(path, "0" * 64) for path in read))
    finding = next(item for item in result.findings if item.rule == rule)
    return places.source(Index(replace(result, inputs=inputs)), replace(finding, fix_at=fix_at))


@pytest.mark.parametrize(
    ("locator", "place"),
    [
        ("infra/db.tf:14", Place("infra/db.tf", 14)),
        ("infra/db.tf:14:3", Place("infra/db.tf", 14)),
        ("infra/db.tf:0", Place("infra/db.tf", 1)),
        ("infra/db.tf", None),
        ("db.tf:" + "9" * 20, None),
    ],
)
def test_a_locator_is_split_at_its_line(locator: str, place: Place | None) -> None:
    assert places.split(locator) == place


def test_a_file_that_was_read_is_a_place_with_and_without_a_line() -> None:
    assert source("infra/db.tf:30") == Place("infra/db.tf", 30)
    assert source("infra/db.tf") == Place("infra/db.tf", 1)


def test_a_place_of_a_declared_value_counts_even_where_its_file_is_no_input() -> None:
    assert source("infra/api.tf:55", "fastapi-cors-origins") == Place("infra/api.tf", 55)


@pytest.mark.parametrize(
    "locator",
    [
        "TLS handshake with 127.0.0.1:5432",
        "arn:aws:rds:eu-west-1:1:pg:5",
        "/etc/redis/redis.conf:3",
        "orders-db",
        "",
        "https://host:8000",
    ],
)
def test_what_only_a_live_system_has_is_no_place(locator: str) -> None:
    assert source(locator) is None


@pytest.mark.parametrize("path", ["../up.tf", "/etc/passwd", "a/../../b", "~/x", "https://host/x"])
def test_a_path_that_leads_out_is_no_place_even_if_it_was_read(path: str) -> None:
    assert source(f"{path}:3", "postgresql-ssl-on", path) is None
    assert source(path, "postgresql-ssl-on", path) is None


def test_the_place_of_a_rule_falls_back_to_its_baseline_and_then_to_the_project() -> None:
    result = results.everything()
    assert places.rule(Index(result), result.findings[0]) == Place("baselines/secure/postgresql.yaml", 1)
    assert places.rule(Index(replace(result, baselines=())), result.findings[0]) == Place("scanner.yaml", 1)
