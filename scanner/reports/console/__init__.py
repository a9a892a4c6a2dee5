"""The result for a terminal: what needs attention first, the denominator last.

For each target the differences, then its drift where no rule fails; then what could not be checked, grouped by the
remedy that opens it, so that one GRANT is said once; then gaps and remarks; at the end one table and the counts.
Everything is a list of lines; nothing is printed here.
"""

from __future__ import annotations

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.console import differences, summary, unknowns
from scanner.reports.console.pen import Pen
from scanner.wording.index import Index


def render(result: ScanResult, options: Options) -> str:
    """The result as text that ends with one line break."""
    pen = Pen(options.color, max(40, options.width))
    index = Index(result)
    lines: list[str] = []
    if not options.quiet:
        lines += summary.head(index, pen)
        lines += differences.targets(index, pen, options.verbose)
        lines += unknowns.unknowns(index, pen, options.verbose)
        lines += unknowns.not_assessed(index, pen, options.verbose)
        lines += unknowns.gaps(index, pen)
        lines += unknowns.notices(index, pen, options.verbose)
        lines += summary.table(index, pen)
    lines += summary.last(index, pen)
    return "\n".join(lines).lstrip("\n") + "\n"
