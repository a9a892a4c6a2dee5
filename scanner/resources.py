"""Where the shipped data is: inside the installed package, or in the checkout when there is none."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def directory(name: str) -> Path:
    """The shipped directory ``baselines``, ``reports`` or ``examples``."""
    packaged = PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name


def files(name: str, suffix: str) -> list[Path]:
    """Shipped files below a directory such as ``baselines/settings``, in name order."""
    return sorted(path for path in directory(name.split("/")[0]).joinpath(*name.split("/")[1:]).rglob(f"*{suffix}"))
