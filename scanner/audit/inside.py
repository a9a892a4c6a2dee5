"""What lay within a period: failures, waivers, and the baselines that were in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scanner.archive import Run
from scanner.audit.nouns import BaselineInForce, WaiverLine
from scanner.history import Episode
from scanner.history.metrics import moment
from scanner.history.period import Period
from scanner.model import ScanResult
from scanner.records import end


def opened_or_open(episodes: Sequence[Episode], period: Period) -> tuple[Episode, ...]:
    """The failures that were open at some time of the period."""
    return tuple(
        item
        for item in episodes
        if moment(item.opened_at) < period.end and (item.open or moment(item.closed_at) >= period.begin)
    )


class Waivers:
    """The waivers that the runs of a period knew, and when each was used."""

    def __init__(self) -> None:
        self._known: dict[str, WaiverLine] = {}

    def take(self, result: ScanResult) -> None:
        """Take in the next run."""
        used = {item.waiver for item in result.findings if item.accepted}
        for waiver in result.waivers:
            line = replace(self._known.get(waiver.id, WaiverLine(waiver)), waiver=waiver)
            if waiver.id in used:
                line = replace(line, first_used=line.first_used or result.started, last_used=result.started)
            self._known[waiver.id] = line

    def lines(self, period: Period, until: datetime) -> tuple[WaiverLine, ...]:
        """Every waiver, with whether it ended within the period."""
        found = []
        for line in self._known.values():
            over = end(line.waiver.expires, line.waiver.place, "expires")
            found.append(replace(line, expired=period.begin <= over <= until))
        return tuple(sorted(found, key=lambda item: item.waiver.id))


def baselines_in_force(
    population: Sequence[Run], period: Period, approvals: Mapping[tuple[str, str], tuple[str, str]]
) -> tuple[BaselineInForce, ...]:
    """Each version of a baseline by which a run of the period was judged, in the order in which they came (CM-2(3))."""
    found: dict[tuple[str, str], BaselineInForce] = {}
    for run in population:
        if run.record is None or moment(run.record.started) >= period.end:
            continue
        started = run.record.started
        inside = period.holds(moment(started))
        for item in run.record.baselines:
            key = (item.id, item.digest)
            known = found.get(key) or BaselineInForce(
                item.id, item.version, item.digest, started, "", 0, *approvals.get(key, ("", ""))
            )
            found[key] = replace(known, until=started, runs=known.runs + inside) if inside else known
    return tuple(item for item in found.values() if item.runs)
