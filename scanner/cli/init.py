"""``scanner init``: a commented ``scanner.yaml`` from what a directory holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from scanner import catalogue, discover, project
from scanner.cli import aws_discovery
from scanner.cli.aws_discovery import Reach
from scanner.cli.say import write
from scanner.errors import UserError
from scanner.model import Target
from scanner.project import Project, SourceEntry, TargetEntry
from scanner.wording.plain import plain

HEAD = """\
# What scanner compares, and where each thing can be seen. `scanner check` reads the sources only, `scanner drift` asks
# live systems too. Every key is described by `scanner schema scanner.yaml`; values of secrets never belong here, only
# the names of environment variables that hold them.
"""

LIVE = """\
  # Live systems: take away the marks and fill in the names of the environment variables that hold the connections.
  # - id: orders-database
  #   component: postgresql
  #   platform: self-managed
  #   environment: production
  #   sources:
  #     - postgresql: {dsn_env: ORDERS_DATABASE_DSN}     # read-only; `scanner doctor` prints the grants it needs
  # - id: sessions
  #   component: redis
  #   platform: self-managed
  #   environment: production
  #   sources:
  #     - redis: {url_env: SESSIONS_REDIS_URL}
  # - id: website
  #   component: fastapi
  #   environment: production
  #   sources:
  #     - http: {url: "https://localhost:8443"}
"""


@click.command(epilog="\b\nExamples:\n  scanner init\n  scanner init services/orders --force")
@click.argument("directory", type=click.Path(path_type=Path), default=".")
@click.option("--force", is_flag=True, help="Replace a scanner.yaml that is already there.")
@click.option("--print", "to_output", is_flag=True, help="Print it instead of writing the file.")
@click.option("--aws", is_flag=True, help="Ask AWS too which databases, caches and applications there are.")
@aws_discovery.options
def init(directory: Path, force: bool, to_output: bool, aws: bool, **reach: Any) -> int:
    """Write DIRECTORY/scanner.yaml with the Terraform roots, env files and applications that are found."""
    there = project.find(directory)
    if there and not force and not to_output:
        raise UserError("is there already", place=str(there), hint="give --force to replace it, or --print")
    found, code = _found(directory, Reach(**reach) if aws or any(reach.values()) else None)
    text = render(found)
    if to_output:
        click.echo(text, nl=False)
        return code
    path = there or directory / project.FILE_NAMES[0]
    write(path, text)
    click.echo(f"wrote {path}: {len(found.targets)} targets, {len(found.surveys)} roots and templates by environment")
    click.echo("next: scanner check, then add live systems and run scanner doctor")
    return code


def _found(directory: Path, reach: Reach | None) -> tuple[Project, int]:
    """What the directory holds, and AWS where it is asked."""
    if reach is None:
        return discover.discover(directory, catalogue.shipped())[0], 0
    proposed, code = aws_discovery.discovered(directory, reach, aws_discovery.directory_alone(directory))
    return proposed.project, code


def render(found: Project) -> str:
    """The text of the file."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", found.name) or "project"
    lines = [HEAD, f"project: {name}", "", "# Values that rules take by name.", "parameters:"]
    lines += ['  # allowed_origins: ["https://example.com"]    # the origins that CORS may allow', "  {}", ""]
    lines += _environments(found)
    lines += ["targets:"]
    lines += [line for entry in found.targets for line in _target(entry)]
    return "\n".join(lines) + "\n" + LIVE + ("" if found.targets else "  []\n")


def _environments(found: Project) -> list[str]:
    lines = ["# Environments, the words that name them, and the root or template that declares each.", "environments:"]
    seen: dict[str, list[SourceEntry]] = {}
    for entry in found.surveys:
        seen.setdefault(entry.environment or "production", []).append(entry)
    for name in seen or {"production": []}:
        lines.append(f"  {name}:")
        entries = seen.get(name, [])
        templates = [entry for entry in entries if entry.kind == "cloudformation"]
        for position, entry in enumerate(item for item in entries if item.kind == "terraform"):
            mark = "    " if position == 0 else "    # another root of this environment: "
            lines.append(f"{mark}terraform: {_flow(entry)}   # {_told(entry)}")
        regions = [entry for entry in entries if entry.kind == "aws_account"]
        lines += ["    aws_account:   # what nobody declares, and what is declared and not there"] if regions else []
        lines += [f"      - {_flow(entry)}" for entry in regions]
        lines += ["    cloudformation:"] if templates else []
        lines += [f"      - {_flow(entry)}   # {_told(entry)}" for entry in templates]
        if not entries:
            lines.append("    aliases: []")
    return [*lines, ""]


def _told(entry: SourceEntry) -> str:
    return entry.environment_from or "nothing tells the environment: please check"


def _target(entry: TargetEntry) -> list[str]:
    target = entry.target
    lines = [
        f"  - id: {json.dumps(target.id)}",
        f"    component: {target.component}",
        f"    environment: {target.environment}   # {plain(target.environment_from)}",
    ]
    if target.platform:
        lines.append(f"    platform: {target.platform}")
        version = json.dumps(target.version or "17")
        lines.append(f"    # version: {version}      # what runs there; rules and defaults depend on it")
    lines.append("    sources:")
    lines += [f"      - {source.kind}: {_flow(source)}" for source in entry.sources]
    return lines + [_server(target, value) for label, value in target.labels if label == "endpoint"]


def _server(target: Target, endpoint: str) -> str:
    """The source that would ask the server itself, to be filled in."""
    name = re.sub(r"[^A-Z0-9]+", "_", target.id.upper()).strip("_")
    field = "url_env" if target.component == "redis" else "dsn_env"
    return f"      # - {target.component}: {{{field}: {name}_{field[:3].upper()}}}   # the server at {plain(endpoint)}"


def _flow(entry: SourceEntry) -> str:
    """The fields of a source as a flow mapping; JSON is YAML."""
    kept = {key: value for key, value in entry.fields.items() if value not in (None, "", [], (), {})}
    return json.dumps(kept, default=list)
