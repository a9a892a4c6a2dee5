"""Kubernetes manifests: what containers get, from which map, and what stands in no file."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from scanner.collectors.kubernetes import Kubernetes, survey
from scanner.model import Known, Present, Unresolved
from tests.support.carriers import ask, contents, of, raws, surveyed, write

CONFIG = """apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  LOG_LEVEL: WARNING
  CORS: '["https://a.com"]'
"""


def deployment(containers: str, kind: str = "Deployment", name: str = "web") -> str:
    indent = "\n".join("      " + line for line in containers.strip().splitlines())
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n{indent}\n"
    )


API = """
- name: api
  envFrom: [{configMapRef: {name: c}}]
  env:
    - {name: DEBUG, value: "false"}
    - name: CORS_ORIGINS
      valueFrom: {configMapKeyRef: {name: c, key: CORS}}
    - name: SECRET_KEY
      valueFrom: {secretKeyRef: {name: s, key: k}}
"""


def test_env_and_config_maps_are_joined_and_secrets_are_present(tmp_path: Path) -> None:
    write(tmp_path, {"k8s/all.yaml": CONFIG + "---\n" + deployment(API)})
    found = ask(Kubernetes("k8s"), tmp_path)
    assert raws(found)["LOG_LEVEL"] == "WARNING"
    assert raws(found)["DEBUG"] == "false"
    assert raws(found)["CORS_ORIGINS"] == '["https://a.com"]'
    assert contents(found)["SECRET_KEY"] == Present("reference", reason="key k of Secret s")
    assert of(found, "LOG_LEVEL")[0].provenance.locator == "k8s/all.yaml:5", "the map is where a person would edit"
    assert of(found, "LOG_LEVEL")[0].scope == "server"
    assert found.answers[0].complete
    assert found.gaps == ()


def test_env_wins_over_env_from_and_fills_references_to_what_stands_above(tmp_path: Path) -> None:
    text = API + "    - {name: LOG_LEVEL, value: ERROR}\n    - {name: OPENAPI_URL, value: '/$(DEBUG)/$(GONE)/$$(X)'}\n"
    write(tmp_path, {"a.yaml": CONFIG + "---\n" + deployment(text)})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    assert raws(found)["LOG_LEVEL"] == "ERROR"
    assert "replaces a.yaml:5" in of(found, "LOG_LEVEL")[0].provenance.chain
    assert raws(found)["OPENAPI_URL"] == "/false/$(GONE)/$(X)"


def test_a_map_that_is_not_in_the_files_is_unknown_and_named(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": deployment(API)})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    content = contents(found)["CORS_ORIGINS"]
    assert isinstance(content, Unresolved)
    assert "ConfigMap c" in content.remedy
    assert any("ConfigMap c" in gap.reason for gap in found.gaps), "envFrom of it could set any name"
    assert not found.answers[0].complete


def test_a_map_that_is_missing_could_replace_the_maps_before_it(tmp_path: Path) -> None:
    api = API.replace("[{configMapRef: {name: c}}]", "[{configMapRef: {name: c}}, {secretRef: {name: s}}]")
    write(tmp_path, {"a.yaml": CONFIG + "---\n" + deployment(api)})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    content = contents(found)["LOG_LEVEL"]
    assert isinstance(content, Unresolved)
    assert "Secret s" in content.reason
    assert raws(found)["DEBUG"] == "false", "env wins over every map"
    turned = API.replace("[{configMapRef: {name: c}}]", "[{secretRef: {name: s}}, {configMapRef: {name: c}}]")
    write(tmp_path, {"a.yaml": CONFIG + "---\n" + deployment(turned)})
    assert raws(ask(Kubernetes("a.yaml"), tmp_path))["LOG_LEVEL"] == "WARNING"


def test_a_secret_in_the_files_is_measured_and_its_text_stays(tmp_path: Path) -> None:
    text = base64.b64encode(b"changeme").decode()
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata: {{k: {text}}}\nstringData: {{other: x}}\n"
    write(tmp_path, {"a.yaml": CONFIG + "---\n" + secret + "---\n" + deployment(API)})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    content = contents(found)["SECRET_KEY"]
    assert isinstance(content, Present)
    assert (content.origin, content.strength) == ("literal", "weak")
    assert "changeme" not in repr(found)
    assert text not in repr(found)


def test_a_setting_in_a_secret_is_not_shown(tmp_path: Path) -> None:
    text = "- name: api\n  env:\n    - {name: LOG_LEVEL, valueFrom: {secretKeyRef: {name: s, key: k}}}\n"
    write(tmp_path, {"a.yaml": deployment(text)})
    assert isinstance(contents(ask(Kubernetes("a.yaml"), tmp_path))["LOG_LEVEL"], Unresolved)


def test_several_application_containers_have_scopes_and_one_can_be_chosen(tmp_path: Path) -> None:
    text = (
        "- {name: api, env: [{name: DEBUG, value: 'false'}]}\n"
        "- {name: worker, env: [{name: DEBUG, value: 'true'}]}\n"
        "- {name: proxy, env: [{name: X, value: y}]}\n"
    )
    write(tmp_path, {"a.yaml": deployment(text)})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    assert {item.scope: item.content for item in of(found, "DEBUG")} == {
        "container=api": Known("false"),
        "container=worker": Known("true"),
    }
    chosen = ask(Kubernetes("a.yaml", container="worker"), tmp_path)
    assert [(item.scope, item.content) for item in of(chosen, "DEBUG")] == [("server", Known("true"))]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "Job"])
def test_every_kind_of_workload_is_read(kind: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": deployment("- {name: a, env: [{name: DEBUG, value: 'no'}]}", kind)})
    assert raws(ask(Kubernetes("a.yaml", workload=f"{kind.lower()}/web"), tmp_path))["DEBUG"] == "no"


def test_a_cron_job_and_a_list_are_read(tmp_path: Path) -> None:
    pod = "{spec: {template: {spec: {containers: [{name: a, env: [{name: DEBUG, value: 'no'}]}]}}}}"
    job = f"{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: n}}, spec: {{jobTemplate: {pod}}}}}"
    write(tmp_path, {"a.yaml": f"apiVersion: v1\nkind: List\nitems:\n  - {job}\n"})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    assert raws(found)["DEBUG"] == "no"
    assert of(found, "DEBUG")[0].provenance.locator == "a.yaml:4"


def test_a_bad_file_in_a_directory_leaves_the_answer_open_and_the_rest_stands(tmp_path: Path) -> None:
    write(tmp_path, {"k/a.yaml": deployment("- {name: a, env: [{name: DEBUG, value: 'no'}]}"), "k/b.yaml": "a: ["})
    found = ask(Kubernetes("k"), tmp_path)
    assert raws(found)["DEBUG"] == "no"
    assert "k/b.yaml" in found.gaps[0].reason
    assert not found.answers[0].complete


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CONFIG, "there is no workload"),
        (deployment("- {name: a}"), "there is no workload"),
        (
            deployment("- {name: a, env: [{name: DEBUG}]}")
            + "---\n"
            + deployment("- {name: a, env: [{name: DEBUG}]}", name="w2"),
            "2 workloads could be meant",
        ),
        ("", "there is no workload"),
        ("kind: Deployment", "there is no workload"),
        ("apiVersion: v1\nkind: Deployment\nspec: 5\n---\n7\n---\n- 1\n", "there is no workload"),
    ],
)
def test_what_cannot_be_chosen_is_a_gap_with_a_remedy(text: str, reason: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": text})
    found = ask(Kubernetes("a.yaml"), tmp_path)
    assert found.observations == ()
    assert reason in found.gaps[0].reason
    assert found.gaps[0].remedy


def test_workloads_are_proposed_with_their_environment_and_their_directorys_maps(tmp_path: Path) -> None:
    plain = deployment("- {name: a, env: [{name: LOG_LEVEL, value: INFO}]}")
    write(
        tmp_path,
        {
            "k8s/production/web.yaml": deployment(API),
            "k8s/production/config.yaml": CONFIG,
            "k8s/web.yml": plain.replace("{name: web}", "{name: web, namespace: shop-staging}"),
            "k8s/chart/templates/web.yaml": plain.replace("INFO", "{{ .Values.level }}"),
            "other/values.yaml": "a: 1\n",
        },
    )
    found = {item.label: item for item in surveyed(survey, tmp_path)}
    assert {label: item.environment for label, item in found.items()} == {
        "k8s/production/web.yaml:deployment/web": "production",
        "k8s/web.yml:deployment/web": "staging",
        "k8s/chart/templates/web.yaml": "",
    }
    production = found["k8s/production/web.yaml:deployment/web"]
    assert raws(ask(Kubernetes(**production.fields), tmp_path))["LOG_LEVEL"] == "WARNING"  # type: ignore[arg-type]
