"""What a collector is, and the table of those that ship.

A collector is a frozen dataclass whose fields are exactly what ``scanner.yaml`` may say of that source; the docstring
under a field becomes its description in the JSON Schema. ``collect`` asks the source and returns what it said, raw,
with its provenance. It never judges, never writes, and never raises for a source that is silent: that is a ``Gap``.

To add one, write a module and one line in ``COLLECTORS``, or publish an entry point in the group
``scanner.collectors``. Nothing is imported before it is used, so ``--help`` loads no driver.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar, cast, runtime_checkable

from scanner.catalogue import Catalogue
from scanner.errors import SilentSource
from scanner.model import Answer, Gap, Input, Notice, Observation, Target

T = TypeVar("T")

FETCHERS: dict[str, str] = {"s3": "scanner.collectors.aws.objects:fetch"}
"""Schemes of addresses that sources may name beside files, with what reads them: no collector knows another."""

COLLECTORS: dict[str, str] = {
    "terraform": "scanner.collectors.terraform:Terraform",
    "cloudformation": "scanner.collectors.cloudformation:CloudFormation",
    "postgresql": "scanner.collectors.postgresql:PostgreSQL",
    "postgresql_files": "scanner.collectors.postgresql_files:PostgreSQLFiles",
    "redis": "scanner.collectors.redis:Redis",
    "redis_file": "scanner.collectors.redis_file:RedisFile",
    "dotenv": "scanner.collectors.dotenv:Dotenv",
    "compose": "scanner.collectors.compose:Compose",
    "kubernetes": "scanner.collectors.kubernetes:Kubernetes",
    "pydantic_settings": "scanner.collectors.pydantic_settings:PydanticSettings",
    "http": "scanner.collectors.http:Http",
    "rds": "scanner.collectors.aws.rds:Rds",
    "aurora": "scanner.collectors.aws.aurora:Aurora",
    "elasticache": "scanner.collectors.aws.elasticache:ElastiCache",
    "memorydb": "scanner.collectors.aws.memorydb:MemoryDB",
    "ecs": "scanner.collectors.aws.ecs:Ecs",
    "lambda": "scanner.collectors.aws.lambda_function:LambdaFunction",
    "ssm": "scanner.collectors.aws.ssm:Ssm",
    "secretsmanager": "scanner.collectors.aws.secretsmanager:SecretsManager",
    "aws_config": "scanner.collectors.aws.config:AwsConfig",
    "aws_account": "scanner.collectors.aws.account:AwsAccount",
    "exported_settings": "scanner.collectors.exported_settings:ExportedSettings",
}

LIVE = frozenset(
    {"postgresql", "redis", "http", "rds", "aurora", "elasticache", "memorydb"}
    | {"ecs", "lambda", "ssm", "secretsmanager", "aws_account", "aws_config"}
)
"""Kinds that open a connection: ``check`` leaves them out, and they are asked at the same time."""


_YAML = r"\.ya?ml$"
LOOKED_AT: dict[str, str] = {
    "cloudformation": rf"{_YAML}|\.(?:json|template|cfn)$",
    "postgresql_files": r"\.conf$",
    "redis_file": rf"{_YAML}|\.conf$",
    "dotenv": r"\.env",
    "compose": _YAML,
    "kubernetes": rf"{_YAML}|\.json$",
    "pydantic_settings": r"\.py$",
}
"""Names of files without which a kind of source finds nothing in a directory, so that its module is not even imported.

They may be wider than what the kind reads, never narrower; a kind that is not here is always asked.
"""


class Shared:
    """What the collectors of one run have in common, so that a thousand targets behind one service ask it once.

    ``once`` makes a thing for a key and hands the same to everybody who asks, at the same time or later; whoever makes
    it may ask for other keys, as long as nothing goes in a circle. ``count`` keeps how often a service was called, and
    for which target.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[Hashable, Future[object]] = {}
        self._calls: dict[str, Counter[str]] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time that this key was asked for; an exception is raised to everybody."""
        with self._lock:
            found = self._made.get(key)
            mine = found is None
            if found is None:
                found = self._made[key] = Future()
        if mine:
            try:
                found.set_result(make())
            except BaseException as error:
                found.set_exception(error)
                raise
        return cast(T, found.result())

    def count(self, call: str, target: str, times: int = 1) -> None:
        """Keep that a call, such as ``rds DescribeDBInstances``, was made for a target."""
        with self._lock:
            self._calls.setdefault(call, Counter())[target] += times

    def notices(self) -> tuple[Notice, ...]:
        """How often each call was made, and by which targets it was caused."""
        return tuple(
            Notice("calls", f"{call}: {_times(counter.total())}, {_causes(counter)}")
            for call, counter in sorted(self._calls.items())
        )


def _times(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"


def _causes(counter: Counter[str]) -> str:
    told = ", ".join(f"{number} for {target}" if target else f"{number}" for target, number in counter.most_common(5))
    return told + (f" and {len(counter) - 5} more targets" if len(counter) > 5 else "")


@dataclass(frozen=True)
class Context:
    """What a collector may know of the run: no rule, no other collector."""

    root: Path
    """The scanned directory; relative paths in ``scanner.yaml`` and in locators start here."""
    catalogue: Catalogue
    target: Target | None
    """The target the source belongs to; None when the source finds its own targets (a Terraform root, say)."""
    environment: str = ""
    """Canonical environment name for targets that the collector finds; empty when unknown."""
    environment_from: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Project values, such as ``allowed_origins``, which probes use as their control."""
    process_environment: Mapping[str, str] = field(default_factory=dict)
    """The variables of this process, where ``*_env`` fields find connection strings."""
    digest_key: bytes = b""
    """Random for each run; key of the digests that compare secrets, never written anywhere."""
    live: bool = False
    """Whether the run may ask what is not on this machine; kinds in ``LIVE`` are built only where it may."""
    timeout: float = 10.0
    """Seconds for one connection or one call."""
    limit_bytes: int = 10_000_000
    """A source file larger than this is a gap."""
    now: str = ""
    """ISO 8601 UTC time of the run."""
    progress: Callable[[str], None] = lambda _message: None
    shared: Shared = field(default_factory=Shared)
    """What all collectors of the run have in common: connections, answers that many targets need."""


@dataclass(frozen=True)
class Listed:
    """A platform was asked for everything of a kind: where it is ``complete``, nothing else of it is there."""

    label: str
    """The label that names such a thing, such as ``rds_instance``."""
    environment: str
    where: str
    """Account and region."""
    complete: bool


@dataclass(frozen=True)
class Collected:
    """What one collector brought back.

    ``digests`` maps (target, setting, scope) to a keyed digest of a secret's text. It is compared within the run by
    ``collect`` and then dropped.
    """

    targets: tuple[Target, ...] = ()
    observations: tuple[Observation, ...] = ()
    gaps: tuple[Gap, ...] = ()
    answers: tuple[Answer, ...] = ()
    inputs: tuple[Input, ...] = ()
    digests: Mapping[tuple[str, str, str], bytes] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    """Remarks on the source as a whole, of what decides nothing and must not be passed over in silence."""
    listed: tuple[Listed, ...] = ()


@runtime_checkable
class Collector(Protocol):
    """Anything with a ``collect``; see the module docstring for what it owes."""

    def collect(self, context: Context) -> Collected: ...


@dataclass(frozen=True)
class Recorded:
    """What a platform records of the changes behind some readings."""

    authors: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Setting and scope to whom the record names, and the record; without a record the second is empty."""
    notices: tuple[Notice, ...] = ()


@runtime_checkable
class Witness(Protocol):
    """A collector whose platform keeps a record of changes, asked once it is known which of its readings matter."""

    def who(self, context: Context, asked: Sequence[Observation], since: str) -> Recorded:
        """Who changed what these observations say. ``since``: start of the run before this one, if there was one."""
        ...


@dataclass(frozen=True)
class Proposal:
    """A source that a directory seems to hold, for scans without ``scanner.yaml`` and for ``init``.

    ``fields`` are the collector's fields. ``component`` is empty when the collector finds its own targets.
    """

    kind: str
    fields: Mapping[str, object]
    label: str
    """Short name for target ids and messages, such as ``infra`` or ``.env.production``."""
    component: str = ""
    environment: str = ""
    environment_from: str = ""
    prefix: str | None = None
    """The prefix of every variable that code of this source reads; None where it is not one."""


Survey = Callable[[Path, tuple[Path, ...], Catalogue], "list[Proposal]"]
"""A module-level ``survey(root, files, catalogue)`` of a collector: what it could read among these files."""


def fetch(address: str, access: Mapping[str, str], context: Context, limit: int) -> bytes:
    """The bytes at an address such as ``s3://bucket/key``. SilentSource where it cannot be read."""
    scheme = address.partition("://")[0]
    if scheme not in FETCHERS:
        raise SilentSource(f"nothing reads {scheme}://", f"name a file, or an address of {', '.join(FETCHERS)}://")
    module, _, name = FETCHERS[scheme].partition(":")
    read: Callable[[str, Mapping[str, str], Context, int], bytes] = getattr(import_module(module), name)
    return read(address, access, context, limit)


@cache
def paths() -> Mapping[str, str]:
    """Every collector kind with the dotted path of its class, entry points of other packages included."""
    found = {point.name: point.value for point in entry_points(group="scanner.collectors")}
    return {**found, **COLLECTORS}


def load(kind: str) -> type[Collector]:
    """The class of a collector kind; KeyError when there is no such kind."""
    module, _, name = paths()[kind].partition(":")
    loaded: type[Collector] = getattr(import_module(module), name)
    return loaded


def surveys(files: Iterable[Path]) -> dict[str, Survey]:
    """The survey functions of the collectors that may find something among these files."""
    names = "\n".join({path.name for path in files})
    found: dict[str, Survey] = {}
    for kind, path in paths().items():
        pattern = LOOKED_AT.get(kind, "")
        if kind in LIVE or not re.search(pattern, names, re.IGNORECASE | re.MULTILINE):
            continue
        function = getattr(import_module(path.partition(":")[0]), "survey", None)
        if function is not None:
            found[kind] = function
    return found
