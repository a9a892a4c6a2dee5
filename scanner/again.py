"""A saved run judged by other baselines than those of its day. Nothing is asked: only what the run saw is judged.

The result says from which run it comes. What the run never looked for is not assessed, and the records of its own
baselines are left out, since they say nothing of the ones that judge it now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from scanner.catalogue import Catalogue
from scanner.errors import UserError
from scanner.exits import Gate
from scanner.model import Baseline, Notice, ScanResult
from scanner.records import COMPONENTS
from scanner.scan import judge
from scanner.waivers import Known


def judge_again(saved: ScanResult, baselines: Sequence[Baseline], catalogue: Catalogue, gate: Gate) -> ScanResult:
    """The saved run held against these baselines, with its own waivers, as of its own time."""
    try:
        now = datetime.fromisoformat(saved.started)
    except ValueError:
        raise UserError("does not say when it ran", key="started") from None
    records = {item.id for item in saved.targets if item.component in COMPONENTS}
    seen = replace(
        saved,
        run_id=f"{saved.run_id}-{_digest(baselines)}",
        judged_from=saved.judged_from or saved.run_id,
        targets=tuple(item for item in saved.targets if item.id not in records),
        rows=tuple(item for item in saved.rows if item.target not in records),
        notices=(_said(saved, baselines), *(item for item in saved.notices if "waiver" not in item.kind)),
    )
    return judge(seen, tuple(baselines), saved.waivers, catalogue, gate, now, saved, Known())


def _said(saved: ScanResult, baselines: Sequence[Baseline]) -> Notice:
    then = ", ".join(f"{item.id} {item.version}" for item in saved.baselines if item.component not in COMPONENTS)
    now = ", ".join(f"{item.id} {item.version} (SHA-256 {item.digest[:12]}…)" for item in baselines)
    text = f"run {saved.run_id} of {saved.started}, judged again by {now}; then it was judged by {then or 'none'}"
    return Notice("judged again", f"{text}. Nothing was asked anew.")


def _digest(baselines: Sequence[Baseline]) -> str:
    named = "\0".join(item.digest for item in baselines)
    return hashlib.sha256(named.encode()).hexdigest()[:8]
