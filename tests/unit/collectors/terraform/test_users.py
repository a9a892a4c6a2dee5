"""Users of a managed cache: one without a password is found, and none is claimed before all were read."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Absent, Known, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import collect, content, of

STACK = """
variable "unset" {}
resource "random_password" "app" {
  length = 32
}
resource "aws_elasticache_user" "default" {
  user_id       = "closed-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off ~* -@all"
  no_password_required = true
}
resource "aws_elasticache_user" "app" {
  user_id       = "app"
  user_name     = "app"
  engine        = "redis"
  access_string = "on ~* +@all"
  %s
}
resource "aws_elasticache_user_group" "g" {
  engine        = "redis"
  user_group_id = "sessions"
  user_ids      = %s
}
resource "aws_elasticache_replication_group" "r" {
  replication_group_id       = "sessions"
  description                = "sessions"
  transit_encryption_enabled = true
  user_group_ids             = [aws_elasticache_user_group.g.id]
}
"""
BOTH = "[aws_elasticache_user.default.user_id, aws_elasticache_user.app.user_id]"


def said(root: Path, login: str, members: str = BOTH, more: str = "") -> object:
    write(root, {"main.tf": STACK % (login, members) + more})
    return content(collect(root), "users_without_password")


@pytest.mark.parametrize(
    "login",
    [
        'passwords = ["a-long-password-for-tests"]',
        "passwords = [random_password.app.result]",
        'authentication_mode {\n    type = "iam"\n  }',
        'authentication_mode {\n    type = "password"\n    passwords = var.unset\n  }',
        "passwords_wo = [random_password.app.result]",
    ],
)
def test_users_with_passwords_or_identities_are_none_without(tmp_path: Path, login: str) -> None:
    assert said(tmp_path, login) == Known([])


@pytest.mark.parametrize(
    "login",
    [
        "no_password_required = true",
        'authentication_mode {\n    type = "no-password-required"\n  }',
        'no_password_required = "true"',
    ],
)
def test_a_user_without_a_password_is_named_with_its_place(tmp_path: Path, login: str) -> None:
    assert said(tmp_path, login) == Known(["app"])
    assert of(collect(tmp_path), "users_without_password").provenance.locator == "main.tf:13"


@pytest.mark.parametrize(
    "login",
    [
        "",
        "no_password_required = var.unset",
        "passwords = var.unset",
        "passwords = []",
        "authentication_mode {\n    type = var.unset\n  }",
        'dynamic "authentication_mode" {\n    for_each = var.unset\n    content {\n      type = "iam"\n    }\n  }',
    ],
)
def test_a_user_of_whom_it_is_not_known_is_not_taken_for_a_safe_one(tmp_path: Path, login: str) -> None:
    assert isinstance(said(tmp_path, login), Unresolved)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ('["default"]', ["default"]),
        ('["closed-default", "app"]', []),
        ('["closed-default", "default"]', ["default"]),
        ("toset([for u in [aws_elasticache_user.default, aws_elasticache_user.app] : u.id])", []),
        ('concat(["default"], var.unset)', ["default"]),
        ('concat(["app"], var.unset)', None),
        ('["closed-default", "elsewhere"]', None),
        ("var.unset", None),
        ("[var.unset]", None),
        ('var.unset ? ["app"] : []', None),
    ],
)
def test_every_member_of_a_group_has_to_be_read(tmp_path: Path, members: str, expected: list[str] | None) -> None:
    found = said(tmp_path, 'authentication_mode {\n    type = "iam"\n  }', members)
    if expected is None:
        assert isinstance(found, Unresolved)
    else:
        assert found == Known(expected)


ASSOCIATION = (
    'resource "aws_elasticache_user_group_association" "a" {\n  %s\n  user_group_id = %s\n  user_id = "%s"\n}\n'
)


@pytest.mark.parametrize(
    ("count", "group", "user", "expected"),
    [
        ("", "aws_elasticache_user_group.g.user_group_id", "default", ["default"]),
        ("", '"sessions"', "app", []),
        ("", '"others"', "default", None),
        ("", "var.unset", "default", None),
        ("count = var.unset", '"sessions"', "default", None),
        ("count = var.unset", '"sessions"', "app", []),
    ],
)
def test_a_user_that_is_attached_to_the_group_counts(
    tmp_path: Path, count: str, group: str, user: str, expected: list[str] | None
) -> None:
    found = said(tmp_path, 'passwords = ["a-long-password-for-tests"]', BOTH, ASSOCIATION % (count, group, user))
    if expected is None:
        assert isinstance(found, Unresolved)
    else:
        assert found == Known(expected)


def test_a_file_beside_the_group_that_cannot_be_read_may_add_a_user(tmp_path: Path) -> None:
    write(tmp_path, {"more.tf": 'resource "aws_elasticache_user_group_association" "x" {\n  user_id = = 1\n}\n'})
    assert isinstance(said(tmp_path, 'passwords = ["a-long-password-for-tests"]'), Unresolved)


def test_without_a_group_there_is_nothing_to_say(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": (STACK % ("", "[]")).replace("user_group_ids             =", "tags =")})
    assert content(collect(tmp_path), "users_without_password") == Absent()


MEMORYDB = """
resource "aws_memorydb_cluster" "c" {
  name      = "c"
  node_type = "db.t4g.small"
  acl_name  = %s
}
resource "aws_memorydb_acl" "a" {
  name       = "a"
  user_names = %s
}
resource "aws_memorydb_user" "u" {
  user_name     = "u"
  access_string = "on ~* +@all"
  authentication_mode {
    type = "%s"
  }
}
"""


@pytest.mark.parametrize(
    ("acl", "members", "login", "expected"),
    [
        ('"open-access"', "[]", "iam", Known(["default"])),
        ("aws_memorydb_acl.a.name", "[aws_memorydb_user.u.user_name]", "iam", Known([])),
        ('"a"', '["u"]', "password", Known([])),
        ("aws_memorydb_acl.a.id", '["u", "default"]', "iam", Known(["default"])),
        ("aws_memorydb_acl.a.id", '["u"]', "no-password-required", Known(["u"])),
    ],
)
def test_the_users_of_an_access_list_of_memorydb_are_read(
    tmp_path: Path, acl: str, members: str, login: str, expected: Known
) -> None:
    write(tmp_path, {"main.tf": MEMORYDB % (acl, members, login)})
    assert content(collect(tmp_path), "users_without_password") == expected


@pytest.mark.parametrize(("acl", "members"), [('"elsewhere"', "[]"), ('"a"', '["somebody-else"]')])
def test_an_access_list_of_memorydb_that_is_not_all_read_claims_nothing(tmp_path: Path, acl: str, members: str) -> None:
    write(tmp_path, {"main.tf": MEMORYDB % (acl, members, "iam")})
    assert isinstance(content(collect(tmp_path), "users_without_password"), Unresolved)
