"""Digests and names made of them."""

from __future__ import annotations

import base64
import hashlib
import uuid

from scanner.collectors.terraform.functions.registry import function
from scanner.collectors.terraform.values import EvaluationError


@function("string", result="string")
def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@function("string", result="string")
def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@function("string", result="string")
def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@function("string", result="string")
def sha512(text: str) -> str:
    return hashlib.sha512(text.encode()).hexdigest()


@function("string", result="string")
def base64sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@function("string", result="string")
def base64sha512(text: str) -> str:
    return base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()


_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


@function("string", "string", result="string")
def uuidv5(namespace: str, name: str) -> str:
    try:
        return str(uuid.uuid5(_NAMESPACES.get(namespace) or uuid.UUID(namespace), name))
    except ValueError:
        raise EvaluationError("no namespace of a UUID") from None
