"""The sentences that every report begins or ends with: the result, the denominator, the gate.

They count before they judge, keep the six outcomes apart, and never claim more than was seen.
"""

from __future__ import annotations

from scanner.model import Coverage, Finding, ScanResult
from scanner.records import COMPONENTS, overdue
from scanner.wording.index import Index, assessed
from scanner.wording.plain import counted, listed, plain
from scanner.wording.words import EXITS, Outcome, day, moment, outcome

FILTERED = "filtered"
"""The kind of the remark on a result that was cut down to a part."""
REQUIREMENT = "A requirement is one rule held against one target in one scope."


def environments(result: ScanResult) -> str:
    """The environments of the targets, or nothing when there is none."""
    return listed(sorted({plain(target.environment) for target in result.targets if target.environment}), limit=4)


def baseline_words(result: ScanResult) -> str:
    """``the approved baseline`` only where an approval is recorded for every baseline of the system's parts."""
    judging = [baseline for baseline in result.baselines if baseline.component not in COMPONENTS]
    approved = bool(judging) and all(baseline.approved_by for baseline in judging)
    return "the approved baseline" if approved else "the baseline"


def verdict_sentences(index: Index) -> tuple[str, str]:
    """The result in one sentence, and the counts that go with it in some more."""
    coverage = index.result.coverage
    return _matches(coverage, baseline_words(index.result)), " ".join(_rest(index, coverage))


def _matches(coverage: Coverage, baseline: str) -> str:
    seen, failed = assessed(coverage), coverage.failed_open + coverage.failed_accepted
    if not coverage.expected:
        return "No requirement was assessed: nothing that the rules speak of was found."
    if not seen:
        return f"None of {counted(coverage.expected, 'requirement')} could be assessed."
    if failed:
        verb = "does" if failed == 1 else "do"
        return f"{failed:,} of {counted(seen, 'assessed requirement')} {verb} not match {baseline}."
    if seen == 1:
        return f"The setting of the one assessed requirement matches {baseline}."
    return f"The settings match {baseline} in all {counted(seen, 'assessed requirement')}."


def _rest(index: Index, coverage: Coverage) -> list[str]:
    said = []
    if coverage.failed_open:
        late = f", {len(index.overdue):,} of them overdue" if index.overdue else ""
        said.append(f"{coverage.failed_open:,} {_is(coverage.failed_open)} open{late}.")
    if coverage.failed_accepted:
        said.append(_accepted(index, coverage.failed_accepted))
    if coverage.unknown:
        said.append(f"{coverage.unknown:,} could not be checked.")
    if coverage.not_assessed:
        said.append(f"{coverage.not_assessed:,} {'was' if coverage.not_assessed == 1 else 'were'} not assessed.")
    if coverage.not_applicable:
        said.append(f"{coverage.not_applicable:,} {'does' if coverage.not_applicable == 1 else 'do'} not apply.")
    return said


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _accepted(index: Index, number: int) -> str:
    waivers = sorted({item.waiver for item in index.of(Outcome.ACCEPTED)})
    ends = sorted({index.waivers[name].expires for name in waivers if name in index.waivers})
    until = f" until {day(ends[0])}" if len(ends) == 1 else f", the first until {day(ends[0])}" if ends else ""
    names = f" ({listed([plain(name) for name in waivers], limit=5)})" if waivers else ""
    return f"{number:,} {_is(number)} accepted{until}{names}."


def expected_sentence(result: ScanResult) -> str:
    """The denominator: how many requirements there are, and of how many rules and targets."""
    rules = {item.rule for item in result.findings}
    targets = {item.target for item in result.findings}
    requirements = counted(result.coverage.expected, "requirement")
    return f"{requirements}: {counted(len(rules), 'rule')} held against {counted(len(targets), 'target')}"


def denominator(result: ScanResult) -> str:
    """The last words of every run: expected, assessed, and each of the six counts, zeros included."""
    return "; ".join([expected_sentence(result), outcomes(result.coverage), *cuts(result)])


def cuts(result: ScanResult) -> list[str]:
    """What was left out of this result after the run, so that a part is never taken for the whole."""
    return [plain(notice.text) for notice in result.notices if notice.kind == FILTERED]


def outcomes(coverage: Coverage) -> str:
    """How many requirements were assessed, and each of the six counts, zeros included."""
    return (
        f"{assessed(coverage):,} assessed "
        f"({coverage.passed:,} pass, {coverage.failed_open:,} fail open, {coverage.failed_accepted:,} fail accepted), "
        f"{coverage.unknown:,} unknown, {coverage.not_assessed:,} not assessed, "
        f"{coverage.not_applicable:,} not applicable"
    )


def gate(result: ScanResult) -> str:
    """The exit code in words with every reason that applies."""
    reasons = "; ".join(plain(reason) for reason in result.exit_reasons)
    meaning = EXITS.get(result.exit_code, "an unknown exit code")
    return f"exit {result.exit_code}: {reasons or meaning}"


def age_words(index: Index, finding: Finding) -> str:
    """Since when an open failure is known and until when it is to be closed; nothing where this run is the first."""
    if outcome(finding) is not Outcome.OPEN or not finding.due or finding.first_seen == index.result.started:
        return ""
    verb = "overdue since" if overdue(finding, index.result.started) else "to be closed until"
    return f"{verb} {moment(finding.due)}, first seen {moment(finding.first_seen)}"


def waiver_words(index: Index, finding: Finding) -> str:
    """Why a finding is accepted, or why a waiver that names it does not accept it."""
    waiver = index.waivers.get(finding.waiver)
    if finding.waiver and waiver:
        by = f", approved by {plain(waiver.approved_by)}" if waiver.approved_by else ""
        return f"accepted until {day(waiver.expires)} by {plain(waiver.id)}{by}: {plain(waiver.reason)}"
    if finding.waiver:
        return f"accepted by {plain(finding.waiver)}"
    return f"not accepted: {plain(finding.waiver_note)}" if finding.waiver_note else ""
