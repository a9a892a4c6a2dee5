"""``python -m scanner`` and the ``scanner`` command."""

from __future__ import annotations

import gc
import sys

YOUNG = 20_000
"""Objects made before Python looks for garbage: a scan makes hundreds of thousands that live as long as it does, and to
look at them after every 700 costs a seventh of its time."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(YOUNG)
    from scanner.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
