"""The story of a run: collect, derive, join, evaluate, accept, decide. Everything it needs is handed to it.

``judge`` is the second half on its own, so that a saved result can be judged again without asking any source.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, version

from scanner import collect, layers, opinions, records, waivers, who
from scanner.catalogue import Catalogue
from scanner.collection import Collection
from scanner.collectors import LIVE, Shared
from scanner.derive import derive
from scanner.errors import UserError
from scanner.evaluate import coverage, evaluate
from scanner.exits import Gate, decide
from scanner.join import join
from scanner.model import Baseline, Coverage, Notice, Row, Rule, ScanResult, Target, Waiver
from scanner.project import Project
from scanner.with_records import with_records

SCHEMA_VERSION = "1"


@dataclass(frozen=True)
class Request:
    """What to scan, by what, and which part of it."""

    project: Project
    baselines: tuple[Baseline, ...]
    waivers: tuple[Waiver, ...] = ()
    command: str = "check"
    live: bool = False
    only: tuple[str, ...] = ()
    """Rule ids or patterns such as ``postgresql-*``."""
    environments: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    """Target ids or patterns."""
    previous: ScanResult | None = None
    gate: Gate = field(default_factory=Gate)
    notices: tuple[Notice, ...] = ()
    timeout: float = 10.0
    record_rules: tuple[Baseline, ...] = ()
    """Rules that judge the records of the baselines in use."""
    owned: frozenset[str] = frozenset()
    """Ids of the baselines that the project keeps itself, so that their records are always judged."""
    who: bool = False
    """Ask git and the platforms who changed what drifts, moved or fails."""


def scan(
    request: Request,
    catalogue: Catalogue,
    progress: Callable[[str], None] = lambda _message: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ScanResult:
    """Ask the sources and judge what they say. UserError for a selection that matches nothing."""
    started = clock()
    baselines = _chosen(request.baselines + request.record_rules, request.only)
    jobs = [job for job in collect.build(request.project) if request.live or job.entry.kind not in LIVE]
    jobs = [job for job in jobs if _asked(job, request)]
    shared = Shared()
    base = collect.context(request.project, catalogue, started.isoformat(), progress, request.timeout, shared)
    collection = collect.collect(jobs, request.project, replace(base, live=request.live))
    collection, baselines, remarks = with_records(
        collection,
        baselines,
        request.baselines,
        request.project,
        request.owned,
        request.environments,
        catalogue,
        started,
        request.previous,
    )
    targets = _select(collection, request)
    baselines = _in_use(baselines, targets)
    rows = _rows(collection, targets, baselines, catalogue, request)
    draft = ScanResult(
        schema_version=SCHEMA_VERSION,
        tool_version=tool_version(),
        run_id=f"{started:%Y-%m-%dT%H%M%SZ}-{secrets.token_hex(4)}",
        command=request.command,
        project=request.project.name,
        started=started.isoformat(timespec="seconds"),
        finished="",
        baselines=baselines,
        targets=tuple(targets.values()),
        rows=rows,
        findings=(),
        gaps=tuple(gap for gap in collection.gaps if gap.target in targets or gap.target not in collection.targets),
        coverage=Coverage(),
        answers=tuple(answer for answer in collection.answers if answer.target in targets),
        inputs=collection.inputs,
        waivers=request.waivers,
        notices=request.notices + collection.notices + remarks + _unspoken(targets, collection, jobs),
        parameters=tuple(request.project.parameters.items()),
        only=request.only,
        previous_run=request.previous.run_id if request.previous else "",
        policy=request.project.policy,
    )
    known = _known(request, collection)
    judged = judge(draft, baselines, request.waivers, catalogue, request.gate, started, request.previous, known)
    if request.who:
        judged = who.named(judged, jobs, base, request.previous.started if request.previous else "")
    notices = judged.notices + opinions.differing(judged, catalogue) + shared.notices()
    return replace(judged, notices=notices, finished=clock().isoformat(timespec="seconds"))


def _in_use(baselines: tuple[Baseline, ...], targets: Mapping[str, Target]) -> tuple[Baseline, ...]:
    """The baselines without the rules on records where no record was selected."""
    there = {item.component for item in targets.values()}
    return tuple(item for item in baselines if item.component in there or item.component not in records.COMPONENTS)


def _known(request: Request, collection: Collection) -> waivers.Known:
    """What waivers can name, whatever was selected; a source that did not answer may hide a target."""
    rules = frozenset(rule.id for item in request.baselines + request.record_rules for rule in item.rules)
    if any(not gap.target for gap in collection.gaps):
        return waivers.Known(rules)
    return waivers.Known(
        rules, {*collection.targets, *(f"{records.COMPONENT}:{item.id}" for item in request.baselines)}
    )


def judge(
    result: ScanResult,
    baselines: tuple[Baseline, ...],
    accepted: tuple[Waiver, ...],
    catalogue: Catalogue,
    gate: Gate,
    now: datetime,
    previous: ScanResult | None = None,
    known: waivers.Known | None = None,
) -> ScanResult:
    """The rows of a result held against baselines and waivers, with ages, coverage and exit code."""
    targets = {target.id: target for target in result.targets}
    findings = evaluate(baselines, targets, result.rows, catalogue)
    accepted = waivers.harmless(accepted, on_secrets(baselines, catalogue), targets)
    findings, remarks = waivers.accept(findings, accepted, now, result.policy, known or waivers.Known())
    findings = records.aged(findings, previous, result.policy, now)
    started = now.isoformat(timespec="seconds")
    judged = replace(
        result,
        baselines=baselines,
        findings=findings,
        overdue=sum(records.overdue(item, started) for item in findings),
        failing_elsewhere=records.elsewhere(findings, previous),
        waivers=accepted,
        coverage=coverage(findings),
        notices=result.notices + tuple(remarks),
    )
    return decide(judged, gate)


def tool_version() -> str:
    """The version of this program."""
    try:
        return version("scanner")
    except PackageNotFoundError:
        return "0+unknown"


def on_secrets(baselines: Iterable[Baseline], catalogue: Catalogue) -> frozenset[str]:
    """The rules whose setting is a secret, or is not known any more."""
    rules = [(rule, catalogue.setting(rule.component, rule.setting)) for item in baselines for rule in item.rules]
    return frozenset(rule.id for rule, setting in rules if setting is None or setting.secret)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _chosen(baselines: tuple[Baseline, ...], only: tuple[str, ...]) -> tuple[Baseline, ...]:
    if not only:
        return baselines
    known = [rule.id for baseline in baselines for rule in baseline.rules]
    for pattern in only:
        if not any(fnmatch(name, pattern) for name in known):
            raise UserError("no rule has this id", key=f"--only {pattern}", hint="`scanner baseline show` lists them")
    return tuple(
        replace(baseline, rules=rules)
        for baseline in baselines
        if (rules := tuple(rule for rule in baseline.rules if _matches(rule.id, only)))
    )


def _asked(job: collect.Job, request: Request) -> bool:
    """Whether a job can bring anything of what was selected; sources that find their own targets are filtered later."""
    environment = job.target.environment if job.target else job.entry.environment
    if request.environments and environment and environment not in request.environments:
        return False
    return not (request.targets and job.target and not _matches(job.target.id, request.targets))


def _select(collection: Collection, request: Request) -> dict[str, Target]:
    known = collection.targets
    chosen = {
        name: target
        for name, target in known.items()
        if (not request.environments or target.environment in request.environments)
        and (not request.targets or _matches(name, request.targets))
    }
    unmet = [f"--target {name}" for name in request.targets if not any(_matches(item, (name,)) for item in known)]
    found = {target.environment for target in known.values()} | {job.environment for job in request.project.surveys}
    unmet += [f"--environment {name}" for name in request.environments if name not in found]
    if known and (unmet or not chosen):
        ids = ", ".join(f"{target.id} ({target.environment})" for target in list(known.values())[:12])
        key = ", ".join(unmet) or "--target and --environment"
        raise UserError("no target matches the selection", key=key, allowed=ids)
    return chosen


def _rows(
    collection: Collection,
    targets: Mapping[str, Target],
    baselines: tuple[Baseline, ...],
    catalogue: Catalogue,
    request: Request,
) -> tuple[Row, ...]:
    observations = [item for item in collection.observations if item.target in targets]
    answers = [item for item in collection.answers if item.target in targets]
    observations = layers.complete(observations, answers, targets, catalogue)
    observations += derive(observations, targets, catalogue)
    rules: list[Rule] = [rule for baseline in baselines for rule in baseline.rules]
    wanted = {(rule.component, name) for rule in rules for name in _named(rule)}
    previous = {row.id: row for row in request.previous.rows} if request.previous else {}
    rows = join(observations, answers, collection.gaps, targets, catalogue, wanted, previous)
    if request.only:
        names = {(targets[row.target].component, row.setting) for row in rows} & wanted
        return tuple(row for row in rows if (targets[row.target].component, row.setting) in names)
    return rows


def _named(rule: Rule) -> set[str]:
    """The setting of a rule and those that its conditions read."""
    conditions = (rule.applies, *(variant.when for variant in rule.variants))
    return {rule.setting, *(name for when in conditions for name, _ in when.settings)}


def _unspoken(targets: Mapping[str, Target], collection: Collection, jobs: list[collect.Job]) -> tuple[Notice, ...]:
    """Targets of which nothing is known: not asked in this run, or asked and silent, which is never green."""
    spoken = {item.target for item in collection.observations} | {item.target for item in collection.answers}
    asked = {job.target.id for job in jobs if job.target}
    found = []
    for name in targets:
        if name in asked and name not in spoken:
            found.append(Notice("silent target", "no source said anything of this target", name, incomplete=True))
        elif name not in asked and name not in spoken:
            text = "only live sources show this target; drift, or check --live, asks them"
            found.append(Notice("not asked", text, name))
    return tuple(found)
