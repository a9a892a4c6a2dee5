"""What the server says of itself: version, modules, commands that were taken away, and its configuration.

``INFO`` comes first, as the version decides what may be asked. ``CONFIG GET`` is sent one exact name a call, which
every version understands; names are Redis's own, so the settings of the catalogue that this product made up (they
have an underscore) are never among them. Where CONFIG is closed, INFO still shows a few values.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collectors.redis.findings import Findings
from scanner.collectors.redis.refusals import Refusal
from scanner.collectors.redis.session import SECRET_NAMES, Session
from scanner.model import Plane, Raw, Setting
from scanner.readers.redis_words import SENSITIVE_COMMANDS, as_raw, module_name

IDENTITY = ("server_version", "server_engine")
SHOWN_BY_INFO = {
    "maxclients": "maxclients",
    "maxmemory": "maxmemory",
    "maxmemory-policy": "maxmemory_policy",
    "appendonly": "aof_enabled",
    "cluster-enabled": "cluster_enabled",
}
"""Configuration that INFO tells too."""

FOLLOW = ("plaintext_accepted",)
"""Settings that follow from the configuration: a probe alone could pass over a port that it does not know."""

MANAGED = frozenset({"elasticache", "memorydb", "memorystore", "azure-redis"})
"""Services that close CONFIG and have one listener, which is the one that the probe asks."""


def directives(settings: list[Setting]) -> list[str]:
    """The names to ask CONFIG for: no secret, nothing of our own making."""
    return [
        setting.name
        for setting in settings
        if not setting.secret and "_" not in setting.name and setting.name not in SECRET_NAMES
    ]


def identity(session: Session, found: Findings) -> None:
    """Version, engine and the fields of INFO that other steps need."""
    reply = session.ask("INFO")
    if isinstance(reply, Refusal):
        found.answered = found.answered or reply is Refusal.PERMISSION
        found.refused(reply, "INFO", "+info", IDENTITY)
        return
    found.answered = True
    lines = [line.partition(":") for line in str(reply).splitlines() if not line.startswith("#")]
    found.facts.update({name.strip(): value.strip() for name, _, value in lines})
    valkey = found.facts.get("valkey_version", "")
    version = valkey or found.facts.get("redis_version", "")
    if not version:
        found.gap("INFO tells no version", "allow the section “server” of INFO", IDENTITY, "INFO")
        return
    found.know("server_version", version, "INFO server")
    found.know("server_engine", "valkey" if valkey else "redis", "INFO server")


def configuration(session: Session, found: Findings) -> None:
    """The running values, by exact names."""
    names = directives(found.settings(Plane.RUNNING))
    first = session.ask("CONFIG", "GET", "port")
    if isinstance(first, Refusal):
        _from_info(found)
        if found.target.platform in MANAGED:
            for name in FOLLOW:
                found.absent(name, "CONFIG GET", note="the service has one listener, which is asked by the probe")
        found.refused(first, "CONFIG GET", "+config|get", (*names, *FOLLOW))
        return
    found.answered = True
    replies = session.ask_all([("CONFIG", "GET", name) for name in names])
    for name, reply in zip(names, replies, strict=True):
        locator = f"CONFIG GET {name}"
        if isinstance(reply, Refusal):
            found.refused(reply, locator, "+config|get", [name])
            continue
        value = _value(reply, name)
        if value is None:
            found.absent(name, locator, note="this version or build does not have it")
        else:
            found.configuration[name] = value
            setting = found.context.catalogue.setting("redis", name)
            found.know(name, as_raw(setting, value) if setting else value, locator)


def _value(reply: object, name: str) -> str | None:
    """The value beside the exact name: what else a server may send is not looked at."""
    if not isinstance(reply, list):
        return None
    pairs: Mapping[object, object] = dict(zip(reply[::2], reply[1::2], strict=False))
    value = pairs.get(name)
    return value if isinstance(value, str) else None


def _from_info(found: Findings) -> None:
    for name, fact in SHOWN_BY_INFO.items():
        if found.has(name) and fact in found.facts:
            found.know(name, found.facts[fact], "INFO", note="CONFIG is closed")


def commands(session: Session, found: Findings) -> None:
    """Which sensitive commands the server does not know under their own name."""
    reply = session.ask("COMMAND", "INFO", *SENSITIVE_COMMANDS)
    if isinstance(reply, Refusal):
        found.refused(reply, "COMMAND INFO", "+command|info", ["renamed_commands"])
    elif not isinstance(reply, list) or len(reply) != len(SENSITIVE_COMMANDS):
        found.refused(Refusal.OTHER, "COMMAND INFO", "+command|info", ["renamed_commands"])
    else:
        gone: list[Raw] = [name for name, known in zip(SENSITIVE_COMMANDS, reply, strict=True) if not known]
        found.know("renamed_commands", gone, "COMMAND INFO")


def modules(session: Session, found: Findings) -> None:
    """The loaded modules, by file name where the version tells it, those that are built in by their own name."""
    reply = session.ask("MODULE", "LIST")
    if isinstance(reply, Refusal):
        found.refused(reply, "MODULE LIST", "+module|list", ["loaded_modules"])
        return
    names: list[Raw] = []
    for entry in reply if isinstance(reply, list) else []:
        pairs = dict(zip(map(str, entry[::2]), entry[1::2], strict=False)) if isinstance(entry, list) else {}
        names.append(module_name(str(pairs.get("path") or pairs.get("name") or "unnamed")))
    found.know("loaded_modules", names, "MODULE LIST")
