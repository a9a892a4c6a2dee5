"""Results to JSON and back, and the JSON Schema of what people write and the program prints."""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

from pydantic import ValidationError

from scanner.document.typed import adapter
from scanner.errors import UserError

T = TypeVar("T")


def json_schema(kind: type[Any], title: str = "") -> dict[str, Any]:
    """The JSON Schema of a type that people write or that the program prints."""
    schema = adapter(kind).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, **({"title": title} if title else {})}


def to_json(value: object, kind: type[Any], indent: int | None = 2) -> str:
    """A value as JSON text. Text that is not Unicode scalar values (lone surrogates) is escaped, never an error.

    JSON has no word for an infinite number; one that a hostile source brought (``1e999``) is written as text.
    """
    data = adapter(kind).dump_python(value, mode="python")
    try:
        text = json.dumps(data, indent=indent, ensure_ascii=False, default=list, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(data), indent=indent, ensure_ascii=False, default=list, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def from_json(text: str | bytes, kind: type[T], place: str) -> T:
    """JSON text as ``kind``. UserError with the place when it is no JSON or not of that shape."""
    try:
        return _from_json(text, kind)
    except (ValueError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            where = f" at line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""
            raise UserError(f"not valid JSON{where}", place=place) from None
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"not a result of this scanner: {first['msg']}", place=place, key=where) from None


def _from_json(text: str | bytes, kind: type[T]) -> T:
    """The fast reader refuses the lone surrogates that ``to_json`` escapes; the standard library reads them."""
    try:
        return adapter(kind).validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise
    return adapter(kind).validate_python(json.loads(text))
