"""Where everything stands in an archive, under which names, and how large each may be.

An archive is a directory that people and standard tools can read without this program::

    LEDGER.tsv                    one line for each record: number, time, id, SHA-256 of its SHA256SUMS, SHA-256 of the
                                  line before (with its line break); the first line follows 64 zeros
    verify.sh                     checks all of it with a POSIX shell and sha256sum
    PUSHED.tsv                    what was copied to a bucket, with its version ids (only where it was)
    runs/<id>/                    a run: results.json, report.html, run.json, inputs.sha256, baselines/, waivers.yaml,
                                  SHA256SUMS over all of these, and what signs it: SHA256SUMS.sig or SHA256SUMS.asc,
                                  SHA256SUMS.tsr, attestation.dsse.json
    runs/<id>/pruned/<run>/       a record of removal keeps run.json and the sums of each run that it removed
    quarantine/                   what a writer found that no line of the ledger names and that is no whole run
    .incoming/                    what is being written now; nothing in it counts
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

DEFAULT = ".scanner/archive"
"""Under the scanned directory; discovery passes ``.scanner`` over."""

LEDGER = "LEDGER.tsv"
VERIFY = "verify.sh"
PUSHED = "PUSHED.tsv"
RUNS = "runs"
QUARANTINE = "quarantine"
INCOMING = ".incoming"
LOCK = ".lock"
TOP = frozenset({LEDGER, VERIFY, PUSHED, RUNS, QUARANTINE, INCOMING, LOCK})
"""Every name that the top of an archive may hold."""

RESULTS = "results.json"
REPORT = "report.html"
RECORD = "run.json"
INPUTS = "inputs.sha256"
BASELINES = "baselines"
WAIVERS = "waivers.yaml"
REMOVED = "pruned"
SUMS = "SHA256SUMS"

SIGNATURES = {"ssh": f"{SUMS}.sig", "gpg": f"{SUMS}.asc"}
TOKEN = f"{SUMS}.tsr"
ATTESTATION = "attestation.dsse.json"
BESIDE_SUMS = frozenset({SUMS, *SIGNATURES.values(), TOKEN, ATTESTATION})
"""Files that SHA256SUMS cannot name, because they are made from it."""

GENESIS = "0" * 64
"""The head of an archive that holds nothing yet."""

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
DIGEST = re.compile(r"[0-9a-f]{64}")

MAX_RESULTS = 500_000_000
MAX_LEDGER = 100_000_000
MAX_SMALL = 20_000_000
"""Bytes of a results file, of the ledger, and of any other file that is read whole."""


def stamp(moment: datetime) -> str:
    """A time as the ledger writes it: UTC to the second, so that its text sorts as the time does."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
