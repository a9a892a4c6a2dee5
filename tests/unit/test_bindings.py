"""Bindings: the shipped ones make sense, and a mistake in one is told with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner import bindings
from scanner.bindings import Binding
from scanner.catalogue import shipped as catalogue
from scanner.errors import UserError

SHIPPED = [entry for entries in bindings.shipped().by_type.values() for entry in entries]
SHIPPED += bindings.shipped().modules


def owner(entry: Binding) -> list[str]:
    """The components a binding speaks for."""
    if entry.component:
        return [entry.component]
    links = [*([entry.of] if entry.of else [])]
    owners = [other for link in links for kind in link.types for other in bindings.shipped().of(kind)]
    users = [other for other in SHIPPED if any(entry.type in link.types for link in other.groups)]
    return sorted({component for other in (*owners, *users) for component in (other.component,) if component})


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: f"{entry.type}-{entry.role}-{entry.platform}")
def test_every_setting_of_a_shipped_binding_is_in_the_catalogue(entry: Binding) -> None:
    for component in owner(entry):
        for name in entry.settings:
            assert catalogue().setting(component, name) is not None, name


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: f"{entry.type}-{entry.role}-{entry.platform}")
def test_every_shipped_binding_can_be_used(entry: Binding) -> None:
    assert (entry.role == "target") is bool(entry.component)
    for condition in entry.when:
        re.compile(condition.matches)
    users = [source.users_of for source in entry.settings.values() if source.users_of]
    for link in (*entry.groups, *entry.users, *users, *([entry.of] if entry.of else [])):
        assert all(bindings.shipped().of(kind) for kind in link.types), link.types
    for name, source in entry.settings.items():
        conditions = [*entry.when, *source.when]
        assert all(re.compile(condition.matches) for condition in conditions)
        places = [bool(source.path), bool(source.any_set), source.constant is not None, bool(source.parameter)]
        places += [source.users_of is not None, bool(source.any_true)]
        assert sum(places) == 1, name
        re.compile(source.pattern)
        assert all(absence.source for absence in source.absent), name
        assert (source.constant is None) or source.source, name


def test_the_facts_a_target_needs_are_there_for_the_main_types() -> None:
    kinds = {"aws_db_instance", "aws_rds_cluster", "aws_elasticache_replication_group", "aws_memorydb_cluster",
             "aws_ecs_task_definition", "aws_lambda_function", "google_sql_database_instance", "google_redis_instance",
             "azurerm_postgresql_flexible_server", "azurerm_redis_cache", "kubernetes_deployment"}  # fmt: skip
    assert kinds <= set(bindings.shipped().by_type)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("resources:\n  - type: x\n    role: targets\n", "role"),
        ("resources:\n  - type: x\n    role: target\n    settngs: {}\n", "settngs"),
        ("resources:\n  - type: x\n    role: member\n", "x"),
        ("resources:\n  - role: target\n", "type"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        bindings.load([path])
    assert error.value.place.startswith(f"{path}:")
    assert key in error.value.key
