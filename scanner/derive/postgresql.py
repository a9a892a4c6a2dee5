"""What follows from several settings of a PostgreSQL server: whether TLS can be bypassed, whether anybody gets in.

Lines of pg_hba.conf are read as the server reads them: the first that matches decides, so a line that rejects everybody
takes the meaning from those after it. Every line for the network counts, the ones for the loopback address too; lines
for Unix sockets do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from scanner.derive import derivation, truth
from scanner.model import Absent, Content, Default, Known, Unresolved

CLEAR, TLS, GSS = "clear", "TLS", "GSSAPI"
ALL_WAYS = (CLEAR, TLS, GSS)

_WAYS = {
    "local": (),
    "host": ALL_WAYS,
    "hostssl": (TLS,),
    "hostnossl": (CLEAR, GSS),
    "hostgssenc": (GSS,),
    "hostnogssenc": (CLEAR, TLS),
}
"""How a connection may come for a line of each type; a type that is not known counts for every way."""

Rule = Mapping[str, Any]


@derivation
def postgresql_plaintext_accepted(inputs: Mapping[str, Content]) -> Content:
    """Whether a client on the network can log in without TLS."""
    forced = [truth(inputs.get(name, Absent())) for name in ("rds.force_ssl", "tls_required")]
    if True in forced:
        return Known(False)
    rules, unknown = _rules(inputs.get("hba_rules", Absent()))
    if any(not _rejects(rule) and not rule.get("error") for rule in _reached(rules, CLEAR)):
        return Known(True)
    if unknown is None:
        return Known(False)
    if False in forced:
        return Known(True)
    tls = inputs.get("ssl", Absent())
    if truth(tls) is False and isinstance(tls, Known | Default):
        return Unresolved(f"TLS is off, so whoever connects does so in the clear; {unknown.reason}", unknown.remedy)
    return unknown


@derivation
def postgresql_trust_accepted(inputs: Mapping[str, Content]) -> Content:
    """Whether a client on the network gets in without any authentication."""
    rules, unknown = _rules(inputs.get("hba_rules", Absent()))
    if any(rule.get("auth_method") == "trust" for way in ALL_WAYS for rule in _reached(rules, way)):
        return Known(True)
    return unknown or Known(False)


def _rules(content: Content) -> tuple[list[Rule], Unresolved | None]:
    """The lines that are known, and why they may not be all."""
    if isinstance(content, Unresolved):
        return [], content
    if not isinstance(content, Known | Default) or not isinstance(content.raw, list) or not content.raw:
        return [], Unresolved("the lines of pg_hba.conf are not known", "let a source show pg_hba.conf")
    rules = [rule for rule in content.raw if isinstance(rule, Mapping)]
    if len(rules) != len(content.raw) or any(rule.get("error") for rule in rules):
        return rules, Unresolved("a line of pg_hba.conf cannot be read", "correct the broken line")
    return rules, None


def _rejects(rule: Rule) -> bool:
    return bool(rule.get("auth_method") == "reject")


def _reached(rules: list[Rule], way: str) -> Iterator[Rule]:
    """The lines that a connection of one way can still match behind those that reject everybody."""
    closed: set[int] = set()
    for rule in rules:
        if way not in _WAYS.get(str(rule.get("type")), ALL_WAYS):
            continue
        if set(_families(rule)) - closed:
            yield rule
        if _rejects(rule) and _for_everybody(rule):
            closed |= set(_whole_families(rule))


def _for_everybody(rule: Rule) -> bool:
    return "all" in (rule.get("database") or ()) and "all" in (rule.get("user_name") or ())


def _families(rule: Rule) -> tuple[int, ...]:
    """The address families that a line can match; a name can lead to either."""
    address = str(rule.get("address") or "")
    try:
        return (ip_network(address.partition("/")[0]).version,)
    except ValueError:
        return (4, 6)


def _whole_families(rule: Rule) -> tuple[int, ...]:
    """The address families of which a line matches every address."""
    address, netmask = str(rule.get("address") or ""), str(rule.get("netmask") or "")
    if address == "all":
        return (4, 6)
    wide = address in {"0.0.0.0/0", "::/0"} or (address in {"0.0.0.0", "::"} and netmask in {"0.0.0.0", "::"})  # noqa: S104
    return _families(rule) if wide else ()
