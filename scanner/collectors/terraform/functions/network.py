"""Functions over IP networks."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.numbers import Number
from scanner.collectors.terraform.values import EvaluationError, Value, sequence, string

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> Network:
    try:
        address, _, length = text.partition("/")
        if not length.isdigit():
            raise ValueError
        if "." in address and ":" not in address:
            address = (
                ".".join(part.lstrip("0") or "0" for part in address.split(".")) if "" not in address.split(".") else ""
            )
        return ipaddress.ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        raise EvaluationError("no network in CIDR notation") from None


def _whole(value: Number) -> int:
    if not isinstance(value, int):
        raise EvaluationError("no whole number")
    return value


def _subnet(network: Network, new_bits: int, number: int) -> str:
    length = network.prefixlen + new_bits
    if new_bits < 0 or length > network.max_prefixlen or not 0 <= number < 1 << new_bits:
        raise EvaluationError("the network has no such part")
    base = int(network.network_address) + (number << (network.max_prefixlen - length))
    return _written(type(network.network_address)(base), length)


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> str:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        raise Unsupported("an IPv4 address in IPv6")
    return f"{address}/{length}"


@function("string", "number", "number", result="string")
def cidrsubnet(prefix: str, new_bits: Number, number: Number) -> str:
    return _subnet(_network(prefix), _whole(new_bits), _whole(number))


@function("string", variadic="number")
def cidrsubnets(prefix: str, *new_bits: Number) -> Value:
    network = _network(prefix)
    position = int(network.network_address)
    found = []
    for bits in map(_whole, new_bits):
        length = network.prefixlen + bits
        if not 1 <= bits <= 32 or length > network.max_prefixlen:
            raise EvaluationError("the network has no such part")
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size - 1 > int(network.broadcast_address):
            raise EvaluationError("the network is too small")
        found.append(string(_written(type(network.network_address)(position), length)))
        position += size
    return sequence(found, "list")


@function("string", "number", result="string")
def cidrhost(prefix: str, number: Number) -> str:
    network, host = _network(prefix), _whole(number)
    size = network.num_addresses
    if not -size <= host < size:
        raise EvaluationError("the network has no such host")
    return str(network.network_address + (host if host >= 0 else size + host))


@function("string", result="string")
def cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if isinstance(network, ipaddress.IPv6Network):
        raise EvaluationError("only IPv4 networks have a mask")
    return str(network.netmask)
