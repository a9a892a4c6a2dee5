"""Whether a run came in time after the last kept one: a late scan is a finding, never a green (CM-2(2), CA-7)."""

from __future__ import annotations

from datetime import datetime

from scanner.model import Known, Observation, Plane, Policy, Provenance, ScanResult, Target

COMPONENT = "schedule"
KIND = "records"
SETTING = "hours_since_previous_run"


def schedule(
    policy: Policy, previous: ScanResult | None, place: str, now: datetime
) -> tuple[Target, Observation] | None:
    """The target and what it shows. None where nothing is required, or no earlier run is known."""
    if not policy.scan_interval_hours or previous is None:
        return None
    ended = _moment(previous.finished or previous.started)
    if ended is None:
        return None
    hours = round(max((now - ended).total_seconds(), 0.0) / 3600, 2)
    given = (("scan_interval_hours", policy.scan_interval_hours),)
    target = Target(f"{COMPONENT}:drift", COMPONENT, "production", "the project", parameters=given)
    source = Provenance(KIND, place, (f"run {previous.run_id}",), observed_at=now.isoformat(timespec="seconds"))
    note = f"required every {policy.scan_interval}"
    return target, Observation(target.id, SETTING, Plane.DECLARED, Known(hours), source, note=note)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
