"""The console report: what needs attention first, the denominator last, and nothing that could deceive a terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scanner.model import Drift, ScanResult, Verdict
from scanner.reports import Options
from scanner.reports.console import render
from tests.support import attacks, results
from tests.support.result_rows import CONFIG_ACL, GAPS

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def text(result: ScanResult | None = None, width: int = 120, **more: bool) -> str:
    return render(result or results.everything(), Options(width=width, **more))  # type: ignore[arg-type]


WHOLE = text()


def block(title: str, report: str = "") -> str:
    """The lines of the report from one that holds ``title`` to the next blank one."""
    lines = (report or WHOLE).split("\n")
    start = next(number for number, line in enumerate(lines) if title in line)
    end = next(number for number in range(start, len(lines)) if not lines[number])
    return "\n".join(lines[start:end])


def test_a_failure_tells_rule_pair_planes_drift_and_remedy() -> None:
    assert block("The lowest TLS version") == "\n".join(
        (
            "✗ FAIL high  The lowest TLS version a client can use is 1.3",
            "    postgresql-tls-1.3",
            "    ssl_min_protocol_version: TLSv1.2 → at least TLSv1.3  (observed → required)",
            "    ✓ declared     TLSv1.3            infra/db.tf:21  ← infra/production.tfvars:3 → var.tls_version"
            " → module.orders",
            "    ✓ provisioned  TLSv1.3            arn:aws:rds:eu-west-1:1:pg:orders",
            "    ✓ persisted    TLSv1.3            postgresql.auto.conf:4",
            "                     takes effect at the next reload",
            "                   shadowed: TLSv1.2  postgresql.conf:102",
            "    ✗ running      TLSv1.2            pg_settings",
            "    ✗ served       TLSv1.2            TLS handshake with 127.0.0.1:5432",
            "    ≠ drift pending and differs: postgresql.auto.conf was written after the last load; what moved: source",
            "    running and served are below TLSv1.3",
            "    fix at  orders-db",
            "    fix     SELECT pg_reload_conf();",
        )
    )


def test_the_pair_stands_as_observed_then_required() -> None:
    assert "password_encryption: md5 → scram-sha-256" in WHOLE


def test_the_raw_text_stands_beside_a_value_that_reads_differently() -> None:
    assert "8 MiB (raw 8MB)" in WHOLE
    assert "TLSv1.3 (raw" not in WHOLE


def test_a_pair_that_is_wider_than_the_screen_takes_two_lines() -> None:
    whole = results.everything()
    wordy = tuple(replace(item, expected="no record with " + "method=trust or " * 20) for item in whole.findings)
    lines = block("SCRAM-SHA-256", text(replace(whole, findings=wordy), width=80)).split("\n")
    assert lines[2:4][0] == "    password_encryption: md5"
    assert lines[3].startswith("      → no record with method=trust")
    assert all(len(line) <= 80 for line in lines[:8])


def test_an_expired_waiver_is_told_and_a_valid_one_names_who_and_until_when() -> None:
    assert "not accepted: W-2026-009 expired on 31 October 2026" in block("SCRAM-SHA-256")
    accepted = block("Connections are logged")
    assert accepted.startswith("◐ ACCEPTED low")
    assert "until 21 December 2026 by W-2026-014, approved by A. Example, head of platform" in accepted


def test_a_rule_without_a_remedy_of_its_own_prints_every_fix_of_the_rule() -> None:
    whole = results.everything()
    bare = tuple(replace(item, remedy="") for item in whole.findings)
    found = block("SCRAM-SHA-256", text(replace(whole, findings=bare)))
    assert "fix     postgresql: ALTER SYSTEM SET password_encryption = 'scram-sha-256';\n" in found
    assert "                        SELECT pg_reload_conf();" in found
    assert "fix     aws_db_parameter_group: parameter {" in found


def test_drift_without_a_failing_rule_is_told_and_that_of_a_failing_rule_only_once() -> None:
    assert "≠ DRIFT  work_mem" in WHOLE
    assert "changed by erin (CloudTrail)" in block("≠ DRIFT  work_mem")
    assert "≠ DRIFT  ssl_min_protocol_version" not in WHOLE


def test_every_drift_state_that_disagrees_is_named() -> None:
    for state in Drift:
        if state not in (Drift.UNKNOWN, Drift.IN_SYNC):
            assert state.value.replace("_", " ") in WHOLE


def test_unknowns_are_grouped_by_what_opens_them_and_each_remedy_is_said_once() -> None:
    found = block(CONFIG_ACL)
    assert "rules   redis-password, redis-protected-mode" in found
    assert WHOLE.count(CONFIG_ACL) == 1
    assert "? UNKNOWN  2 requirements on sessions\n    do      ACL SETUSER" in WHOLE


def test_every_gap_is_told_with_what_it_hides() -> None:
    for gap in GAPS:
        assert f"? {gap.target}, {gap.plane}, {gap.collector}" in WHOLE
        assert gap.reason in WHOLE
    assert "hides hba_rules" in WHOLE


def test_a_gap_that_hides_no_requirement_still_says_what_would_close_it() -> None:
    only = replace(results.clean(), gaps=GAPS)
    for gap in GAPS:
        assert gap.remedy in text(only, width=200)


def test_not_assessed_is_told_by_its_reason() -> None:
    assert "– the parameter allowed_origins was not given: fastapi-cors-origins on api-staging" in WHOLE


def test_a_remark_that_makes_the_run_incomplete_comes_first() -> None:
    assert WHOLE.index("? infra/secrets.tf") < WHOLE.index("· waivers.yaml:30")


def test_differences_come_before_unknowns_and_the_denominator_comes_last() -> None:
    order = ["✗ FAIL", "Could not check:", "Sources that did not answer:", "Summary", "16 requirements:", "exit 1:"]
    places = [WHOLE.index(part) for part in order]
    assert places == sorted(places)
    assert WHOLE.rstrip().split("\n")[-1].startswith("exit 1: 5 open differences")


def test_the_table_counts_each_target() -> None:
    table = WHOLE[WHOLE.index("Summary") :]
    row = next(line for line in table.split("\n") if line.startswith("orders-db"))
    assert row.split() == ["orders-db", "1", "2", "1", "1", "·", "1", "3"]


def test_quiet_prints_the_last_lines_only() -> None:
    quiet = text(quiet=True)
    assert quiet.startswith("6 of 7 assessed requirements")
    assert WHOLE.endswith("\n\n" + quiet)


def test_passes_and_what_does_not_apply_are_told_when_asked_for() -> None:
    verbose = text(verbose=True)
    for word in ("postgresql-ssl-on", "postgresql-pgaudit"):
        assert f"  {word}  " in verbose
    assert "· not applicable  postgresql-pgaudit" not in WHOLE
    assert "✓ pass  postgresql-ssl-on" in verbose
    assert "not asked in this run" in verbose
    assert "not asked in this run" not in WHOLE


def test_every_finding_is_told_in_the_verbose_report() -> None:
    verbose = text(verbose=True)
    for finding in results.everything().findings:
        assert finding.rule in verbose


def test_colour_is_written_only_when_asked_for_and_changes_no_word() -> None:
    assert "\x1b" not in WHOLE
    coloured = text(color=True)
    assert "\x1b[1;31m✗ FAIL\x1b[0m" in coloured
    assert ESCAPE.sub("", coloured) == WHOLE


@pytest.mark.parametrize("attack", attacks.ATTACKS)
@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_text_reaches_the_terminal_as_printable_characters_only(attack: str, verbose: bool) -> None:
    report = text(attacks.hostile(attack), verbose=verbose)
    assert all(line.isprintable() for line in report.split("\n"))


def test_a_line_break_in_a_value_cannot_forge_a_line() -> None:
    report = text(attacks.hostile("\nexit 0: everything conforms"))
    assert not [line for line in report.split("\n") if line.startswith("exit 0")]


def test_prose_keeps_to_the_width_and_commands_are_never_broken() -> None:
    narrow = text(width=60)
    prose = [line for line in narrow.split("\n") if line.startswith(("    accepted until", "6 of 7"))]
    assert prose
    assert all(len(line) <= 60 for line in prose)
    assert "do      GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO scanner; GRANT SELECT" in narrow


def test_ten_megabytes_are_shortened_and_say_how_long_they_were() -> None:
    report = text(results.huge())
    assert "… (10,000,000 characters)" in report
    assert len(report) < 50_000


def test_the_same_silence_towards_several_targets_is_told_once() -> None:
    twice = replace(results.clean(), gaps=(GAPS[1], replace(GAPS[1], target="queue")))
    report = text(twice)
    assert "Sources that did not answer: 2 gaps" in report
    assert report.count(GAPS[1].reason) == 1
    assert "? sessions, queue, running, redis (CONFIG GET)" in report


def test_a_long_list_is_cut_and_the_verbose_report_has_it_whole() -> None:
    whole = results.many(1_000)
    assert "db-002, db-003 and 46 more" in text(whole)
    assert "db-048, db-049" in text(whole, width=1_000, verbose=True)


def test_a_target_with_a_long_name_has_a_line_of_its_own_in_the_table() -> None:
    name = "infra:module.sessions.aws_elasticache_replication_group.this[production]"
    found = replace(results.clean().findings[0], target=name)
    table = text(replace(results.clean(), findings=(found,), targets=()), width=100).split("Summary")[1].split("\n")
    at = table.index(name)
    assert table[at + 1].split()[:2] == ["1", "·"]


def test_an_unknown_without_a_remedy_says_so() -> None:
    whole = results.everything()
    bare = tuple(replace(item, judgements=(), rows=(), remedy="") for item in whole.findings)
    report = text(replace(whole, findings=bare))
    assert "nothing is known that would open it" in report


def test_nothing_found_is_said_and_not_called_a_success() -> None:
    report = text(results.empty())
    assert "No requirement was assessed: nothing that the rules speak of was found." in report
    assert "exit 3: nothing was assessed" in report


def test_a_clean_run_is_short() -> None:
    report = text(results.clean())
    assert "FAIL" not in report
    assert len(report.split("\n")) < 15


def test_a_finding_whose_rule_and_rows_are_not_in_the_result_is_still_told() -> None:
    whole = results.everything()
    report = text(replace(whole, baselines=(), rows=()))
    for finding in whole.findings:
        if finding.verdict is Verdict.FAIL:
            assert finding.rule in report


def test_five_thousand_findings_are_all_counted_and_every_failure_is_told() -> None:
    report = text(results.many(5_000))
    assert report.count("✗ FAIL") == 500
    assert "5,000 requirements: 100 rules held against 50 targets" in report
