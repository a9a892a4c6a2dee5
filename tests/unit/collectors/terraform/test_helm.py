"""Values of charts: later ones win, single ones win over texts, and an unknown one hides what was said before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Known, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import collect, content

RELEASE = """
variable "unset" {}
resource "helm_release" "r" {
  name       = "r"
  repository = "https://charts.bitnami.com/bitnami"
  chart      = "redis"
  %s
}
"""


def said(root: Path, body: str, setting: str = "authentication_required") -> object:
    write(root, {"main.tf": RELEASE % body})
    return content(collect(root), setting)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("values = [yamlencode({auth = {enabled = false}})]", False),
        ('values = ["auth: {enabled: true}", "auth: {enabled: false}"]', False),
        ('values = [var.unset, "auth: {enabled: false}"]', False),
        ('values = ["auth: {enabled: true}"]\n  set {\n    name  = "auth.enabled"\n    value = false\n  }', "false"),
        ('set = [{ name = "auth.enabled", value = "false" }]', "false"),
        ('values = ["host: ${var.unset}\\nauth:\\n  enabled: false\\n"]', False),
        ('values = ["auth: {enabled: false}", "auth: {existingSecret: s}"]', False),
    ],
)
def test_the_last_word_on_a_value_counts(tmp_path: Path, body: str, expected: object) -> None:
    assert said(tmp_path, body) == Known(expected)


@pytest.mark.parametrize(
    "body",
    [
        "",
        'values = ["auth: {enabled: true}", var.unset]',
        'values = ["auth: {enabled: true}", "- a list"]',
        'values = ["auth: {enabled: true}", "auth: {enabled: null}"]',
        'values = ["auth: {enabled: true}"]\n  set {\n    name  = var.unset\n    value = "false"\n  }',
        "values = var.unset",
    ],
)
def test_what_the_last_word_may_be_is_not_guessed(tmp_path: Path, body: str) -> None:
    assert isinstance(said(tmp_path, body), Unresolved)


def test_a_chart_that_is_not_known_to_be_harmless_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "c" {}\nresource "helm_release" "r" {\n  name = "r"\n  chart = var.c\n}\n'})
    assert [gap.reason for gap in collect(tmp_path).gaps] == [
        "whether helm_release.r is redis is not known: chart is not known: var.c has no value"
    ]


def test_the_values_of_a_chart_never_make_its_reading_complete(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": RELEASE % 'values = ["auth: {enabled: true}"]'})
    assert not any(answer.complete for answer in collect(tmp_path).answers)
