"""The components of a run as a CycloneDX 1.6 inventory (CM-8), with what was assessed and accepted on each (CM-8(6)).

One component is one asset, not one product, so two servers of one version are two. Extensions and modules that were
seen live are components within theirs. What CycloneDX has no field for stands in properties of the ``scanner`` name
space. Nothing is listed that no source named; what was asked and kept silent is listed as silent.
"""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

from scanner.history import Component, components
from scanner.history.inventory import Part
from scanner.model import Finding, ScanResult
from scanner.reports import Options
from scanner.wording.index import tally
from scanner.wording.plain import plain
from scanner.wording.times import instant, iso

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:scanner:cyclonedx")
PRODUCTS = {"postgresql": "postgresql", "redis": "redis"}
"""Components that are a product with versions of its own; an application is called by its target's name."""


def render(result: ScanResult, options: Options) -> str:
    """The inventory of a run as JSON text that ends with one line break."""
    by_target: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_target.setdefault(finding.target, []).append(finding)
    project = plain(result.project) or "no project name"
    bom: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, plain(result.run_id))}",
        "version": 1,
        "metadata": {
            **_time(result),
            "tools": {
                "components": [{"type": "application", "name": "scanner", "version": plain(result.tool_version)}]
            },
            "component": {"type": "application", "bom-ref": _reference("project", project), "name": project},
            "properties": _properties({"run": [result.run_id], "scope": ["kinds that this scanner can scan"]}),
        },
        "components": [_component(item, by_target.get(item.id, []), result) for item in components(result)],
    }
    return json.dumps(bom, indent=1, ensure_ascii=True) + "\n"


def _time(result: ScanResult) -> dict[str, str]:
    told = iso(instant(result.finished or result.started))
    return {"timestamp": told} if told else {}


def _component(item: Component, findings: list[Finding], result: ScanResult) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "application",
        "bom-ref": _reference("component", item.id),
        "name": plain(PRODUCTS.get(item.component, item.id)),
    }
    if item.version:
        told["version"] = plain(item.version)
    if item.version and item.component in PRODUCTS:
        told["purl"] = f"pkg:generic/{PRODUCTS[item.component]}@{quote(plain(item.version), safe='')}"
    told["properties"] = _properties(_facts(item, findings, result))
    if item.parts:
        told["components"] = [_part(item, part) for part in item.parts]
    return told


def _facts(item: Component, findings: list[Finding], result: ScanResult) -> dict[str, list[str]]:
    counts = tally(findings)
    return {
        "asset": [item.id],
        "kind": [item.component],
        "environment": [item.environment],
        "platform": [item.platform],
        "standing": ["asked, no answer" if item.silent else item.standing],
        "declared-at": list(item.declared_at),
        "declared-version": [item.declared_version],
        "found-by": list(item.found_by),
        "identifier": [f"{name}={value}" for name, value in item.labels],
        "same-as": list(item.same_as),
        "baseline": list(item.baselines),
        "assessed": [iso(instant(result.finished)) if findings else ""],
        "requirements-passed": [str(counts.passed)],
        "requirements-failed-open": [str(counts.failed_open)],
        "requirements-failed-accepted": [str(counts.failed_accepted)],
        "requirements-unknown": [str(counts.unknown)],
        "waiver": list(item.waivers),
    }


def _part(owner: Component, part: Part) -> dict[str, Any]:
    named = "\0".join((owner.id, part.kind, part.name, part.version, part.scope))
    told: dict[str, Any] = {"type": "library", "bom-ref": _reference("part", named), "name": plain(part.name)}
    if part.version:
        told["version"] = plain(part.version)
    told["properties"] = _properties({"kind": [part.kind], "scope": [part.scope]})
    return told


def _reference(kind: str, name: str) -> str:
    """A reference that is unique and stable over runs, whatever the name holds."""
    named = f"{kind}\0{name}".encode("utf-8", "surrogatepass").hex()
    return f"{kind}:{uuid.uuid5(NAMESPACE, named)}"


def _properties(facts: dict[str, list[str]]) -> list[dict[str, str]]:
    return [
        {"name": f"scanner:{name}", "value": plain(value)}
        for name, values in facts.items()
        for value in values
        if value
    ]
