"""The result as one HTML file that an auditor can read, print and keep without us.

Every count carries a ``data-`` attribute, so that the file can be checked with the JSON of the same run, whose digest
it prints. Nothing is folded away, because folded evidence is missing from print.
"""

from __future__ import annotations

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.html.page import page
from scanner.wording import paper


def render(result: ScanResult, options: Options) -> str:
    """The result as an HTML document that ends with one line break."""
    return paper.write("report.html.j2", page(result, options))
