"""The sentences of the period report. They count before they judge and claim nothing that no run saw."""

from __future__ import annotations

from scanner.audit.nouns import Summary
from scanner.history import Class
from scanner.wording.index import assessed
from scanner.wording.plain import counted, listed, plain
from scanner.wording.words import day, moment


def sentence(summary: Summary) -> list[str]:
    """The period in a few sentences, the population first."""
    kept = [run for run in summary.runs if run.state == "kept"]
    if not kept:
        return ["No run of this period can be read, so nothing is known of it.", *others(summary)]
    said = [f"{counted(len(kept), 'run')} from {moment(kept[0].started)} to {moment(kept[-1].started)}."]
    if summary.unread:
        verb = "is" if len(summary.unread) == 1 else "are"
        said.append(f"{counted(len(summary.unread), 'further run')} of the population {verb} not readable any more.")
    said += others(summary)
    said += [_late(summary), _denominator(summary)]
    standing = [item for item in summary.episodes if item.open]
    failing = sum(not item.accepted for item in standing)
    said.append(
        f"{counted(len(summary.episodes), 'difference')} from the baseline at some time of the period: "
        f"{len(summary.episodes) - len(standing)} closed, {failing} open, {len(standing) - failing} accepted."
    )
    kinds = {kind: sum(item.kind is kind for item in summary.changes) for kind in Class}
    said.append(
        f"{counted(len(summary.changes), 'change')} of settings: {kinds[Class.AUTHORISED]} authorised, "
        f"{kinds[Class.UNAUTHORISED]} unauthorised, {kinds[Class.UNKNOWN]} of which nothing tells."
    )
    return said


def others(summary: Summary) -> list[str]:
    """That runs are left out, since a report on some must never be taken for one on all."""
    if not summary.others:
        return []
    verb = "was" if summary.others == 1 else "were"
    told = f"{counted(summary.others, 'further run')} of the period asked other targets, rules or options, or for"
    return [f"{told} another project, and {verb} left out (--every-selection takes all)."]


def _denominator(summary: Summary) -> str:
    held = summary.coverage
    return (
        f"Last run: {counted(held.expected, 'requirement')}; {assessed(held):,} assessed ({held.passed:,} pass, "
        f"{held.failed_open:,} fail open, {held.failed_accepted:,} fail accepted), {held.unknown:,} unknown, "
        f"{held.not_assessed:,} not assessed, {held.not_applicable:,} not applicable."
    )


def reasons(summary: Summary) -> str:
    """The exit code with every reason for it."""
    told = "; ".join(summary.exit_reasons) or "every run of the period is readable, and the last one is in order"
    return f"exit {summary.exit_code}: {told}"


def _late(summary: Summary) -> str:
    if summary.freshness is None:
        return "No interval between runs is required (policy.scan_interval), so none is called late."
    gaps = len(summary.freshness.gaps)
    told = f"A run was required every {plain(summary.interval)}: "
    if not gaps:
        return told + "none came late."
    now = " After the last run there was none." if summary.freshness.late else ""
    return f"{told}{counted(gaps, 'time')} none came in time.{now}"


def evidence(summary: Summary) -> list[tuple[str, str]]:
    """Each kind of evidence that an objective names, with what the period holds of it."""
    kept = sum(run.state == "kept" for run in summary.runs)
    used = sum(bool(line.first_used) for line in summary.waivers)
    held = summary.coverage
    found = {item.standing for item in summary.components}
    kinds = {name: sum(item.standing == name for item in summary.components) for name in sorted(found)}
    baselines = [f"{plain(item.id)} {plain(item.version)}" for item in summary.baselines]
    drifting = [run.drifting for run in summary.runs if run.state == "kept"]
    return [
        ("archive", f"{counted(kept, 'run')} kept and readable; head of the chain {summary.head[:16]}…"),
        ("baselines", f"{listed(baselines) or 'none'} in force; approvals stand in the table of baselines."),
        ("changes", f"{counted(len(summary.changes), 'change')}, {sum(c.open for c in summary.changes)} still open."),
        (
            "coverage",
            f"Last run: {assessed(held):,} of {counted(held.expected, 'requirement')} assessed; "
            f"{held.failed_open:,} open, {held.failed_accepted:,} accepted, {held.unknown:,} could not be checked.",
        ),
        ("drift", f"Settings that disagree between planes: {drifting[-1] if drifting else 0:,} in the last run."),
        ("inventory", "; ".join(f"{number} {name}" for name, number in kinds.items()) or "no component"),
        ("runs", " ".join(sentence(summary)[:1]) + " " + _late(summary)),
        ("sources", "Which settings stand in a declared source is told by the report of each run."),
        ("waivers", f"{counted(len(summary.waivers), 'waiver')} known, {used} used, {_expired(summary)}"),
    ]


def _expired(summary: Summary) -> str:
    over = [line for line in summary.waivers if line.expired]
    dates = listed([f"{plain(line.waiver.id)} on {day(line.waiver.expires)}" for line in over], limit=6)
    return f"{len(over)} ended in the period{f' ({dates})' if dates else ''}."
