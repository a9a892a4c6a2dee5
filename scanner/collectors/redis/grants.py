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

SERVICES = {"elasticache": "--user-id {user} --engine redis", "memorydb": ""}
"""Platforms of Amazon, which create users themselves: what their command line wants beside name and access."""
NOT_ON_SERVICES = frozenset({"+config|get"})
"""Commands that managed platforms keep to themselves; a source that asks the platform stands for them."""


def grants(version: str = "", user: str = "scanner", platform: str = "") -> list[str]:
    """The command that creates the account, for a server of this version (the newest when it is not known)."""
    try:
        known = numbers(version)
    except Malformed:
        known = (99,)
    managed = platform not in {"", "self-managed"}
    refused = NOT_ON_SERVICES if managed else frozenset()
    rules = " ".join(rule for rule, _ in RULES if known >= SINCE.get(rule, (0,)) and rule not in refused)
    if platform in SERVICES:
        more = SERVICES[platform].format(user=user)
        access = f'--access-string "on resetkeys resetchannels -@all {rules}"'
        words = ("aws", platform, "create-user", f"--user-name {user}", more, access)
        return [
            "# then add the user to the user group or ACL of the cache",
            " ".join([*(word for word in words if word), "--authentication-mode Type=password,Passwords='<password>'"]),
        ]
    if managed:
        return [f"# as the platform lets you create users: {user} resetkeys resetchannels -@all {rules}"]
    return [f"ACL SETUSER {user} on ><password> resetkeys resetchannels -@all {rules}"]
