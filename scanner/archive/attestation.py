"""An in-toto test result in a DSSE envelope, signed with an Ed25519 key of the user, for whoever collects those.

The statement names the digests of the results, the report and the sums, the baselines that were judged by, and which
requirements passed, failed, or failed and were accepted. What is unknown is no pass: it makes the whole WARNED at best.
``openssl`` signs, so that the key stays a file of the user and no library for it is needed; it also verifies.
"""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

from scanner import document
from scanner.archive import durable, layout, sums
from scanner.archive.commands import run
from scanner.archive.record import Record
from scanner.errors import UserError
from scanner.model import ScanResult
from scanner.wording.words import Outcome, outcome

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD = "application/vnd.in-toto+json"
SUBJECTS = (layout.RESULTS, layout.REPORT, layout.SUMS)


def write(folder: Path, record: Record, key: Path) -> None:
    """The attestation of a folder beside its sums. UserError when the key does not sign."""
    data = (folder / layout.RESULTS).read_bytes()
    result = document.from_json(data, ScanResult, layout.RESULTS)
    payload = json.dumps(statement(folder, record, result), sort_keys=True).encode()
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD,
        "signatures": [{"sig": base64.b64encode(_sign(encoded(payload), key)).decode()}],
    }
    (folder / layout.ATTESTATION).write_text(json.dumps(envelope, indent=2) + "\n", encoding="utf-8")


def statement(folder: Path, record: Record, result: ScanResult) -> dict[str, Any]:
    """What is attested."""
    names: dict[Outcome, list[str]] = {item: [] for item in Outcome}
    for finding in result.findings:
        scope = "" if finding.scope == "server" else f" {finding.scope}"
        names[outcome(finding)].append(f"{finding.rule} {finding.target}{scope}")
    unsure = names[Outcome.ACCEPTED] or names[Outcome.UNKNOWN] or not names[Outcome.PASSED] or result.exit_code
    ended = "FAILED" if names[Outcome.OPEN] else "WARNED" if unsure else "PASSED"
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": sums.digest_of(folder / name)}} for name in SUBJECTS],
        "predicateType": PREDICATE,
        "predicate": {
            "result": ended,
            "configuration": [
                {"name": f"{item.id} {item.version}", "digest": {"sha256": item.digest}} for item in record.baselines
            ],
            "passedTests": names[Outcome.PASSED],
            "warnedTests": names[Outcome.ACCEPTED] + names[Outcome.UNKNOWN],
            "failedTests": names[Outcome.OPEN],
        },
    }


def encoded(payload: bytes) -> bytes:
    """What a DSSE signature is over."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def problem(folder: Path, key: Path) -> str:
    """What is wrong with the attestation of a folder by a public key, or an empty text."""
    try:
        envelope = json.loads(durable.read(folder / layout.ATTESTATION, layout.MAX_RESULTS))
        payload = base64.b64decode(envelope["payload"], validate=True)
        signature = base64.b64decode(envelope["signatures"][0]["sig"], validate=True)
        told = json.loads(payload)
        subjects = {item["name"]: item["digest"]["sha256"] for item in told["subject"]}
        actual = {name: sums.digest_of(folder / name) for name in SUBJECTS}
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        return f"{layout.ATTESTATION} is no envelope of an attestation"
    if subjects != actual:
        return f"{layout.ATTESTATION} is of other files than these"
    with tempfile.TemporaryDirectory() as place:
        made, sig = Path(place) / "pae", Path(place) / "sig"
        made.write_bytes(encoded(payload))
        sig.write_bytes(signature)
        words: list[str | Path] = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            key,
            "-rawin",
            "-in",
            made,
            "-sigfile",
            sig,
        ]
        good, _, told_last = run(words)
    return "" if good else f"{layout.ATTESTATION} is not signed by the key that was given: {told_last}"


def _sign(data: bytes, key: Path) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        made, signature = Path(place) / "pae", Path(place) / "sig"
        made.write_bytes(data)
        words: list[str | Path] = [
            "openssl",
            "pkeyutl",
            "-sign",
            "-inkey",
            key,
            "-rawin",
            "-in",
            made,
            "-out",
            signature,
        ]
        good, _, told = run(words)
        if not good:
            hint = "an Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` makes it"
            raise UserError(f"the attestation could not be signed: {told}", key=str(key), hint=hint)
        return signature.read_bytes()
