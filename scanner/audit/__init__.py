"""The audit view of a period: its runs with their gaps, and what they say together.

``gather`` reads an archive once, one result at a time, into a ``Summary`` that reports render. A period is never
better than its population: runs that cannot be read or were removed, and times without any run, stand in it by name.
"""

from scanner.audit.gather import Asked, gather
from scanner.audit.nouns import BaselineInForce, ControlDay, RunLine, Summary, WaiverLine

__all__ = ["Asked", "BaselineInForce", "ControlDay", "RunLine", "Summary", "WaiverLine", "gather"]
