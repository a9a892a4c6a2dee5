"""A real browser opens the HTML report: it is styled, fits a narrow screen, and prints whole.

The browser is driven through its debugging pipe (``tests/support/browser.py``); the page itself runs no script.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Drift
from scanner.reports import Options, render
from scanner.wording.words import outcome
from tests.support import attacks, published, results
from tests.support.browser import Page, browser, executable

pytestmark = pytest.mark.browser

RESULT = results.everything()
NARROW, WIDE = 320, 1280


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    """Without a browser or the PDF tools the tests are skipped with the reason; in CI that is the error that it is."""
    missing = [name for name in ("pdfinfo", "pdftotext", "pdftoppm") if not shutil.which(name)]
    missing += [] if executable() else ["chromium"]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    assert not missing


@pytest.fixture(scope="module")
def page(programs: None) -> Iterator[Page]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render("html", RESULT, Options()), encoding="utf-8")
    return path


def show(page: Page, path: Path, width: int, dark: bool = False) -> None:
    page.complaints.clear()
    page.screen(width, 900, dark)
    page.open(path)


def overflowing(page: Page) -> Any:
    """The page's width beyond the window, and the elements that stick out of it."""
    return page.value(
        """(() => {
          const width = document.documentElement.clientWidth;
          const out = [...document.body.querySelectorAll('*')].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width > 1 && box.height > 1 && box.left >= 0 && box.right > width + 0.5;
          });
          const beyond = document.documentElement.scrollWidth - width;
          return [beyond, out.slice(0, 5).map(e => e.tagName + ': ' + e.textContent.slice(0, 60))];
        })()"""
    )


@pytest.mark.parametrize("width", [NARROW, 480, 840, WIDE])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_sticks_out_of_the_window(page: Page, report: Path, width: int, dark: bool) -> None:
    show(page, report, width, dark)
    assert overflowing(page) == [0, []]


@pytest.mark.parametrize("attack", [*attacks.ATTACKS, "A" * 500])
def test_hostile_values_do_not_widen_a_narrow_page_and_start_nothing(page: Page, tmp_path: Path, attack: str) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(render("html", attacks.hostile(attack), Options()), encoding="utf-8")
    for width in (NARROW, WIDE):
        show(page, path, width)
        assert overflowing(page) == [0, []]
    assert page.value("document.querySelectorAll('script, img, iframe').length") == 0
    assert page.value("getComputedStyle(document.body).display") == "block"
    assert page.complaints == []


def test_every_state_of_drift_at_once_and_long_addresses_fit_a_narrow_page(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "drift.html"
    address = "infra:module.sessions.aws_elasticache_replication_group.this[production]"
    rows = tuple(replace(row, drift=tuple(Drift)) for row in RESULT.rows)
    targets = tuple(replace(target, id=f"{address}-{number}") for number, target in enumerate(RESULT.targets))
    result = replace(RESULT, rows=rows, targets=(*RESULT.targets, *targets))
    path.write_text(render("html", result, Options()), encoding="utf-8")
    for width in (NARROW, WIDE):
        show(page, path, width)
        assert overflowing(page) == [0, []]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages over an archive: reports of periods and the index."""
    return published.pages(tmp_path_factory.mktemp("published"))


@pytest.mark.parametrize("name", published.NAMES)
@pytest.mark.parametrize("width", [NARROW, 480, 840, WIDE])
def test_nothing_sticks_out_of_a_page_over_an_archive(page: Page, kept: dict[str, Path], name: str, width: int) -> None:
    show(page, kept[name], width)
    assert overflowing(page) == [0, []]
    assert page.complaints == []


def test_the_policy_lets_the_style_sheet_in_and_the_browser_has_no_complaint(page: Page, report: Path) -> None:
    show(page, report, WIDE)
    assert page.value("document.styleSheets[0].cssRules.length") > 50
    assert page.value("getComputedStyle(document.querySelector('article')).borderLeftWidth") == "4px"
    assert page.complaints == []


def test_the_policy_keeps_another_style_sheet_out(page: Page, report: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.html"
    changed.write_text(report.read_text(encoding="utf-8").replace("</style>", " </style>"), encoding="utf-8")
    show(page, changed, WIDE)
    assert page.value("getComputedStyle(document.querySelector('article')).borderLeftWidth") == "0px"
    assert any("Content Security Policy" in text for text in page.complaints)


def test_light_and_dark_are_two_pictures_of_the_same_words(page: Page, report: Path) -> None:
    show(page, report, WIDE)
    light = page.value("[getComputedStyle(document.body).backgroundColor, document.body.innerText]")
    show(page, report, WIDE, dark=True)
    dark = page.value("[getComputedStyle(document.body).backgroundColor, document.body.innerText]")
    assert (light[0], dark[0]) == ("rgb(255, 255, 255)", "rgb(19, 23, 28)")
    assert light[1] == dark[1]


def test_a_narrow_screen_stacks_the_cells_and_names_each(page: Page, report: Path) -> None:
    show(page, report, NARROW)
    first = "document.querySelector('table.planes tbody tr:nth-child(2) td')"
    assert page.value(f"getComputedStyle({first}, '::before').content") == '"Value"'
    assert page.value(f"getComputedStyle({first}).display") == "grid"
    show(page, report, WIDE)
    assert page.value(f"getComputedStyle({first}).display") == "table-cell"


def test_the_skip_link_is_seen_when_it_has_the_focus(page: Page, report: Path) -> None:
    show(page, report, WIDE)
    place = "document.querySelector('.skip').getBoundingClientRect().left"
    assert page.value(place) < 0
    page.value("document.querySelector('.skip').focus()")
    assert page.value(place) >= 0


def test_the_numbers_on_the_screen_are_those_of_the_json(page: Page, report: Path) -> None:
    show(page, report, WIDE)
    shown = page.value(
        """Object.fromEntries([...document.querySelectorAll('tfoot td[data-count]')].map(
             cell => [cell.dataset.count, [Number(cell.dataset.value), Number(cell.innerText)]]))"""
    )
    held = json.loads(render("json", RESULT))
    assert {name: shown[name] for name in held["coverage"]} == {
        name: [value, value] for name, value in held["coverage"].items()
    }
    states = page.value("[...document.querySelectorAll('[data-outcome]')].map(line => line.dataset.outcome)")
    assert sorted(states) == sorted(outcome(item).value for item in RESULT.findings)


# ------------------------------------------------------------------ on paper


@pytest.fixture(scope="module")
def paper(page: Page, report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as printed from a dark screen, which must make no difference."""
    path = tmp_path_factory.mktemp("paper") / "report.pdf"
    show(page, report, NARROW, dark=True)
    page.printed(path)
    return path


def run(*command: str) -> str:
    assert shutil.which(command[0]), f"{command[0]} is not installed"
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def words(text: str) -> list[str]:
    """The words of a text, whatever breaks its lines or hyphenates it."""
    return re.findall(r"[\w/.:=-]+", text.replace("\xad", "").replace("\u2010", "-"))


def test_the_paper_is_a4_and_every_page_has_its_number(paper: Path) -> None:
    facts = run("pdfinfo", str(paper))
    pages = int(re.search(r"Pages:\s+(\d+)", facts)[1])  # type: ignore[index]
    assert "A4" in facts
    assert pages > 5
    for number in range(1, pages + 1):
        text = run("pdftotext", "-f", str(number), "-l", str(number), "-layout", str(paper), "-")
        assert f"Page {number} of {pages}" in text


def test_nothing_of_the_screen_is_missing_on_paper(page: Page, report: Path, paper: Path) -> None:
    show(page, report, WIDE)
    seen = page.value("document.querySelector('main').innerText + ' ' + document.querySelector('header').innerText")
    printed = "".join(words(run("pdftotext", "-raw", str(paper), "-")))
    missing = [word for word in set(words(seen)) if word not in printed]
    assert missing == []


@pytest.mark.parametrize("name", published.NAMES)
def test_nothing_of_a_page_over_an_archive_is_missing_on_paper(
    page: Page, kept: dict[str, Path], name: str, tmp_path: Path
) -> None:
    show(page, kept[name], NARROW, dark=True)
    page.printed(tmp_path / "page.pdf")
    assert "A4" in run("pdfinfo", str(tmp_path / "page.pdf"))
    show(page, kept[name], WIDE)
    page.value("document.querySelectorAll('.skip, .hidden').forEach(item => item.remove())")
    seen = page.value("document.body.innerText")
    drawn = page.value("[...document.querySelectorAll('svg text')].map(item => item.textContent).join(' ')")
    printed = "".join(words(run("pdftotext", "-raw", str(tmp_path / "page.pdf"), "-"))).replace("-", "")
    assert [word for word in words(f"{seen} {drawn}") if word.replace("-", "") not in printed] == []


def test_a_table_that_runs_over_a_page_repeats_its_head(page: Page, tmp_path: Path) -> None:
    path, pdf = tmp_path / "many.html", tmp_path / "many.pdf"
    path.write_text(render("html", results.many(200), Options()), encoding="utf-8")
    show(page, path, WIDE)
    page.printed(pdf)
    pages = run("pdftotext", "-layout", str(pdf), "-").split("\f")
    end = next(at for at, text in enumerate(pages) if "All components" in text)
    assert end > 0, "the table by component of fifty targets needs two pages"
    assert all("Component" in text and "Matches" in text and "db-0" in text for text in pages[: end + 1])


def test_paper_is_white_and_marked_whatever_the_screen_was(paper: Path, tmp_path: Path) -> None:
    run("pdftoppm", "-r", "20", "-f", "1", "-l", "1", str(paper), str(tmp_path / "page"))
    picture = next(tmp_path.glob("page*.ppm")).read_bytes()
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", picture)
    assert header
    pixels = picture[header.end() :]
    white = sum(1 for at in range(0, len(pixels), 3) if min(pixels[at : at + 3]) > 240)
    share = white / (len(pixels) / 3)
    assert 0.7 < share < 0.999
