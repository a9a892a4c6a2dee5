"""The shipped samples are what the reports print for the hand-built result, letter by letter.

They show a reader what to expect, and show a reviewer what a change does to every report. Write them anew with
``UPDATE_SAMPLES=1 python -m pytest tests/golden/reports`` and read the difference before committing it.
"""

from __future__ import annotations

import os

import pytest

from scanner import resources
from scanner.reports import Options, render
from scanner.reports.json import schema_text
from tests.support import results

DIRECTORY = resources.directory("reports")
NOW = "2026-11-21T21:00:09Z"
SAMPLES = {
    "samples/everything.txt": lambda: render("console", results.everything(), Options(width=100)),
    "samples/everything-verbose.txt": lambda: render("console", results.everything(), Options(width=100, verbose=True)),
    "samples/everything.json": lambda: render("json", results.everything()),
    "samples/everything.html": lambda: render("html", results.everything(), Options(now=NOW)),
    "samples/everything.md": lambda: render("markdown", results.everything()),
    "samples/everything.csv": lambda: render("csv", results.everything()),
    "samples/everything.sarif": lambda: render("sarif", results.everything()),
    "samples/everything.prom": lambda: render("prometheus", results.everything()),
    "samples/everything.junit.xml": lambda: render("junit", results.everything()),
    "samples/everything.xccdf.xml": lambda: render("xccdf", results.everything()),
    "samples/everything.hdf.json": lambda: render("hdf", results.everything()),
    "samples/everything.oscal-assessment-results.json": lambda: render(
        "oscal-assessment-results", results.everything()
    ),
    "samples/everything.oscal-component-definition.json": lambda: render(
        "oscal-component-definition", results.everything()
    ),
    "samples/everything.oscal-poam.json": lambda: render("oscal-poam", results.everything()),
    "samples/everything.cyclonedx.json": lambda: render("cyclonedx", results.everything()),
    "samples/clean.txt": lambda: render("console", results.clean(), Options(width=100)),
    "schema/result.schema.json": schema_text,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_is_what_the_report_prints(name: str) -> None:
    path, text = DIRECTORY / name, SAMPLES[name]()
    if os.environ.get("UPDATE_SAMPLES"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_every_shipped_sample_is_kept_true() -> None:
    there = {
        str(path.relative_to(DIRECTORY)) for part in ("samples", "schema") for path in (DIRECTORY / part).iterdir()
    }
    assert there == set(SAMPLES)
