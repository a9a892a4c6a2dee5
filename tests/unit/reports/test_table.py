"""The table of formats: every one is there, is described, and renders every kind of result."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import reports
from scanner.errors import UserError
from scanner.model import Notice, ScanResult
from tests.support import attacks, results
from tests.support.html import parse

STATE = re.compile(r'"state": "(?:not-)?satisfied"')
"""The two words that OSCAL has for an objective; ``test_oscal_assessment_results`` says when they are used."""
LISTS = {"csv", "cyclonedx", "oscal-component-definition", "oscal-poam"}
APART = sorted(reports.paths().keys() - LISTS)
"""Formats that tell of the run as a whole; the others list requirements, components, baselines or work."""
RESULTS = [results.everything(), results.clean(), results.empty(), attacks.hostile(attacks.ATTACKS[0])]


@pytest.mark.parametrize("name", sorted(reports.paths()))
@pytest.mark.parametrize("result", RESULTS, ids=["everything", "clean", "empty", "hostile"])
def test_every_format_renders_every_result_and_ends_with_one_line_break(name: str, result: ScanResult) -> None:
    text = reports.render(name, result)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert text.encode()


@pytest.mark.parametrize("name", sorted(reports.paths()))
def test_every_format_says_what_it_is_for(name: str) -> None:
    module = import_module(reports.paths()[name].partition(":")[0])
    assert len(module.__doc__ or "") > 80
    assert re.match(r"The (result|inventory of a run) as ", module.render.__doc__ or "")


@pytest.mark.parametrize("name", sorted(reports.paths()))
def test_no_report_claims_compliance(name: str) -> None:
    for result in RESULTS:
        text = STATE.sub("", reports.render(name, result).lower())
        for word in ("compliant", "certified", "satisfied", "complies"):
            assert word not in text


@pytest.mark.parametrize("name", APART)
def test_every_format_prints_the_six_counts_apart(name: str) -> None:
    text = reports.render(name, results.everything())
    for count in ("passed", "failed_open", "failed_accepted", "unknown", "not_assessed", "not_applicable"):
        spoken = {"passed": "1 pass", "failed_open": "5 fail open", "failed_accepted": "1 fail accepted"}
        words = spoken.get(count, count.replace("_", " "))
        assert f'"{count}"' in text or words in text


@pytest.mark.parametrize("name", sorted(set(APART) - {"prometheus"}))
def test_a_result_that_was_cut_down_says_so_in_every_format_that_holds_words(name: str) -> None:
    cut = replace(results.everything(), notices=(Notice("filtered", "only evidence for cm-6 is shown: 16 of 20"),))
    assert "only evidence for cm-6 is shown: 16 of 20" in reports.render(name, cut)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_stays_printable_text_in_every_report_for_people(text: str) -> None:
    result = attacks.hostile(text)
    for name in ("console", "html"):
        report = reports.render(name, result).replace("\xad", "")
        assert all(line.isprintable() for line in report.split("\n"))
    page = parse(reports.render("html", result))
    assert len(page.all("article")) == 6
    assert not page.all("script")


@settings(max_examples=10)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_is_the_same_bytes_twice_and_a_line_each_of_printable_text(text: str) -> None:
    result = attacks.hostile(text)
    for name in sorted(reports.FORMATS.keys() - {"json", "html"}):
        report = reports.render(name, result)
        assert reports.render(name, result) == report
        assert all(line.isprintable() for line in report.split("\n")), name


def test_an_unknown_format_is_the_users_mistake_and_the_known_ones_are_named() -> None:
    with pytest.raises(UserError, match=r"'pdf'.*console, csv, .*html, json"):
        reports.render("pdf", results.clean())


def test_the_table_of_formats_imports_no_template_engine_and_no_pydantic() -> None:
    look = "print(sorted({'jinja2', 'pydantic', 'yaml'} & set(sys.modules)))"
    code = f"import sys, scanner.reports; scanner.reports.paths(); {look}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
