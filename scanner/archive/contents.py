"""What a run is kept with: its results, its report, and the exact files that it was judged by.

A copy of a baseline or of the waivers is the file that was read (its digest says so) unless a line of it looks as if it
held a secret: then that text is left out and the record says that it was. An archive is shown to others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner import reports, resources
from scanner.archive import guide, layout, sums
from scanner.archive.record import KeptBaseline, KeptWaivers, Record, Selection
from scanner.model import Baseline, ScanResult
from scanner.readers.secrecy import REDACTED, redact
from scanner.wording.saved import results_json

_PLACEHOLDER = re.compile(r":<[^<>@\s]*>@")
"""``user:<password>@host`` in an example holds no secret."""
ESCAPE = "surrogateescape"
_CREDENTIALS = re.compile(r"(://[^\s/@:]*:)[^\s@]+@")
"""Wider than what collectors look for: here a word too many may go, and a password may hold a slash."""


@dataclass(frozen=True)
class Material:
    """What a result does not say of its run and the archive keeps."""

    selection: Selection = field(default_factory=Selection)
    waivers: Path | None = None
    """The waiver file that was read."""
    report: reports.Options = field(default_factory=reports.Options)


@dataclass(frozen=True)
class Contents:
    """The files of a run, but for those that its record changes."""

    result: ScanResult
    report: reports.Options
    copies: Mapping[str, bytes]

    def files(self, record: Record) -> dict[str, bytes]:
        """Every file but the record, the sums and what signs them."""
        options = replace(self.report, verification=guide.lines(record), now=self.result.finished)
        html = reports.render("html", self.result, options)
        digests = {item.path: item.sha256 for item in self.result.inputs}
        return {
            layout.RESULTS: results_json(self.result).encode(),
            layout.REPORT: html.encode("utf-8", "backslashreplace"),
            layout.INPUTS: sums.render(digests).encode("utf-8", "backslashreplace"),
            **self.copies,
        }


def gather(result: ScanResult, record: Record, material: Material) -> tuple[Record, Contents]:
    """The record with what was copied, and the files of the run."""
    copies: dict[str, bytes] = {}
    kept = tuple(_baseline(item, copies) for item in _once(result.baselines))
    waivers = _waivers(material.waivers, copies)
    return replace(record, baselines=kept, waivers=waivers), Contents(result, material.report, copies)


def _once(baselines: Iterable[Baseline]) -> list[Baseline]:
    return list({(item.id, item.digest): item for item in baselines}.values())


def _baseline(baseline: Baseline, copies: dict[str, bytes]) -> KeptBaseline:
    kept = KeptBaseline(baseline.id, baseline.version, baseline.digest)
    shipped = resources.directory("baselines").parent / baseline.place
    for path in (Path(baseline.place), shipped):
        data = _bytes(path)
        if data is not None and hashlib.sha256(data).hexdigest() == baseline.digest:
            harmless = data if path == shipped else without_secrets(data)
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", baseline.id).strip(".-")[:60] or "baseline"
            file = f"{layout.BASELINES}/{name}-{baseline.digest[:8]}.yaml"
            copies[file] = harmless
            return replace(kept, file=file, redacted=harmless != data)
    return kept


def _waivers(path: Path | None, copies: dict[str, bytes]) -> KeptWaivers:
    data = _bytes(path) if path else None
    if data is None:
        return KeptWaivers()
    copies[layout.WAIVERS] = without_secrets(data)
    return KeptWaivers(hashlib.sha256(data).hexdigest(), layout.WAIVERS, copies[layout.WAIVERS] != data)


def without_secrets(data: bytes) -> bytes:
    """The bytes of a text file without what looks like a secret in it; the very bytes where nothing does."""
    text = data.decode("utf-8", ESCAPE)
    told = _PLACEHOLDER.sub("@", text)
    return data if _redacted(told) == told else _redacted(text).encode("utf-8", ESCAPE)


def _redacted(text: str) -> str:
    return redact(_CREDENTIALS.sub(rf"\g<1>{REDACTED}@", text))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= layout.MAX_SMALL else None
    except (OSError, ValueError):
        return None
