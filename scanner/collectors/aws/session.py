"""The one way to AWS: sessions, clients and answers that a whole run shares, counted and bounded in time.

``Cloud`` is what a collector holds. Credentials are looked up (and a role assumed) once for each identity, a client is
built once for each service and region, and an answer is asked for once for each set of parameters, whichever target
asks. Every list is read by its paginator. Nothing here raises for AWS: the pages that came are handed on with the
refusal that ended them. What would fail again (no credentials, an endpoint that is not there) is not asked again.

boto3 is imported by the first call, so a run without AWS targets never loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from scanner.collectors import Context
from scanner.collectors.aws.access import Access
from scanner.collectors.aws.pages import Pages
from scanner.collectors.aws.refusals import Call, Refusal, refusal

ATTEMPTS = 4
"""How often a call is tried in all, throttling included."""
MAX_PAGES = 2_000
SESSION_NAME = "scanner"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Account:
    """Who asks: the account and the caller that ``sts GetCallerIdentity`` names; empty when it does not answer."""

    id: str = ""
    arn: str = ""

    @property
    def partition(self) -> str:
        """The partition of the caller, such as ``aws`` or ``aws-cn``."""
        return self.arn.split(":")[1] if self.arn.count(":") > 1 else ""


@dataclass
class Identity:
    """A session with its credentials; ``broken`` says why it is of no use."""

    session: Any = None
    account: Account = field(default_factory=Account)
    broken: Refusal | None = None
    dead: dict[tuple[str, str], Refusal] = field(default_factory=dict)
    """Region and service of endpoints that do not answer; no service: the credentials are of no use in the region."""
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Clients by region and service."""
    lock: Any = field(default_factory=Lock)

    def __repr__(self) -> str:
        return f"Identity({self.account.arn or UNKNOWN})"


def new_session(**arguments: Any) -> Any:
    """A boto3 session; tests put theirs here."""
    import boto3

    return boto3.Session(**arguments)


class Cloud:
    """AWS as one target sees it: an identity in a region. Building it never fails; every call may be refused."""

    def __init__(self, access: Access, context: Context) -> None:
        self.access, self.context = access.reach(), context
        self.identity, self.region = Identity(), access.region
        shared, reach = context.shared, self.access
        key = ("aws identity", reach.profile, reach.role_arn, reach.external_id_env, reach.endpoint_url)
        self.identity = shared.once(key, self._identify)
        self.region = reach.region or str(getattr(self.identity.session, "region_name", "") or "")

    @property
    def account(self) -> Account:
        """Who asks."""
        return self.identity.account

    @property
    def where(self) -> str:
        """Account and region, for messages and locators."""
        return f"account {self.account.id or UNKNOWN}, region {self.region or UNKNOWN}"

    @property
    def partition(self) -> str:
        """The partition of the caller; the ordinary one where it is not known."""
        return self.account.partition or "aws"

    def arn(self, service: str, resource: str) -> str:
        """The name of a resource of this account and region, for provenance."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account.id}:{resource}"

    def ask(self, service: str, operation: str, **parameters: Any) -> Pages:
        """The answer to an operation (``DescribeDBInstances``), all pages, asked once in a run for these parameters."""
        key = ("aws answer", self.access, self.region, service, operation, repr(sorted(parameters.items())))
        return self.context.shared.once(key, lambda: self._ask(service, operation, parameters))

    # ------------------------------------------------------------ calling

    def _ask(self, service: str, operation: str, parameters: dict[str, Any]) -> Pages:
        identity = self.identity
        dead = identity.dead
        stopped = identity.broken or dead.get((self.region, "")) or dead.get((self.region, service))
        if stopped is None and not self.region:
            stopped = refusal("NoRegionError", self._call(service, operation))
        if stopped is not None:
            return Pages(refusal=stopped)
        found = self._paged(identity, service, operation, parameters)
        if found.refusal is not None and found.refusal.ends != "call":
            dead[self.region, service if found.refusal.ends == "service" else ""] = found.refusal
        return found

    def _paged(self, identity: Identity, service: str, operation: str, parameters: dict[str, Any]) -> Pages:
        pages: list[Any] = []
        call = self._call(service, operation)
        try:
            client = self._client(identity, service)
            call = self._call(service, operation, client.meta.endpoint_url)
            from botocore import xform_name

            method = xform_name(operation)
            if not client.can_paginate(method):
                pages.append(getattr(client, method)(**parameters))
                self._count(service, operation, pages[-1])
                return Pages(tuple(pages))
            for page in client.get_paginator(method).paginate(**parameters):
                pages.append(page)
                self._count(service, operation, page)
                if len(pages) >= MAX_PAGES:
                    return Pages(tuple(pages), refusal("TooManyPages", call))
            return Pages(tuple(pages))
        except failures() as error:
            found = refusal(error, call)
            if getattr(error, "response", None) or found.ends == "service":
                self._count(service, operation, getattr(error, "response", None))
            return Pages(tuple(pages), found)

    def _count(self, service: str, operation: str, answer: Any) -> None:
        """An answer that came, with the tries before it."""
        metadata = answer.get("ResponseMetadata") if isinstance(answer, dict) else None
        retries = metadata.get("RetryAttempts", 0) if isinstance(metadata, dict) else 0
        target = self.context.target.id if self.context.target else ""
        self.context.shared.count(f"{service} {operation}", target, 1 + (retries if isinstance(retries, int) else 0))

    def _client(self, identity: Identity, service: str) -> Any:
        """A session builds one client at a time; a client itself may be used by many threads."""
        key = (self.region, service)
        with identity.lock:
            if key not in identity.clients:
                identity.clients[key] = identity.session.client(service, **self._settings())
            return identity.clients[key]

    def _settings(self) -> dict[str, Any]:
        from botocore.config import Config

        timeout = self.context.timeout
        config = Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS},
            max_pool_connections=16,
            user_agent_extra=SESSION_NAME,
        )
        return {"region_name": self.region or None, "endpoint_url": self.access.endpoint_url or None, "config": config}

    def _call(self, service: str, operation: str, endpoint: str = "") -> Call:
        who = self.account.arn or self.access.role_arn or "the scanner's identity"
        return Call(service, operation, who, self.where, endpoint or self.access.endpoint_url, self.context.timeout)

    # ------------------------------------------------------------ credentials

    def _identify(self) -> Identity:
        """The session of this access, its role assumed, and who it is."""
        access, identity = self.access, Identity()
        self.identity, self.region = identity, access.region
        try:
            names = {"profile_name": access.profile or None, "region_name": access.region or None}
            identity.session = new_session(**names)
            self.region = access.region or str(identity.session.region_name or "")
            if access.role_arn:
                self._assume(identity)
        except Refusal as refused:
            identity.broken = refused
        except failures() as error:
            identity.broken = refusal(error, self._call("sts", "GetCallerIdentity"))
        if identity.broken is None:
            told = self._ask("sts", "GetCallerIdentity", {})
            for page in told.pages:
                identity.account = Account(str(page.get("Account", "")), str(page.get("Arn", "")))
        return identity

    def _assume(self, identity: Identity) -> None:
        """Change the session for one of the role. Raises the refusal, which ends the account whatever it is."""
        access, call = self.access, self._call("sts", "AssumeRole")
        parameters: dict[str, Any] = {"RoleArn": access.role_arn, "RoleSessionName": SESSION_NAME}
        if self.region and identity.session.get_partition_for_region(self.region) != _partition(access.role_arn):
            raise refusal("WrongPartition", call)
        if access.external_id_env:
            external = self.context.process_environment.get(access.external_id_env, "")
            if not external:
                raise refusal("MissingExternalId", call)
            parameters["ExternalId"] = external
        found = self._paged(Identity(identity.session), "sts", "AssumeRole", parameters)
        given = found.pages[0].get("Credentials") if found.pages else None
        if found.refusal is not None or not isinstance(given, dict):
            raise found.refusal or refusal("ResponseParserError", call)
        names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey",
                 "aws_session_token": "SessionToken"}  # fmt: skip
        credentials = {name: given.get(key) for name, key in names.items()}
        identity.session = new_session(**credentials, region_name=self.region or None)


def _partition(arn: str) -> str:
    return arn.split(":")[1] if arn.count(":") > 1 else ""


def failures() -> tuple[type[Exception], ...]:
    """Everything that a call can end with, answers that cannot be read included."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    unread = (
        ResponseParserError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        SyntaxError,
        RecursionError,
    )
    return (BotoCoreError, ClientError, NotImplementedError, OSError, *unread)
