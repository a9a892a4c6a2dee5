"""What may be told of the texts in the files of a server: never a password, shared secret or connection string."""

from __future__ import annotations

from scanner.model import Content, Default, Known, Present, Setting, Unresolved
from scanner.readers import connection_text, secrecy


def content(setting: Setting, value: str) -> Content:
    if setting.secret or secrecy.looks_secret(setting.name):
        return Present("literal") if value.strip() else Known("")
    return Known(secrecy.redact(value))


def sslmode(text: str) -> Content:
    """How the replication link asks for TLS; nothing else of the connection string is told."""
    if not text.strip():
        return Known("")
    parts = connection_text.parts(text)
    if parts is None:
        return Unresolved("primary_conninfo is no connection string that can be read", "write it as keyword=value")
    return Known(parts["?sslmode"]) if "?sslmode" in parts else Default("prefer", "libpq: sslmode")


def redacted(rule: dict[str, object]) -> dict[str, object]:
    """Without the passwords and shared secrets that LDAP and RADIUS lines carry."""
    options = rule["options"]
    assert isinstance(options, list)  # noqa: S101 - hba_rule makes it
    shown = []
    for option in options:
        name, sign, value = str(option).partition("=")
        hidden = bool(sign) and secrecy.looks_secret(name)
        shown.append(f"{name}={secrecy.REDACTED}" if hidden else secrecy.redact(str(option)) if value else str(option))
    return rule | {"options": shown}
