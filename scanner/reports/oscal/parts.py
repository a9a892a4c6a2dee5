"""The small parts of an OSCAL document: identifiers, properties, tokens, times, metadata.

The schema of the format refuses empty arrays, empty values, line breaks in properties and times without a zone, and
checks no reference; what is made here keeps all of that whatever a result holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from uuid import UUID, uuid5

from scanner.controls import label
from scanner.model import ScanResult
from scanner.wording.markdown import code, prose
from scanner.wording.plain import plain
from scanner.wording.saved import results_digest
from scanner.wording.sentences import environments
from scanner.wording.times import EPOCH, instant, iso

Object = dict[str, Any]

VERSION = "1.2.1"
NS = "urn:scanner:oscal"
"""Whose names the properties are."""
NIST = "nist-800-53r5"
_NAMES = UUID("6f0a3c56-3a0b-5f6e-9a57-0c6b4b1f2d11")
_CONTROL = re.compile(r"[a-z]{2}-\d{1,3}(?:\.\d{1,3})?")
_OBJECTIVE = re.compile(rf"({_CONTROL.pattern})_obj(?:[.-][a-z0-9]+)*")


def _bytes(parts: tuple[str, ...]) -> bytes:
    return "\0".join(parts).encode("utf-8", "backslashreplace")


def stable(*parts: str) -> str:
    """The identifier of a thing that is the same in every run (version 5)."""
    return str(uuid5(_NAMES, _bytes(parts).decode()))


def of_run(result: ScanResult, *parts: str) -> str:
    """The identifier of something that belongs to this run (the form of version 4, drawn from the run's id)."""
    seed = _bytes((result.run_id, result.finished, *parts))
    return str(UUID(bytes=hashlib.sha256(seed).digest()[:16], version=4))


def prop(name: str, value: str, **more: str) -> list[Object]:
    """A property of ours in a list; no property for a value that is empty."""
    said = plain(value).strip()
    return [{"name": name, "ns": NS, "value": said, **more}] if said else []


def token(text: str) -> str:
    """``text`` in the form of an OSCAL token."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", text)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"


def objective(name: str) -> str:
    """The objective that a reference is about: its own, or the one that stands for a whole control; or nothing."""
    if _CONTROL.fullmatch(name):
        return f"{name}_obj"
    return name if _OBJECTIVE.fullmatch(name) else ""


def control(name: str) -> str:
    """The control that a reference belongs to, or nothing when it is none."""
    found = _CONTROL.fullmatch(name.partition("_")[0])
    return found[0] if found else ""


def printed(name: str) -> str:
    """A control or objective as people print it."""
    try:
        return label(name)
    except ValueError:
        return plain(name)


def ended(result: ScanResult) -> str:
    """When the run ended."""
    return iso(instant(result.finished)) or EPOCH


def sentence(text: str, otherwise: str) -> str:
    """Foreign text as the format's markup; it may not be empty."""
    return prose(text) or otherwise


def document_title(result: ScanResult, kind: str) -> str:
    """The title of a document: its kind, the project and the environments."""
    named = [code(part) for part in (result.project, environments(result)) if part]
    return f"{kind}{': ' if named else ''}{', '.join(named)}"


def organization(result: ScanResult) -> Object:
    """The party whose systems these are."""
    name = plain(result.project).strip() or "not named"
    return {"uuid": stable("organization", result.project), "type": "organization", "name": name}


def people(result: ScanResult) -> list[Object]:
    """Everybody who approved a waiver."""
    names = sorted({plain(waiver.approved_by).strip() for waiver in result.waivers} - {""})
    return [{"uuid": person(name), "type": "person", "name": name} for name in names]


def person(name: str) -> str:
    """The identifier of a person by the name that was written down."""
    return stable("person", plain(name).strip())


def metadata(result: ScanResult, title: str, version: str) -> Object:
    """What stands at the head of every document."""
    return {
        "title": title,
        "last-modified": ended(result),
        "version": plain(version).strip() or "none",
        "oscal-version": VERSION,
        "parties": [organization(result), *people(result)],
    }


def evidence(result: ScanResult) -> str:
    """The identifier of the resource that stands for the saved result."""
    return of_run(result, "resource", "result")


def resource(result: ScanResult) -> Object:
    """The saved result that everything here was written from, with its digest."""
    hashes = [{"algorithm": "SHA-256", "value": results_digest(result)}]
    return {
        "uuid": evidence(result),
        "title": "The result of the run as JSON",
        "rlinks": [{"href": "result.json", "media-type": "application/json", "hashes": hashes}],
    }


def filled(**parts: Any) -> Object:
    """An object without what is empty; underscores in names stand for hyphens."""
    return {name.replace("_", "-"): value for name, value in parts.items() if value not in ("", [], {}, None)}


def text(document: Object) -> str:
    """The document as JSON text."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
