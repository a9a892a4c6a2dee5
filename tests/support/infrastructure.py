"""Short ways to write a Terraform root and to see what the collector says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scanner.catalogue import shipped
from scanner.collectors import Collected, Context
from scanner.collectors.terraform import Terraform
from scanner.model import Content, Known, Observation, Target

DATABASE = """resource "aws_db_instance" "db" {
  engine         = "postgres"
  engine_version = "16.4"
  %s
}
"""


def collect(
    root: Path,
    *,
    target: Target | None = None,
    environment: str = "",
    path: str = ".",
    limit: int = 10_000_000,
    **fields: Any,
) -> Collected:
    """What the collector says of a root."""
    context = Context(root, shipped(), target, environment=environment, digest_key=b"k", limit_bytes=limit)
    return Terraform(path, **fields).collect(context)


def of(found: Collected, setting: str, target: str = "") -> Observation:
    """The one observation of a setting, of the target whose id ends so."""
    fitting = [item for item in found.observations if item.setting == setting and item.target.endswith(target)]
    assert len(fitting) == 1, [(item.target, item.scope) for item in fitting]
    return fitting[0]


def content(found: Collected, setting: str, target: str = "") -> Content:
    """The content of a setting."""
    return of(found, setting, target).content


def raw(found: Collected, setting: str, target: str = "") -> Any:
    """The known value of a setting."""
    said = content(found, setting, target)
    assert isinstance(said, Known), said
    return said.raw


def value_of(root: Path, expression: str, more: str = "", **fields: Any) -> Content:
    """What the collector says of a database's ``publicly_accessible`` when it is this expression."""
    (root / "main.tf").write_text(DATABASE % f"publicly_accessible = {expression}" + more)
    return content(collect(root, **fields), "publicly_accessible")
