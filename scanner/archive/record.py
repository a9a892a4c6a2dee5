"""``run.json``: what a run was, in a few lines, so that listing a year of runs opens no results.

It stands in SHA256SUMS like every other file and names its place in the chain (``sequence``, ``archive_head``,
``kept``), so that a ledger written anew does not fit the records that it lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scanner import document
from scanner.archive import layout
from scanner.errors import UserError
from scanner.exits import drifting
from scanner.model import Coverage, ScanResult

FORMAT = "1"
NOTHING = Coverage()


@dataclass(frozen=True)
class Selection:
    """Which part of a project a run asked: two runs can be laid side by side when these are the same."""

    live: bool = False
    only: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    planned: bool = False
    """A Terraform plan or state was given by hand and judged beside the sources."""


@dataclass(frozen=True)
class KeptBaseline:
    """A baseline that a run was judged by: the digest of its file, and where the exact file stands in the record."""

    id: str
    version: str
    digest: str
    file: str = ""
    """Empty where the file was no longer the one that was read."""
    redacted: bool = False
    """The copy leaves out text that looked like a secret, so its digest is not ``digest``."""


@dataclass(frozen=True)
class KeptWaivers:
    """The waiver file of a run."""

    digest: str = ""
    file: str = ""
    redacted: bool = False


@dataclass(frozen=True)
class Removal:
    """Runs that a record of removal took out, and why."""

    runs: tuple[str, ...]
    retention: str
    older_than: str
    """ISO 8601 time before which a run had to be kept to be removed."""


@dataclass(frozen=True)
class Record:
    """The file ``run.json``."""

    id: str
    sequence: int
    kept: str
    archive_head: str
    """Head of the chain before this record."""
    tool_version: str
    kind: Literal["run", "pruned"] = "run"
    project: str = ""
    command: str = ""
    selection: Selection = Selection()
    started: str = ""
    finished: str = ""
    exit_code: int = 0
    exit_reasons: tuple[str, ...] = ()
    coverage: Coverage = NOTHING
    targets: int = 0
    gaps: int = 0
    drifting: int = 0
    """Settings on which planes disagree and that no waiver quiets."""
    baselines: tuple[KeptBaseline, ...] = ()
    waivers: KeptWaivers = KeptWaivers()
    previous_run: str = ""
    judged_from: str = ""
    signature: Literal["", "ssh", "gpg"] = ""
    """How SHA256SUMS is signed: the file that holds the signature may not be missing."""
    signer: str = ""
    attested: bool = False
    """An attestation stands beside SHA256SUMS."""
    removal: Removal | None = None
    format: str = FORMAT

    def to_json(self) -> str:
        """The text of the file, which ends with one line break."""
        return document.to_json(self, Record) + "\n"


def of(result: ScanResult, selection: Selection, kept: str, sequence: int) -> Record:
    """The record of a result that already knows the head it is kept after."""
    return Record(
        id=result.run_id,
        sequence=sequence,
        kept=kept,
        archive_head=result.archive_head,
        tool_version=result.tool_version,
        project=result.project,
        command=result.command,
        selection=selection,
        started=result.started,
        finished=result.finished,
        exit_code=result.exit_code,
        exit_reasons=result.exit_reasons,
        coverage=result.coverage,
        targets=len(result.targets),
        gaps=len(result.gaps),
        drifting=len(drifting(result)),
        previous_run=result.previous_run,
        judged_from=result.judged_from,
    )


def from_json(data: bytes, place: str) -> Record:
    """A record. UserError when the text is none."""
    found = document.from_json(data, Record, place)
    names = (found.id, *(found.removal.runs if found.removal else ()))
    if not all(layout.ID.fullmatch(name) for name in names):
        raise UserError("names no id of a run", place=place)
    return found
