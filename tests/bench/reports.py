"""How long each report takes for 5,000 findings, as a ratio to the standard library's JSON writer on the same data.

Run ``python -m tests.bench.reports`` from the checkout. It prints ratios and judges nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from scanner import reports
from tests.support import results


def seconds(task: Callable[[], object]) -> float:
    """The best of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print one line for each format."""
    result = results.many(5_000)
    data = json.loads(reports.render("json", result))
    peer = seconds(lambda: json.dumps(data, indent=2))
    for name in sorted(reports.paths()):
        took = seconds(lambda name=name: reports.render(name, result))  # type: ignore[misc]
        size = len(reports.render(name, result))
        print(f"{name:8} {took:6.2f} s  {took / peer:5.2f} times json.dumps ({peer:.2f} s)  {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
