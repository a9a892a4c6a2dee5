"""What AWS Config says of a thing: a second opinion beside our own reading, never our verdict.

A managed rule whose verdict implies a value (``baselines/aws/config_rules.yaml``) gives a reading on the provisioned
plane that stands below every other: where another source speaks it is shown beside it, and ``opinions`` tells where the
two disagree. Every other NON_COMPLIANT verdict on the thing is a remark. What AWS Config does not know (no data, a
recorder that stands still, an evaluation that failed or is old) is unknown; what does not apply says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from scanner import document, resources
from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, observed, shapes
from scanner.collectors.aws.notebook import Notebook
from scanner.collectors.aws.pages import Item, Pages, at
from scanner.model import Content, Known, Layer, Notice, Unresolved

FORBID = {"extra": "forbid", "use_attribute_docstrings": True}
COLLECTOR = "aws_config"
OPINION = Layer(-1, "AWS Config")
"""Below every source of ours."""


@dataclass(frozen=True)
class ResourceType:
    """A resource type, by the list that names its members."""

    __pydantic_config__ = FORBID
    like: str
    names: list[str]


@dataclass(frozen=True)
class ConfigRule:
    """What the verdicts of a managed rule imply."""

    __pydantic_config__ = FORBID
    identifier: str
    setting: str
    compliant: bool | None = None
    non_compliant: bool | None = None
    not_with: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ConfigFile:
    """The table of rules."""

    __pydantic_config__ = FORBID
    stale_after_hours: int
    resources: dict[str, ResourceType]
    rules: list[ConfigRule]


@lru_cache(maxsize=1)
def shipped() -> ConfigFile:
    """The table that comes with the scanner."""
    found, _ = document.read(resources.directory("baselines") / "aws" / "config_rules.yaml", ConfigFile)
    return found


@dataclass(frozen=True)
class AwsConfig(Access):
    """Asks AWS Config for its verdicts on a thing, shown beside what other sources read of it."""

    resource: str = ""
    """Name, ARN or AWS Config id of the DB instance, cluster, replication group or cache cluster."""
    rules: list[str] = field(default_factory=list)
    """Names of the rules to look at; empty for all."""

    def __post_init__(self) -> None:
        if not self.resource:
            raise ValueError("needs resource")

    def collect(self, context: Context) -> Collected:
        remarks: list[Notice] = []
        found = observed(COLLECTOR, self, context, lambda book: _Look(book, self, remarks).tell())
        return replace(found, notices=tuple(remarks))


@dataclass
class _Look:
    """One thing, as the rules of its region see it."""

    book: Notebook
    source: AwsConfig
    remarks: list[Notice]

    def tell(self) -> None:
        """Everything that AWS Config says of the thing."""
        self.book.place = f"AWS Config, {self.book.cloud.where}"
        rules, told = self._ask("DescribeConfigRules"), self._ask("DescribeComplianceByConfigRule")
        refused = rules.refusal or told.refusal
        if refused is not None:
            for entry in shipped().rules:
                self._say(entry.setting, Unresolved(refused.reason, refused.remedy), "AWS Config was not read")
        for name in set(self.source.rules) - {str(rule.get("ConfigRuleName")) for rule in rules.items("ConfigRules")}:
            self._remark(f"there is no rule {name}")
        for rule in rules.items("ConfigRules") if refused is None else ():
            name = str(rule.get("ConfigRuleName") or "")
            if not self.source.rules or name in self.source.rules:
                listed = told.named("ComplianceByConfigRules", "ConfigRuleName", name) or {}
                self._rule(rule, name, str(at(listed, "Compliance.ComplianceType") or "INSUFFICIENT_DATA"))

    def _ask(self, operation: str, **parameters: Any) -> Pages:
        return self.book.cloud.ask("config", operation, **parameters)

    def _rule(self, rule: Item, name: str, overall: str) -> None:
        """One rule. Whether it looks at the thing is asked only where its verdict can say something."""
        entry = self._entry(rule)
        if entry is None and overall != "NON_COMPLIANT":
            return
        if overall == "INSUFFICIENT_DATA" and entry is not None:
            self._say(entry.setting, Unresolved(f"the rule {name} has no data yet", _AGAIN), f"rule {name}: {overall}")
            return
        details = self._ask("GetComplianceDetailsByConfigRule", ConfigRuleName=name)
        own = [item for item in details.items("EvaluationResults") if self._is_it(item)]
        if details.refusal is not None and not own:
            if entry is not None:
                content = Unresolved(details.refusal.reason, details.refusal.remedy)
                self._say(entry.setting, content, f"rule {name} was not read")
            else:
                self._remark(f"rule {name}: {details.refusal.reason}; {details.refusal.remedy}")
        for item in own:
            self._verdict(rule, name, entry, str(item.get("ComplianceType") or ""))

    def _verdict(self, rule: Item, name: str, entry: ConfigRule | None, verdict: str) -> None:
        if verdict == "NOT_APPLICABLE":
            return
        doubt = self._doubt(rule, name)
        implied = {"COMPLIANT": entry.compliant, "NON_COMPLIANT": entry.non_compliant}.get(verdict) if entry else None
        if verdict == "NON_COMPLIANT" and entry is not None and _asks_for_more(rule, entry):
            implied = None
        if entry is not None and (implied is not None or verdict == "INSUFFICIENT_DATA"):
            content: Content = Known(implied) if implied is not None else Unresolved("no data yet", _AGAIN)
            self._say(entry.setting, Unresolved(*doubt) if doubt else content, f"rule {name}: {verdict}")
        else:
            self._remark(f"rule {name}: {verdict}" + (f" ({doubt[0]})" if doubt else ""))

    def _say(self, setting: str, content: Content, note: str) -> None:
        if self.book.context.catalogue.setting(self.book.target.component, setting) is not None:
            self.book.say(setting, content, layer=OPINION, note=note)

    def _remark(self, text: str) -> None:
        told = f"AWS Config on {self.source.resource}: {text}"
        self.remarks.append(Notice("AWS Config", told, self.book.target.id))

    def _entry(self, rule: Item) -> ConfigRule | None:
        """The entry of a managed rule that speaks of the target's component."""
        if at(rule, "Source.Owner") != "AWS":
            return None
        identifier, words = at(rule, "Source.SourceIdentifier"), self.book.context.catalogue
        entry = next((item for item in shipped().rules if item.identifier == identifier), None)
        known = entry is not None and words.setting(self.book.target.component, entry.setting) is not None
        return entry if known else None

    # ------------------------------------------------------------ whether it is the thing, and whether it is known

    def _is_it(self, item: Item) -> bool:
        place = at(item, "EvaluationResultIdentifier.EvaluationResultQualifier") or {}
        kind, name = str(place.get("ResourceType")), str(place.get("ResourceId")).lower()
        return kind in shipped().resources and name in self._names(kind)

    def _names(self, kind: str) -> set[str]:
        """Everything that AWS Config may call the thing, if it is one of a resource type."""
        return self.book.context.shared.once(
            ("aws config names", self.source.reach(), self.book.cloud.region, kind, self.source.resource),
            lambda: set(self._named(shipped().resources[kind])),
        )

    def _named(self, kind: ResourceType) -> Iterator[str]:
        yield self.source.resource.lower()
        spec = shapes.shipped().resource(kind.like)
        for item in self.book.cloud.ask(spec.service, spec.operation).items(spec.items):
            names = [str(item.get(name) or "").lower() for name in kind.names]
            if self.source.resource.lower() in names:
                yield from (name for name in names if name)

    def _doubt(self, rule: Item, name: str) -> tuple[str, str] | None:
        """Why a verdict may not be of what is there now."""
        recorders = self._ask("DescribeConfigurationRecorderStatus")
        states = recorders.items("ConfigurationRecordersStatus")
        if recorders.refusal is not None:
            return f"whether AWS Config records is not known: {recorders.refusal.reason}", recorders.refusal.remedy
        if not any(item.get("recording") is True and item.get("lastStatus") != "Failure" for item in states):
            return "the recorder of AWS Config does not record", "start the configuration recorder of the region"
        status = self._ask("DescribeConfigRuleEvaluationStatus")
        state = status.named("ConfigRulesEvaluationStatus", "ConfigRuleName", name)
        if state is None:
            why = status.refusal
            told = why.reason if why else "AWS Config does not tell it"
            return f"when the rule {name} was evaluated is not known: {told}", why.remedy if why else _AGAIN
        return self._stale(rule, name, state)

    def _stale(self, rule: Item, name: str, state: Item) -> tuple[str, str] | None:
        done, failed = state.get("LastSuccessfulEvaluationTime"), state.get("LastFailedEvaluationTime")
        if not isinstance(done, datetime):
            return f"the rule {name} was never evaluated", _AGAIN
        if isinstance(failed, datetime) and failed > done:
            return f"the last evaluation of the rule {name} failed", "see the rule in the console of AWS Config"
        now = datetime.fromisoformat(self.book.context.now) if self.book.context.now else datetime.now(UTC)
        hours = shipped().stale_after_hours
        if rule.get("MaximumExecutionFrequency") and now - done > timedelta(hours=hours):
            return f"the rule {name} was last evaluated at {done:%Y-%m-%d %H:%M}, over {hours} hours ago", _AGAIN
        return None


_AGAIN = "start an evaluation of the rule (aws configservice start-config-rules-evaluation) and scan again"


def _asks_for_more(rule: Item, entry: ConfigRule) -> bool:
    """Whether the rule's input parameters can make it fail for another reason; what cannot be read may."""
    text = str(rule.get("InputParameters") or "{}")
    try:
        given = json.loads(text) if len(text) < 10_000 else None
    except (ValueError, RecursionError):
        given = None
    return not isinstance(given, dict) or any(given.get(name) for name in entry.not_with)
