"""The result as JUnit XML, which every build server shows as tests.

A suite per target and a case per requirement. Open differences are failures; what could not be checked is an error and
never a pass. What is accepted, was not assessed or does not apply is skipped, each with its own word, as none of these
fails a run. A last suite stands for the run itself: a case that is an error when something was not seen that should
have been, and one that fails when planes disagree, so that a green board is never less than exit code 0 (or than what
``--fail-on`` lets through, which the exit code alone decides).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from scanner.document.xml_text import child, element, to_xml
from scanner.errors import ExitCode
from scanner.exits import Gate, drifting, incomplete
from scanner.model import Row, ScanResult
from scanner.reports import Options
from scanner.wording.index import Index
from scanner.wording.plain import listed, plain
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.sentences import denominator
from scanner.wording.spoken import planes
from scanner.wording.words import DRIFTS, Outcome

RUN = "the run"
_SKIPPED = {
    Outcome.ACCEPTED: "accepted difference",
    Outcome.NOT_ASSESSED: "not assessed",
    Outcome.NOT_APPLICABLE: "not applicable",
}


def render(result: ScanResult, options: Options) -> str:
    """The result as a JUnit XML document."""
    index = Index(result)
    suites: dict[str, list[Requirement]] = {name: [] for name in index.targets}
    for item in requirements(index):
        suites[item.finding.target].append(item)
    root = element("testsuites", name="scanner")
    for name, found in suites.items():
        _suite(root, result, plain(name), [_case(item) for item in found])
    _suite(root, result, RUN, [_complete(result), _agree(result)], denominator(result))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    return to_xml(root)


def _suite(root: Element, result: ScanResult, name: str, cases: list[Element], told: str = "") -> None:
    counts = {kind: sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error", "skipped")}
    suite = child(
        root,
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time="0",
    )
    properties = child(suite, "properties")
    child(properties, "property", name="run", value=plain(result.run_id))
    for baseline in result.baselines:
        held = f"{plain(baseline.id)} {plain(baseline.version)} sha256:{plain(baseline.digest)}"
        child(properties, "property", name="baseline", value=held)
    suite.extend(cases)
    if told:
        child(suite, "system-out", told)


def _case(item: Requirement) -> Element:
    parts = [plain(item.target.component), plain(item.finding.target)]
    case = element("testcase", classname=".".join(part for part in parts if part), name=item.name, time="0")
    if item.outcome is Outcome.OPEN:
        told = [item.title, item.sentence, _labelled("at", item.where), _labelled("fix", item.fix)]
        text = "\n".join(part for part in [*told, item.age, item.waiver_words] if part)
        child(case, "failure", text, type=f"difference ({item.severity})", message=item.sentence)
    elif item.outcome is Outcome.UNKNOWN:
        child(case, "error", "\n".join([item.title, *item.remedies]), type="unknown", message=item.sentence)
    elif item.outcome in _SKIPPED:
        child(case, "skipped", message=f"{_SKIPPED[item.outcome]}: {item.waiver_words or item.sentence}")
    return case


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _complete(result: ScanResult) -> Element:
    """The case that is an error when something that was asked for was not seen."""
    case = element("testcase", classname="scanner", name="everything that was asked was answered", time="0")
    reasons = incomplete(result, Gate())
    if result.exit_code == ExitCode.INCOMPLETE and not reasons:
        reasons = tuple(plain(reason) for reason in result.exit_reasons) or ("incomplete",)
    if reasons:
        told = [f"{plain(gap.target)}, {gap.plane}: {plain(gap.reason)}: {plain(gap.remedy)}" for gap in result.gaps]
        told += [plain(notice.text) for notice in result.notices if notice.incomplete]
        child(case, "error", "\n".join(told), type="incomplete", message="; ".join(reasons))
    return case


def _agree(result: ScanResult) -> Element:
    """The case that fails when planes disagree and no waiver covers it."""
    case = element("testcase", classname="scanner", name="planes agree", time="0")
    rows = drifting(result)
    if rows:
        message = f"planes disagree on {len(rows)} {'setting' if len(rows) == 1 else 'settings'}"
        child(case, "failure", "\n".join(_drift(row) for row in rows), type="drift", message=message)
    return case


def _drift(row: Row) -> str:
    states = " and ".join(DRIFTS[state].shout for state in row.drift)
    seen = [f"{said.plane} {said.value}" for said in planes(row) if said.readings]
    scope = "" if row.scope == "server" else f", {plain(row.scope)}"
    return f"{plain(row.setting)} on {plain(row.target)}{scope}: {states}: {listed(seen, mark='; ')}"
