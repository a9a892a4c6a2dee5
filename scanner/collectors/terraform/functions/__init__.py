"""Terraform's functions. Each module registers its own in ``registry.TABLE`` when it is imported."""

from __future__ import annotations

from scanner.collectors.terraform.functions import (
    conversion,
    digests,
    encoding,
    files,
    formatting,
    lists,
    maps,
    network,
    numeric,
    regular,
    sets,
    text,
    time,
    yaml_text,
)
from scanner.collectors.terraform.functions.registry import TABLE, Place, call

MODULES = (
    conversion, digests, encoding, files, formatting, lists, maps, network, numeric, regular, sets, text, time,
    yaml_text,
)  # fmt: skip

__all__ = ["MODULES", "TABLE", "Place", "call"]
