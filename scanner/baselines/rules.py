"""One rule of a file, read into a ``Rule`` with every check that needs to know what names mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from scanner import values
from scanner.baselines.operands import expectation
from scanner.baselines.place import Mistakes, Place, nearest
from scanner.baselines.shapes import BaselineFile, ChangeEntry, ControlEntry, RuleEntry, VariantEntry, WhenEntry
from scanner.catalogue import Catalogue
from scanner.controls import ControlMap
from scanner.model import Compare, ControlReference, Expectation, Rule, Setting, Variant, When

PLATFORMS = frozenset({
    "self-managed", "container", "kubernetes", "rds", "aurora", "elasticache", "memorydb", "cloud-sql", "alloydb",
    "memorystore", "azure-flexible", "azure-single", "azure-redis", "ecs", "lambda", "app-runner",
    "elastic-beanstalk", "cloud-run", "app-service", "container-apps", "heroku",
})  # fmt: skip
FIXES = frozenset({
    "postgresql", "postgresql.conf", "pg_hba.conf", "redis", "redis.conf", "users.acl", "env", "application",
    "kubernetes", "compose", "host", "procedure",
})  # fmt: skip
"""Places to fix a rule, besides Terraform resource types."""

_TERRAFORM = re.compile(r"(aws|azurerm|google|kubernetes|helm|docker|digitalocean|heroku)_[a-z0-9_]+")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+(\.[a-z0-9]+)*)+")
_NUMBERED = re.compile(r"[a-z]{1,5}(-[a-z]{1,5})?-\d{1,3}")


@dataclass(frozen=True)
class Reader:
    """What rules are held against, and the file they stand in."""

    catalogue: Catalogue
    controls: ControlMap
    content: BaselineFile
    mistakes: Mistakes
    environments: frozenset[str] = frozenset()
    """Environments that a project defines besides the usual ones."""
    settings: dict[str, Setting] = field(default_factory=dict)

    def rule(self, entry: RuleEntry, place: Place) -> Rule | None:
        """The rule, or None after taking note of every mistake in it."""
        before = len(self.mistakes.found)
        attempt = self.mistakes.attempt
        for check in (_check_id, _check_texts, _check_fix, _check_question):
            attempt(partial(check, entry, place))
        setting = attempt(lambda: self._setting(entry.setting, place / "setting"))
        read = attempt(lambda: self._expectation(entry.expect, setting, place / "expect"))
        applies = attempt(lambda: self._when(entry.applies, place / "applies"))
        variants = self._variants(entry, setting, place)
        controls = self._controls(entry, place)
        if len(self.mistakes.found) > before or applies is None:
            return None
        return Rule(
            id=entry.id,
            title=entry.title,
            component=self.content.component,
            setting=entry.setting,
            severity=entry.severity,
            why=entry.why,
            fix=tuple(entry.fix.items()),
            baseline=self.content.id,
            expectation=read,
            compare=Compare(entry.compare.across, entry.compare.expect) if entry.compare else None,
            applies=applies,
            variants=variants,
            controls=controls,
            references=tuple(entry.references),
            place=str(place),
        )

    def _setting(self, name: str, place: Place) -> Setting:
        if name not in self.settings:
            component = self.content.component
            raise place.mistake(f"{component} has no setting {name}", hint=nearest(name, self.settings))
        return self.settings[name]

    def _expectation(self, raw: object, setting: Setting | None, place: Place) -> Expectation | None:
        return None if raw is None or setting is None else expectation(raw, setting, place)

    def _variants(self, entry: RuleEntry, setting: Setting | None, place: Place) -> tuple[Variant, ...]:
        listed: list[tuple[ChangeEntry, WhenEntry, Place]] = [
            (variant, variant.when, place / "variants" / index) for index, variant in enumerate(entry.variants)
        ]
        for name, change in entry.environments.items():
            listed.append((change, WhenEntry(environments=[name]), place / "environments" / name))
        found = [self.mistakes.attempt(partial(self._variant, *item, setting, entry)) for item in listed]
        return tuple(variant for variant in found if variant is not None)

    def _variant(
        self, change: ChangeEntry, when: WhenEntry, place: Place, setting: Setting | None, entry: RuleEntry
    ) -> Variant:
        if isinstance(change, VariantEntry) and when == WhenEntry():
            raise place.mistake("a variant without a condition", allowed=("when",))
        if change.skip is not None and not change.skip.strip():
            raise (place / "skip").mistake("needs the reason why nothing is asked")
        if change.skip is not None and (change.expect is not None or change.severity is not None):
            raise place.mistake("skip asks for nothing, so there is nothing to expect", allowed=("skip",))
        if change.skip is None and change.expect is None and change.severity is None:
            raise place.mistake("changes nothing", allowed=("expect", "severity", "skip"))
        if entry.compare and change.expect is not None:
            raise (place / "expect").mistake("a rule that compares has no expectation of its own")
        read = self._expectation(change.expect, setting, place / "expect")
        return Variant(self._when(when, place / "when"), read, change.severity, change.skip)

    def _when(self, entry: WhenEntry, place: Place) -> When:
        if entry.version is not None:
            try:
                values.version_within("1", entry.version)
            except values.Malformed as error:
                raise (place / "version").mistake(str(error)) from None
            if not entry.version.strip():
                raise (place / "version").mistake("is empty", hint="write a comparison such as >=14")
        for key, names in (("platforms", entry.platforms), ("not_platforms", entry.not_platforms)):
            _known(names, PLATFORMS, "platform", place / key)
        environments = [self.catalogue.environments.get(name.lower(), name) for name in entry.environments]
        canonical = set(self.catalogue.environments.values()) | self.environments
        _known(environments, canonical, "environment", place / "environments")
        tests = tuple(
            (name, expectation(raw, self._setting(name, place / "settings" / name), place / "settings" / name))
            for name, raw in entry.settings.items()
        )
        return When(tuple(environments), tuple(entry.platforms), tuple(entry.not_platforms), entry.version, tests)

    def _controls(self, entry: RuleEntry, place: Place) -> tuple[ControlReference, ...]:
        found = [
            self.mistakes.attempt(partial(self._control, framework, index, raw, place))
            for framework, listed in entry.controls.items()
            for index, raw in enumerate(listed)
        ]
        return tuple(reference for reference in found if reference is not None)

    def _control(self, framework: str, index: int, raw: str | ControlEntry, place: Place) -> ControlReference:
        at = place / "controls" / framework
        if framework not in self.controls.frameworks:
            hint = nearest(framework, self.controls.frameworks)
            raise at.mistake("unknown framework", allowed=sorted(self.controls.frameworks), hint=hint)
        given = ControlEntry(id=raw) if isinstance(raw, str) else raw
        if bool(given.id) == bool(given.objective):
            raise (at / index).mistake("names either an id or an objective", allowed=("id", "objective"))
        name = given.id or given.objective
        cited = self.controls.resolve(framework, name)
        if cited is None:
            raise (at / index).mistake(f"{framework} has no {name}", hint=self.controls.nearest(framework, name))
        strength, why = given.strength or cited.strength, given.why.strip() or cited.why
        if strength is None or not why:
            raise (at / index).mistake(f"{name} needs a strength and a reason", allowed=("strength", "why"))
        return ControlReference(framework, cited.id, strength, f"{cited.note}: {why}" if cited.note else why)


def _known(names: Iterable[str], known: Iterable[str], what: str, place: Place) -> None:
    allowed = sorted(known)
    for name in names:
        if name not in allowed:
            raise place.mistake(f"unknown {what} {name}", allowed=allowed, hint=nearest(name, allowed))


def _check_id(entry: RuleEntry, place: Place) -> None:
    if not _ID.fullmatch(entry.id) or _NUMBERED.fullmatch(entry.id):
        raise (place / "id").mistake(
            f"{entry.id} does not say what the rule is about",
            hint="use words joined by hyphens, such as redis-tls-port",
        )


def _check_texts(entry: RuleEntry, place: Place) -> None:
    for key, text in (("title", entry.title), ("why", entry.why)):
        if not text.strip():
            raise (place / key).mistake("is empty")


def _check_fix(entry: RuleEntry, place: Place) -> None:
    if not entry.fix:
        raise (place / "fix").mistake("says no place to fix it", allowed=sorted(FIXES))
    for where, how in entry.fix.items():
        if where not in FIXES and not _TERRAFORM.fullmatch(where):
            allowed = (*sorted(FIXES), "a Terraform resource type")
            raise (place / "fix" / where).mistake("unknown place to fix", allowed=allowed, hint=nearest(where, FIXES))
        if not how.strip():
            raise (place / "fix" / where).mistake("is empty")


def _check_question(entry: RuleEntry, place: Place) -> None:
    if (entry.expect is None) == (entry.compare is None):
        both = "expects and compares at once" if entry.compare else "expects nothing"
        raise place.mistake(both, allowed=("expect", "compare"))
