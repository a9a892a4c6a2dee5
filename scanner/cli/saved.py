"""Reading a result that a command wrote to a file."""

from __future__ import annotations

from pathlib import Path

from scanner import document
from scanner.model import ScanResult

LIMIT = 500_000_000


def load_result(path: Path) -> ScanResult:
    """A saved result. UserError when it is none."""
    return document.from_json(document.read_text(path, limit=LIMIT), ScanResult, str(path))
