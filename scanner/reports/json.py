"""The result as JSON, the source of truth that every other format is written from.

Values are whole here, whatever their length. ``schema_version`` says which shape the file has; the shipped
``reports/schema/result.schema.json`` describes it and is generated from the model, so it cannot fall behind.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from scanner import document
from scanner.model import ScanResult
from scanner.reports import Options
from scanner.wording.saved import results_json


def render(result: ScanResult, options: Options) -> str:
    """The result as JSON text; its SHA-256 is the digest that the other reports print."""
    return results_json(result)


def schema() -> dict[str, Any]:
    """The JSON Schema of a result file."""
    return document.json_schema(ScanResult, "A result of scanner")


def schema_text() -> str:
    """The JSON Schema as it is shipped."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
