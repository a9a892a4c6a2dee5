"""Short ways to write a plan in the shape of ``terraform show -json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def change(
    address: str,
    after: dict[str, Any] | None,
    unknown: Any = None,
    sensitive: Any = None,
    actions: tuple[str, ...] = ("create",),
    **more: Any,
) -> dict[str, Any]:
    """An entry of ``resource_changes``."""
    kind, name = address.split("[")[0].split(".")[-2:]
    states = {"actions": list(actions), "before": None, "after": after, "after_unknown": unknown or {}}
    states |= {"before_sensitive": False, "after_sensitive": sensitive or {}}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": states, **more}


def configuration(*addresses: str) -> dict[str, Any]:
    """The ``configuration`` that declares these addresses; modules are nested one deep."""
    module: dict[str, Any] = {"resources": [], "module_calls": {}}
    for address in addresses:
        parts = address.split(".")
        owner = module
        if parts[0] == "module":
            call = module["module_calls"].setdefault(parts[1], {"module": {"resources": []}})
            owner, parts = call["module"], parts[2:]
        owner["resources"].append({"mode": "managed", "type": parts[0], "name": parts[1]})
    return {"root_module": module}


def plan(*changes: dict[str, Any], declares: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A plan of these changes, which also declares ``declares``."""
    addresses = {entry["address"].replace("[0]", "").replace("[1]", "").replace('["a"]', "") for entry in changes}
    return {
        "format_version": "1.2",
        "complete": True,
        "errored": False,
        "planned_values": {},
        "resource_changes": list(changes),
        "configuration": configuration(*sorted({*addresses, *declares})),
        **more,
    }


def save(root: Path, content: dict[str, Any], name: str = "plan.json") -> str:
    """Write a plan below a root and give its name."""
    (root / name).write_text(json.dumps(content))
    return name


DATABASE_AFTER: dict[str, Any] = {
    "engine": "postgres",
    "engine_version": "16.4",
    "identifier": "orders",
    "publicly_accessible": False,
    "storage_encrypted": True,
    "deletion_protection": None,
    "iam_database_authentication_enabled": None,
    "backup_retention_period": 7,
    "parameter_group_name": None,
    "port": 5432,
    "ca_cert_identifier": "rds-ca-rsa2048-g1",
    "replicate_source_db": None,
    "snapshot_identifier": None,
    "restore_to_point_in_time": [],
    "s3_import": [],
}


def database(address: str = "aws_db_instance.db", unknown: Any = None, sensitive: Any = None, **after: Any) -> Any:
    """A planned database; an attribute that is unknown is left out, as Terraform leaves it out."""
    values = {**DATABASE_AFTER, **after}
    hidden = unknown or {}
    kept = {name: value for name, value in values.items() if hidden.get(name) is not True}
    return change(address, kept, hidden, sensitive)
