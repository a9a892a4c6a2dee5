"""What happens to the demonstration's servers after they were deployed: the usual ways in which reality moves away."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from scanner.demo.stage import PRODUCTION, Stage


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody did: in words, as an act, and where the report should show it."""

    who: str
    did: str
    act: Callable[[Stage], None]
    target: str
    setting: str
    scope: str = ""
    """Part of the scope's name, where the row is another one than the server's."""


def possible(stage: Stage) -> list[Change]:
    """The changes for which the servers are there."""
    changes: list[Change] = []
    if PRODUCTION in stage.postgresql:
        changes += _POSTGRESQL
    if PRODUCTION in stage.redis:
        changes += [change for change in _REDIS if not stage.redis[PRODUCTION].front or change.setting[:3] != "tls"]
    if PRODUCTION in stage.application:
        changes += _APPLICATION
    return [*changes, *_SOURCES]


def _sql(*statements: str, reload: bool = False) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        server = stage.postgresql[PRODUCTION]
        server.sql(*statements)
        if reload:
            server.reload()

    return act


def _hba_line(stage: Stage) -> None:
    server = stage.postgresql[PRODUCTION]
    # PostgreSQL tells the time of a file in whole seconds: the line must be seen to be newer than the reload before it.
    time.sleep(1.1)
    server.append(server.hba, "host     all       app          127.0.0.1/32    md5")


def _command(*commands: tuple[str, ...]) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        for words in commands:
            stage.redis[PRODUCTION].command(*words)

    return act


def _edited_variables(stage: Stage) -> None:
    file = stage.project / "infra" / "production.tfvars"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n# The import needs it for one night.\nforce_ssl = false\n", encoding="utf-8")


def _restarted_application(stage: Stage) -> None:
    server = stage.application[PRODUCTION]
    server.restart({**server.environment, "CORS_ORIGINS": '["*"]', "DOCS_ENABLED": "true"})


_POSTGRESQL = [
    Change(
        "an on-call engineer",
        "ALTER SYSTEM SET log_disconnections = off, and a reload",
        _sql("alter system set log_disconnections = off", reload=True),
        "ledger-production",
        "log_disconnections",
    ),
    Change(
        "a consultant",
        "ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.2', and no reload: nothing shows until the next one",
        _sql("alter system set ssl_min_protocol_version = 'TLSv1.2'"),
        "ledger-production",
        "ssl_min_protocol_version",
    ),
    Change(
        "a developer",
        "ALTER ROLE app SET password_encryption = 'md5': SHOW still says scram-sha-256 to everybody else",
        _sql("alter role app set password_encryption = 'md5'"),
        "ledger-production",
        "password_encryption",
        "role=app",
    ),
    Change(
        "a developer",
        "a line in pg_hba.conf that lets app in with md5 and without TLS, not loaded yet",
        _hba_line,
        "ledger-production",
        "hba_rules",
    ),
]
_REDIS = [
    Change(
        "a script",
        "CONFIG SET maxmemory-policy allkeys-lru and a user debug without a password, then CONFIG REWRITE: "
        "file and server agree again, and neither is what was approved",
        _command(
            ("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"),
            ("ACL", "SETUSER", "debug", "on", "nopass", "~*", "+@all"),
            ("CONFIG", "REWRITE"),
        ),
        "queue-production",
        "maxmemory-policy",
    ),
    Change(
        "an on-call engineer",
        "CONFIG SET timeout 0, in memory only: gone at the next restart",
        _command(("CONFIG", "SET", "timeout", "0")),
        "queue-production",
        "timeout",
    ),
    Change(
        "an on-call engineer",
        "CONFIG SET tls-protocols 'TLSv1.2 TLSv1.3', in memory only",
        _command(("CONFIG", "SET", "tls-protocols", "TLSv1.2 TLSv1.3")),
        "queue-production",
        "tls-protocols",
    ),
]
_APPLICATION = [
    Change(
        "a deployment by hand",
        'the application restarted with CORS_ORIGINS=["*"] and its documentation open',
        _restarted_application,
        "api-production",
        "foreign_origin_allowed",
    )
]
_SOURCES = [
    Change(
        "a pull request",
        "force_ssl = false in infra/production.tfvars, not applied yet",
        _edited_variables,
        "orders-db-production",
        "rds.force_ssl",
    )
]
