"""The least that the scanner's own account needs, as the ACL line that an administrator runs."""

from __future__ import annotations

from scanner.values import Malformed
from scanner.values.versions import version as numbers

RULES = (
    ("+ping", "whether the server answers"),
    ("+info", "version and engine"),
    ("+config|get", "running configuration, by exact names that are no secrets"),
    ("+acl|list", "users and their rights"),
    ("+acl|whoami", "the name of this account"),
    ("+acl|dryrun", "what users may really run"),
    ("+command|info", "commands that were renamed or removed"),
    ("+module|list", "loaded modules"),
)
"""Each ACL rule with what it opens."""

SINCE = {"+acl|dryrun": (7, 0)}


def grants(version: str = "", user: str = "scanner") -> list[str]:
    """The command that creates the account, for a server of this version (the newest when it is not known)."""
    try:
        known = numbers(version)
    except Malformed:
        known = (99,)
    rules = " ".join(rule for rule, _ in RULES if known >= SINCE.get(rule, (0,)))
    return [f"ACL SETUSER {user} on ><password> resetkeys resetchannels -@all {rules}"]
