"""Records that people keep of a configuration: who approved a baseline, when it was looked at, how long a deviation may
last and until when a failure is to be closed.

A record is judged like any other setting. ``observe`` makes a target of every baseline in use (component ``baseline``)
whose settings are the fields of its record, with the file and line where each stands; the rules in
``baselines/records`` judge them, so verdicts, waivers, reports and exit codes are the ones of every rule, and what the
record leaves out stays visible. Those rules have a folder of their own, apart from ``baselines/secure``: they ask
nothing of a component, they go with whatever baselines judge a run, and they need no approval themselves.
"""

from scanner.records.deadlines import aged, elsewhere, late, overdue
from scanner.records.moments import end, start
from scanner.records.observe import COMPONENT, Records, Scene, observe, rule_paths
from scanner.records.reading import approvals, policy, reviews, versions
from scanner.records.reviewed import VERSION
from scanner.records.schedule import COMPONENT as SCHEDULE
from scanner.records.schedule import schedule

COMPONENTS = frozenset({COMPONENT, SCHEDULE})
"""Components of targets that are records and no part of the system."""

__all__ = [
    "COMPONENT",
    "COMPONENTS",
    "SCHEDULE",
    "VERSION",
    "Records",
    "Scene",
    "aged",
    "approvals",
    "elsewhere",
    "end",
    "late",
    "observe",
    "overdue",
    "policy",
    "reviews",
    "rule_paths",
    "schedule",
    "start",
    "versions",
]
