"""Builds the collectors that a project names, asks them all, and keeps what they say and where they are silent.

All collectors are built before the first is asked, so a typing mistake never waits for a time-out. Live ones are asked
at the same time in a bounded pool, which spends its time waiting; files are read one after the other meanwhile, since
threads that compute only get in one another's way and would parse one file twice, and they share one deep stack.
Answers keep the project's order.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

from scanner import collectors, deep, document, standing
from scanner.catalogue import Catalogue
from scanner.collection import Collection, merge
from scanner.collectors import LIVE, Collected, Collector, Context, Shared
from scanner.errors import ScannerError, SilentSource, UserError
from scanner.model import Gap, Plane, Target
from scanner.project import Project, SourceEntry

WORKERS = 16


@dataclass(frozen=True)
class Job:
    """A built collector with the entry it came from and the target it speaks for (None: it finds its own)."""

    entry: SourceEntry
    collector: Collector
    target: Target | None


def build(project: Project) -> list[Job]:
    """The collectors of a project. UserError names the file and line of an entry that cannot be built."""
    jobs = []
    for target in project.targets:
        jobs += [Job(entry, construct(entry), target.target) for entry in target.sources]
    jobs += [Job(entry, construct(entry), None) for entry in project.surveys]
    return jobs


def construct(entry: SourceEntry) -> Collector:
    """One collector from its entry. UserError for an unknown kind, an unknown field or a wrong type."""
    if entry.proposed:
        return cast(Callable[..., Collector], collectors.load(entry.kind))(**entry.fields)
    try:
        kind: type[Any] = document.described(collectors.load(entry.kind))
    except KeyError:
        allowed = ", ".join(sorted(collectors.paths()))
        raise UserError("no such kind of source", place=entry.place, key=entry.kind, allowed=allowed) from None
    known = {item.name for item in fields(kind)}
    for name in entry.fields:
        if name not in known:
            key, allowed = f"{entry.kind}.{name}", ", ".join(sorted(known))
            raise UserError("unknown key", place=entry.place, key=key, allowed=allowed)
    tree = document.Tree(dict(entry.fields), entry.place.rpartition(":")[0] or entry.place, {(): _line(entry.place)})
    built: Collector = document.validate(tree, kind)
    return built


def _line(place: str) -> int:
    tail = place.rpartition(":")[2]
    return int(tail) if tail.isdigit() else 1


def context(
    project: Project,
    catalogue: Catalogue,
    now: str,
    progress: Callable[[str], None] = lambda _message: None,
    timeout: float = 10.0,
    shared: Shared | None = None,
) -> Context:
    """What every collector of a run may know; ``shared`` is what they have in common, then and later."""
    return Context(
        root=project.root,
        catalogue=catalogue,
        target=None,
        process_environment=os.environ,
        digest_key=secrets.token_bytes(32),
        timeout=timeout,
        now=now,
        progress=progress,
        shared=shared or Shared(),
    )


def collect(jobs: Sequence[Job], project: Project, base: Context) -> Collection:
    """Ask every collector. Never raises for a source: what it would have shown becomes a gap."""
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        live = {
            index: pool.submit(_ask, job, base, project) for index, job in enumerate(jobs) if job.entry.kind in LIVE
        }
        files = [(index, job) for index, job in enumerate(jobs) if index not in live]
        answers = deep.run(lambda: {index: _ask(job, base, project) for index, job in files})
        results = [live[index].result() if index in live else answers[index] for index in range(len(jobs))]
    return standing.joined(merge(results, project, [job.entry for job in jobs]), project)


def _ask(job: Job, base: Context, project: Project) -> Collected:
    entry = job.entry
    context = replace(
        base,
        target=job.target,
        environment=job.target.environment if job.target else entry.environment,
        environment_from=job.target.environment_from if job.target else entry.environment_from,
        parameters=dict(job.target.parameters) if job.target else dict(project.parameters_of(entry.environment)),
    )
    base.progress(f"asking {entry.kind} {job.target.id if job.target else entry.label}")
    try:
        return job.collector.collect(context)
    except SilentSource as silent:
        return _silent(job, silent.reason, silent.remedy, context.catalogue)
    except ScannerError as error:
        return _silent(job, str(error), "correct the source and scan again", context.catalogue)
    except RecursionError:
        return _silent(job, "nested too deeply to be read", "flatten the source", context.catalogue)
    finally:
        base.progress(f"answered {entry.kind} {job.target.id if job.target else entry.label}")


def _silent(job: Job, reason: str, remedy: str, catalogue: Catalogue) -> Collected:
    """A gap on every plane on which this kind of source could have shown something."""
    planes = {
        plane for item in catalogue.settings.values() for kind, shown in item.shown_by for plane in shown
        if kind == job.entry.kind
    } or {Plane.DECLARED}  # fmt: skip
    target = job.target.id if job.target else ""
    gaps = [
        Gap(target, plane, job.entry.kind, reason, remedy, locator=job.entry.label)
        for plane in Plane
        if plane in planes
    ]
    return Collected(gaps=tuple(gaps))


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[SourceEntry]:
    """What the collectors could read among the files of a directory, as entries that find their own targets."""
    found = []
    for kind, look in collectors.surveys(files).items():
        for proposal in look(root, files, catalogue):
            found.append(
                SourceEntry(
                    kind,
                    dict(proposal.fields),
                    label=proposal.label,
                    place=proposal.label,
                    environment=proposal.environment,
                    environment_from=proposal.environment_from,
                    component=proposal.component,
                    prefix=proposal.prefix,
                    proposed=True,
                )
            )
    return found
