"""The report over a period, as one HTML page, as JSON, and as daily figures by control.

It tells the population before anything else: every run, those that cannot be read or were removed, and the times
without one. Open differences of the last run are no better than that population, so they come after it.
"""

from __future__ import annotations

import csv
import io

from scanner import document
from scanner.audit.nouns import Summary
from scanner.audit.report.page import page
from scanner.model import ScanResult
from scanner.wording import paper
from scanner.wording.cells import cell
from scanner.wording.words import TABLE_ORDER

FORMATS = ("html", "json", "csv")


def render(format_: str, summary: Summary, last: ScanResult | None) -> str:
    """The summary in one of ``FORMATS``, as text that ends with one line break."""
    if format_ == "json":
        return document.to_json(summary, Summary) + "\n"
    if format_ == "csv":
        return _daily(summary)
    return paper.write("period.html.j2", page(summary, last))


def _daily(summary: Summary) -> str:
    """A line for each day and control: how the requirements ended in the day's last run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ["expected", *(outcome.value for outcome in TABLE_ORDER)]
    writer.writerow(["day", "framework", "control", "runs", *names])
    for line in summary.days:
        told = [line.day, line.framework, line.control, str(line.runs)]
        writer.writerow([cell(value) for value in told] + [str(getattr(line.counts, name)) for name in names])
    return text.getvalue()
