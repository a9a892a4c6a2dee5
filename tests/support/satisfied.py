"""Results for the question when an objective is met: one rule that passes, and everything that takes that back."""

from __future__ import annotations

from dataclasses import replace

from scanner.model import ControlReference, Coverage, ScanResult, Strength
from tests.support import results


def citing(*references: tuple[str, Strength]) -> ScanResult:
    """A run in which all is answered and passes, by rules that cite these objectives."""
    clean = results.clean()
    controls = tuple(ControlReference("nist-800-53r5", name, strength, "why") for name, strength in references)
    baselines = tuple(
        replace(held, rules=tuple(replace(rule, controls=controls) for rule in held.rules)) for held in clean.baselines
    )
    return replace(clean, baselines=baselines, coverage=Coverage(1, passed=1))
