"""One requirement in words, for the formats that other machines read: each of them says the same of it.

A requirement is one rule held against one target in one scope. Everything here is harmless text of bounded length.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner import controls as control_map
from scanner.model import SERVER, Baseline, ControlReference, Finding, Rule, Severity, Target, Waiver
from scanner.wording.index import Index
from scanner.wording.places import Place, source
from scanner.wording.plain import VALUE_LIMIT, lines, listed, plain
from scanner.wording.sentences import age_words, waiver_words
from scanner.wording.spoken import observed
from scanner.wording.words import Outcome, outcome


@dataclass(frozen=True, slots=True)
class Requirement:
    """A finding with everything that a machine format says of it."""

    finding: Finding
    outcome: Outcome
    rule: Rule | None
    baseline: Baseline | None
    target: Target
    name: str
    """The rule's id, and the scope where it is not the whole target."""
    title: str
    setting: str
    expected: str
    observed: str
    sentence: str
    """What was found: the values of a match or a difference, the reason of anything else."""
    why: str
    """The reason of an unknown, of what was not assessed or does not apply."""
    remedies: tuple[str, ...]
    """What makes an unknown known."""
    fix: str
    """How to close a difference, maybe several lines."""
    where: str
    """The place a person would edit, as it is recorded."""
    place: Place | None
    """The same, if it is a file of the project."""
    waiver: Waiver | None
    waiver_words: str
    age: str
    """Since when an open difference is known, and until when it is to be closed."""

    @property
    def severity(self) -> Severity:
        """The severity in this environment."""
        return self.finding.severity

    @property
    def controls(self) -> tuple[ControlReference, ...]:
        """What the rule is evidence for."""
        return self.rule.controls if self.rule else ()

    @property
    def cci(self) -> tuple[str, ...]:
        """The Control Correlation Identifiers of what the rule is evidence for."""
        known = control_map.shipped()
        cited = (known.resolve(held.framework, held.id) for held in self.controls)
        return tuple(dict.fromkeys(number for item in cited if item for number in item.cci))


def requirement(index: Index, finding: Finding) -> Requirement:
    """A finding in words."""
    rule, ended = index.rules.get(finding.rule), outcome(finding)
    rows = index.rows_of(finding)
    settings = list(dict.fromkeys(row.setting for row in rows)) or ([rule.setting] if rule else [])
    seen, why = observed(finding, rows), _why(finding)
    setting = listed([plain(name, VALUE_LIMIT) for name in settings], limit=6)
    return Requirement(
        finding=finding,
        outcome=ended,
        rule=rule,
        baseline=index.baselines.get(finding.rule),
        target=index.targets[finding.target],
        name=plain(finding.rule) + ("" if finding.scope == SERVER else f" ({plain(finding.scope)})"),
        title=plain(index.title(finding.rule)),
        setting=setting,
        expected=plain(finding.expected, VALUE_LIMIT),
        observed=seen,
        sentence=_sentence(finding, ended, setting, seen, why),
        why=why,
        remedies=tuple(plain(item) for item in index.remedies(finding)) if ended is Outcome.UNKNOWN else (),
        fix=_fix(finding, rule) if ended in (Outcome.OPEN, Outcome.ACCEPTED) else "",
        where=plain(finding.fix_at),
        place=source(index, finding),
        waiver=index.waivers.get(finding.waiver),
        waiver_words=waiver_words(index, finding),
        age=age_words(index, finding),
    )


def requirements(index: Index) -> list[Requirement]:
    """Every requirement by target, then in the order of rules and scopes, so that two runs can be laid side by side."""
    order = {name: position for position, name in enumerate(index.targets)}
    found = sorted(index.result.findings, key=lambda item: (order[item.target], item.rule, item.scope))
    return [requirement(index, item) for item in found]


def _why(finding: Finding) -> str:
    unsure = [item.reason for item in finding.judgements if item.verdict is finding.verdict and item.reason]
    return listed([plain(text) for text in dict.fromkeys([finding.reason, *unsure]) if text], limit=6, mark="; ")


_REFUSED = {
    Outcome.UNKNOWN: "could not be checked",
    Outcome.NOT_ASSESSED: "was not assessed",
    Outcome.NOT_APPLICABLE: "does not apply",
}


def _sentence(finding: Finding, ended: Outcome, setting: str, seen: str, why: str) -> str:
    where = plain(finding.target) + ("" if finding.scope == SERVER else f", {plain(finding.scope)}")
    head = f"{setting or plain(finding.rule)} on {where}"
    if ended in _REFUSED:
        return f"{head} {_REFUSED[ended]}: {why or 'no reason is recorded'}"
    wanted = f"expected {plain(finding.expected, VALUE_LIMIT)}" if finding.expected else "judged by its rule"
    return f"{head}: {wanted}, observed {seen or 'nothing'}" + (f" ({why})" if why and why != seen else "")


def _fix(finding: Finding, rule: Rule | None) -> str:
    if finding.remedy:
        return "\n".join(lines(finding.remedy))
    return "\n".join(f"{plain(where)}: {line}" for where, how in rule.fix for line in lines(how)) if rule else ""
