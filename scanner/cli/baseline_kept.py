"""Baselines as kept runs hold them: which versions were in force and when, and the exact file of one (CM-2(3))."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scanner import catalogue, project
from scanner.archive import Archive, Run, layout, open_archive
from scanner.archive.record import KeptBaseline
from scanner.audit.inside import baselines_in_force
from scanner.audit.nouns import BaselineInForce
from scanner.cli import recording, request
from scanner.errors import UserError
from scanner.history.period import Period
from scanner.model import Baseline
from scanner.project import Project

ALWAYS = Period("always", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def opened(place: Path | None) -> Archive:
    """The archive that is named, or the one of the project here. UserError when there is none."""
    found = project.find(Path())
    here = project.load(found, catalogue.shipped()) if found else Project("", Path())
    return open_archive(recording.place_of(here, place))


def in_force(archive: Archive) -> tuple[BaselineInForce, ...]:
    """Every version that judged a kept run, in the order in which they came, with its approval as the last run told."""
    found = baselines_in_force(archive.runs, ALWAYS, {})
    return tuple(_with_approval(archive, item) for item in found)


def unread(archive: Archive) -> int:
    """Runs whose record cannot be read: by what they were judged, nobody knows any more."""
    return sum(bool(run.trouble) for run in archive.runs)


def _with_approval(archive: Archive, item: BaselineInForce) -> BaselineInForce:
    for run in _judged(archive, lambda kept: (kept.id, kept.digest) == (item.id, item.digest)):
        try:
            result = archive.load(run)
        except UserError:
            continue
        told = next((held for held in result.baselines if (held.id, held.digest) == (item.id, item.digest)), None)
        if told is not None:
            return replace(item, approved_by=told.approved_by, approved_on=told.approved_on)
    return item


def _judged(archive: Archive, fits: Callable[[KeptBaseline], bool]) -> list[Run]:
    """Runs that are whole and were judged by such a baseline, the last first."""
    whole = [run for run in reversed(archive.runs) if run.record and not run.pruned and not run.trouble]
    return [run for run in whole if run.record and any(fits(item) for item in run.record.baselines)]


def named(name: str, archive: Archive) -> Baseline:
    """The kept baseline ``id@version``, or ``id@`` and the beginning of its digest. UserError when none or several."""
    id_, _, version = name.partition("@")

    def fits(item: KeptBaseline) -> bool:
        return item.id == id_ and bool(item.file) and (item.version == version or _begins(item.digest, version))

    found: dict[str, tuple[Run, KeptBaseline]] = {}
    for run in _judged(archive, fits):
        for item in run.record.baselines if run.record else ():
            if fits(item):
                found.setdefault(item.digest, (run, item))
    if len(found) != 1:
        raise _refused(name, archive, found)
    ((run, item),) = found.values()
    return _read(archive, run, item)


def _begins(digest: str, text: str) -> bool:
    return len(text) >= 8 and digest.startswith(text)


def _refused(name: str, archive: Archive, found: dict[str, tuple[Run, KeptBaseline]]) -> UserError:
    if found:
        allowed = ", ".join(f"{item.id}@{item.digest[:12]}" for _, item in found.values())
        return UserError("is several files of one version", key=name, allowed=allowed)
    there = dict.fromkeys(f"{item.id}@{item.version}" for item in baselines_in_force(archive.runs, ALWAYS, {}))
    return UserError("no kept run holds it", key=name, allowed=", ".join(there) or "none: no run is kept")


def _read(archive: Archive, run: Run, item: KeptBaseline) -> Baseline:
    path = archive.path / layout.RUNS / run.id / item.file
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", place=str(path)) from None
    if digest != item.digest and not item.redacted:
        hint = "`scanner archive verify` tells what else was changed"
        raise UserError("is not the file that judged the run", place=str(path), hint=hint)
    return replace(request.load_baselines((path,))[0], digest=item.digest)
