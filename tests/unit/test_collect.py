"""Asking sources: order, silence, secrets at the door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner import collect, layers
from scanner.collection import Collection
from scanner.collectors import Collected, Context
from scanner.errors import SilentSource, UserError
from scanner.model import Known, Plane, Present, Target, Unresolved
from scanner.project import Project, SourceEntry, TargetEntry
from scanner.readers import secrecy
from tests.support.rows import catalogue, seen, setting


@dataclass(frozen=True)
class Fake:
    """A source that does what the test says."""

    reply: Collected | Exception | str

    def collect(self, context: Context) -> Collected:
        if isinstance(self.reply, Exception):
            raise self.reply
        if isinstance(self.reply, Collected):
            return self.reply
        assert context.target is not None
        key = (context.target.id, "ssl", "server")
        content = Present("literal", "strong", comparable=True)
        digest = secrecy.digest(context.digest_key, self.reply)
        return Collected(observations=(seen(Plane.DECLARED, content, target=key[0]),), digests={key: digest})


def ask(**replies: Collected | Exception | str) -> Collection:
    targets = [Target(name, "postgresql", "production") for name in replies]
    entries = {item.id: SourceEntry("postgresql", {}, item.id) for item in targets}
    project = Project("p", Path(), tuple(TargetEntry(item, (entries[item.id],)) for item in targets))
    jobs = [collect.Job(entries[item.id], Fake(replies[item.id]), item) for item in targets]
    return collect.collect(jobs, project, collect.context(project, catalogue(), now=""))


def test_equal_secrets_name_one_another_and_no_digest_is_kept() -> None:
    found = ask(a="one", b="one", c="two")
    contents = {item.target: item.content for item in found.observations}
    assert contents["a"] == Present("literal", "strong", equal_to=("b",), comparable=True)
    assert contents["b"] == Present("literal", "strong", equal_to=("a",), comparable=True)
    assert contents["c"] == Present("literal", "strong", comparable=True)
    assert "digest" not in repr(found)


def test_a_source_that_raises_is_silent_on_every_plane_that_it_could_have_shown() -> None:
    found = ask(a=SilentSource("permission denied", "GRANT it"), b=Collected())
    assert {gap.plane for gap in found.gaps} == {Plane.RUNNING, Plane.PERSISTED, Plane.SERVED}
    assert {(gap.target, gap.remedy) for gap in found.gaps} == {("a", "GRANT it")}


@pytest.mark.parametrize("error", [UserError("bad", place="x:1"), RecursionError()])
def test_bad_input_costs_only_its_own_rows(error: Exception) -> None:
    found = ask(a=error, b=Collected(observations=(seen(Plane.RUNNING, "on", target="b"),)))
    assert {gap.target for gap in found.gaps} == {"a"}
    assert [item.target for item in found.observations] == ["b"]


def test_a_bug_is_not_hidden_as_silence() -> None:
    with pytest.raises(ZeroDivisionError):
        ask(a=ZeroDivisionError())


def test_text_that_still_looks_like_a_secret_is_refused() -> None:
    leaked = Known("host=db password=hunter2hunter2")
    found = ask(a=Collected(observations=(seen(Plane.RUNNING, leaked, target="a"),)))
    assert isinstance(found.observations[0].content, Unresolved)
    assert "hunter2" not in repr(found)


def test_secrets_in_the_reason_of_a_gap_are_redacted() -> None:
    found = ask(a=SilentSource("cannot reach postgresql://scan:hunter2@localhost/db", "start it"))
    assert "hunter2" not in repr(found.gaps)


def test_the_version_that_runs_wins_over_the_one_that_is_stated() -> None:
    version = setting("server_version", "version")
    observations = (
        seen(Plane.DECLARED, "15", "server_version", target="a"),
        seen(Plane.RUNNING, "17.4", "server_version", target="a"),
    )
    assert ask(a=Collected(observations=observations)).targets["a"].version == "17.4"
    assert layers.applies(version, Target("a", "postgresql", "production"))


def test_a_found_target_without_environment_is_judged_as_production() -> None:
    found = ask(a=Collected(targets=(Target("new", "postgresql", ""),)))
    assert (found.targets["new"].environment, found.targets["new"].environment_from) == ("production", "assumed")


def test_what_is_said_of_one_sources_secret_is_not_said_of_another_sources(tmp_path: Path) -> None:
    """A default in code beside a ``.env``: both name the setting, only one of them is shared."""
    a, b = (Target(name, "postgresql", "production") for name in ("a", "b"))
    first, second = SourceEntry("postgresql", {}, "env"), SourceEntry("postgresql", {}, "code")
    for order in ((("shared", first), ("own", second)), (("own", second), ("shared", first))):
        entries = (TargetEntry(a, tuple(entry for _, entry in order)), TargetEntry(b, (first,)))
        jobs = [collect.Job(entry, Fake(text), a) for text, entry in order] + [collect.Job(first, Fake("shared"), b)]
        project = Project("p", tmp_path, entries)
        found = collect.collect(jobs, project, collect.context(project, catalogue(), now=""))
        said = [getattr(item.content, "equal_to", None) for item in found.observations if item.target == "a"]
        assert said == [("b",) if text == "shared" else () for text, _ in order]
