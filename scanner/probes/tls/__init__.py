"""What a TLS handshake with a server proves, and what it does not.

``handshake`` offers a range of versions over a connection that a callable prepares: plain TCP, or a protocol that asks
for TLS first. The answer is read from the records themselves, so no error text is interpreted: a ServerHello means that
the server agreed to a version, even when it ends the session later because it wants a client certificate; an alert says
why it refuses.

A refusal alone proves nothing, a server that is down refuses everything. ``lowest_tls_accepted`` therefore asks upwards
until one handshake succeeds: that one is the control for all refusals before it, on the same address in the same scan.
No certificate is verified here; ``certificate`` reads what was served.
"""

from __future__ import annotations

from scanner.probes.tls.asking import handshake, secure
from scanner.probes.tls.conversation import SecureChannel
from scanner.probes.tls.lowest import LowestVersion, lowest_tls_accepted
from scanner.probes.tls.outcome import ANY, VERSIONS, Handshake, NoTLS, Outcome, Prepare

__all__ = [
    "ANY",
    "VERSIONS",
    "Handshake",
    "LowestVersion",
    "NoTLS",
    "Outcome",
    "Prepare",
    "SecureChannel",
    "handshake",
    "lowest_tls_accepted",
    "secure",
]
