"""The result as metrics for the textfile collector of Prometheus' node exporter.

Counts by target and outcome with every zero, drift by state, gaps, the exit code, when waivers end, and always the time
at which the scan finished: a scan that stopped running is seen by the age of that number, not taken for a quiet one.
Run ids and values are no labels, so that the number of series does not grow with time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.model import Drift, ScanResult, Severity, Target
from scanner.reports import Options
from scanner.wording.index import QUIET, Index, count_of, tally
from scanner.wording.plain import VALUE_LIMIT, plain
from scanner.wording.times import ending, instant
from scanner.wording.words import TABLE_ORDER, Outcome

Labels = tuple[tuple[str, str], ...]


@dataclass
class Metric:
    """A gauge; samples whose labels have become the same text are added up, because a series may stand once only."""

    name: str
    help: str
    samples: dict[Labels, float] = field(default_factory=dict)

    def add(self, value: float, **labels: str) -> None:
        """Count ``value`` under these labels."""
        key = _key(labels)
        self.samples[key] = self.samples.get(key, 0) + value

    def set(self, value: float, **labels: str) -> None:
        """The value under these labels, whatever it was."""
        self.samples[_key(labels)] = value

    def lines(self) -> Iterator[str]:
        """The metric in the text format."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} gauge"
        for labels, value in self.samples.items():
            inner = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels)
            yield f"{self.name}{'{' + inner + '}' if inner else ''} {_number(value)}"


def render(result: ScanResult, options: Options) -> str:
    """The result as gauges in the Prometheus text format."""
    index = Index(result)
    metrics = [_requirements(index), _failures(index), _drift(index), _gaps(index), _waivers(result), *_run(result)]
    return "\n".join(line for metric in metrics if metric.samples for line in metric.lines()) + "\n"


def _key(labels: dict[str, str]) -> Labels:
    return tuple((name, plain(text, VALUE_LIMIT)) for name, text in labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _of(target: Target) -> dict[str, str]:
    return {"environment": target.environment, "target": target.id, "component": target.component}


def _requirements(index: Index) -> Metric:
    metric = Metric("scanner_requirements", "Requirements of the last finished scan by outcome.")
    for name, found in index.findings_by_target.items():
        counts = tally(found)
        for outcome in TABLE_ORDER:
            metric.add(count_of(counts, outcome), **_of(index.targets[name]), outcome=outcome.value)
    return metric


def _failures(index: Index) -> Metric:
    metric = Metric("scanner_open_failures", "Open differences from the baseline by severity.")
    for target in index.targets.values():
        for severity in Severity:
            metric.add(0, **_of(target), severity=severity.value)
    for finding in index.of(Outcome.OPEN):
        metric.add(1, **_of(index.targets[finding.target]), severity=finding.severity.value)
    return metric


def _drift(index: Index) -> Metric:
    metric = Metric("scanner_drifting_settings", "Settings whose planes disagree by headline.")
    for target in index.targets.values():
        for state in Drift:
            if state not in QUIET:
                metric.add(0, **_of(target), state=state.value)
    for row in index.disagreeing:
        if row.headline:
            metric.add(1, **_of(index.targets[row.target]), state=row.headline.value)
    return metric


def _gaps(index: Index) -> Metric:
    metric = Metric("scanner_gaps", "Sources or calls that did not answer.")
    for target in index.targets.values():
        metric.add(0, **_of(target))
    for gap in index.result.gaps:
        metric.add(1, **_of(index.targets.get(gap.target) or Target(gap.target, "", "")))
    return metric


def _waivers(result: ScanResult) -> Metric:
    metric = Metric("scanner_waiver_expires_timestamp_seconds", "Unix time at which an accepted difference reopens.")
    for waiver in result.waivers:
        ends = ending(waiver.expires)
        if ends:
            metric.set(ends.timestamp(), waiver=waiver.id, rule=waiver.rule, target=waiver.target)
    return metric


def _run(result: ScanResult) -> Iterator[Metric]:
    started, finished = instant(result.started), instant(result.finished)
    last = Metric("scanner_last_scan_timestamp_seconds", "Unix time at which the last finished scan ended.")
    if finished:
        last.add(finished.timestamp(), project=result.project)
    yield last
    took = Metric("scanner_last_scan_duration_seconds", "Seconds that the last finished scan took.")
    if started and finished:
        took.add((finished - started).total_seconds(), project=result.project)
    yield took
    code = Metric("scanner_exit_code", "Exit code of the last finished scan: 0 is everything answered and conforming.")
    code.add(result.exit_code, project=result.project)
    yield code
    late = Metric("scanner_overdue_failures", "Open differences that were past their due time when the scan started.")
    late.add(result.overdue, project=result.project)
    yield late
    told = Metric("scanner_info", "Version of the scanner.")
    told.add(1, version=result.tool_version)
    yield told
    held = Metric("scanner_baseline_info", "Baselines of the last finished scan.")
    for baseline in result.baselines:
        held.set(1, baseline=baseline.id, version=baseline.version, sha256=baseline.digest)
    yield held
