"""The result as an XCCDF 1.2 benchmark with a test result per target, for tools that read SCAP's languages.

The benchmark lists every rule that was held, in a group per baseline. What was asked and could not be told is an
``error``, what nothing could show is ``notchecked``. A waiver is a second message and the result stays ``fail``: an
override would put another result in its place. This is the language of SCAP, not validated SCAP content, and the
description says so.
"""

from __future__ import annotations

import hashlib
import re
from xml.etree.ElementTree import Element

from scanner.document.xml_text import child, element, to_xml
from scanner.model import Baseline, ScanResult, Severity, Target
from scanner.records import COMPONENTS
from scanner.reports import Options
from scanner.wording import places
from scanner.wording.index import Index
from scanner.wording.plain import counted, plain
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.sentences import denominator, verdict_sentences
from scanner.wording.times import EPOCH, instant, iso
from scanner.wording.words import Outcome, component

NAMESPACE = "http://checklists.nist.gov/xccdf/1.2"
OURS = "scanner"
SYSTEM = "urn:scanner:check"
CCI = "http://cyber.mil/cci"
RESULTS = {
    Outcome.PASSED: "pass",
    Outcome.OPEN: "fail",
    Outcome.ACCEPTED: "fail",
    Outcome.UNKNOWN: "error",
    Outcome.NOT_ASSESSED: "notchecked",
    Outcome.NOT_APPLICABLE: "notapplicable",
}
_COUNTED = ("pass", "fail", "error")
_SEVERITY = {Severity.CRITICAL: "high"}
UNLISTED = "rules-of-no-baseline"


def render(result: ScanResult, options: Options) -> str:
    """The result as an XCCDF 1.2 document."""
    index = Index(result)
    found = requirements(index)
    date = iso(instant(result.finished)) or EPOCH
    root = element("Benchmark", xmlns=NAMESPACE, id=_id("benchmark", "secure-settings"), resolved="1", _lang="en")
    root.set("xml:lang", root.attrib.pop("lang"))
    judging = [held for held in result.baselines if held.component not in COMPONENTS]
    approved = bool(judging) and all(held.approved_by for held in judging)
    child(root, "status", "accepted" if approved else "draft", date=date[:10])
    child(root, "title", "Configuration baselines")
    child(root, "description", _description(index))
    for cpe in sorted({_platform(target) for target in result.targets}):
        child(root, "platform", idref=cpe)
    child(root, "version", plain(", ".join(f"{held.id} {held.version}" for held in result.baselines)) or "none")
    _groups(index, root, found)
    for name, target in index.targets.items():
        held = [item for item in found if item.finding.target == name]
        if held:
            _test_result(index, root, target, held)
    return to_xml(root)


def _id(kind: str, name: str) -> str:
    """An identifier of XCCDF's form; what a name may not hold is replaced and told apart by a digest."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)[:120]
    if safe != name or not safe:
        safe = f"{safe}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    return f"xccdf_{OURS}_{kind}_{safe}"


def _description(index: Index) -> str:
    first, rest = verdict_sentences(index)
    silent = [plain(name) for name, found in index.findings_by_target.items() if not found]
    left = f" No rule was held against {', '.join(silent)}." if silent else ""
    note = "Written in a language of SCAP; not validated SCAP content."
    return f"{first} {rest} {denominator(index.result)}.{left} {note}"


def _platform(target: Target) -> str:
    """A platform name; unversioned, because versions are observed and not chosen."""
    kind = re.sub(r"[^a-z0-9_]", "_", target.component.lower()) or "unknown"
    return f"cpe:/a:{kind}:{kind}"


def _groups(index: Index, root: Element, found: list[Requirement]) -> None:
    used = {item.finding.rule: item for item in reversed(found)}
    for baseline in index.result.baselines:
        rules = [used.pop(rule.id) for rule in baseline.rules if rule.id in used]
        if rules:
            _group(index, root, _id("group", baseline.id), plain(baseline.title) or plain(baseline.id), rules, baseline)
    if used:
        _group(
            index, root, _id("group", UNLISTED), "Rules whose baseline the result does not hold", list(used.values())
        )


def _group(
    index: Index, root: Element, name: str, title: str, rules: list[Requirement], baseline: Baseline | None = None
) -> None:
    group = child(root, "Group", id=name)
    child(group, "title", title)
    if baseline:
        approved = f"approved by {plain(baseline.approved_by)}" if baseline.approved_by else "no approval is recorded"
        told = f"{plain(baseline.id)} {plain(baseline.version)}, {approved}, sha256 {plain(baseline.digest)}"
        child(group, "description", told)
    for item in rules:
        _rule(index, group, item)


def _rule(index: Index, group: Element, item: Requirement) -> None:
    severity = item.rule.severity if item.rule else item.severity
    name = item.finding.rule
    rule = child(group, "Rule", id=_id("rule", name), severity=_severity(severity), weight="1.0", selected="true")
    child(rule, "title", item.title)
    if item.rule:
        child(rule, "description", f"Setting: {plain(item.rule.setting)}.")
        for reference in item.rule.references:
            child(rule, "reference", plain(reference))
        child(rule, "rationale", plain(item.rule.why))
    for system, identifier in _identifiers(item):
        child(rule, "ident", identifier, system=system)
    _check(index, rule, item)


def _severity(severity: Severity) -> str:
    return _SEVERITY.get(severity, severity.value)


def _identifiers(item: Requirement) -> list[tuple[str, str]]:
    """What the rule is evidence for: CCI numbers, which tools of SCAP follow to controls, and the references."""
    cited = [(f"urn:scanner:framework:{_token(held.framework)}", plain(held.id)) for held in item.controls]
    return list(dict.fromkeys([*((CCI, number) for number in item.cci), *cited]))


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", text) or "unknown"


def _check(index: Index, parent: Element, item: Requirement) -> None:
    file = re.sub(r"[^A-Za-z0-9._/-]", "-", plain(places.rule(index, item.finding).file))
    child(child(parent, "check", system=SYSTEM), "check-content-ref", href=file, name=plain(item.finding.rule))


def _test_result(index: Index, root: Element, target: Target, found: list[Requirement]) -> None:
    result = index.result
    times = {"start-time": iso(instant(result.started)), "end-time": iso(instant(result.finished)) or EPOCH}
    test = child(root, "TestResult", id=_id("testresult", f"{result.run_id}-{target.id}"), version="1")
    for name, time in times.items():
        if time:
            test.set(name, time)
    test.set("test-system", f"scanner {plain(result.tool_version)}")
    child(test, "title", f"Scan of {plain(target.id)}")
    child(test, "remark", f"Run {plain(result.run_id)}. {_gaps(result, target)}")
    child(test, "target", plain(target.id))
    facts = child(test, "target-facts")
    for name, value in (("environment", target.environment), ("component", component(target.component))):
        child(facts, "fact", plain(value), name=f"urn:scanner:fact:{name}", type="string")
    results = [_rule_result(index, test, item, times["end-time"]) for item in found]
    passed, all_ = results.count("pass"), sum(name in _COUNTED for name in results)
    maximum = str(all_ or 1)
    child(test, "score", str(passed), system="urn:xccdf:scoring:flat-unweighted", maximum=maximum)


def _gaps(result: ScanResult, target: Target) -> str:
    gaps = [gap for gap in result.gaps if gap.target == target.id]
    told = "; ".join(f"{gap.plane}: {plain(gap.reason)}" for gap in gaps)
    return f"{counted(len(gaps), 'source or call', 'sources or calls')} did not answer{': ' + told if told else ''}."


def _rule_result(index: Index, test: Element, item: Requirement, time: str) -> str:
    """One result; a message says what was seen and a second one who accepted it or what would make it known."""
    ended = RESULTS[item.outcome]
    name = _id("rule", item.finding.rule)
    line = child(test, "rule-result", idref=name, severity=_severity(item.severity), time=time, weight="1.0")
    child(line, "result", ended)
    for system, identifier in _identifiers(item):
        child(line, "ident", identifier, system=system)
    child(line, "message", item.sentence, severity="error" if ended == "error" else "info")
    for told in (item.age, item.waiver_words, *item.remedies):
        if told:
            child(line, "message", told, severity="info")
    if item.finding.scope != "server":
        child(line, "instance", plain(item.finding.scope), context="scope")
    _check(index, line, item)
    return ended
