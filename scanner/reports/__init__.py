"""How a result is said: the table of formats, and the one call that renders.

A format is a function ``render(result, options) -> str`` that gives the whole text, ended by one line break, to be
written as it is. To add one, write a module and one line in ``FORMATS``, or publish an entry point in the group
``scanner.reports``. Nothing is imported before it is used. A report cannot ask a collector and cannot judge: it says
what the result holds, in the words of ``scanner.wording``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points

from scanner.errors import UserError
from scanner.model import ScanResult

FORMATS: dict[str, str] = {
    "console": "scanner.reports.console:render",
    "json": "scanner.reports.json:render",
    "html": "scanner.reports.html:render",
    "markdown": "scanner.reports.markdown:render",
    "csv": "scanner.reports.csv:render",
    "sarif": "scanner.reports.sarif:render",
    "junit": "scanner.reports.junit:render",
    "prometheus": "scanner.reports.prometheus:render",
    "xccdf": "scanner.reports.xccdf:render",
    "hdf": "scanner.reports.hdf:render",
    "oscal-assessment-results": "scanner.reports.oscal.assessment_results:render",
    "oscal-component-definition": "scanner.reports.oscal.component_definition:render",
    "oscal-poam": "scanner.reports.oscal.poam:render",
    "cyclonedx": "scanner.reports.cyclonedx:render",
}

SUFFIXES: dict[str, tuple[str, ...]] = {
    ".txt": ("console",),
    ".json": (
        "json",
        "sarif",
        "hdf",
        "oscal-assessment-results",
        "oscal-component-definition",
        "oscal-poam",
        "cyclonedx",
    ),
    ".html": ("html",),
    ".htm": ("html",),
    ".md": ("markdown",),
    ".csv": ("csv",),
    ".sarif": ("sarif",),
    ".prom": ("prometheus",),
    ".xml": ("junit", "xccdf"),
}
"""The formats that a file of this name can have."""
TOLD_BY_NAME = {**{suffix: names[0] for suffix, names in SUFFIXES.items() if len(names) == 1}, ".json": "json"}
"""The format that a name means when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a report may be told beyond the result. Each format uses what it can."""

    color: bool = False
    """Colour escapes are wanted (console)."""
    width: int = 100
    """Columns of the terminal (console)."""
    verbose: bool = False
    """Passes and requirements that do not apply are told one by one too (console)."""
    quiet: bool = False
    """Only the last lines are wanted (console)."""
    controls: tuple[tuple[str, str, str], ...] = ()
    """Framework, control id and its title in our words, for the view by control (HTML)."""
    now: str = ""
    """ISO 8601 time of the rendering, from which the days left of waivers are counted; the end of the run if empty."""
    verification: tuple[tuple[str, str], ...] = ()
    """What each command shows and the command, for readers of a run that is kept in an archive (HTML)."""


Render = Callable[[ScanResult, Options], str]


def paths() -> dict[str, str]:
    """Every format with the dotted path of its function, entry points of other packages included."""
    found = {point.name: point.value for point in entry_points(group="scanner.reports")}
    return {**FORMATS, **{name: path for name, path in found.items() if name not in FORMATS}}


def load(name: str) -> Render:
    """The function of a format. UserError when there is no such format."""
    known = paths()
    if name not in known:
        raise UserError(f"there is no report format {name!r}", allowed=", ".join(sorted(known)))
    module, _, function = known[name].partition(":")
    loaded: Render = getattr(import_module(module), function)
    return loaded


def render(name: str, result: ScanResult, options: Options | None = None) -> str:
    """The result in one format, as text that ends with one line break."""
    return load(name)(result, options or Options())
