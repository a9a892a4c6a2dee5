"""Archives for tests: runs built by hand, kept at times that are given, and keys that live for one test."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import layout, signing
from scanner.model import ScanResult
from tests.support.results import clean
from tests.support.validators import program

START = datetime(2026, 11, 1, 21, 0, tzinfo=UTC)
IDENTITY = "auditor@example.org"


def result(number: int, base: ScanResult | None = None) -> ScanResult:
    """A small run with an id of its own."""
    return replace(base or clean(), run_id=f"2026-11-{number:02}T210000Z-{number:08x}")


def keep(place: Path, number: int, seal: archive.Seal | None = None, base: ScanResult | None = None) -> archive.Kept:
    """One run, kept on the day of its number."""
    now = START + timedelta(days=min(number, 9999) - 1)
    return archive.keep(place, result(number, base), archive.Material(), seal or archive.Seal(), now)


def filled(place: Path, runs: int = 3, seal: archive.Seal | None = None) -> list[archive.Kept]:
    """An archive of some runs."""
    return [keep(place, number, seal) for number in range(1, runs + 1)]


def folder(place: Path, number: int) -> Path:
    """Where a run stands."""
    return place / layout.RUNS / result(number).run_id


def ledger(place: Path) -> list[str]:
    """The lines of the ledger."""
    return (place / layout.LEDGER).read_text().splitlines(keepends=True)


def write_ledger(place: Path, lines: list[str]) -> None:
    (place / layout.LEDGER).write_text("".join(lines))


def rechained(lines: list[str]) -> list[str]:
    """The same lines numbered and chained anew, as a forger would."""
    head, made = layout.GENESIS, []
    for number, line in enumerate(lines, 1):
        fields = line.rstrip("\n").split("\t")
        made.append("\t".join((str(number), *fields[1:4], head)) + "\n")
        head = hashlib.sha256(made[-1].encode()).hexdigest()
    return made


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A tool that must be content."""
    made = [program(str(words[0])), *(str(word) for word in words[1:])]
    return subprocess.run(made, cwd=cwd, check=True, capture_output=True, text=True)


def ssh_key(where: Path, name: str = "key") -> tuple[signing.Key, Path]:
    """A key that signs, and the file of allowed signers that trusts it."""
    where.mkdir(parents=True, exist_ok=True)
    private = where / name
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", private)
    allowed = where / f"{name}.allowed"
    allowed.write_text(f"{IDENTITY} {private.with_suffix('.pub').read_text()}")
    return signing.Key("ssh", str(private), IDENTITY), allowed


@contextlib.contextmanager
def gpg_key() -> Iterator[tuple[signing.Key, Path]]:
    """A key that signs, and the key ring that trusts it. The home is short: sockets of the agent stand in it."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="gpg", ignore_cleanup_errors=True) as home:
        ring = Path(home) / "signer.gpg"
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("GNUPGHOME", home)
            run("gpg", "--batch", "--passphrase", "", "--quick-generate-key", IDENTITY, "ed25519", "sign")
            run("gpg", "--batch", "--output", ring, "--export", IDENTITY)
            try:
                yield signing.Key("gpg", IDENTITY, IDENTITY), ring
            finally:
                run("gpgconf", "--kill", "gpg-agent")


def ed25519(where: Path) -> tuple[Path, Path]:
    """A private key for attestations and its public one."""
    where.mkdir(parents=True, exist_ok=True)
    private, public = where / "attest.pem", where / "attest.pub"
    run("openssl", "genpkey", "-algorithm", "ed25519", "-out", private)
    run("openssl", "pkey", "-in", private, "-pubout", "-out", public)
    return private, public
