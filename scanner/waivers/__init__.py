"""Waivers: deviations that somebody accepted, for one rule on one target, for one value, until a date.

A waiver never makes a failure a pass. It marks a failure as accepted while everything that was accepted still holds:
the same target and scope, the same value, an approval that has begun, the end not reached and no further away than the
severity allows. Whatever else it meets leaves the finding open and says why. What cannot be a considered decision (a
wildcard, an approval of one's own request, no end) is refused on reading.
"""

from scanner.waivers.accepting import Known, accept, harmless, limit, observed
from scanner.waivers.reading import load, read
from scanner.waivers.shapes import WaiverEntry, WaiverFile
from scanner.waivers.writing import appended, free_id

__all__ = [
    "Known",
    "WaiverEntry",
    "WaiverFile",
    "accept",
    "appended",
    "free_id",
    "harmless",
    "limit",
    "load",
    "observed",
    "read",
]
