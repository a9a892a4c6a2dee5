"""What may be said of a secret, and nothing else.

A collector that holds a secret's text calls ``present`` and hands on the result; the text ends here. Strength is said
in three words, a weakness by a reason that reveals neither length nor characters. Two secrets are compared through
``digest``, keyed by random bytes that live for one run.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections import Counter
from collections.abc import Collection
from typing import Literal

from scanner.model import Present

Origin = Literal["literal", "computed", "reference", "server"]

REDACTED = "[redacted]"

_NAMES = re.compile(
    r"pass(word|wd|phrase)?($|[_\-.])|(^|[_\-.])pass|passwd|secret|token|credential|api[_\-]?key|private[_\-]?key|"
    r"access[_\-]?key|auth[_\-]?key|encryption[_\-]?key|signing[_\-]?key|(^|[_\-])dsn$|conninfo|connection[_\-]?string|"
    r"(database|redis|broker|db|amqp|mongo\w*|postgres\w*|sentry)[_\-.]?(url|uri|dsn)$|masterauth|primaryauth|requirepass",
    re.IGNORECASE,
)
_NOT_SECRET = re.compile(
    r"password_encryption|passwordless|token_(url|type|expire|ttl|lifetime)|secret_?(name|arn|id)$|tokenizer|"
    r"passfile|bypass|_supports_reload$|passive|compass|_(enabled|required|file|path|length|policy|ttl|minutes|seconds|days)$",
    re.IGNORECASE,
)
_URL_CREDENTIALS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.\-]{0,30}://)[^\s/@:]*:[^\s/@]*@", re.IGNORECASE)
_ASSIGNMENT = re.compile(  # behind an account's number and a colon, "secret:" is part of the ARN of a secret: a name
    r"(?!(?<=:\d{12}:)secret:)(?P<name>\b(?:password|passwd|pwd|secret|token|api[_-]?key|requirepass|masterauth)\b\s*[=:]\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s'\",;]+)",
    re.IGNORECASE,
)
_MATERIAL = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|SCRAM-SHA-256\$\S+|\bmd5[0-9a-f]{32}\b|#[0-9a-f]{64}\b|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}",
    re.DOTALL,
)

MINIMUM_BITS = 100
MINIMUM_LENGTH = 32


def looks_secret(name: str) -> bool:
    """Whether a name alone says that its value must not be shown."""
    return bool(_NAMES.search(name)) and not _NOT_SECRET.search(name)


def redact(text: str) -> str:
    """Free text (an error message, a log line, a connection string) without the secrets it may hold."""
    text = _MATERIAL.sub(REDACTED, text)
    text = _URL_CREDENTIALS.sub(rf"\g<scheme>{REDACTED}@", text)
    return _ASSIGNMENT.sub(rf"\g<name>{REDACTED}", text)


def holds_secret(text: str) -> bool:
    """Whether free text still looks as if it held a secret."""
    return redact(text) != text


def digest(key: bytes, text: str) -> bytes:
    """A keyed digest for comparing secrets within one run."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def present(text: str, weak_secrets: Collection[str], origin: Origin = "literal") -> Present:
    """What may be said of a secret whose text is at hand."""
    reason = weakness(text, weak_secrets)
    return Present(origin, "weak" if reason else "strong", reason, comparable=True)


def weakness(text: str, weak_secrets: Collection[str]) -> str:
    """Why a secret is weak, or an empty text. Estimated bits are the smaller of character pool and Shannon entropy."""
    if not text.strip():
        return "it is empty"
    if text.strip().lower() in {word.lower() for word in weak_secrets}:
        return "it stands in public lists"
    if re.fullmatch(r"<[^<>]*>", text.strip()):
        return "it is a placeholder"
    if (text + text).find(text, 1) < len(text):
        return "it repeats a shorter text"
    if len(text) < MINIMUM_LENGTH or _bits(text) < MINIMUM_BITS:
        return f"shorter than {MINIMUM_LENGTH} characters, or easier to guess than {MINIMUM_BITS} random bits"
    return ""


def _bits(text: str) -> float:
    pools = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^a-zA-Z0-9]", 32))
    pool = sum(size for pattern, size in pools if re.search(pattern, text))
    counts = Counter(text)
    shannon = -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
    return len(text) * min(math.log2(max(pool, 2)), shannon)
