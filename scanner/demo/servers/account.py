"""Under which operating system account a server runs: PostgreSQL refuses to run as root.

Not root: as we are. Root: as ``nobody``, with data and programs where that account can reach them; where the account
does not exist or may not be taken, inside a user namespace without any mapping, in which the process is nobody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """How to start a program under another account: by ``Popen`` itself, or by a command in front of it."""

    user: str | None = None
    prefix: tuple[str, ...] = ()
    words: str = "the current account"

    @property
    def group(self) -> int | None:
        return None if self.user is None else pwd.getpwnam(self.user).pw_gid

    @property
    def other_groups(self) -> list[int] | None:
        """No group beside its own for another account; ours are left alone."""
        return None if self.user is None else []

    def own(self, *paths: Path) -> None:
        """Give files to the account, if it is another than ours."""
        if self.user is not None:
            record = pwd.getpwnam(self.user)
            for path in paths:
                os.chown(path, record.pw_uid, record.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Whether every directory down to ``path`` lets the account pass."""
        if self.user is None:
            return True
        return all(
            place.stat().st_mode & 0o001 for place in (path.resolve(), *path.resolve().parents) if place.is_dir()
        )


CURRENT = Account()


def unprivileged() -> Account:
    """The account for a server that refuses root. Raises ``PermissionError`` when there is none to be had."""
    if os.geteuid() != 0:
        return CURRENT
    if _works(dropped := Account(user=UNPRIVILEGED, words=f"the account {UNPRIVILEGED}")):
        return dropped
    if (unshare := shutil.which("unshare")) and _works(
        isolated := Account(prefix=(unshare, "-U"), words="a user namespace without mapping")
    ):
        return isolated
    raise PermissionError(
        f"PostgreSQL refuses to run as root, the account {UNPRIVILEGED} cannot be taken and user namespaces are off; "
        "run this as an ordinary user"
    )


def _works(account: Account) -> bool:
    program = shutil.which("true") or "/bin/true"
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system
            [*account.prefix, program],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
            user=account.user,
            group=account.group,
            extra_groups=account.other_groups,
        )
    except (OSError, LookupError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
