"""Signatures over SHA256SUMS with a key of the user: OpenSSH or GnuPG, both checked without this program.

A signature made on the scanning host proves that the host's key signed, no more. Who may sign is told from outside: the
file of allowed signers or the key ring never comes from the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scanner.archive import layout
from scanner.archive.commands import run
from scanner.errors import UserError

NAMESPACE = "scan-evidence"


@dataclass(frozen=True, slots=True)
class Key:
    """The key that signs: a file for OpenSSH (a public one takes the agent's), an id for GnuPG."""

    kind: Literal["ssh", "gpg"]
    name: str
    identity: str
    """By which name the signer stands in the file of allowed signers."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who may sign, from outside the archive."""

    allowed_signers: Path | None = None
    keyring: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.allowed_signers or self.keyring)


def sign(folder: Path, key: Key) -> None:
    """Write the signature of a folder's sums beside them. UserError when the tool refuses."""
    target = folder / layout.SIGNATURES[key.kind]
    if key.kind == "ssh":
        good, made, told = run(
            ["ssh-keygen", "-Y", "sign", "-f", key.name, "-n", NAMESPACE], (folder / layout.SUMS).read_bytes()
        )
        if good:
            target.write_bytes(made)
    else:
        words = ["gpg", "--batch", "--no-tty", "--yes", "--armor", f"--local-user={key.name}"]
        good, _, told = run([*words, "--output", target, "--detach-sign", folder / layout.SUMS])
    if not good or not target.is_file():
        hint = "the key must be readable, and an agent must hold its passphrase if it has one"
        raise UserError(f"could not be signed: {told}", key=f"archive.sign {key.kind}: {key.name}", hint=hint)


def problem(folder: Path, kind: str, signer: str, trusted: Trusted) -> str:
    """What is wrong with the signature of a folder, or an empty text."""
    signature = folder / layout.SIGNATURES[kind]
    if not signature.is_file():
        return f"{signature.name} is missing, and {layout.RECORD} says that it was signed"
    sums = folder / layout.SUMS
    if kind == "ssh" and trusted.allowed_signers:
        words: list[str | Path] = ["ssh-keygen", "-Y", "verify", "-f", trusted.allowed_signers.resolve()]
        good, _, told = run([*words, "-I", signer, "-n", NAMESPACE, "-s", signature], sums.read_bytes())
    elif kind == "gpg" and trusted.keyring:
        good, _, told = run(["gpgv", "--keyring", trusted.keyring.resolve(), signature, sums])
    else:
        return ""
    return "" if good else f"{signature.name} is not a signature by {signer or 'a key that was given'}: {told}"


def covered(kind: str, trusted: Trusted) -> bool:
    """Whether what was given can check signatures of this kind."""
    return bool(trusted.allowed_signers if kind == "ssh" else trusted.keyring if kind == "gpg" else None)
