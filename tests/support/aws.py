"""AWS without AWS: moto for what it has, answers of our own for the rest, each checked against botocore's own shapes.

``Aws`` stands for an account: a session whose calls go to moto in this process, or to answers that a test gives. An
answer is held against the output shape of its operation, so that no test can rest on a field that AWS does not send.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError

from scanner.catalogue import shipped
from scanner.collectors import Collected, Collector, Context
from scanner.collectors.aws import session
from scanner.model import Content, Known, Observation, Target

REGION = "eu-west-1"
ASKED = "asked"
Answer = Mapping[str, Any] | Exception | Callable[[Mapping[str, Any]], Any]

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "long": (int,), "double": (float, int),
    "float": (float, int), "timestamp": (datetime,), "blob": (bytes,),
}  # fmt: skip


class _Good:
    status_code = 200


def problems(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Everything in an answer that the output shape of botocore does not have."""
    if shape.type_name == "structure":
        if not isinstance(value, Mapping):
            yield f"{path} is no structure"
            return
        for name, item in value.items():
            if name not in shape.members:
                yield f"{path}.{name} is no member of {shape.name}"
            else:
                yield from problems(shape.members[name], item, f"{path}.{name}")
    elif shape.type_name == "list":
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, item in enumerate(value):
            yield from problems(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from problems(shape.value, item, f"{path}.{name}")
    elif not isinstance(value, _SCALARS[shape.type_name]) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield f"{path} is no {shape.type_name}"
    elif shape.type_name == "string" and getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value} is none of {shape.enum}"


def check(service: str, operation: str, answer: Mapping[str, Any]) -> None:
    """Refuse an answer that AWS could not send."""
    model = botocore.session.get_session().get_service_model(service)
    found = list(problems(model.operation_model(operation).output_shape, answer, operation))
    assert not found, found


def refused(code: str, status: int = 400) -> ClientError:
    """An error as the service sends it."""
    told = {"Code": code, "Message": "User: arn:aws:iam::1:role/x is not authorized, secret-in-text"}
    response: Any = {"Error": told, "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 0}}
    return ClientError(response, "Operation")


class Aws:
    """An account whose answers a test can give, change and count."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.patches: dict[tuple[str, str], Callable[[Any], None]] = {}
        self.calls: list[tuple[str, str]] = []

    def answer(self, service: str, operation: str, answer: Answer) -> None:
        """Answer an operation: a response, an error, or a function of the parameters, whose None leaves it to moto."""
        self.answers[service, operation] = answer

    def change(self, service: str, operation: str, patch: Callable[[Any], None]) -> None:
        """Make an answer of moto more like that of AWS."""
        self.patches[service, operation] = patch

    def session(self, **arguments: Any) -> Any:
        """A session of this account; what the scanner opens."""
        found = boto3.Session(**arguments)
        found.events.register_last("before-parameter-build.*.*", _keep)
        found.events.register_first("before-call.*.*", self._before)
        found.events.register_last("after-call.*.*", self._after)
        return found

    def _before(self, model: Any, context: Any, **_more: Any) -> Any:
        key = (model.service_model.service_name, model.name)
        self.calls.append(key)
        given = self.answers.get(key)
        if given is None:
            return None
        told = given(context.get(ASKED, {})) if callable(given) else given
        if told is None:
            return None
        if isinstance(told, Exception):
            raise told
        check(*key, told)
        return _Good(), dict(told)

    def _after(self, parsed: Any, model: Any, **_more: Any) -> None:
        key = (model.service_model.service_name, model.name)
        if key in self.patches:
            self.patches[key](parsed)
            check(*key, {name: item for name, item in parsed.items() if name != "ResponseMetadata"})

    def count(self, operation: str) -> int:
        """How often an operation was called."""
        return sum(name == operation for _, name in self.calls)


def _keep(params: Any, context: Any, **_more: Any) -> None:
    """Keep the parameters as the caller gave them, whatever they become on the wire."""
    context[ASKED] = dict(params)


def paged(items: list[Mapping[str, Any]], path: str, size: int = 100, marker: str = "Marker") -> Answer:
    """An answer in pages, as the query protocol has them."""

    def page(asked: Mapping[str, Any]) -> Any:
        start = int(asked.get(marker) or 0)
        held: dict[str, Any] = {path.rpartition(".")[2]: items[start : start + size]}
        if start + size < len(items):
            held[marker] = str(start + size)
        return {path.partition(".")[0]: held} if "." in path else held

    return page


def _credentials(monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Credentials of nobody, and nothing of this machine's own configuration."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not a key")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    account = Aws()
    monkeypatch.setattr(session, "new_session", account.session)
    return account


@contextmanager
def connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account of which every operation that is not answered goes to moto in this process."""
    from moto import mock_aws

    account = _credentials(monkeypatch)
    with mock_aws():
        yield account


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Aws, str]]:
    """An account behind moto's server, spoken to over HTTP, and the address of that server."""
    from moto.server import ThreadedMotoServer

    account, server = _credentials(monkeypatch), ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST"), timeout=10).close()
        yield account, url
    finally:
        server.stop()


def target(component: str = "postgresql", platform: str = "", version: str = "") -> Target:
    """A target in production."""
    return Target("orders", component, "production", platform=platform, version=version)


def ask(collector: Collector, of: Target, **more: Any) -> Collected:
    """What a collector brings back for a target."""
    given = {"digest_key": b"k", "now": "2026-01-02T03:04:05Z", "timeout": 2.0, **more}
    return collector.collect(Context(Path("/"), shipped(), of, **given))


def contents(found: Collected, scope: str = "server") -> dict[str, Content]:
    """The content of every setting in one scope."""
    return {item.setting: item.content for item in found.observations if item.scope == scope}


def raw(found: Collected, setting: str, scope: str = "server") -> Any:
    """The value of a setting, default or set."""
    return getattr(contents(found, scope)[setting], "raw", None)


def known(found: Collected) -> dict[str, Any]:
    """The values that somebody set."""
    return {name: item.raw for name, item in contents(found).items() if isinstance(item, Known)}


def seen(found: Collected, setting: str) -> Observation:
    """The one observation of a setting."""
    (only,) = [item for item in found.observations if item.setting == setting]
    return only


def hidden(found: Collected) -> set[str]:
    """The settings that gaps name."""
    return {name for gap in found.gaps for name in gap.settings}
