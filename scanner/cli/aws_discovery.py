"""Asking AWS for targets to propose, for ``scanner discover`` and ``scanner init --aws``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scanner import catalogue, collect, discover, project
from scanner.collectors import LIVE, Context, Shared
from scanner.collectors.aws import Access, Cloud, region
from scanner.collectors.aws.region import Listing
from scanner.errors import ExitCode, UserError
from scanner.model import Plane
from scanner.project import Project
from scanner.propose import Declared, Proposed, propose
from scanner.wording.plain import plain


@dataclass(frozen=True)
class Reach:
    """How an account is reached from the command line."""

    regions: tuple[str, ...] = ()
    profile: str = ""
    role_arn: str = ""
    endpoint_url: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What a source in scanner.yaml has to say of it."""
        given = {"profile": self.profile, "role_arn": self.role_arn, "endpoint_url": self.endpoint_url}
        return {name: value for name, value in given.items() if value}


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how an account is reached."""
    for option in (
        click.option("--endpoint-url", default="", metavar="URL", help="Endpoint of a local emulator."),
        click.option("--role-arn", default="", metavar="ARN", help="Role to assume."),
        click.option("--profile", default="", metavar="NAME", help="Profile of the AWS configuration file."),
        click.option("--region", "regions", multiple=True, metavar="NAME", help="Region to look at. Repeatable."),
    ):
        function = option(function)
    return function


def discovered(directory: Path, reach: Reach, before: Project | None = None) -> tuple[Proposed, int]:
    """What is proposed for a directory, and the exit code: incomplete where AWS did not tell all."""
    found = before or _project(directory)
    shared, now = Shared(), datetime.now(UTC).isoformat(timespec="seconds")
    base = collect.context(found, catalogue.shipped(), now, shared=shared)
    told: dict[str, Sequence[Listing]] = {}
    silent: list[str] = []
    for name in reach.regions or ("",):
        cloud = Cloud(Access(name, reach.profile, reach.role_arn, endpoint_url=reach.endpoint_url), base)
        listings = [*region.databases(cloud), *region.applications(cloud)]
        told[cloud.region] = listings
        silent += [f"not every {item.label} of {cloud.where} is known: {item.refusal.reason}; {item.refusal.remedy}"
                   for item in listings if item.refusal is not None]  # fmt: skip
    result = propose(told, reach.fields, _declared(found, base), found, catalogue.shipped())
    for line in (*result.remarks, *dict.fromkeys(silent), *(item.text for item in shared.notices())):
        click.echo(plain(line), err=True)
    return result, ExitCode.INCOMPLETE if silent else ExitCode.CONFORMS


def _project(directory: Path) -> Project:
    """The project of a directory, configured or discovered."""
    path = project.find(directory) if directory.is_dir() else None
    return project.load(path, catalogue.shipped()) if path is not None else directory_alone(directory)


def directory_alone(directory: Path) -> Project:
    """What a directory holds, whatever its scanner.yaml says; an empty project where it holds nothing."""
    try:
        return discover.discover(directory, catalogue.shipped())[0]
    except UserError:
        if not directory.is_dir():
            raise
        return Project(directory.resolve().name, directory.resolve())


def _declared(found: Project, base: Context) -> list[Declared]:
    """The targets that sources of infrastructure declare, each with its source."""
    declared: list[Declared] = []
    for entry in found.surveys:
        if entry.kind in LIVE:
            continue
        alone = replace(found, targets=(), surveys=(entry,))
        collection = collect.collect(collect.build(alone), alone, base)
        places = {answer.target: answer.provenance.locator for answer in collection.answers
                  if answer.plane is Plane.DECLARED}  # fmt: skip
        declared += [Declared(item, entry, places.get(item.id, "")) for item in collection.targets.values()]
    return declared
