"""Failures from the run that first saw them to the one that saw them pass.

A run that could not check a rule ends nothing, and neither does one that did not ask for it: only a pass, a rule that
no longer applies, or a scope that is gone closes an episode.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.history.nouns import Episode
from scanner.model import Finding, ScanResult, Verdict

_ENDS = {Verdict.PASS: "pass", Verdict.NOT_APPLICABLE: "no longer applies"}


class Episodes:
    """The episodes of the runs that were stepped through, oldest first."""

    def __init__(self) -> None:
        self._open: dict[str, Episode] = {}
        self._done: list[Episode] = []
        self._right: dict[str, str] = {}

    @property
    def all(self) -> tuple[Episode, ...]:
        """Every episode in the order in which they opened."""
        return tuple(sorted([*self._done, *self._open.values()], key=lambda item: (item.opened_at, item.fingerprint)))

    def step(self, result: ScanResult) -> None:
        """Take in the next run."""
        present = set()
        for finding in result.findings:
            present.add(finding.fingerprint)
            self._finding(finding, result)
        self._vanished(present, result)

    def _finding(self, finding: Finding, result: ScanResult) -> None:
        name, ended = finding.fingerprint, result.finished or result.started
        known = self._open.get(name)
        if finding.verdict is Verdict.FAIL:
            self._open[name] = _failing(known or self._opened(finding, result), finding)
        elif finding.verdict in _ENDS:
            self._right[name] = ended
            if known is not None:
                self._close(known, result, _ENDS[finding.verdict])
        elif known is not None:
            self._open[name] = replace(known, unsure=known.unsure + 1)

    def _opened(self, finding: Finding, result: ScanResult) -> Episode:
        return Episode(
            finding.fingerprint,
            finding.rule,
            finding.target,
            finding.scope,
            finding.severity,
            opened_at=finding.first_seen or result.started,
            opened_in=result.run_id,
            last_right=self._right.get(finding.fingerprint, ""),
        )

    def _close(self, episode: Episode, result: ScanResult, why: str) -> None:
        self._done.append(replace(episode, closed_at=result.started, closed_by=why))
        del self._open[episode.fingerprint]

    def _vanished(self, present: set[str], result: ScanResult) -> None:
        """Rules that the baselines no longer hold. What was merely not asked in this run stays open."""
        rules = {rule.id for baseline in result.baselines for rule in baseline.rules}
        targets = {target.id for target in result.targets}
        for name, episode in list(self._open.items()):
            if name in present:
                continue
            if episode.target in targets and episode.rule in rules:
                self._close(episode, result, "its scope is gone")


def _failing(episode: Episode, finding: Finding) -> Episode:
    waivers = episode.waivers
    if finding.waiver and finding.waiver not in waivers:
        waivers = (*waivers, finding.waiver)
    return replace(episode, severity=finding.severity, due=finding.due, waivers=waivers, accepted=finding.accepted)
