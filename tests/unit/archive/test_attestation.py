"""The attestation says no more than the run, and every changed byte of it is refused."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from scanner import archive
from scanner.archive import attestation, layout
from scanner.archive.inspect_run import Outside
from scanner.archive.verification import verify
from scanner.model import ScanResult, Verdict
from tests.support.archive import ed25519, keep
from tests.support.results import clean, everything


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return ed25519(tmp_path / "keys")


def test_another_library_verifies_it_over_the_bytes_that_dsse_prescribes(
    tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    kept = keep(tmp_path / "a", 1, archive.Seal(attest_key=keys[0]), everything())
    assert kept.troubles == ()
    envelope = json.loads((kept.place / layout.ATTESTATION).read_text())
    payload = base64.b64decode(envelope["payload"])
    signed = b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(payload), payload)
    public = load_pem_public_key(keys[1].read_bytes())
    public.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)  # type: ignore[union-attr, call-arg]
    told = json.loads(payload)
    assert told["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert {item["name"] for item in told["subject"]} == {"results.json", "report.html", "SHA256SUMS"}
    assert verify(tmp_path / "a", Outside(attest_key=keys[1])).problems == ()


def ended(tmp_path: Path, result: ScanResult) -> str:
    kept = keep(tmp_path / "a", 1, base=result)
    told: str = attestation.statement(kept.place, kept.record, result)["predicate"]["result"]
    return told


def test_only_a_run_in_which_all_conforms_is_passed(tmp_path: Path) -> None:
    assert ended(tmp_path / "1", clean()) == "PASSED"
    assert ended(tmp_path / "2", everything()) == "FAILED"


@pytest.mark.parametrize("verdict", [Verdict.UNKNOWN, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE])
def test_what_is_not_known_is_never_passed(tmp_path: Path, verdict: Verdict) -> None:
    found = tuple(replace(item, verdict=verdict) for item in clean().findings)
    assert ended(tmp_path, replace(clean(), findings=found)) == "WARNED"


def test_an_incomplete_run_is_never_passed(tmp_path: Path) -> None:
    assert ended(tmp_path, replace(clean(), exit_code=3)) == "WARNED"


@pytest.mark.parametrize("part", ["payload", "sig"])
def test_a_changed_attestation_is_refused(tmp_path: Path, keys: tuple[Path, Path], part: str) -> None:
    kept = keep(tmp_path / "a", 1, archive.Seal(attest_key=keys[0]))
    path = kept.place / layout.ATTESTATION
    envelope = json.loads(path.read_text())
    if part == "payload":
        changed = base64.b64decode(envelope["payload"]).replace(b"PASSED", b"passed")
        envelope["payload"] = base64.b64encode(changed).decode()
    else:
        envelope["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    path.write_text(json.dumps(envelope))
    assert [item.kind for item in verify(tmp_path / "a", Outside(attest_key=keys[1])).problems] == ["signature"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"payload": 3}', '{"payload": "e30=", "signatures": []}'])
def test_what_is_no_envelope_is_told(tmp_path: Path, keys: tuple[Path, Path], text: str) -> None:
    kept = keep(tmp_path / "a", 1, archive.Seal(attest_key=keys[0]))
    (kept.place / layout.ATTESTATION).write_text(text)
    assert "no envelope" in attestation.problem(kept.place, keys[1])


def test_an_attestation_that_was_taken_away_is_missed(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    kept = keep(tmp_path / "a", 1, archive.Seal(attest_key=keys[0]))
    (kept.place / layout.ATTESTATION).unlink()
    assert [item.kind for item in verify(tmp_path / "a").problems] == ["removed"]


def test_a_key_that_is_none_costs_the_attestation_and_not_the_run(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key")
    kept = keep(tmp_path / "a", 1, archive.Seal(attest_key=tmp_path / "key"))
    assert "Ed25519 private key" in kept.troubles[0]
    assert (kept.record.attested, kept.place.is_dir()) == (False, True)
