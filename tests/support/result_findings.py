"""The findings of the results that reports are tested with: every verdict, with waivers in force and expired."""

from __future__ import annotations

from scanner.model import (
    Finding,
)
from tests.support.result_parts import (
    API,
    API_STAGING,
    DECLARED,
    FAIL,
    LEGACY,
    LOW,
    NOT_APPLICABLE,
    NOT_ASSESSED,
    ORDERS,
    PASS,
    PERSISTED,
    PROVISIONED,
    RUNNING,
    SERVED,
    SESSIONS,
    UNKNOWN,
    finding,
    judged,
)
from tests.support.result_rows import CONFIG_ACL, HBA_GRANT, NO_LEGACY
from tests.support.result_rules import (
    AUDIT,
    COOKIE,
    CORS,
    DEBUG,
    HASH,
    HBA,
    LOG,
    PASSWORD,
    PLAINTEXT,
    PROTECTED,
    SECRET,
    SSL,
    TLS_13,
    TLS_PORT,
)


def all_findings() -> tuple[Finding, ...]:
    return (*_orders_findings(), *_sessions_findings(), *_other_findings())


def _orders_findings() -> tuple[Finding, ...]:
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
    )


def _sessions_findings() -> tuple[Finding, ...]:
    return (
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
    )


def _other_findings() -> tuple[Finding, ...]:
    return (
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
