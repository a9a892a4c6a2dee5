"""What the templates are given: everything is computed here, so that a template only lays it out."""

from __future__ import annotations

from typing import Any

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.html import audit, findings, overview
from scanner.wording.contents import raw_text
from scanner.wording.index import Index
from scanner.wording.objectives import kinds, objectives
from scanner.wording.saved import results_digest
from scanner.wording.sentences import REQUIREMENT, expected_sentence, gate, verdict_sentences
from scanner.wording.words import (
    CELL_STATES,
    DRIFTS,
    OUTCOMES,
    PLANES,
    STRENGTHS,
    TABLE_ORDER,
    Outcome,
    framework,
)


def page(result: ScanResult, options: Options) -> dict[str, Any]:
    """The names that the templates use."""
    index = Index(result)
    now = options.now or result.finished
    held = objectives(index)
    return {
        "result": result,
        "index": index,
        "title": overview.title(result),
        "heading": overview.heading(result),
        "sentence": verdict_sentences(index),
        "expected_sentence": expected_sentence(result),
        "requirement": REQUIREMENT,
        "gate": gate(result),
        "digest": results_digest(result),
        "components": overview.components(index),
        "coverage": overview.coverage(index),
        "open": [findings.told(index, item) for item in index.of(Outcome.OPEN)],
        "accepted": [findings.told(index, item, now) for item in index.of(Outcome.ACCEPTED)],
        "drift": findings.drift(index),
        "blind": index.blind,
        "not_assessed": audit.reasons(index, Outcome.NOT_ASSESSED),
        "population": audit.population(index),
        "controls": audit.controls(index, options.controls),
        "objectives": held,
        "evidence": kinds(index, held),
        "outcomes": OUTCOMES,
        "order": TABLE_ORDER,
        "planes": PLANES,
        "drifts": DRIFTS,
        "cell_states": CELL_STATES,
        "strengths": STRENGTHS,
        "framework": framework,
        "label": audit.printed_id,
        "unknown": Outcome.UNKNOWN,
        "raw_text": raw_text,
        "verification": options.verification,
    }
