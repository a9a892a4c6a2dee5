"""What a waiver accepts among the findings of a run, and what is to be said of the ones that accept nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scanner.model import SERVER, Finding, Notice, Policy, Severity, Verdict, Waiver
from scanner.readers.secrecy import REDACTED
from scanner.records import end, start
from scanner.waivers.reading import tells_no_secret

DEFAULT = Policy()


@dataclass(frozen=True)
class Known:
    """What exists, whatever this run selected; None where it cannot be told."""

    rules: Collection[str] | None = None
    targets: Collection[str] | None = None


@dataclass(frozen=True)
class _Moment:
    """What waivers are held against."""

    now: datetime
    policy: Policy
    known: Known


def harmless(waivers: Iterable[Waiver], on_secrets: Collection[str], targets: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers without any value that may be the text of a secret, whoever handed them over."""
    return tuple(
        replace(waiver, accepted_value=REDACTED)
        if waiver.rule in on_secrets and not tells_no_secret(waiver.accepted_value, targets)
        else waiver
        for waiver in waivers
    )


def accept(
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    now: datetime,
    policy: Policy = DEFAULT,
    known: Known = Known(),
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """The findings with what is accepted marked, and a notice for every waiver that accepts nothing or needs a look."""
    moment = _Moment(now, policy, known)
    by_place: dict[tuple[str, str, str], list[Waiver]] = {}
    for waiver in waivers:
        by_place.setdefault((waiver.rule, waiver.target, waiver.scope or SERVER), []).append(waiver)
    used: set[str] = set()
    found = []
    for finding in findings:
        named = by_place.get((finding.rule, finding.target, finding.scope), [])
        found.append(_accept(finding, named, used, moment) if finding.verdict is Verdict.FAIL else finding)
    return tuple(found), tuple(notice for waiver in waivers for notice in _notices(waiver, used, found, moment))


def _accept(finding: Finding, named: Sequence[Waiver], used: set[str], moment: _Moment) -> Finding:
    notes = []
    for waiver in named:
        refusal = _refusal(finding, waiver, moment)
        if not refusal:
            used.add(waiver.id)
            return replace(finding, waiver=waiver.id, waiver_note="")
        notes.append(f"{waiver.id}: {refusal}")
    return replace(finding, waiver_note="; ".join(notes)) if notes else finding


def _refusal(finding: Finding, waiver: Waiver, moment: _Moment) -> str:
    """Why a waiver that names this failure does not accept it, or nothing."""
    ended = _ended(waiver, moment.now)
    if ended:
        return ended
    if waiver.status == "requested":
        return f"requested by {waiver.requested_by} and not approved yet"
    if waiver.approved_on and start(waiver.approved_on, waiver.place, "approved_on") > moment.now:
        return f"approved only on {waiver.approved_on}"
    if waiver.starts and start(waiver.starts, waiver.place, "starts") > moment.now:
        return f"begins only on {waiver.starts}"
    too_long = limit(waiver, finding.severity, moment.policy)
    if too_long:
        return too_long
    told = observed(finding)
    if not told:
        return "the value that fails cannot be told apart, so it cannot be accepted"
    other = [text for text in told if text != waiver.accepted_value]
    if other:
        return f"“{waiver.accepted_value}” was accepted, but the value is “{other[0]}”"
    return ""


def _ended(waiver: Waiver, now: datetime) -> str:
    """In which way a waiver is over, or nothing."""
    if waiver.status == "revoked":
        return "revoked"
    if waiver.status == "expired" or end(waiver.expires, waiver.place, "expires") <= now:
        return f"expired on {waiver.expires}"
    return ""


def limit(waiver: Waiver, severity: Severity, policy: Policy) -> str:
    """Why a waiver lasts longer than its severity allows, or nothing."""
    begins = waiver.starts or waiver.approved_on
    if not begins:
        return "it does not say when it was approved, so its longest life cannot be told"
    days = dict(policy.waiver_max_days)[severity]
    lasts = start(waiver.expires, waiver.place, "expires") - start(begins, waiver.place, "approved_on")
    if lasts <= timedelta(days=days):
        return ""
    return f"lasts {lasts.days} days, and {days} is the most for severity {severity}"


_COUNT = re.compile(r"\d+ (entry|entries)")
_CUT = re.compile(r" and \d+ more$")


def observed(finding: Finding) -> tuple[str, ...]:
    """The texts that ``accepted_value`` must equal: every failing value, or for records the entries that offend."""
    told: dict[str, None] = {}
    for judgement in finding.judgements:
        if judgement.verdict is Verdict.FAIL:
            text = judgement.reason if _COUNT.fullmatch(judgement.text) else judgement.text
            if _CUT.search(text):
                return ()
            told[text] = None
    if not told and finding.peers:
        told[", ".join(finding.peers)] = None
    return tuple(told)


def _notices(waiver: Waiver, used: set[str], findings: Sequence[Finding], moment: _Moment) -> list[Notice]:
    found = []
    orphaned = _orphaned(waiver, moment.known)
    if orphaned:
        found.append(Notice("orphaned waiver", f"{waiver.id}: {orphaned}", waiver.place))
    elif waiver.id not in used:
        found.append(_unused(waiver, findings, moment))
    looked_at = end(waiver.review_on, waiver.place, "review_on") if waiver.review_on else None
    if looked_at and looked_at <= moment.now and not _ended(waiver, moment.now):
        text = f"{waiver.id} was to be looked at again on {waiver.review_on}"
        found.append(Notice("waiver to review", text, waiver.place))
    return found


def _orphaned(waiver: Waiver, known: Known) -> str:
    """What a waiver names that does not exist at all, or nothing."""
    if known.rules is not None and waiver.rule not in known.rules:
        return f"no baseline of this run has a rule {waiver.rule}"
    if known.targets is not None and waiver.target not in known.targets:
        return f"there is no target {waiver.target}"
    return ""


def _unused(waiver: Waiver, findings: Sequence[Finding], moment: _Moment) -> Notice:
    ended = _ended(waiver, moment.now)
    if ended:
        kind = "revoked waiver" if waiver.status == "revoked" else "expired waiver"
        verb = "was revoked" if waiver.status == "revoked" else ended
        return Notice(kind, f"{waiver.id} for {waiver.rule} {verb}", waiver.place)
    if waiver.status == "requested":
        text = f"{waiver.id} for {waiver.rule} on {waiver.target}: requested by {waiver.requested_by}, not approved yet"
        return Notice("requested waiver", text, waiver.place)
    matching = [item for item in findings if (item.rule, item.target) == (waiver.rule, waiver.target)]
    scoped = [item for item in matching if item.scope == (waiver.scope or SERVER)]
    if not matching:
        why = f"no rule {waiver.rule} was held against {waiver.target} in this run"
    elif not scoped:
        why = f"{waiver.target} has no scope {waiver.scope or SERVER} for {waiver.rule}"
    elif scoped[0].verdict is Verdict.FAIL:
        taken = scoped[0].waiver
        why = f"{taken} accepts the same finding" if taken else _refusal(scoped[0], waiver, moment)
    else:
        why = f"{waiver.rule} does not fail on {waiver.target}: {scoped[0].verdict}"
    return Notice("unused waiver", f"{waiver.id}: {why}", waiver.place)
