"""Every shipped PostgreSQL rule that a real server can show is proven there: pass, fail, unknown, closed by its fix.

``CASES`` says how to break each rule. The fix that is then run is the text that the rule prints: SQL and lines of
postgresql.conf as they stand, pg_hba.conf as the file; where a rule prints a procedure, the case follows it. A rule
that stands neither here nor in ``ELSEWHERE`` fails the test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from scanner.demo.servers.binaries import Engine, _has_tls, _postgresql_places, version
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.cluster import quoted
from scanner.model import Plane, Rule, TakesEffect, Verdict
from scanner.values import version_within
from tests.support.postgresql_bench import CATALOGUE, HBA, MARK, RULES, Bench, Findings, bench, findings
from tests.support.postgresql_cases import CASES, ELSEWHERE, NEVER_FAILS, Case

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def main_bench(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, postgresql_engine: Engine
) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("rules"), certificates, postgresql_engine) as made:
        yield made


@pytest.fixture(scope="module")
def newer_bench(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Bench]:
    """A version that has the settings which the main one may lack."""
    for directory, origin in _postgresql_places():
        program = (directory / "postgres").resolve()
        if program.is_file() and _has_tls(program) and int(version(program).split(".")[0]) >= 17:
            engine = Engine("PostgreSQL", version(program), True, program, origin)
            with bench(tmp_path_factory.mktemp("newer"), certificates, engine) as made:
                yield made
            return
    missing = "no PostgreSQL 17 or newer with TLS here; the demo extra brings one"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def bench_for(rule: Rule, request: pytest.FixtureRequest) -> Bench:
    """The main server, or the newer one for what the main one does not have."""
    chosen: Bench = request.getfixturevalue("main_bench")
    if chosen.verdicts(rule.id)[rule.id] == {Verdict.NOT_APPLICABLE} and not CASES[rule.id].given:
        chosen = request.getfixturevalue("newer_bench")
    return chosen


def test_every_shipped_rule_has_a_case_or_a_reason() -> None:
    assert set(CASES) | set(ELSEWHERE) == set(RULES)
    assert not set(CASES) & set(ELSEWHERE)


def test_the_strong_server_conforms_to_every_rule_that_applies(main_bench: Bench) -> None:
    found = main_bench.verdicts()
    applicable = {name for name, verdicts in found.items() if verdicts != {Verdict.NOT_APPLICABLE}}
    expected = {name for name in applicable if CASES.get(name, Case()).fails_at_first}
    assert {name for name, verdicts in found.items() if Verdict.FAIL in verdicts} == expected
    assert {name for name, verdicts in found.items() if Verdict.UNKNOWN in verdicts} == set()
    assert {name for name, verdicts in found.items() if Verdict.NOT_ASSESSED in verdicts} == set()


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_rule_is_failed_and_its_printed_fix_closes_it(name: str, request: pytest.FixtureRequest) -> None:
    rule, case = RULES[name], CASES[name]
    bench = bench_for(rule, request)
    if not case.given and bench.verdict(name) is Verdict.NOT_APPLICABLE:
        assert version_within(bench.server.engine.version, rule.applies.version or "") is False, "no build here has it"
        return
    if name in NEVER_FAILS:
        assert bench.verdict(name) is Verdict.PASS
        return
    fixes = dict(rule.fix)
    if case.given:
        bench.run(*case.given, "select pg_reload_conf()")
    try:
        assert bench.verdict(name) is (Verdict.FAIL if case.fails_at_first else Verdict.PASS)
        for way in ways(rule, case):
            break_it(bench, rule, case, way)
            assert bench.verdict(name) is Verdict.FAIL, way
            apply(bench, rule, case, way, fixes.get(way, ""))
            assert bench.verdict(name) is Verdict.PASS, f"{way}: {told(bench, name)}"
    finally:
        restore(bench, needs_restart(rule, case))


def told(bench: Bench, rule: str) -> str:
    findings = bench.told.findings if bench.told else ()
    found = [finding for finding in findings if finding.rule == rule]
    return "; ".join(f"{item.scope}: {item.verdict}: {item.reason}: {item.remedy}" for item in found)


def ways(rule: Rule, case: Case) -> list[str]:
    """The fixes of a rule that can be run: the file first, as ALTER SYSTEM wins over it afterwards."""
    if case.hba:
        return ["pg_hba.conf"]
    printed = [name for name, _ in rule.fix]
    chosen: list[str] = [way for way in ("postgresql.conf", "postgresql") if way in printed and case.value is not None]
    if case.fails_at_first:
        return ["postgresql.conf"]
    return chosen or (["postgresql"] if "postgresql" in printed and not case.fixed_by else ["procedure"])


def needs_restart(rule: Rule, case: Case) -> bool:
    return case.restart or CATALOGUE.settings["postgresql", rule.setting].takes_effect is TakesEffect.RESTART


def settle(bench: Bench, rule: Rule, case: Case) -> None:
    if needs_restart(rule, case):
        bench.restart()
        return
    bench.reload()


def break_it(bench: Bench, rule: Rule, case: Case, way: str) -> None:
    server = bench.server
    if case.hba:
        text = server.hba.read_text()
        server.hba.write_text(f"{text.splitlines()[0]}\n{case.hba}\n" + "\n".join(text.splitlines()[1:]) + "\n")
        bench.reload()
    elif case.act:
        case.act(bench)
    elif case.sql:
        bench.run(*case.sql, "select pg_reload_conf()")
    elif case.value is not None and way == "postgresql":
        bench.sql(f"alter system set {rule.setting} = {quoted(case.value)}")
        settle(bench, rule, case)
    elif case.value is not None:
        server.append(server.configuration, f"{rule.setting} = {quoted(case.value)}")
        settle(bench, rule, case)


def apply(bench: Bench, rule: Rule, case: Case, way: str, fix: str) -> None:
    """Do what the rule prints."""
    server = bench.server
    if callable(case.fixed_by):
        case.fixed_by(bench)
    elif case.fixed_by:
        bench.run(*case.fixed_by)
    elif way == "pg_hba.conf":
        assert "then: SELECT pg_reload_conf();" in fix
        server.hba.write_text(fix + "\n")
        bench.reload()
    elif way == "postgresql.conf":
        server.append(server.configuration, fix)
        if case.fails_at_first:
            bench.restart()
        else:
            settle(bench, rule, case)
    else:
        sql, _, afterwards = fix.partition("-- ")
        assert bool(afterwards) == needs_restart(rule, case), "a fix says when it needs a restart, and only then"
        bench.run(sql)
        if afterwards:
            assert afterwards.strip() == "then restart"
            bench.restart()


def restore(bench: Bench, restarts: bool) -> None:
    """The strong server as it was: the first lines of its files, and no ALTER SYSTEM."""
    server = bench.server
    head = server.configuration.read_text().partition(MARK)[0]
    server.hba.write_text(f"local all postgres scram-sha-256\n{HBA.strip()}\n")
    server.configuration.write_text(f"{head}{MARK}\n")
    if server.process is None or server.process.poll() is not None:
        server.start()
    bench.reload()
    bench.sql("alter system reset all")
    if restarts:
        bench.restart()
    else:
        bench.reload()


@pytest.fixture(scope="module")
def hidden(main_bench: Bench) -> Findings:
    """What is left of each rule when the scanner's role has no grant at all."""
    return findings(main_bench, dsn=main_bench.dsn("blind", main_bench.blind_password))


@pytest.fixture(scope="module")
def unreachable(main_bench: Bench) -> Findings:
    """What is left of each rule when nothing listens where the scanner asks."""
    nowhere = f"host=127.0.0.1 port=1 dbname=postgres user=scanner password={main_bench.server.password}"
    return findings(main_bench, dsn=nowhere, port=1)


ALWAYS_VISIBLE = {"role_overrides", "login_roles", "extensions", "pending_restart", "server_version", "data_checksums"}
"""What every role may read; only a server that cannot be reached hides it."""

SERVED = {
    setting.name
    for setting in CATALOGUE.of("postgresql")
    if dict(setting.shown_by).get("postgresql") == (Plane.SERVED,) and not setting.derived
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_rule_is_unknown_when_a_grant_or_the_server_is_missing(
    name: str, hidden: Findings, unreachable: Findings
) -> None:
    rule = RULES[name]
    seen = hidden[name]
    told_anyway = {item.verdict for item in seen} == {Verdict.NOT_APPLICABLE} or CASES[name].fails_at_first
    if rule.setting in ALWAYS_VISIBLE | SERVED or told_anyway:
        seen = unreachable[name]
    assert {item.verdict for item in seen} == {Verdict.UNKNOWN}
    assert all(item.reason and item.remedy for item in seen)
    assert Verdict.PASS not in {item.verdict for item in unreachable[name]}
