"""Small observations, settings and targets for the tests of judging, and the way from observations to findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scanner import layers
from scanner.catalogue import Catalogue
from scanner.derive import derive
from scanner.evaluate import evaluate
from scanner.join import join
from scanner.model import (
    SERVER,
    Absent,
    Answer,
    Baseline,
    Default,
    Expectation,
    Finding,
    Gap,
    Known,
    Layer,
    Observation,
    Plane,
    Present,
    Provenance,
    Row,
    Rule,
    Setting,
    Severity,
    TakesEffect,
    Target,
    Unresolved,
)

SHOWN = (("postgresql", (Plane.RUNNING, Plane.PERSISTED, Plane.SERVED)), ("terraform", (Plane.DECLARED,)))


def setting(name: str = "ssl", type_: str = "boolean", **more: Any) -> Setting:
    """A catalogue setting that a live collector and Terraform can show."""
    return Setting(name, "postgresql", type_, **{"shown_by": SHOWN, **more})


def target(id_: str = "db", **more: Any) -> Target:
    """A production database."""
    return Target(id_, "postgresql", more.pop("environment", "production"), **more)


def seen(plane: Plane, content: object, name: str = "ssl", **more: Any) -> Observation:
    """An observation; plain values are known."""
    known = content if isinstance(content, Known | Default | Absent | Present | Unresolved) else Known(content)
    collector = more.pop("collector", "terraform" if plane is Plane.DECLARED else "postgresql")
    layer = Layer(more.pop("rank", 0), more.pop("layer", ""))
    return Observation(
        more.pop("target", "db"),
        name,
        plane,
        known,
        Provenance(collector, more.pop("locator", f"{plane}:1")),
        more.pop("scope", SERVER),
        layer,
        more.pop("takes_effect", TakesEffect.NOW),
        pending=more.pop("pending", ""),
    )


def answer(plane: Plane, complete: bool = True, **more: Any) -> Answer:
    """A source that spoke for a plane."""
    collector = more.pop("collector", "terraform" if plane is Plane.DECLARED else "postgresql")
    return Answer(more.pop("target", "db"), plane, collector, complete, Provenance(collector, f"{plane}:0"), **more)


def gap(plane: Plane, *settings: str, **more: Any) -> Gap:
    """A source that did not answer."""
    collector = more.pop("collector", "terraform" if plane is Plane.DECLARED else "postgresql")
    return Gap(more.pop("target", "db"), plane, collector, "permission denied", "GRANT it", tuple(settings))


def rule(expectation: Expectation | None = None, **more: Any) -> Rule:
    """A rule on the setting ``ssl``."""
    wanted = expectation if expectation is not None else Expectation("equals", "on")
    given = {"expectation": None if "compare" in more else wanted, **more}
    return Rule(
        id=given.pop("id", "ssl-on"),
        title="TLS is on",
        component="postgresql",
        setting=given.pop("setting", "ssl"),
        severity=given.pop("severity", Severity.HIGH),
        why="because",
        fix=given.pop("fix", (("postgresql", "ALTER SYSTEM SET ssl = on"), ("aws_db_parameter_group", "set it"))),
        baseline="test",
        **given,
    )


def catalogue(settings: Iterable[Setting] = ()) -> Catalogue:
    """A catalogue of these settings, ``ssl`` when none is given."""
    found = list(settings) or [setting()]
    return Catalogue({(item.component, item.name): item for item in found})


def rows(
    observations: Sequence[Observation],
    *,
    answers: Sequence[Answer] = (),
    gaps: Sequence[Gap] = (),
    settings: Iterable[Setting] = (),
    targets: Sequence[Target] = (),
    previous: Mapping[str, Row] | None = None,
) -> tuple[Row, ...]:
    """Rows as a scan builds them."""
    words = catalogue(settings)
    there = {item.id: item for item in (targets or [target()])}
    spoken = list(answers) or [
        Answer(item.target, item.plane, item.provenance.collector, False, item.provenance) for item in observations
    ]
    whole = layers.complete(observations, spoken, there, words)
    whole += derive(whole, there, words)
    return join(whole, spoken, gaps, there, words, set(words.settings), previous)


def findings(observations: Sequence[Observation], rules: Sequence[Rule] = (), **more: Any) -> tuple[Finding, ...]:
    """Findings as a scan builds them."""
    asked = list(rules) or [rule()]
    built = rows(observations, **more)
    there = {item.id: item for item in (more.get("targets") or [target()])}
    baseline = Baseline("test", "1", "Test", "postgresql", tuple(asked))
    return evaluate([baseline], there, built, catalogue(more.get("settings", ())))
