"""One way of generating inputs for the whole suite.

No deadline for a single example: a first call that reads shipped data on a busy machine is slow, not wrong. In CI the
examples are the same in every run, so that a red run can be repeated; everywhere else they are new each time.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("suite", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "suite")

os.environ["SCANNER_CACHE_DIR"] = ""
"""No test writes to the cache of whoever runs it; those of the cache itself name a directory."""
