"""Objects, workloads and containers of manifests, in any shape that files have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import document
from scanner.readers import kubernetes_objects


def test_documents_and_lists_give_objects_with_their_lines() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: n}\n---\n"
        "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata:\n      name: b\n"
        "---\nnothing: here\n---\n- 1\n"
    )
    first, second = kubernetes_objects.objects(document.trees(text, "m.yaml"))
    assert (first.label, first.namespace, first.place("metadata")) == ("configmap/a", "n", "m.yaml:3")
    assert (second.label, second.place("metadata", "name")) == ("secret/b", "m.yaml:11")


def test_containers_that_only_prepare_are_left_out() -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec: {template: {spec: "
        "{initContainers: [{name: migrate}], containers: [{name: api}, {image: x}, 5]}}}\n"
    )
    (workload,) = kubernetes_objects.objects(document.trees(text, "m.yaml"))
    assert [item.name for item in kubernetes_objects.containers(workload)] == ["api", "1"]


@pytest.mark.parametrize(
    ("data", "text"), [("eA==", "x"), ("eA\n ==", "x"), ("%%", None), ("/w==", None), (None, None)]
)
def test_base64_is_read_or_said_to_be_none(data: object, text: str | None) -> None:
    assert kubernetes_objects.decoded(data) == text


SHAPES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["Deployment", "v1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "apiVersion", "metadata", "spec", "template", "containers"]), inner)
    ),
    max_leaves=12,
)


@given(SHAPES)
def test_no_shape_makes_it_fail(value: object) -> None:
    for item in kubernetes_objects.objects([document.Tree(value, "m.yaml")]):
        assert isinstance(kubernetes_objects.containers(item), list)
