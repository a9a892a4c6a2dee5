"""The data that ships: catalogue, baselines, control map and lists hold together and make sense."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from scanner import baselines, catalogue, controls, document, resources, values
from scanner.derive import COMPONENTS, DERIVATIONS
from scanner.expectations import describe, parameters
from scanner.model import Baseline, Expectation, Plane, Rule, Setting, Strength
from scanner.readers.secrecy import looks_secret

CATALOGUE = catalogue.shipped()
CONTROLS = controls.shipped()
BASELINES = baselines.load(baselines.shipped_paths(), CATALOGUE, CONTROLS)
RULES = [rule for baseline in BASELINES for rule in baseline.rules]
SETTINGS = list(CATALOGUE.settings.values())
POSTGRESQL = [rule for rule in RULES if rule.component == "postgresql"]

PARAMETERS = {
    "postgresql_extensions",
    "postgresql_log_min_duration_statement",
    "postgresql_log_rotation_size",
    "postgresql_max_connections",
    "postgresql_people",
    "postgresql_port",
    "postgresql_superusers",
}
"""What a project can state for PostgreSQL; a rule whose parameter is not given is not assessed."""

OFFICIAL = re.compile(r"https://(www\.postgresql\.org/docs/\d+/|docs\.aws\.amazon\.com/|registry\.terraform\.io/)")


def ids(items: list[Rule]) -> list[str]:
    return [item.id for item in items]


@pytest.mark.parametrize("path", baselines.shipped_paths(), ids=lambda path: path.name)
def test_a_shipped_baseline_has_no_mistake(path: object) -> None:
    assert [str(item) for item in baselines.lint(path, CATALOGUE, CONTROLS)] == []  # type: ignore[arg-type]


def test_shipped_files_are_named_as_in_the_package_not_by_this_machine() -> None:
    assert BASELINES
    assert all(baseline.place.startswith("baselines/secure/") for baseline in BASELINES)
    assert all(re.fullmatch(r"baselines/secure/[\w.-]+\.yaml:\d+", rule.place) for rule in RULES)


def test_postgresql_has_the_rules_it_is_known_for() -> None:
    assert len(POSTGRESQL) >= 45
    asked = {rule.setting for rule in POSTGRESQL}
    assert {"ssl", "ssl_min_protocol_version", "password_encryption", "hba_rules", "password_hashes"} <= asked
    assert {"plaintext_accepted", "lowest_tls_accepted", "trust_accepted", "role_overrides"} <= asked


def test_no_two_rules_share_an_id_or_a_title() -> None:
    for what in (ids(RULES), [rule.title.lower() for rule in RULES]):
        assert [name for name, count in Counter(what).items() if count > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
def test_a_rule_says_what_why_and_how_in_sentences(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9.]+)+", rule.id)
    assert not rule.title.endswith(".")
    assert rule.why.rstrip().endswith((".", "?", ")"))
    assert rule.fix


@pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
def test_a_rule_is_evidence_for_the_implementation_of_settings_and_a_soc2_criterion(rule: Rule) -> None:
    cited = {(item.framework, item.id): item for item in rule.controls}
    assert cited["nist-800-53r5", "cm-6_obj.b"].strength is Strength.MEASURED
    assert any(framework == "soc2" for framework, _ in cited)
    assert len(cited) == len(rule.controls), "a control is cited once"


@pytest.mark.parametrize("rule", POSTGRESQL, ids=ids(POSTGRESQL))
def test_a_postgresql_rule_asks_only_for_parameters_that_are_documented(rule: Rule) -> None:
    assert set(parameters(rule)) <= PARAMETERS


def test_every_documented_parameter_is_asked_for() -> None:
    assert {name for rule in POSTGRESQL for name in parameters(rule)} == PARAMETERS


@pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
def test_the_expectation_of_a_rule_reads_as_words(rule: Rule) -> None:
    for expectation in _expectations(rule):
        words = describe(expectation)
        assert words
        assert "(?#" not in words
        assert "RecordTest" not in words
        assert "Expectation(" not in words


def _expectations(rule: Rule) -> Iterator[Expectation]:
    if rule.expectation:
        yield rule.expectation
    yield from (variant.expectation for variant in rule.variants if variant.expectation)


@pytest.mark.parametrize("rule", POSTGRESQL, ids=ids(POSTGRESQL))
def test_a_postgresql_rule_names_where_its_expectation_comes_from(rule: Rule) -> None:
    assert any(reference.startswith(("https://", "RFC ")) for reference in rule.references)


@pytest.mark.parametrize("rule", POSTGRESQL, ids=ids(POSTGRESQL))
def test_a_fix_in_sql_is_complete(rule: Rule) -> None:
    statement = dict(rule.fix).get("postgresql")
    if statement is None:
        return
    takes_effect = CATALOGUE.settings["postgresql", _changed(statement)].takes_effect
    if takes_effect == "restart":
        assert statement.endswith("; -- then restart")
    else:
        assert statement.endswith("; SELECT pg_reload_conf();")
    assert statement.count("'") % 2 == 0


def _changed(statement: str) -> str:
    found = re.match(r"ALTER SYSTEM SET ([\w.]+) = ", statement)
    assert found, statement
    return found[1]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda item: f"{item.component}.{item.name}")
def test_a_setting_can_be_read_and_seen(setting: Setting) -> None:
    assert setting.type in values.TYPES
    assert setting.summary
    assert setting.shown_by or setting.derived or setting.component != "postgresql"
    assert all(isinstance(plane, Plane) for _, planes in setting.shown_by for plane in planes)
    assert setting.secret is (setting.type == "secret")
    if setting.versions:
        assert values.version_within("1", setting.versions) is not None


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda item: f"{item.component}.{item.name}")
def test_a_default_is_readable_and_cites_a_source(setting: Setting) -> None:
    for default in setting.defaults:
        assert len(default.source) > 10
        assert OFFICIAL.match(default.source) or setting.component != "postgresql", default.source
        assert not setting.secret
        values.read(setting, default.value)
        if default.versions:
            assert values.version_within("1", default.versions) is not None


def test_no_default_of_postgresql_is_claimed_for_a_platform_that_does_not_state_it() -> None:
    for setting in CATALOGUE.of("postgresql"):
        for default in setting.defaults:
            managed = {"rds", "aurora", "cloud-sql", "alloydb", "azure-flexible"} & set(default.platforms)
            assert not managed or "postgresql.org" not in default.source, setting.name
            assert default.platforms or setting.platforms, setting.name


def test_a_name_that_looks_secret_is_a_secret_of_the_catalogue() -> None:
    visible = {item.name for item in CATALOGUE.of("postgresql") if looks_secret(item.name) and not item.secret}
    assert visible <= HARMLESS


HARMLESS = {
    "password_hashes",
    "md5_password_warnings",
    "primary_conninfo_sslmode",
    "ssl_passphrase_command_supports_reload",
}
"""Names of PostgreSQL that speak of secrets and hold none: forms, truths and modes."""


@pytest.mark.parametrize(
    "setting", [item for item in SETTINGS if item.derived], ids=lambda item: f"{item.component}.{item.name}"
)
def test_a_derived_setting_names_a_function_and_settings_that_exist(setting: Setting) -> None:
    import importlib

    assert setting.derived is not None
    importlib.import_module(f"scanner.derive.{COMPONENTS[setting.component]}")
    assert setting.derived.function in DERIVATIONS
    known = {item.name for item in CATALOGUE.of(setting.component)}
    assert set(setting.derived.inputs) <= known
    assert setting.name not in setting.derived.inputs


def test_every_aspect_of_the_control_map_is_in_our_own_short_words() -> None:
    for framework in CONTROLS.frameworks.values():
        for control in framework.controls:
            assert control.title
            assert control.moved_to or control.says, control.id
            assert len(control.says) <= 140, control.id
            assert "[Assignment" not in control.says + control.why


def test_the_control_map_holds_what_configuration_evidence_is_about() -> None:
    nist = {control.id for control in CONTROLS.frameworks["nist-800-53r5"].controls}
    families = {"cm-2", "cm-2.1", "cm-2.2", "cm-2.3", "cm-2.6", "cm-3", "cm-3.1", "cm-3.2", "cm-3.5", "cm-3.7"}
    more = {"cm-6", "cm-6.1", "cm-6.2", "cm-8", "cm-8.1", "cm-8.2", "cm-8.3", "cm-8.6", "sc-8", "sc-8.1", "sc-13"}
    assert families | more | {"sc-23", "ia-5.1", "ac-4", "au-12", "si-7"} <= nist
    soc2 = {control.id for control in CONTROLS.frameworks["soc2"].controls}
    assert {"CC6.1", "CC6.6", "CC6.7", "CC7.1", "CC7.2", "CC8.1"} <= soc2


def test_a_strength_of_an_objective_has_its_reason() -> None:
    for framework in CONTROLS.frameworks.values():
        for control in framework.controls:
            assert (control.strength is None) is (control.why == ""), control.id
            for objective in control.objectives:
                assert (objective.strength is None) is (objective.why == ""), objective.id


def test_weak_secrets_are_listed_once_and_in_lower_case() -> None:
    text = (resources.directory("baselines") / "weak-secrets.yaml").read_text()
    listed = [line.removeprefix("  - ").strip('"') for line in text.splitlines() if line.startswith("  - ")]
    assert len(listed) >= 60
    assert [word for word, count in Counter(listed).items() if count > 1] == []
    assert [word for word in listed if word != word.lower()] == []
    assert {"changeme", "redis", "postgres", "foobared", "secret", "dev-secret-key"} <= CATALOGUE.weak_secrets


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda item: item.id)
def test_a_baseline_in_a_saved_result_reads_back_as_it_was(baseline: Baseline) -> None:
    assert document.from_json(document.to_json(baseline, Baseline), Baseline, "saved") == baseline


def test_shipped_baselines_are_records_that_wait_for_an_approval() -> None:
    for baseline in BASELINES:
        assert isinstance(baseline, Baseline)
        assert re.fullmatch(r"\d+\.\d+\.\d+", baseline.version)
        assert baseline.source
        assert baseline.approved_by == "", "nobody can approve a baseline on behalf of its user"
