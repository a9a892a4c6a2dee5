"""What a row of runs says that no single run can: changes, failures from first to last sight, components, freshness.

``fold`` reads results one at a time, oldest first, and keeps only what the next one is compared with, so a year of runs
costs the memory of one. It is pure: the runs are handed to it and time is an argument. What no run saw is not claimed:
a plane that did not answer neither changes nor ends anything, and nobody is named as the author of a change without a
record of it.
"""

from scanner.history.approvals import ChangeRecord, load
from scanner.history.fold import History, fold
from scanner.history.freshness import Freshness, Late, freshness
from scanner.history.inventory import Component, components
from scanner.history.metrics import Mean, Metrics, metrics
from scanner.history.nouns import Change, Class, Episode

__all__ = [
    "Change",
    "ChangeRecord",
    "Class",
    "Component",
    "Episode",
    "Freshness",
    "History",
    "Late",
    "Mean",
    "Metrics",
    "components",
    "fold",
    "freshness",
    "load",
    "metrics",
]
