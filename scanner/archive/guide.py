"""How to verify a run without this program: the commands that its report prints, word for word.

They are run in the directory of the archive. A test takes them from a report and runs them as they stand there.
"""

from __future__ import annotations

import hashlib
import shlex

from scanner import resources
from scanner.archive import layout
from scanner.archive.record import Record
from scanner.archive.signing import NAMESPACE

ALLOWED_SIGNERS = "../allowed_signers"
KEYRING = "../signer.gpg"
"""Beside the archive and never in it: whoever can change an archive can change a key in it."""


def script() -> bytes:
    """The shell script that every archive holds."""
    return (resources.directory("reports") / "archive" / layout.VERIFY).read_bytes()


def archive_lines(head: str) -> tuple[tuple[str, str], ...]:
    """What each command shows of a whole archive whose head is known, and the command."""
    digest = hashlib.sha256(script()).hexdigest()
    return (
        (
            "The script of the next line is the one that this report knows",
            f'echo "{digest}  verify.sh" | sha256sum --strict -c -',
        ),
        (
            "In the whole archive no file and no line was changed, added, removed or reordered, and nothing that was "
            "kept before this report was cut",
            f"sh {layout.VERIFY} {head}",
        ),
    )


def lines(record: Record) -> tuple[tuple[str, str], ...]:
    """What each command shows, and the command."""
    folder = f"{layout.RUNS}/{record.id}"
    sums = f"{folder}/{layout.SUMS}"
    digest = hashlib.sha256(script()).hexdigest()
    found = [
        (
            "No file of this run was changed or removed since it was kept",
            f"(cd {folder} && sha256sum --strict -c {layout.SUMS})",
        )
    ]
    if record.signature == "ssh":
        found.append(
            (
                "The sums were signed by the key whose line the signer gave you; save it as allowed_signers beside the "
                "archive's directory",
                f"ssh-keygen -Y verify -f {ALLOWED_SIGNERS} -I {shlex.quote(record.signer)} -n {NAMESPACE} "
                f"-s {sums}.sig < {sums}",
            )
        )
    elif record.signature == "gpg":
        found.append(
            (
                "The sums were signed by the key that the signer gave you (gpg --export); save it as signer.gpg beside "
                "the archive's directory",
                f"gpgv --keyring {KEYRING} {sums}.asc {sums}",
            )
        )
    head = "" if record.archive_head == layout.GENESIS else f" {record.archive_head}"
    return (
        *found,
        (
            "The script of the next line is the one that this report knows",
            f'echo "{digest}  verify.sh" | sha256sum --strict -c -',
        ),
        (
            "In the whole archive no file and no line was changed, added, removed or reordered, and nothing that was "
            "kept before this run was cut",
            f"sh {layout.VERIFY}{head}",
        ),
    )
