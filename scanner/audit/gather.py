"""From an archive to the summary of a period, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scanner.archive import Archive, Run, Selection
from scanner.archive.guide import archive_lines
from scanner.audit.daily import Days
from scanner.audit.inside import Waivers, baselines_in_force, opened_or_open
from scanner.audit.nouns import RunLine, Summary
from scanner.audit.verdict import decided
from scanner.errors import UserError
from scanner.exits import Gate
from scanner.history import ChangeRecord, Freshness, fold, freshness, metrics
from scanner.history.metrics import moment
from scanner.history.period import Period
from scanner.model import Coverage, ScanResult


@dataclass(frozen=True)
class Asked:
    """What a period report is asked for."""

    project: str
    period: Period
    now: datetime
    tool_version: str
    selection: Selection | None = None
    """Only runs of this selection can be laid side by side; None takes all."""
    interval: timedelta | None = None
    interval_words: str = ""
    records: tuple[ChangeRecord, ...] = ()
    gate: Gate = field(default_factory=Gate)


def gather(
    archive: Archive, asked: Asked, tell: Callable[[str], None] = lambda _message: None
) -> tuple[Summary, ScanResult | None]:
    """The summary of a period, and the last readable result of it."""
    population = [run for run in archive.runs if _selected(run, asked)]
    held = [run for run in archive.runs if asked.period.holds(_start(run))]
    inside = [run for run in held if _selected(run, asked)]
    pass_ = _Pass(asked)
    history = fold(pass_.over(archive, _readable(population, asked), tell), asked.records)
    until = min(asked.now, asked.period.end)
    pairs = [(run.record.started, run.record.finished) for run in population if run.record and _start(run) < until]
    changes = tuple(item for item in history.changes if asked.period.holds(moment(item.first_seen)))
    episodes = opened_or_open(history.episodes, asked.period)
    last = pass_.last
    summary = Summary(
        project=asked.project or (last.project if last else ""),
        period=asked.period.name,
        begin=asked.period.begin.isoformat(),
        end=asked.period.end.isoformat(),
        made=asked.now.isoformat(timespec="seconds"),
        tool_version=asked.tool_version,
        runs=tuple(_line(run, pass_.harmed.get(run.id, "")) for run in inside),
        last_run=last.run_id if last else "",
        coverage=last.coverage if last else Coverage(),
        interval=asked.interval_words,
        freshness=_freshness(pairs, asked, until),
        longest_pause=_longest(pairs, asked, until),
        changes=changes,
        episodes=episodes,
        metrics=metrics(episodes, changes, until),
        waivers=pass_.waivers.lines(asked.period, until),
        baselines=baselines_in_force(population, asked.period, pass_.approvals),
        components=history.components,
        days=pass_.days.lines,
        titles=tuple((name, title) for name, title in pass_.titles.items() if name in {e.rule for e in episodes}),
        head=archive.head,
        verify=archive_lines(archive.head),
        others=len(held) - len(inside),
    )
    return decided(summary, last, asked.gate), last


class _Pass:
    """What is picked up while the results go by, besides what the history folds."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.last: ScanResult | None = None
        self.waivers = Waivers()
        self.days = Days()
        self.titles: dict[str, str] = {}
        self.approvals: dict[tuple[str, str], tuple[str, str]] = {}
        self.harmed: dict[str, str] = {}
        """Runs whose results turned out not to be what was kept, and why."""

    def over(self, archive: Archive, runs: Sequence[Run], tell: Callable[[str], None]) -> Iterator[ScanResult]:
        for count, run in enumerate(runs, 1):
            tell(f"reading run {count} of {len(runs)}")
            try:
                result = archive.load(run)
            except UserError as error:
                self.harmed[run.id] = error.message
                continue
            for baseline in result.baselines:
                self.approvals[baseline.id, baseline.digest] = (baseline.approved_by, baseline.approved_on)
                self.titles.update((rule.id, rule.title) for rule in baseline.rules)
            if self.asked.period.holds(moment(result.started)):
                self.last = result
                self.waivers.take(result)
                self.days.take(result)
            yield result


def _selected(run: Run, asked: Asked) -> bool:
    """Whether a run can be laid beside the others; what cannot be read may be one of them."""
    if run.record is None or asked.selection is None:
        return True
    return run.record.selection == asked.selection and asked.project in ("", run.record.project)


def _start(run: Run) -> datetime:
    return moment(run.record.started if run.record and run.record.started else run.kept)


def _readable(population: Sequence[Run], asked: Asked) -> list[Run]:
    """The readable runs of the period, and the last one before it, which says what was so when it began."""
    found = [run for run in population if run.record and not run.pruned and not run.trouble]
    before = [run for run in found if _start(run) < asked.period.begin]
    return before[-1:] + [run for run in found if asked.period.holds(_start(run))]


def _line(run: Run, harmed: str) -> RunLine:
    told = run.record
    state = "removed by retention" if run.pruned else run.trouble or harmed or "kept"
    if told is None:
        return RunLine(run.id, run.kept, "", "", 0, Coverage(), 0, 0, 0, run.digest, run.head, state=state)
    return RunLine(
        run.id,
        told.started,
        told.finished,
        told.command,
        told.exit_code,
        told.coverage,
        told.targets,
        told.gaps,
        told.drifting,
        run.digest,
        run.head,
        told.signature,
        state,
    )


def _freshness(pairs: Sequence[tuple[str, str]], asked: Asked, until: datetime) -> Freshness | None:
    return freshness(pairs, asked.interval, asked.period.begin, until) if asked.interval else None


def _longest(pairs: Sequence[tuple[str, str]], asked: Asked, until: datetime) -> float:
    """The longest pause: what is over an interval of nothing, over the whole period."""
    found = freshness(pairs, timedelta(0), asked.period.begin, until)
    return max((gap.over for gap in found.gaps), default=0.0)
