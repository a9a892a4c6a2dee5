"""The strong and the weak form of each server: what the shipped baselines ask for, and how it is often found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.demo.servers.binaries import Engine

ALLOWED_ORIGIN = "https://ghostquant.com"
WEAK_REDIS_PASSWORD = "changeme"  # noqa: S105 - the point of the weak form
WEAK_SECRET_KEY = "changeme"  # noqa: S105 - the point of the weak form

POSTGRESQL_STRONG: Mapping[str, str] = {
    "ssl_min_protocol_version": "TLSv1.3",
    "ssl_ciphers": "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305",
    "ssl_ca_file": "root.crt",
    "password_encryption": "scram-sha-256",
    "authentication_timeout": "30s",
    "unix_socket_permissions": "0700",
    "log_connections": "on",
    "log_disconnections": "on",
    "log_statement": "ddl",
    "log_line_prefix": "%m [%p] user=%u db=%d app=%a client=%r ",
    "log_timezone": "UTC",
    "log_file_mode": "0600",
    "log_destination": "stderr",
    "logging_collector": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "10MB",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "on",
    "log_lock_waits": "on",
    "log_replication_commands": "on",
    "log_parameter_max_length": "0",
    "client_min_messages": "error",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "60",
    "archive_mode": "on",
    "archive_command": "mkdir -p archive && test ! -f archive/%f && cp %p archive/%f",
}
POSTGRESQL_STRONG_HBA = "hostssl all all 127.0.0.1/32 scram-sha-256"


def postgresql_strong(engine: Engine) -> Mapping[str, str]:
    """Settings of the strong form for this version."""
    return {**POSTGRESQL_STRONG, **({"allow_alter_system": "off"} if engine.major >= 17 else {})}


POSTGRESQL_WEAK: Mapping[str, str] = {
    "ssl_min_protocol_version": "TLSv1.2",
    "password_encryption": "md5",
    "log_min_duration_statement": "250ms",
    "log_hostname": "on",
}
POSTGRESQL_WEAK_HBA = """
host  all reporting 127.0.0.1/32 trust
host  all all       127.0.0.1/32 md5
host  all all       0.0.0.0/0    password
"""

REDIS_STRONG_USERS: Sequence[str] = ("default off",)


def redis_strong(app_digest: str) -> tuple[Mapping[str, str], Sequence[str]]:
    """Settings and users of the strong form; ``app_digest`` is the SHA-256 of the application's password."""
    settings = {
        "tls-protocols": '"TLSv1.3"',
        "protected-mode": "yes",
        "maxmemory": "64mb",
        "maxmemory-policy": "noeviction",
        "timeout": "300",
        "tcp-keepalive": "60",
        "loglevel": "notice",
        "logfile": '"redis-server.log"',
        "appendonly": "no",
        "acllog-max-len": "256",
    }
    app = f"app on #{app_digest} ~orders:* resetchannels -@all +@read +@write +@connection -@dangerous -@admin"
    return settings, (*REDIS_STRONG_USERS, app)


def redis_weak(engine: Engine) -> Mapping[str, str]:
    """Settings of the weak form: a known password, a plaintext listener, debug commands where they can be opened."""
    settings = {"requirepass": WEAK_REDIS_PASSWORD, "protected-mode": "no", "tls-protocols": '"TLSv1.2 TLSv1.3"'}
    if engine.major >= 7:
        settings["enable-debug-command"] = "yes"
    return settings


def application_strong(secret: str) -> dict[str, str]:
    """The environment of a hardened application."""
    return {
        "ENVIRONMENT": "production",
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
        "CORS_ORIGINS": f'["{ALLOWED_ORIGIN}"]',
        "SESSION_COOKIE_SECURE": "true",
        "SESSION_COOKIE_HTTPONLY": "true",
        "SESSION_COOKIE_SAMESITE": "strict",
        "DOCS_ENABLED": "false",
        "HSTS_SECONDS": "31536000",
        "ALLOWED_HOSTS": '["127.0.0.1", "localhost", "ghostquant.com"]',
        "SECRET_KEY": secret,
    }


def application_weak() -> dict[str, str]:
    """The environment of an application as it is often found: any origin with credentials, docs open, no HSTS."""
    return {
        **application_strong(WEAK_SECRET_KEY),
        "DEBUG": "true",
        "LOG_LEVEL": "DEBUG",
        "CORS_ORIGINS": '["*"]',
        "SESSION_COOKIE_SECURE": "false",
        "SESSION_COOKIE_HTTPONLY": "false",
        "SESSION_COOKIE_SAMESITE": "lax",
        "DOCS_ENABLED": "true",
        "HSTS_SECONDS": "0",
        "ALLOWED_HOSTS": '["*"]',
    }


HIDDEN_SERVER_HEADER: Sequence[str] = ("--no-server-header",)
