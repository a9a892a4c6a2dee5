"""Tools of others judge every format, on results that hold every verdict, drift state and hostile value.

Each tool is also given something wrong, so that its silence means something.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scanner.model import ScanResult
from scanner.reports import Options, render
from tests.support import attacks, published, results
from tests.support.browser import Page, browser, executable
from tests.support.validators import inspecjs, module, multitool, program, run

RESULTS: dict[str, Callable[[], ScanResult]] = {
    "everything": results.everything,
    "clean": results.clean,
    "empty": results.empty,
    "many": partial(results.many, 500),
    **{f"hostile-{number}": partial(attacks.hostile, text) for number, text in enumerate(attacks.ATTACKS)},
}
HERE = Path(__file__).parent


def write(folder: Path, format_: str, suffix: str) -> list[Path]:
    """Every result in one format."""
    for name, make in RESULTS.items():
        (folder / f"{name}{suffix}").write_text(render(format_, make()), encoding="utf-8")
    return sorted(folder.glob(f"*{suffix}"))


# ------------------------------------------------------------------ XML


@pytest.fixture(scope="module")
def xccdf(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    program("oscap")
    return write(tmp_path_factory.mktemp("xccdf"), "xccdf", ".xml")


def test_openscap_takes_every_xccdf_document_by_schema_and_schematron(xccdf: list[Path]) -> None:
    for path in xccdf:
        done = run(program("oscap"), "xccdf", "validate", str(path))
        assert done.returncode == 0, (path.name, done.stdout, done.stderr)


def test_openscap_makes_a_report_of_a_test_result(xccdf: list[Path]) -> None:
    path = next(path for path in xccdf if path.name == "everything.xml")
    done = run(program("oscap"), "xccdf", "generate", "report", str(path))
    assert done.returncode == 0, done.stderr
    assert "No port speaks plain text" in done.stdout or "TLS is" in done.stdout


def test_openscap_refuses_a_result_of_no_kind(xccdf: list[Path], tmp_path: Path) -> None:
    text = next(path for path in xccdf if path.name == "everything.xml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(text.replace("<result>error</result>", "<result>dunno</result>"), encoding="utf-8")
    assert run(program("oscap"), "xccdf", "validate", str(wrong)).returncode != 0


def test_xmllint_takes_every_junit_document_by_its_schema(tmp_path: Path) -> None:
    schema = str(HERE / "junit.xsd")
    paths = write(tmp_path, "junit", ".xml")
    done = run(program("xmllint"), "--noout", "--schema", schema, *map(str, paths))
    assert done.returncode == 0, done.stderr
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(
        render("junit", results.everything()).replace("<error ", "<dunno ", 1).replace("</error>", "</dunno>", 1)
    )
    assert run(program("xmllint"), "--noout", "--schema", schema, str(wrong)).returncode != 0


# ------------------------------------------------------------------ JSON


def test_the_sarif_multitool_has_nothing_to_say_but_that_there_is_no_address(tmp_path: Path) -> None:
    """``SARIF2005`` asks for the address of the tool's page; the program has none, and none is made up."""
    paths = write(tmp_path, "sarif", ".sarif")
    wrong = json.loads(render("sarif", results.everything()))
    del wrong["runs"][0]["results"][0]["locations"]
    (tmp_path / "wrong.sarif").write_text(json.dumps(wrong))
    said = multitool(tmp_path)
    assert {(rule, name) for rule, name in said if name != "wrong.sarif"} == {
        ("SARIF2005", path.name) for path in paths
    }
    assert {rule for rule, name in said if name == "wrong.sarif"} > {"SARIF2005"}


def test_inspecjs_reads_every_hdf_document_and_sees_each_outcome(tmp_path: Path) -> None:
    paths = write(tmp_path, "hdf", ".json")
    for path, states in zip(paths, inspecjs(*paths), strict=True):
        coverage = RESULTS[path.stem]().coverage
        assert not isinstance(states, str), (path.name, states)
        assert Counter(states) == Counter(
            {
                "Passed": coverage.passed,
                "Failed": coverage.failed_open + coverage.failed_accepted,
                "Profile Error": coverage.unknown,
                "Not Reviewed": coverage.not_assessed,
                "Not Applicable": coverage.not_applicable,
            }
        )


def test_inspecjs_refuses_a_document_without_a_status(tmp_path: Path) -> None:
    wrong = json.loads(render("hdf", results.everything()))
    del wrong["profiles"][0]["controls"][0]["results"][0]["code_desc"]
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(wrong))
    (said,) = inspecjs(path)
    assert isinstance(said, str)


# ------------------------------------------------------------------ metrics


def test_promtool_has_nothing_to_say(tmp_path: Path) -> None:
    for path in write(tmp_path, "prometheus", ".prom"):
        text = path.read_text(encoding="utf-8")
        done = run(program("promtool"), "check", "metrics", given=text)
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), path.name
        assert run(program("promtool"), "check", "metrics", given=text + "scanner_info{\n").returncode != 0


# ------------------------------------------------------------------ HTML


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages over an archive: reports of periods and the index."""
    return published.pages(tmp_path_factory.mktemp("published"))


def test_the_html_checker_finds_no_error_in_any_page(tmp_path: Path, kept: dict[str, Path]) -> None:
    checker = (program("java"), "-jar", module("vnu-jar/build/dist/vnu.jar"), "--errors-only")
    done = run(*checker, *map(str, [*write(tmp_path, "html", ".html"), *kept.values()]))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    wrong = tmp_path / "wrong.html"
    wrong.write_text(render("html", results.clean(), Options()).replace("<body>", "<body><img>", 1), encoding="utf-8")
    assert run(*checker, str(wrong)).returncode != 0


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    program(executable() or "chromium")
    with browser() as opened:
        yield opened


LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds on the open page, contrast included: rule and first element."""
    page.value(Path(module("axe-core/axe.min.js")).read_text(encoding="utf-8") + "; 0")
    tags = json.dumps(LEVELS)
    expression = f"axe.run(document, {{runOnly: {{type: 'tag', values: {tags}}}}}).then(found => found.violations)"
    answer = page.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
    assert "exceptionDetails" not in answer, answer
    found: list[dict[str, Any]] = answer["result"]["value"]
    return [(item["id"], item["nodes"][0]["html"][:200]) for item in found]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["everything", "clean", "empty", "hostile-0"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, False)])
def test_axe_finds_nothing_in_a_real_browser(page: Page, tmp_path: Path, name: str, width: int, dark: bool) -> None:
    path = tmp_path / "report.html"
    path.write_text(render("html", RESULTS[name](), Options()), encoding="utf-8")
    page.screen(width, 900, dark)
    page.open(path)
    assert violations(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("name", published.NAMES)
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, False)])
def test_axe_finds_nothing_in_a_page_over_an_archive(
    page: Page, kept: dict[str, Path], name: str, width: int, dark: bool
) -> None:
    page.screen(width, 900, dark)
    page.open(kept[name])
    assert violations(page) == []


@pytest.mark.browser
def test_axe_sees_a_page_without_a_language(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render("html", results.clean(), Options()).replace(' lang="en"', "", 1), encoding="utf-8")
    page.screen(1280)
    page.open(path)
    assert "html-has-lang" in dict(violations(page))
