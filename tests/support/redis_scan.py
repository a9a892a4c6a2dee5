"""Asking a throw-away Redis as the product does: one collector, or a whole scan of server and file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanner import baselines, catalogue, controls, resources
from scanner import scan as scanning
from scanner.collectors import Collected, Context
from scanner.collectors.redis import Redis
from scanner.demo.servers.redis import Redis as Server
from scanner.model import Finding, Observation, Plane, ScanResult, Target
from scanner.project import Project, SourceEntry, TargetEntry

TARGET = "cache"
BASELINE = resources.directory("baselines") / "secure" / "redis.yaml"


def collect(url: str, timeout: float = 3.0, root: Path | None = None, platform: str = "", **fields: Any) -> Collected:
    """What the collector says of the server behind a URL."""
    context = Context(
        root=root or Path("/"),
        catalogue=catalogue.shipped(),
        target=Target(TARGET, "redis", "production", platform=platform),
        process_environment={"CACHE_URL": url},
        digest_key=b"for this test",
        timeout=timeout,
        now=datetime.now(UTC).isoformat(),
    )
    return Redis(url_env="CACHE_URL", **fields).collect(context)


def seen(found: Collected, setting: str, plane: Plane = Plane.RUNNING) -> Observation:
    """The one observation of a setting on a plane."""
    matching = [item for item in found.observations if (item.setting, item.plane) == (setting, plane)]
    assert len(matching) == 1, f"{setting} on {plane}: {matching}"
    return matching[0]


def raw(found: Collected, setting: str, plane: Plane = Plane.RUNNING) -> Any:
    """What was said of a setting on a plane."""
    return getattr(seen(found, setting, plane).content, "raw", None)


def scan(
    server: Server | None,
    *,
    url: str = "",
    file: Path | None = None,
    declared: Path | None = None,
    environment: str = "production",
    parameters: Mapping[str, Any] | None = None,
    timeout: float = 3.0,
    root: Path | None = None,
) -> ScanResult:
    """A scan of the running server and of its file, judged by the shipped baseline."""
    sources = []
    if server is not None or url:
        sources.append(_entry("redis", {"url_env": "SCANNER_TEST_CACHE_URL"}, environment))
    configuration = file or (server.configuration if server else None)
    if configuration is not None:
        sources.append(_entry("redis_file", {"path": str(configuration), "plane": "persisted"}, environment))
    if declared is not None:
        sources.append(_entry("redis_file", {"path": str(declared)}, environment))
    given = dict(parameters or {})
    target = Target(TARGET, "redis", environment, platform="self-managed", parameters=tuple(given.items()))
    where = root or (configuration.parent.parent if configuration else Path("/"))
    project = Project("test", where, (TargetEntry(target, tuple(sources)),), ())
    known = catalogue.shipped()
    rules = baselines.load([BASELINE], known, controls.shipped())
    with _variable("SCANNER_TEST_CACHE_URL", url or (server.url if server else "")):
        return scanning.scan(scanning.Request(project, rules, live=True, timeout=timeout), known)


def _entry(kind: str, fields: dict[str, Any], environment: str) -> SourceEntry:
    return SourceEntry(kind, fields, label=kind, place="scanner.yaml:1", environment=environment, component="redis")


@contextlib.contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def finding(result: ScanResult, rule: str) -> Finding:
    """The one finding of a rule."""
    matching = [item for item in result.findings if item.rule == rule]
    assert len(matching) == 1, f"{rule}: {matching}"
    return matching[0]
