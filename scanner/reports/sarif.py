"""The result as SARIF 2.1.0, which code hosts show beside the lines of a change.

Differences only, open and accepted (with the waiver as a suppression): a code host takes every result for an alarm.
What could not be checked stands among the notifications of the tool's execution and what was not assessed among those
of its configuration, each with its remedy, so that neither is lost nor taken for a match. Every result has a location:
the line of the source to edit or, for what only a live system shows, the line of the rule. Paths are relative to the
scanned directory, which for a code host has to be the root of the repository. Fingerprints hold no line and no value.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from scanner.model import ScanResult, Severity
from scanner.reports import Options
from scanner.wording import places
from scanner.wording.index import Index, urgent_first
from scanner.wording.markdown import code, prose
from scanner.wording.plain import plain
from scanner.wording.requirement import Requirement, requirement
from scanner.wording.sentences import denominator, environments, gate
from scanner.wording.times import instant, iso
from scanner.wording.words import Outcome

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
"""``security-severity``: a number of each band that code hosts cut at."""
RESULTS = (Outcome.OPEN, Outcome.ACCEPTED)
TAGS = 20
"""Tags of a rule that code hosts take."""

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/#?=&%-]*)?")

Object = dict[str, Any]


def render(result: ScanResult, options: Options) -> str:
    """The result as a SARIF log with one run."""
    index = Index(result)
    found = [requirement(index, item) for item in urgent_first(result.findings)]
    names = sorted({item.finding.rule for item in found if item.outcome in (*RESULTS, Outcome.UNKNOWN)})
    rules = {name: position for position, name in enumerate(names)}
    run = {
        "tool": {"driver": _driver(result, index, found, rules)},
        "automationDetails": {"id": _category(result)},
        "invocations": [_invocation(index, found, rules)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(index, item, rules) for item in found if item.outcome in RESULTS],
        "properties": {"run": plain(result.run_id), "denominator": denominator(result)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _message(text: str) -> str:
    """Text in which nothing is a placeholder or a link."""
    return re.sub(r"([\[\]])", r"\\\1", re.sub(r"\{(\d+)\}", r"{{\1}}", text))


def _category(result: ScanResult) -> str:
    """What tells this kind of run from others of the same tool; the slash leaves room for a single run's name."""
    parts = ["configuration-baseline", plain(result.project, 80), environments(result)]
    return "/".join(quote(part, safe=" ") for part in parts if part) + "/"


def _driver(result: ScanResult, index: Index, found: list[Requirement], rules: dict[str, int]) -> Object:
    first = {item.finding.rule: item for item in reversed(found)}
    driver: Object = {"name": "scanner", "version": plain(result.tool_version)}
    if re.fullmatch(r"\d+\.\d+\.\d+", result.tool_version):
        driver["semanticVersion"] = result.tool_version
    driver["rules"] = [_rule(first[name]) for name in rules]
    return driver


def _rule(item: Requirement) -> Object:
    why = plain(item.rule.why) if item.rule else ""
    severity = item.rule.severity if item.rule else item.severity
    setting = plain(item.rule.setting) if item.rule else item.setting
    fixes = [(plain(where), how) for where, how in item.rule.fix] if item.rule else []
    described = f"{item.title}. {why}".strip()
    addresses = [text for text in (item.rule.references if item.rule else ()) if _ADDRESS.fullmatch(text)]
    return {
        **({"helpUri": addresses[0]} if addresses else {}),
        "id": plain(item.finding.rule),
        "name": _pascal(item.finding.rule),
        "shortDescription": {"text": _message(item.title)},
        "fullDescription": {"text": _message(described)},
        "help": {
            "text": _message(f"Setting: {setting}. {why}".strip()),
            "markdown": "\n\n".join([f"Setting: {code(setting)}.", prose(why)] + [_fix(*fix) for fix in fixes]).strip(),
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "security-severity": SCORES[severity],
            "precision": "very-high",
            "problem.severity": "error",
            "tags": _tags(item),
        },
    }


def _fix(where: str, how: str) -> str:
    return f"Fix ({prose(where)}): {code(how, 2_000)}"


def _tags(item: Requirement) -> list[str]:
    tags = ["security", *(plain(f"{held.framework}/{held.id}") for held in item.controls)]
    return list(dict.fromkeys(tags))[:TAGS]


def _pascal(name: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", name)
    return "".join(word[:1].upper() + word[1:] for word in words) or "Rule"


def _invocation(index: Index, found: list[Requirement], rules: dict[str, int]) -> Object:
    result = index.result
    times = {"startTimeUtc": iso(instant(result.started)), "endTimeUtc": iso(instant(result.finished))}
    return {
        "executionSuccessful": result.exit_code not in (2, 70, 130),
        **{name: time for name, time in times.items() if time},
        "exitCode": result.exit_code,
        "exitCodeDescription": gate(result),
        "toolExecutionNotifications": _unknowns(found, rules) + _gaps(index) + _unread(result),
        "toolConfigurationNotifications": [
            {"level": "warning", "message": {"text": _message(f"{item.name}: {item.sentence}")}}
            for item in found
            if item.outcome is Outcome.NOT_ASSESSED
        ],
    }


def _unknowns(found: list[Requirement], rules: dict[str, int]) -> list[Object]:
    return [
        {
            "level": "error",
            "descriptor": {"id": "unknown"},
            "associatedRule": {"id": plain(item.finding.rule), "index": rules[item.finding.rule]},
            "message": {"text": _message(f"{item.name}: {_with_remedy(item.sentence, ' '.join(item.remedies))}")},
        }
        for item in found
        if item.outcome is Outcome.UNKNOWN
    ]


def _gaps(index: Index) -> list[Object]:
    return [
        {
            "level": "error",
            "descriptor": {"id": "gap"},
            "message": {
                "text": _message(
                    _with_remedy(
                        f"{plain(gap.target)}: {gap.plane} did not answer: {plain(gap.reason)}", plain(gap.remedy)
                    )
                )
            },
        }
        for gap in index.result.gaps
    ]


def _unread(result: ScanResult) -> list[Object]:
    return [
        {"level": "error", "descriptor": {"id": "unread"}, "message": {"text": _message(plain(notice.text))}}
        for notice in result.notices
        if notice.incomplete
    ]


def _with_remedy(text: str, remedy: str) -> str:
    return f"{text}. To know it: {remedy}" if remedy else text


def _result(index: Index, item: Requirement, rules: dict[str, int]) -> Object:
    found = item.finding
    said: Object = {
        "ruleId": plain(found.rule),
        "ruleIndex": rules[found.rule],
        "kind": "fail",
        "level": "error",
        "message": {"text": _message(item.sentence)},
        "locations": [_location(index, item)],
        "partialFingerprints": {"primaryLocationLineHash": f"{found.fingerprint}:1", "scanner/v1": found.fingerprint},
        "properties": {
            "outcome": item.outcome.value,
            "severity": item.severity.value,
            "security-severity": SCORES[item.severity],
            "target": plain(found.target),
            "expected": item.expected,
            "observed": item.observed,
            "where": item.where,
            "first_seen": plain(item.finding.first_seen),
            "due": plain(item.finding.due),
            "fix": item.fix,
        },
    }
    if item.outcome is Outcome.ACCEPTED:
        said["suppressions"] = [{"kind": "external", "status": "accepted", "justification": item.waiver_words}]
    return said


def _location(index: Index, item: Requirement) -> Object:
    place = item.place or places.inside(places.rule(index, item.finding)) or places.Place(places.PROJECT)
    environment = f"{plain(item.target.environment)}/" if item.target.environment else ""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(plain(place.file))},
            "region": {"startLine": place.line},
        },
        "logicalLocations": [
            {
                "name": plain(item.finding.target),
                "kind": "resource",
                "fullyQualifiedName": f"{environment}{plain(item.finding.target)}/{item.setting}",
            }
        ],
    }
