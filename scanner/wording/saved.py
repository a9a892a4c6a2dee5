"""The one JSON text of a result, and its digest.

The JSON report is exactly this text and the other reports print its SHA-256, so that a reader can tell whether a saved
JSON file is the one that a report was made from.
"""

from __future__ import annotations

import hashlib

from scanner import document
from scanner.model import ScanResult


def results_json(result: ScanResult) -> str:
    """The result as JSON text that ends with one line break."""
    return document.to_json(result, ScanResult) + "\n"


def results_digest(result: ScanResult) -> str:
    """SHA-256 of the bytes that the JSON report has in a file."""
    return hashlib.sha256(results_json(result).encode()).hexdigest()
