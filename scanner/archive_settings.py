"""What ``scanner.yaml`` may say of the archive: where runs are kept, for how long, and which of the user's keys signs.

Keys are named and never given: a passphrase is an agent's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scanner import document
from scanner.catalogue import FORBID
from scanner.errors import UserError


@dataclass(frozen=True)
class SigningSection:
    """The key that signs what is kept: one of the two."""

    __pydantic_config__ = FORBID
    ssh_key: str = ""
    """A private key of OpenSSH, or a public one whose private key an agent holds, relative to this file."""
    gpg_key: str = ""
    """The id of a key of GnuPG."""
    identity: str = "scanner"
    """By which name the signer stands in an auditor's file of allowed signers (OpenSSH)."""


@dataclass(frozen=True)
class ArchiveSection:
    """Where runs are kept, for how long, and what signs them."""

    __pydantic_config__ = FORBID
    path: str = ""
    """A directory, relative to this file; .scanner/archive when left out."""
    sign: SigningSection = field(default_factory=SigningSection)
    retention: str = "400d"
    """How long results are kept before `scanner archive prune` may remove them, in days."""
    timestamp: str = ""
    """The address of a time-stamping authority (RFC 3161), asked for a token over each run."""
    attest_key: str = ""
    """An Ed25519 private key in PEM that signs an in-toto attestation of each run, relative to this file."""


def section(given: str | ArchiveSection, tree: document.Tree) -> ArchiveSection:
    """The settings of a project file. UserError by file and line for what cannot be meant."""
    found = ArchiveSection(given) if isinstance(given, str) else given

    def at(*path: str) -> str:
        return f"{tree.place}:{tree.line(('archive', *path))}"

    if found.sign.ssh_key and found.sign.gpg_key:
        raise UserError("names two keys", place=at("sign"), key="archive.sign", allowed="ssh_key or gpg_key")
    if not re.fullmatch(r"[^\s-]\S*", found.sign.identity):
        raise UserError("is no name", place=at("sign", "identity"), key=found.sign.identity, allowed="no blanks")
    if not re.fullmatch(r"[1-9][0-9]{0,5}d", found.retention):
        raise UserError("is no number of days", place=at("retention"), key=found.retention, allowed="such as 400d")
    if found.timestamp and not re.match(r"https?://[^\s/@]+(/\S*)?$", found.timestamp):
        raise UserError("is no address", place=at("timestamp"), key="archive.timestamp", allowed="http:// or https://")
    return found
