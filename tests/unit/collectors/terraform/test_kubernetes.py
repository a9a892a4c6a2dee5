"""Kubernetes objects in Terraform: own variables win over maps that are taken over, and unknown maps are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import collect, content, of, raw

DEPLOYMENT = """
resource "kubernetes_config_map" "c" {
  metadata {
    name = "c"
  }
  data = { DEBUG = "true", CORS_ORIGINS = "https://a.example" }
}
resource "kubernetes_deployment" "d" {
  metadata {
    name = "d"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          %s
        }
      }
    }
  }
}
"""
MAP = 'env_from {\n config_map_ref {\n name = "c"\n }\n }\n'
ELSEWHERE = 'env_from {\n config_map_ref {\n name = "elsewhere"\n }\n }\n'
OWN = 'env {\n name = "DEBUG"\n value = "false"\n }\n'


def test_own_variables_win_over_those_that_are_taken_over(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DEPLOYMENT % (OWN + MAP)})
    found = collect(tmp_path)
    assert raw(found, "DEBUG", "kubernetes_deployment.d") == "false"
    assert raw(found, "CORS_ORIGINS", "kubernetes_deployment.d") == "https://a.example"
    assert of(found, "CORS_ORIGINS", "kubernetes_deployment.d").provenance.locator == "main.tf:6"


def test_a_map_that_is_not_known_could_replace_those_before_it(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DEPLOYMENT % (MAP + ELSEWHERE + OWN)})
    found = collect(tmp_path)
    assert isinstance(content(found, "CORS_ORIGINS", "kubernetes_deployment.d"), Unresolved)
    assert raw(found, "DEBUG", "kubernetes_deployment.d") == "false"


def test_a_prefix_is_put_before_every_name(tmp_path: Path) -> None:
    prefixed = MAP.replace("env_from {", 'env_from {\n prefix = "X_"')
    write(tmp_path, {"main.tf": DEPLOYMENT % (prefixed + OWN)})
    said = [item for item in collect(tmp_path).observations if item.target.endswith("kubernetes_deployment.d")]
    assert "CORS_ORIGINS" not in {item.setting for item in said}


@pytest.mark.parametrize("kind", ["kubernetes_stateful_set", "kubernetes_daemon_set_v1", "kubernetes_job_v1"])
def test_every_workload_is_read_alike(tmp_path: Path, kind: str) -> None:
    write(tmp_path, {"main.tf": (DEPLOYMENT % OWN).replace('"kubernetes_deployment"', f'"{kind}"')})
    assert raw(collect(tmp_path), "DEBUG", f"{kind}.d") == "false"


def test_a_manifest_that_is_no_yaml_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "m" {}\nresource "kubectl_manifest" "m" {\n  yaml_body = var.m\n}\n'})
    (gap,) = collect(tmp_path).gaps
    assert "var.m has no value" in gap.reason
