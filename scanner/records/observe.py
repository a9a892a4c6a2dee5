"""The record of every baseline in use as a target of its own, so that ordinary rules judge it.

A baseline that the project owns is always judged. The shipped ones are judged when the project records approvals at
all; where it does not, one remark says so, since a check of a directory is no audit of its owner. What a record leaves
out is ``Absent``; what it needs and this run could not see (the version of a component) is ``Unresolved``, and what no
source was asked for is no row at all, which is not assessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from scanner import resources
from scanner.catalogue import Catalogue
from scanner.model import (
    Absent,
    Approval,
    Baseline,
    Content,
    Known,
    Notice,
    Observation,
    Plane,
    Provenance,
    Target,
)
from scanner.records.moments import after, interval_days
from scanner.records.reviewed import VERSION, changes, day, last_review

COMPONENT = "baseline"
"""The component of record targets."""

KIND = "records"
"""What stands for a collector in provenance."""

PRODUCTION = "production"
CHANGED = "versions_changed_since_review"


def rule_paths() -> list[Path]:
    """The shipped rules that judge records."""
    return resources.files("baselines/records", ".yaml")


@dataclass(frozen=True)
class Records:
    """What the records of a run say."""

    targets: tuple[Target, ...] = ()
    observations: tuple[Observation, ...] = ()
    notices: tuple[Notice, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    """The baselines, each with the approval that holds for it."""


@dataclass(frozen=True)
class Scene:
    """What records are held against: the project's approvals and what else the run saw."""

    approvals: tuple[Approval, ...]
    owned: frozenset[str]
    """Ids of the baselines that the project keeps itself."""
    project: str
    """The project's file, empty where there is none."""
    targets: Mapping[str, Target]
    asked: Collection[str]
    """Targets for which a source was asked that can show a version."""
    now: datetime
    catalogue: Catalogue
    unspoken: list[str] = field(default_factory=list)

    @property
    def today(self) -> str:
        return self.now.astimezone(UTC).date().isoformat()

    def users(self, baseline: Baseline) -> list[Target]:
        """The targets that a baseline judges; those of production where there are any."""
        found = [item for item in self.targets.values() if item.component == baseline.component]
        return [item for item in found if item.environment == PRODUCTION] or found


def observe(baselines: Sequence[Baseline], scene: Scene) -> Records:
    """The records of the baselines in use. Nothing where the project neither owns a baseline nor approves one."""
    targets: list[Target] = []
    observations: list[Observation] = []
    approved: list[Baseline] = []
    for baseline in baselines:
        record = _record(baseline, scene)
        approved.append(_with(baseline, record, scene))
        users = scene.users(baseline) if baseline.component != COMPONENT else []
        if not users:
            continue
        if baseline.id not in scene.owned and not scene.approvals:
            if scene.project and users[0].environment == PRODUCTION:
                scene.unspoken.append(f"{baseline.id} {baseline.version}")
            continue
        target = _target(baseline, users[0].environment, scene)
        targets.append(target)
        observations += _observations(target, baseline, record, users, scene)
    return Records(tuple(targets), tuple(observations), tuple(_notices(baselines, scene)), tuple(approved))


def _notices(baselines: Sequence[Baseline], scene: Scene) -> Iterable[Notice]:
    if scene.unspoken:
        text = f"nobody has recorded who approved {', '.join(scene.unspoken)}; `approvals:` of scanner.yaml records it"
        yield Notice("no approval", text, scene.project)
    known = {baseline.id for baseline in baselines}
    for approval in scene.approvals:
        if approval.baseline not in known:
            text = f"{approval.baseline} is approved, but no baseline of this name judges this run"
            yield Notice("unused approval", text, approval.place)


def _record(baseline: Baseline, scene: Scene) -> Approval | None:
    """The approval that is meant for a baseline: of this very file, of this version, or else the last of any."""
    listed = [item for item in scene.approvals if item.baseline == baseline.id]
    if listed:
        return max(listed, key=lambda item: (*_fits(item, baseline), item.approved_on))
    if not (baseline.approved_by or baseline.reviews):
        return None
    return Approval(
        baseline.id,
        baseline.version,
        baseline.approved_by,
        baseline.approved_on,
        "",
        baseline.owner,
        baseline.approver_role,
        baseline.review,
        baseline.versions,
        baseline.reviews,
        baseline.place,
    )


def _fits(approval: Approval, baseline: Baseline) -> tuple[bool, bool]:
    return approval.version == baseline.version, approval.digest in {"", baseline.digest}


def _with(baseline: Baseline, record: Approval | None, scene: Scene) -> Baseline:
    """The baseline as it is told of: approved only by an approval of this version and these bytes that has begun."""
    if record is None:
        return baseline
    holds = all(_fits(record, baseline)) and day(record.approved_on) <= scene.today
    return replace(
        baseline,
        owner=record.owner or baseline.owner,
        approved_by=record.approved_by if holds else "",
        approved_on=record.approved_on if holds else "",
        approver_role=record.role if holds else "",
        review=record.review or baseline.review,
        reviews=record.reviews or baseline.reviews,
    )


def _target(baseline: Baseline, environment: str, scene: Scene) -> Target:
    given = {"today": scene.today, "baseline_version": baseline.version, "baseline_digest": baseline.digest}
    return Target(
        f"{COMPONENT}:{baseline.id}",
        COMPONENT,
        environment,
        "the targets that it judges",
        version=baseline.version,
        parameters=tuple(given.items()),
    )


def _observations(
    target: Target, baseline: Baseline, record: Approval | None, users: Sequence[Target], scene: Scene
) -> list[Observation]:
    last = last_review(record, scene.today)
    interval = (record.review if record else "") or baseline.review
    due = after(date.fromisoformat(last.on[:10]), interval).isoformat() if last and interval.strip() else ""
    told: dict[str, Content] = {
        "owner": _text((record.owner if record else "") or baseline.owner),
        "approved_by": _text(record.approved_by if record else ""),
        "approver_role": _text(record.role if record else ""),
        "approved_on": _text(day(record.approved_on) if record else ""),
        "approved_version": _text(record.version if record and record.approved_by else ""),
        "approved_digest": _text(record.digest if record else ""),
        "source": _text(baseline.source),
        "source_kind": _text(baseline.source_kind),
        "source_level": _text(baseline.level),
        "looser_than_source": Known([f"{rule}: {reason}" for rule, reason in baseline.looser]),
        "review_interval_days": Known(interval_days(interval)) if interval.strip() else Absent(),
        "reviewed_on": _text(day(last.on) if last else ""),
        "reviewed_by": _text(last.reviewer if last else ""),
        "review_trigger": _text(last.trigger if last else ""),
        "review_due": _text(due),
        "versioned": Known(scene.catalogue.setting(baseline.component, VERSION) is not None),
    }
    content, note = changes(last, users, scene.asked, scene.catalogue)
    if content is not None:
        told[CHANGED] = content
    own = baseline.id in scene.owned
    place = record.place if record else baseline.place if own else scene.project
    source = Provenance(KIND, place, observed_at=scene.now.isoformat(timespec="seconds"))
    return [
        Observation(target.id, name, Plane.DECLARED, item, source, note=note if name == CHANGED else "")
        for name, item in told.items()
    ]


def _text(text: str) -> Content:
    return Known(text) if text.strip() else Absent()
