"""The gaps and rows of the results that reports are tested with: every content, cell and drift state."""

from __future__ import annotations

from scanner.model import (
    Absent,
    Cell,
    CellState,
    Default,
    Drift,
    Gap,
    Known,
    Layer,
    Present,
    ReadingState,
    Row,
    TakesEffect,
    Unresolved,
)
from tests.support.result_parts import (
    API,
    API_STAGING,
    DECLARED,
    LEGACY,
    ORDERS,
    PERSISTED,
    PROVISIONED,
    RUNNING,
    SERVED,
    SESSIONS,
    answered,
    reading,
    row,
    silent,
)

GRANT = "GRANT pg_read_all_settings TO scanner;"
HBA_GRANT = "GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO scanner; GRANT SELECT ON pg_hba_file_rules TO scanner;"
CONFIG_ACL = "ACL SETUSER scanner +config|get"


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


def all_rows() -> tuple[Row, ...]:
    return (*_orders_rows(), *_sessions_rows(), *_other_rows())


def _orders_rows() -> tuple[Row, ...]:
    o, auto = ORDERS.id, Layer(20, "postgresql.auto.conf")
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
    )


def _sessions_rows() -> tuple[Row, ...]:
    s = SESSIONS.id
    return (
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
    )


def _other_rows() -> tuple[Row, ...]:
    a, g = API.id, API_STAGING.id
    return (
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
