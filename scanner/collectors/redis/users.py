"""Who may log in to the server and what each may do, from ``ACL LIST`` and ``ACL DRYRUN``.

``ACL LIST`` is the truth about passwords: ``requirepass`` can be stale and would be sent in the clear. Its hashes are
looked up among publicly known passwords in memory and dropped here. ``ACL DRYRUN`` (since 7.0) is the server's own
answer to what a user may run; where it is not to be had, the rules themselves are replayed.
"""

from __future__ import annotations

from typing import Any

from scanner.collectors.redis.findings import Findings
from scanner.collectors.redis.refusals import Refusal
from scanner.collectors.redis.session import Session
from scanner.model import Present, Raw, Unresolved
from scanner.readers import redis_acl

SETTINGS = ("acl_users", "dangerous_commands", "requirepass", "default_user_enabled", "authentication_required")
MAX_USERS = 2_000
MAX_TRIED = 100


def users(session: Session, found: Findings) -> None:
    """Every user as a record."""
    reply = session.ask("ACL", "LIST")
    if isinstance(reply, Refusal):
        found.refused(reply, "ACL LIST", "+acl|list", SETTINGS)
        return
    weak = redis_acl.weak_hashes(found.context.catalogue.weak_secrets)
    try:
        lines = [str(line) for line in reply] if isinstance(reply, list) else []
        if not 0 < len(lines) <= MAX_USERS:
            raise redis_acl.MalformedRule(f"{len(lines)} users")
        listed = [redis_acl.line(line) for line in lines]
    except redis_acl.MalformedRule as error:
        unread = Unresolved(f"ACL LIST cannot be read: {error}", "report the version of this server to the scanner")
        found.see("acl_users", unread, "ACL LIST")
        found.gap(unread.reason, unread.remedy, SETTINGS, "ACL LIST")
        return
    records: list[Raw] = [user.record(weak, "ACL LIST") for user in listed]
    found.know("acl_users", records, "ACL LIST")
    _default_password(listed, weak, found)
    _dangerous(session, listed, found)


def _default_password(listed: list[redis_acl.User], weak: frozenset[str], found: Findings) -> None:
    """Whether the user ``default`` has a password, and whether the public knows it. Never which."""
    user = next((user for user in listed if user.name == "default"), None)
    if user is None or not user.hashes:
        found.know("requirepass", "", "ACL LIST", note="the user default has no password")
    elif user.hashes & weak:
        found.see("requirepass", Present("server", "weak", "it stands in public lists"), "ACL LIST")
    else:
        found.see("requirepass", Present("server"), "ACL LIST")


def _dangerous(session: Session, listed: list[redis_acl.User], found: Findings) -> None:
    """Powerful commands of enabled users that also reach data: ``user: command``."""
    able = [user for user in listed if user.enabled and user.reaches_data]
    allowed = _tried(session, able[:MAX_TRIED]) if len(able) <= MAX_TRIED else None
    if allowed is None:
        told: list[Raw] = [f"{user.name}: {title}" for user in able for title in user.dangerous_commands]
        found.know("dangerous_commands", told, "ACL LIST", note="replayed from the rules, not tried by ACL DRYRUN")
    else:
        found.know("dangerous_commands", list(allowed), "ACL DRYRUN")


def _tried(session: Session, listed: list[redis_acl.User]) -> list[str] | None:
    """What the server itself says; None when it does not have the command or keeps it from us."""
    pairs = [(user, command) for user in listed for command in redis_acl.DANGEROUS]
    if not pairs:
        return []
    first = session.ask("ACL", "DRYRUN", pairs[0][0].name, *pairs[0][1].words)
    if isinstance(first, Refusal) and first is not Refusal.OTHER:
        return None
    replies: list[Any] = session.ask_all([("ACL", "DRYRUN", user.name, *command.words) for user, command in pairs])
    told = []
    for (user, command), reply in zip(pairs, replies, strict=True):
        if isinstance(reply, Refusal) and reply is not Refusal.OTHER:
            return None
        if reply == "OK":
            told.append(f"{user.name}: {command.title}")
    return told
