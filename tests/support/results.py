"""Results for the tests of reports, built by hand: every verdict, drift state, content, waiver and gap there is.

``everything()`` is a run that an auditor could meet; ``hostile()`` is the same shape filled with values that attack the
reader; ``many()`` is large. Nothing here calls the code under test.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.model import (
    Absent,
    Answer,
    Baseline,
    Cell,
    CellState,
    Compare,
    Content,
    ControlReference,
    Coverage,
    Default,
    Drift,
    Expectation,
    Finding,
    Gap,
    Input,
    Judgement,
    Known,
    Layer,
    Notice,
    Plane,
    Present,
    Provenance,
    Reading,
    ReadingState,
    Row,
    Rule,
    ScanResult,
    Severity,
    Strength,
    TakesEffect,
    Target,
    Unresolved,
    Variant,
    Verdict,
    Waiver,
    When,
)

PLAIN = Layer()
START, END = "2026-11-21T21:00:03Z", "2026-11-21T21:00:09Z"
DECLARED, PROVISIONED, PERSISTED, RUNNING, SERVED = Plane
PASS, FAIL, UNKNOWN, NOT_ASSESSED, NOT_APPLICABLE = Verdict
LOW, MEDIUM, HIGH, CRITICAL = Severity

ORDERS = Target(
    "orders-db", "postgresql", "production", platform="rds", version="16.4", labels=(("rds", "orders-prod"),)
)
SESSIONS = Target("sessions", "redis", "production", platform="self-managed", version="7.0.15")
API = Target("api", "fastapi", "production", platform="container")
API_STAGING = Target("api-staging", "fastapi", "staging", environment_from=".env.staging")
LEGACY = Target("legacy-db", "postgresql", "production", environment_from="assumed")
TARGETS = (ORDERS, SESSIONS, API, API_STAGING, LEGACY)

GRANT = "GRANT pg_read_all_settings TO scanner;"
HBA_GRANT = "GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO scanner; GRANT SELECT ON pg_hba_file_rules TO scanner;"
CONFIG_ACL = "ACL SETUSER scanner +config|get"


def reading(
    target: str,
    setting: str,
    plane: Plane,
    content: Content,
    text: str,
    where: str,
    *,
    scope: str = "server",
    chain: tuple[str, ...] = (),
    layer: Layer = PLAIN,
    waits: TakesEffect = TakesEffect.NOW,
    state: ReadingState = ReadingState.EFFECTIVE,
    note: str = "",
    changed_by: str = "",
) -> Reading:
    provenance = Provenance("terraform" if plane is DECLARED else "server", where, chain, END, changed_by)
    return Reading(
        replace(_bare(target, setting, plane, content, provenance, scope), layer=layer, takes_effect=waits),
        text,
        state,
        note,
    )


def _bare(target: str, setting: str, plane: Plane, content: Content, provenance: Provenance, scope: str) -> Any:
    from scanner.model import Observation

    return Observation(target, setting, plane, content, provenance, scope)


def answered(*readings: Reading) -> Cell:
    return Cell(readings[0].observation.plane, CellState.ANSWERED, readings)


def silent(*gaps: Gap) -> Cell:
    return Cell(gaps[0].plane, CellState.SILENT, (), gaps)


def row(
    target: Target, setting: str, *cells: Cell, scope: str = "server", drift: tuple[Drift, ...] = (), **more: str
) -> Row:
    """A row with the given cells; declared on the rest that nobody asked them."""
    given = {cell.plane: cell for cell in cells}
    rest = {plane: Cell(plane, CellState.NOT_ASKED) for plane in Plane}
    return Row(target.id, setting, scope, tuple((rest | given).values()), drift, **more)


def rule(
    name: str,
    title: str,
    component: str,
    setting: str,
    severity: Severity,
    expectation: Expectation | None,
    **more: Any,
) -> Rule:
    more.setdefault("fix", (("postgresql", f"ALTER SYSTEM SET {setting} = …; SELECT pg_reload_conf();"),))
    more.setdefault(
        "controls", (ControlReference("nist-800-53r5", "cm-6_obj.b", Strength.MEASURED, "a setting is set"),)
    )
    more.setdefault("why", f"A weaker value of {setting} lets somebody in who should stay out.")
    return Rule(
        name, title, component, setting, severity, baseline=f"{component}-secure", expectation=expectation, **more
    )


TLS_13 = rule(
    "postgresql-tls-1.3",
    "The lowest TLS version a client can use is 1.3",
    "postgresql",
    "ssl_min_protocol_version",
    HIGH,
    Expectation("at_least", "TLSv1.3"),
    controls=(
        ControlReference("nist-800-53r5", "cm-6_obj.b", Strength.MEASURED, "the configured value is read"),
        ControlReference("nist-800-53r5", "sc-8.1", Strength.PARTIAL, "encryption in transit to this server only"),
        ControlReference("soc2", "CC6.7", Strength.PARTIAL, "one path of transmission"),
    ),
    references=("PostgreSQL documentation, 20.3 Connections and Authentication",),
    variants=(Variant(When(environments=("development",)), Expectation("at_least", "TLSv1.2"), LOW),),
)
SSL = rule("postgresql-ssl-on", "TLS is on", "postgresql", "ssl", CRITICAL, Expectation("equals", "on"))
HASH = rule(
    "postgresql-password-hash",
    "Passwords are stored as SCRAM-SHA-256",
    "postgresql",
    "password_encryption",
    HIGH,
    Expectation("equals", "scram-sha-256"),
    fix=(
        ("postgresql", "ALTER SYSTEM SET password_encryption = 'scram-sha-256';\nSELECT pg_reload_conf();"),
        ("aws_db_parameter_group", 'parameter { name = "password_encryption" value = "scram-sha-256" }'),
    ),
)
HBA = rule(
    "postgresql-no-trust", "No line of pg_hba lets anybody in unasked", "postgresql", "hba_rules", CRITICAL, None
)
LOG = rule("postgresql-log-connections", "Connections are logged", "postgresql", "log_connections", LOW, None)
AUDIT = rule("postgresql-pgaudit", "Changes of data are logged by pgaudit", "postgresql", "pgaudit.log", MEDIUM, None)
PLAINTEXT = rule(
    "redis-no-plaintext-port", "No port speaks plain text", "redis", "port", CRITICAL, Expectation("equals", 0)
)
PASSWORD = rule("redis-password", "Every enabled user has a password", "redis", "requirepass", CRITICAL, None)
PROTECTED = rule("redis-protected-mode", "Protected mode is on", "redis", "protected-mode", HIGH, None)
TLS_PORT = rule("redis-tls-port", "TLS is served on port 6380", "redis", "tls-port", HIGH, Expectation("equals", 6380))
CORS = rule(
    "fastapi-cors-origins",
    "Browsers of the listed origins only may call the service",
    "fastapi",
    "cors_origins",
    HIGH,
    Expectation("within", "{parameter: allowed_origins}"),
    controls=(
        ControlReference("nist-800-53r5", "ac-4", Strength.PARTIAL, "browsers only"),
        ControlReference("nist-800-53r5", "au-9", Strength.RECORD, "the list is kept in the repository"),
    ),
)
COOKIE = rule(
    "fastapi-cookie-secure", "The session cookie is sent over TLS only", "fastapi", "session_cookie_secure", HIGH, None
)
DEBUG = rule("fastapi-debug-off", "Debug mode is off", "fastapi", "debug", HIGH, Expectation("equals", False))
SECRET = rule(
    "fastapi-secret-distinct",
    "Environments do not share a signing secret",
    "fastapi",
    "secret_key",
    CRITICAL,
    None,
    compare=Compare("environments", "distinct"),
    controls=(ControlReference("soc2", "CC6.1", Strength.NONE, "listed for completeness"),),
)
RULES = {
    "postgresql": (SSL, TLS_13, HASH, HBA, LOG, AUDIT),
    "redis": (PLAINTEXT, PASSWORD, PROTECTED, TLS_PORT),
    "fastapi": (CORS, COOKIE, DEBUG, SECRET),
}

NO_GRANT = Gap(
    "orders-db",
    RUNNING,
    "postgresql",
    "permission denied for view pg_hba_file_rules",
    HBA_GRANT,
    ("hba_rules",),
    "pg_hba_file_rules",
)
NO_CONFIG = Gap("sessions", RUNNING, "redis", "NOPERM: no permission to run 'config|get'", CONFIG_ACL, (), "CONFIG GET")
NO_LEGACY = Gap(
    "legacy-db",
    RUNNING,
    "postgresql",
    "no answer from 127.0.0.1:5499 within 10 seconds",
    "Start the server or correct LEGACY_DB_DSN, then scan again.",
)
GAPS = (NO_GRANT, NO_CONFIG, NO_LEGACY)


def _rows() -> tuple[Row, ...]:
    o, s, a, g = "orders-db", "sessions", "api", "api-staging"
    auto = Layer(20, "postgresql.auto.conf")
    return (
        row(
            ORDERS,
            "ssl",
            answered(reading(o, "ssl", DECLARED, Known("1"), "true", "infra/db.tf:14")),
            answered(reading(o, "ssl", RUNNING, Known("on"), "true", "pg_settings")),
            answered(reading(o, "ssl", SERVED, Known("TLSv1.3"), "true", "TLS handshake with 127.0.0.1:5432")),
            drift=(Drift.IN_SYNC,),
        ),
        row(
            ORDERS,
            "ssl_min_protocol_version",
            answered(
                reading(
                    o,
                    "ssl_min_protocol_version",
                    DECLARED,
                    Known("TLSv1.3"),
                    "TLSv1.3",
                    "infra/db.tf:21",
                    chain=("infra/production.tfvars:3", "var.tls_version", "module.orders"),
                )
            ),
            answered(
                reading(
                    o,
                    "ssl_min_protocol_version",
                    PROVISIONED,
                    Known("TLSv1.3"),
                    "TLSv1.3",
                    "arn:aws:rds:eu-west-1:1:pg:orders",
                )
            ),
            answered(
                reading(
                    o,
                    "ssl_min_protocol_version",
                    PERSISTED,
                    Known("TLSv1.3"),
                    "TLSv1.3",
                    "postgresql.auto.conf:4",
                    layer=auto,
                    waits=TakesEffect.RELOAD,
                ),
                reading(
                    o,
                    "ssl_min_protocol_version",
                    PERSISTED,
                    Known("TLSv1.2"),
                    "TLSv1.2",
                    "postgresql.conf:102",
                    layer=Layer(10, "postgresql.conf"),
                    state=ReadingState.SHADOWED,
                ),
            ),
            answered(reading(o, "ssl_min_protocol_version", RUNNING, Known("TLSv1.2"), "TLSv1.2", "pg_settings")),
            answered(
                reading(
                    o,
                    "ssl_min_protocol_version",
                    SERVED,
                    Known("TLSv1.2"),
                    "TLSv1.2",
                    "TLS handshake with 127.0.0.1:5432",
                )
            ),
            drift=(Drift.PENDING, Drift.DIFFERS),
            drift_note="postgresql.auto.conf was written after the last load",
            moved="source",
        ),
        row(
            ORDERS,
            "password_encryption",
            answered(
                reading(o, "password_encryption", DECLARED, Known("scram-sha-256"), "scram-sha-256", "infra/db.tf:30")
            ),
            answered(
                reading(
                    o,
                    "password_encryption",
                    RUNNING,
                    Known("md5"),
                    "md5",
                    "pg_db_role_setting",
                    scope="role=app",
                    changed_by="dba",
                )
            ),
            scope="role=app",
            drift=(Drift.OVERRIDDEN,),
            drift_note="role app gets md5, the server has scram-sha-256",
        ),
        row(
            ORDERS,
            "hba_rules",
            answered(
                reading(
                    o,
                    "hba_rules",
                    DECLARED,
                    Known([{"type": "hostssl", "method": "scram-sha-256"}]),
                    "1 line",
                    "infra/pg_hba.conf",
                )
            ),
            silent(NO_GRANT),
            drift=(Drift.UNKNOWN,),
        ),
        row(
            ORDERS,
            "log_connections",
            answered(reading(o, "log_connections", DECLARED, Absent(), "", "infra/db.tf")),
            answered(
                reading(
                    o, "log_connections", RUNNING, Default("off", "PostgreSQL 16 documentation"), "false", "pg_settings"
                )
            ),
            drift=(Drift.IN_SYNC,),
        ),
        row(
            ORDERS,
            "work_mem",
            answered(reading(o, "work_mem", DECLARED, Known("8MB"), "8 MiB", "infra/db.tf:40")),
            answered(
                reading(o, "work_mem", RUNNING, Known("65536"), "64 MiB", "pg_settings", changed_by="erin (CloudTrail)")
            ),
            drift=(Drift.CHANGED,),
            drift_note="the server's value moved since the previous run",
            moved="live system",
        ),
        row(
            SESSIONS,
            "port",
            answered(reading(s, "port", DECLARED, Known("0"), "0", "deploy/redis.conf:3")),
            answered(reading(s, "port", PERSISTED, Known("0"), "0", "/etc/redis/redis.conf:3")),
            answered(reading(s, "port", SERVED, Known(6379), "6379", "PING to 127.0.0.1:6379")),
            drift=(Drift.RUNTIME_ONLY,),
            drift_note="CONFIG SET was not followed by CONFIG REWRITE",
        ),
        row(
            SESSIONS,
            "requirepass",
            answered(reading(s, "requirepass", DECLARED, Present("reference"), "set", "deploy/redis.conf:9")),
            silent(NO_CONFIG),
            drift=(Drift.UNKNOWN,),
        ),
        row(SESSIONS, "protected-mode", silent(NO_CONFIG), drift=(Drift.UNKNOWN,)),
        row(
            SESSIONS,
            "maxmemory",
            answered(reading(s, "maxmemory", DECLARED, Known("2gb"), "2 GiB", "deploy/redis.conf:20")),
            answered(reading(s, "maxmemory", RUNNING, Known("1073741824"), "1 GiB", "INFO memory")),
            drift=(Drift.UNAPPLIED,),
            drift_note="deploy/redis.conf changed on 20 November 2026, the server was loaded on 3 November 2026",
            moved="source",
        ),
        row(
            SESSIONS,
            "rename-command",
            answered(reading(s, "rename-command", RUNNING, Known(["FLUSHALL"]), "FLUSHALL", "ACL LIST")),
            drift=(Drift.UNDECLARED,),
        ),
        row(
            SESSIONS,
            "tls-replication",
            answered(reading(s, "tls-replication", DECLARED, Known("yes"), "true", "deploy/redis.conf:31")),
            answered(reading(s, "tls-replication", RUNNING, Absent(), "", "INFO")),
            drift=(Drift.MISSING,),
        ),
        row(
            API,
            "cors_origins",
            answered(
                reading(
                    a,
                    "cors_origins",
                    DECLARED,
                    Known('["https://ghostquant.com"]'),
                    "https://ghostquant.com",
                    "infra/api.tf:55",
                    chain=("infra/production.tfvars:9", "var.cors_origins"),
                )
            ),
            answered(
                reading(
                    a,
                    "cors_origins",
                    SERVED,
                    Known("*"),
                    "*",
                    "CORS preflight to http://127.0.0.1:8000",
                    note="any origin is allowed",
                )
            ),
            drift=(Drift.DIFFERS,),
        ),
        row(
            API,
            "debug",
            answered(
                reading(
                    a,
                    "debug",
                    DECLARED,
                    Unresolved(
                        "var.debug has no default and no value", "Give --var debug=… or a tfvars file.", (True, False)
                    ),
                    "",
                    "infra/api.tf:60",
                )
            ),
            drift=(Drift.UNKNOWN,),
        ),
        row(
            API,
            "secret_key",
            answered(
                reading(
                    a,
                    "secret_key",
                    DECLARED,
                    Present("literal", "weak", "it is on the list of publicly known secrets", ("api-staging",), True),
                    "set",
                    ".env.production:4",
                )
            ),
            drift=(Drift.IN_SYNC,),
        ),
        row(
            API_STAGING,
            "session_cookie_secure",
            answered(
                reading(
                    g,
                    "session_cookie_secure",
                    DECLARED,
                    Known("true"),
                    "true",
                    ".env.staging:7",
                    state=ReadingState.CONFLICT,
                ),
                reading(
                    g,
                    "session_cookie_secure",
                    DECLARED,
                    Known("false"),
                    "false",
                    "compose.yaml:12",
                    state=ReadingState.CONFLICT,
                ),
            ),
            Cell(RUNNING, CellState.CANNOT_SHOW, note="a running process does not tell this"),
            drift=(Drift.UNKNOWN,),
        ),
        row(LEGACY, "ssl", silent(NO_LEGACY), drift=(Drift.UNKNOWN,)),
    )


def judged(plane: Plane, verdict: Verdict, text: str, reason: str = "", remedy: str = "") -> Judgement:
    return Judgement(plane, verdict, text, reason, "", remedy)


def finding(
    held: Rule, target: Target, verdict: Verdict, expected: str, reason: str, *judgements: Judgement, **more: Any
) -> Finding:
    scope = more.pop("scope", "server")
    more.setdefault("rows", (f"{target.id}|{held.setting}|{scope}",))
    severity = more.pop("severity", held.severity)
    return Finding(held.id, target.id, scope, verdict, severity, expected, reason, judgements=judgements, **more)


def _findings() -> tuple[Finding, ...]:
    return (
        finding(SSL, ORDERS, PASS, "true", "", *(judged(plane, PASS, "true") for plane in (DECLARED, RUNNING, SERVED))),
        finding(
            TLS_13,
            ORDERS,
            FAIL,
            "at least TLSv1.3",
            "running and served are below TLSv1.3",
            *(judged(plane, PASS, "TLSv1.3") for plane in (DECLARED, PROVISIONED, PERSISTED)),
            *(judged(plane, FAIL, "TLSv1.2", "TLSv1.2 is below TLSv1.3") for plane in (RUNNING, SERVED)),
            fix_at="orders-db",
            remedy="SELECT pg_reload_conf();",
        ),
        finding(
            HASH,
            ORDERS,
            FAIL,
            "scram-sha-256",
            "role app gets md5",
            judged(DECLARED, PASS, "scram-sha-256"),
            judged(RUNNING, FAIL, "md5"),
            scope="role=app",
            fix_at="infra/db.tf:30",
            remedy="ALTER ROLE app RESET password_encryption;",
            waiver_note="W-2026-009 expired on 31 October 2026",
        ),
        finding(
            HBA,
            ORDERS,
            UNKNOWN,
            "no line with the method trust",
            "running did not answer",
            judged(DECLARED, PASS, "1 line"),
            judged(RUNNING, UNKNOWN, "", "permission denied for view pg_hba_file_rules", HBA_GRANT),
        ),
        finding(
            LOG,
            ORDERS,
            FAIL,
            "true",
            "connections are not logged",
            judged(DECLARED, PASS, "not set"),
            judged(RUNNING, FAIL, "false"),
            fix_at="infra/db.tf",
            waiver="W-2026-014",
        ),
        finding(AUDIT, ORDERS, NOT_APPLICABLE, "", "the platform writes this log itself", rows=()),
        finding(
            PLAINTEXT,
            SESSIONS,
            FAIL,
            "0",
            "6379 answers in plain text",
            judged(DECLARED, PASS, "0"),
            judged(PERSISTED, PASS, "0"),
            judged(SERVED, FAIL, "6379"),
            fix_at="/etc/redis/redis.conf:3",
            remedy="CONFIG SET port 0",
        ),
        finding(
            PASSWORD,
            SESSIONS,
            UNKNOWN,
            "set",
            "running did not answer",
            judged(DECLARED, PASS, "set"),
            judged(RUNNING, UNKNOWN, "", "NOPERM: no permission to run 'config|get'", CONFIG_ACL),
        ),
        finding(
            PROTECTED,
            SESSIONS,
            UNKNOWN,
            "true",
            "running did not answer",
            judged(RUNNING, UNKNOWN, "", "NOPERM: no permission to run 'config|get'", CONFIG_ACL),
        ),
        finding(TLS_PORT, SESSIONS, NOT_ASSESSED, "6380", "no source that was asked can show it", rows=()),
        finding(
            CORS,
            API,
            FAIL,
            "within https://ghostquant.com",
            "any origin is allowed",
            judged(DECLARED, PASS, "https://ghostquant.com"),
            judged(SERVED, FAIL, "*"),
            fix_at="infra/api.tf:55",
            remedy="Set CORS_ORIGINS to the listed origins and restart the service.",
        ),
        finding(
            DEBUG,
            API,
            UNKNOWN,
            "false",
            "declared cannot be known",
            judged(
                DECLARED, UNKNOWN, "", "var.debug has no default and no value", "Give --var debug=… or a tfvars file."
            ),
        ),
        finding(
            SECRET,
            API,
            FAIL,
            "distinct in every environment",
            "production and staging hold the same secret",
            judged(DECLARED, FAIL, "set"),
            peers=("api-staging|secret_key|server",),
            fix_at=".env.production:4",
            remedy="Give every environment a secret of its own.",
        ),
        finding(
            COOKIE,
            API_STAGING,
            UNKNOWN,
            "true",
            "two places of equal rank disagree",
            judged(
                DECLARED,
                UNKNOWN,
                "",
                "two places of equal rank disagree",
                "Keep one of .env.staging:7 and compose.yaml:12.",
            ),
        ),
        finding(
            CORS, API_STAGING, NOT_ASSESSED, "", "the parameter allowed_origins was not given", rows=(), severity=LOW
        ),
        finding(
            SSL,
            LEGACY,
            UNKNOWN,
            "true",
            "running did not answer",
            judged(RUNNING, UNKNOWN, "", NO_LEGACY.reason, NO_LEGACY.remedy),
        ),
    )


COVERAGE = Coverage(16, passed=1, failed_open=5, failed_accepted=1, unknown=6, not_assessed=2, not_applicable=1)

WAIVERS = (
    Waiver(
        "W-2026-014",
        "postgresql-log-connections",
        "orders-db",
        "The proxy in front of the database logs every connection.",
        "A. Example, head of platform",
        "2026-12-21",
        accepted_value="false",
        requested_by="B. Example",
        approved_on="2026-11-02",
        compensating_measure="The logs of the proxy are kept for 400 days.",
        ticket="SEC-77",
        place="waivers.yaml:3",
    ),
    Waiver(
        "W-2026-009",
        "postgresql-password-hash",
        "orders-db",
        "One old client cannot do better.",
        "A. Example, head of platform",
        "2026-10-31",
        scope="role=app",
        place="waivers.yaml:14",
    ),
)


def _answers() -> tuple[Answer, ...]:
    def answer(target: str, plane: Plane, collector: str, locator: str, complete: bool = True) -> Answer:
        return Answer(target, plane, collector, complete, Provenance(collector, locator, observed_at=END))

    return (
        answer("orders-db", DECLARED, "terraform", "infra"),
        answer("orders-db", PROVISIONED, "rds", "arn:aws:rds:eu-west-1:1:pg:orders"),
        answer("orders-db", PERSISTED, "postgresql", "pg_file_settings"),
        answer("orders-db", RUNNING, "postgresql", "pg_settings", complete=False),
        answer("orders-db", SERVED, "postgresql", "TLS handshake with 127.0.0.1:5432"),
        answer("sessions", DECLARED, "redis_file", "deploy/redis.conf"),
        answer("sessions", PERSISTED, "redis_file", "/etc/redis/redis.conf"),
        answer("sessions", SERVED, "redis", "PING to 127.0.0.1:6379"),
        answer("api", DECLARED, "terraform", "infra"),
        answer("api", SERVED, "http", "http://127.0.0.1:8000"),
        answer("api-staging", DECLARED, "dotenv", ".env.staging"),
    )


def _baselines() -> tuple[Baseline, ...]:
    def of(component: str, title: str, **more: str) -> Baseline:
        name = f"{component}-secure"
        return Baseline(
            name,
            "1.0.0",
            title,
            component,
            RULES[component],
            owner="platform team",
            review="annually",
            source="vendor documentation",
            place=f"baselines/secure/{component}.yaml",
            digest="ab12" * 16,
            **more,
        )

    return (
        of("postgresql", "PostgreSQL, secure", approved_by="A. Example, head of platform", approved_on="2026-11-02"),
        of("redis", "Redis and Valkey, secure", approved_by="A. Example, head of platform", approved_on="2026-11-02"),
        of("fastapi", "FastAPI and environments, secure"),
    )


def everything() -> ScanResult:
    """A run with every verdict, drift state, content, waiver and gap."""
    return ScanResult(
        schema_version="1",
        tool_version="0.1.0",
        run_id="20261121T210003Z-7f3a",
        command="scanner check .",
        project="ghostquant",
        started=START,
        finished=END,
        baselines=_baselines(),
        targets=TARGETS,
        rows=_rows(),
        findings=_findings(),
        gaps=GAPS,
        coverage=COVERAGE,
        answers=_answers(),
        inputs=(
            Input("infra/db.tf", "1f" * 32),
            Input("infra/production.tfvars", "2e" * 32),
            Input(".env.staging", "3d" * 32),
        ),
        waivers=WAIVERS,
        notices=(
            Notice("unused waiver", "W-2025-001 names a rule that nothing fails", "waivers.yaml:30"),
            Notice(
                "unreadable file",
                "secrets.tf could not be read: Permission denied",
                "infra/secrets.tf",
                incomplete=True,
            ),
        ),
        parameters=(("allowed_origins", ["https://ghostquant.com"]),),
        exit_code=1,
        exit_reasons=("5 open differences at or above low", "6 requirements could not be checked", "7 rows drift"),
    )


def clean() -> ScanResult:
    """A run in which everything that was asked was answered and conforms."""
    whole = everything()
    kept = tuple(item for item in whole.findings if item.verdict is PASS)
    return replace(
        whole,
        rows=whole.rows[:1],
        findings=kept,
        gaps=(),
        targets=(ORDERS,),
        baselines=whole.baselines[:1],
        waivers=(),
        notices=(),
        answers=whole.answers[:5],
        coverage=Coverage(1, passed=1),
        exit_code=0,
        exit_reasons=(),
    )


def empty() -> ScanResult:
    """A run that found nothing at all."""
    nothing: Any = ()
    return replace(
        clean(),
        rows=nothing,
        findings=nothing,
        targets=nothing,
        baselines=nothing,
        answers=nothing,
        inputs=nothing,
        coverage=Coverage(),
        exit_code=3,
        exit_reasons=("nothing was assessed",),
    )


ATTACKS = (
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "'\"><style>*{display:none}</style><!--",
    "{{ 7*7 }}{% raw %}",
    "\x1b[2J\x1b[31mPASS\x1b]0;owned\x07\x9b1m",
    "line one\nexit 0: everything conforms\r\ttab",
    "\u202eevil\u2066txt\u200b\ufeff\u2028",
    "lone \ud800 and \udcff surrogates \x00 and NUL",
    "宽字符 \u0301\u0301 שלום",
)


def hostile(attack: str) -> ScanResult:
    """Everything that comes from outside carries an attack: values, names, places, reasons, people's text."""
    result: ScanResult = attacked(everything(), attack)
    return result


_OURS = {"schema_version", "kind", "baseline", "operator", "across"}


def attacked(value: Any, attack: str) -> Any:
    """A deep copy in which every text field but our own enumerations ends with the attack."""
    from dataclasses import fields, is_dataclass
    from enum import Enum

    if is_dataclass(value) and not isinstance(value, type):
        kept = {"origin", "strength", "state", "expect"} if isinstance(value, (Present, Compare)) else set()
        changes = {
            item.name: attacked(getattr(value, item.name), attack)
            for item in fields(value)
            if item.init and item.name not in _OURS | kept
        }
        for name in changes.keys() & {"rows", "peers"} if isinstance(value, Finding) else ():
            changes[name] = tuple("|".join(part + attack for part in key.split("|")) for key in getattr(value, name))
        return replace(value, **changes)
    if isinstance(value, Enum):
        return value
    if isinstance(value, tuple):
        return tuple(attacked(item, attack) for item in value)
    if isinstance(value, list):
        return [attacked(item, attack) for item in value]
    return f"{value}{attack}" if isinstance(value, str) and value else value


def huge(letters: int = 10_000_000) -> ScanResult:
    """One value, its raw text and the reason of its finding are very long."""
    text = "A" * letters
    whole = everything()
    first = whole.rows[0]
    long_cell = answered(reading("orders-db", "ssl", DECLARED, Known(text), text, "infra/db.tf:14"))
    rows = (replace(first, cells=(long_cell, *first.cells[1:])), *whole.rows[1:])
    worst = replace(whole.findings[0], verdict=FAIL, reason=text, judgements=(judged(DECLARED, FAIL, text),))
    coverage = replace(COVERAGE, passed=0, failed_open=6)
    return replace(whole, rows=rows, findings=(worst, *whole.findings[1:]), coverage=coverage)


def many(findings: int = 5_000) -> ScanResult:
    """A run with thousands of findings: every tenth fails, every tenth is unknown."""
    rules = tuple(replace(TLS_13, id=f"rule-{number}", setting=f"setting_{number}") for number in range(findings // 50))
    targets = tuple(replace(ORDERS, id=f"db-{number:03}") for number in range(50))
    rows, found = [], []
    for target in targets:
        for position, held in enumerate(rules):
            verdict = FAIL if position % 10 == 0 else UNKNOWN if position % 10 == 1 else PASS
            text = "TLSv1.2" if verdict is FAIL else "TLSv1.3"
            cells = [answered(reading(target.id, held.setting, plane, Known(text), text, "here")) for plane in Plane]
            rows.append(row(target, held.setting, *cells, drift=(Drift.IN_SYNC,)))
            found.append(
                finding(
                    held, target, verdict, "at least TLSv1.3", "", *(judged(plane, verdict, text) for plane in Plane)
                )
            )
    fails, unknowns = (sum(1 for item in found if item.verdict is wanted) for wanted in (FAIL, UNKNOWN))
    return replace(
        everything(),
        baselines=(replace(_baselines()[0], rules=rules),),
        targets=targets,
        rows=tuple(rows),
        findings=tuple(found),
        gaps=(),
        answers=(),
        coverage=Coverage(len(found), passed=len(found) - fails - unknowns, failed_open=fails, unknown=unknowns),
    )
