"""A package of Debian or Ubuntu with all it needs, downloaded and unpacked without root and without installing it.

Apt itself resolves what is missing on this machine (a simulated installation), so no library name is written down
here. Where no package lists are at hand, they are fetched into the workspace.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from scanner.errors import ScannerError

_PROGRAMS = ("apt-get", "dpkg")
_SECONDS = 60
_NAME = re.compile(r"^Inst ([a-z0-9][a-z0-9+.\-]+)", re.MULTILINE)


class NotUnpacked(ScannerError):  # noqa: N818 - named for what is the case
    """The package could not be had; the text says why."""


def unpacked(package: str, workspace: Path) -> Path:
    """The root below which ``package`` and what it needs are unpacked; a second call finds the first one's work."""
    if missing := [name for name in _PROGRAMS if shutil.which(name) is None]:
        raise NotUnpacked(f"{missing[0]} is not here")
    root = workspace / package
    done = root / ".complete"
    if done.is_file():
        return root
    archives = workspace / f"{package}-archives"
    archives.mkdir(parents=True, exist_ok=True)
    root.mkdir(parents=True, exist_ok=True)
    options, names = _needed(package, workspace)
    _run(["apt-get", *options, "download", *names], archives)
    for archive in sorted(archives.glob("*.deb")):
        _run(["dpkg", "-x", str(archive), str(root)], archives)
    shutil.rmtree(archives)
    done.touch()
    return root


def _needed(package: str, workspace: Path) -> tuple[list[str], list[str]]:
    """Options for apt and the packages that are missing here, the wanted one first."""
    simulate = ["install", "--simulate", "--no-install-recommends", package]
    options: list[str] = []
    try:
        said = _run(["apt-get", *simulate], workspace)
    except NotUnpacked:
        options = _private_lists(workspace)
        _run(["apt-get", *options, "update"], workspace)
        said = _run(["apt-get", *options, *simulate], workspace)
    return options, list(dict.fromkeys([package, *_NAME.findall(said)]))


def _private_lists(workspace: Path) -> list[str]:
    places = {"Dir::State::Lists": workspace / "apt-lists", "Dir::Cache": workspace / "apt-cache"}
    for place in places.values():
        (place / "partial").mkdir(parents=True, exist_ok=True)
        (place / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    return [word for name, place in places.items() for word in ("-o", f"{name}={place}")]


def _run(command: list[str], directory: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - apt and dpkg with names that apt itself printed
            command,
            cwd=directory,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotUnpacked(f"{command[0]}: {type(error).__name__}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise NotUnpacked(f"{command[0]} ended with {done.returncode}: {last}")
    return done.stdout
