"""Running the standard tools that sign and check: bounded, without a terminal to ask on, and without secrets in sight.

Keys are named, never given: a passphrase is asked for by an agent of the user, or the tool fails and says so.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scanner.errors import UserError

SECONDS = 60.0
PACKAGES = {
    "gpg": "GnuPG",
    "gpgv": "GnuPG",
    "ssh-keygen": "OpenSSH 8.2 or newer",
    "openssl": "OpenSSL 3 or newer",
}


def run(arguments: Sequence[str | Path], given: bytes = b"", seconds: float = SECONDS) -> tuple[bool, bytes, str]:
    """Whether the tool was content, what it wrote, and its last words. UserError when it is missing or hangs."""
    words = [str(word) for word in arguments]
    environment = {**os.environ, "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed tool, arguments as a list, no shell
            words,
            input=given,
            capture_output=True,
            timeout=seconds,
            env=environment,
            start_new_session=True,
            check=False,
        )
    except FileNotFoundError:
        raise UserError(f"{words[0]} is not installed", hint=f"install {PACKAGES[words[0]]}") from None
    except subprocess.TimeoutExpired:
        hint = "a key with a passphrase needs an agent that holds it"
        raise UserError(f"{words[0]} did not end within {seconds:.0f} seconds", hint=hint) from None
    told = (done.stderr.strip() or done.stdout.strip()).decode("utf-8", "replace").splitlines()
    return done.returncode == 0, done.stdout, told[-1][:300] if told else f"exit code {done.returncode}"
