"""The rules of the results that reports are tested with."""

from __future__ import annotations

from scanner.model import (
    Compare,
    ControlReference,
    Expectation,
    Strength,
    Variant,
    When,
)
from tests.support.result_parts import CRITICAL, HIGH, LOW, MEDIUM, rule

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
