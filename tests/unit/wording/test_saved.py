"""The digest that reports print is that of the JSON report's bytes."""

from __future__ import annotations

import hashlib

from scanner.reports import render
from scanner.wording.saved import results_digest
from tests.support import attacks, results


def test_the_digest_is_of_the_bytes_that_the_json_report_has_in_a_file() -> None:
    for result in (results.everything(), *(attacks.hostile(text) for text in attacks.ATTACKS)):
        assert results_digest(result) == hashlib.sha256(render("json", result).encode()).hexdigest()


def test_another_result_has_another_digest() -> None:
    assert results_digest(results.everything()) != results_digest(results.clean())
