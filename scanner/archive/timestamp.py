"""A token of a time-stamping authority (RFC 3161) over SHA256SUMS: that these sums existed at a time.

``openssl ts`` makes the question and checks the answer. The answer comes from an address that the user configured, or
from a file where the scanning host reaches no network. It may be added to a run after it was kept.
"""

from __future__ import annotations

import hashlib
import re
import urllib.error
import urllib.request
from pathlib import Path

from scanner.archive import durable, layout
from scanner.archive.commands import run
from scanner.errors import UserError

SECONDS = 20.0
MAX_TOKEN = 1_000_000
MEDIA = "application/timestamp-query"


def query(folder: Path) -> bytes:
    """The question for a folder, as an authority takes it."""
    good, made, told = run(["openssl", "ts", "-query", "-data", folder / layout.SUMS, "-sha256", "-cert"])
    if not good:
        raise UserError(f"no time-stamp query could be made: {told}", place=str(folder))
    return made


def ask(address: str, question: bytes) -> bytes:
    """The authority's answer. UserError when there is none."""
    request = urllib.request.Request(address, question, {"Content-Type": MEDIA})  # noqa: S310 - http(s), checked on load
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
            found: bytes = answer.read(MAX_TOKEN + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        hint = "`scanner archive timestamp RUN` asks again"
        raise UserError(f"the time-stamping authority gave no answer: {reason}", key=address, hint=hint) from None
    if len(found) > MAX_TOKEN:
        raise UserError(f"the time-stamping authority answered with more than {MAX_TOKEN:,} bytes", key=address)
    return found


def add(folder: Path, answer: bytes) -> None:
    """Put an answer beside the sums that it is about. UserError when it is no granted token over them."""
    beside = folder.parent / f".{folder.name}.tsr"
    target = folder / layout.TOKEN
    if target.exists():
        raise UserError("this run has a time-stamp token already", place=str(target))
    try:
        durable.replace(beside, answer)
        good, made, told = run(["openssl", "ts", "-reply", "-in", beside, "-text"])
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", place=str(target)) from None
    finally:
        beside.unlink(missing_ok=True)
    text = made.decode("utf-8", "replace")
    if not good or not re.search(r"^Status: Granted", text, re.MULTILINE):
        raise UserError(f"is no granted time-stamp token: {told}", place=str(folder))
    if _imprint(text) != hashlib.sha256((folder / layout.SUMS).read_bytes()).hexdigest():
        raise UserError("is a token over other bytes", place=str(folder), hint="make the query from this run")
    try:
        durable.replace(target, answer)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", place=str(target)) from None


def problem(folder: Path, authority: Path) -> str:
    """What is wrong with the token of a folder, or an empty text."""
    words = ["openssl", "ts", "-verify", "-data", str(folder / layout.SUMS), "-in", str(folder / layout.TOKEN)]
    good, _, told = run([*words, "-CAfile", str(authority)])
    return "" if good else f"{layout.TOKEN} is no token of this authority over the sums: {told}"


def _imprint(text: str) -> str:
    """The digest that a token is over, from the dump that ``openssl ts -reply -text`` prints."""
    dump = text.partition("Message data:")[2].partition("Serial number:")[0]
    rows = re.findall(r"^\s*[0-9a-f]{4} - ((?:[0-9a-f]{2}[ -]){1,16})", dump, re.MULTILINE)
    return re.sub(r"[^0-9a-f]", "", "".join(rows))
