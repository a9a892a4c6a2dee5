"""Objects of S3: environment files of tasks and states of Terraform, read whole, once in a run, up to a size.

What keeps an object from being read is a ``SilentSource`` that names the action and the object; the key that encrypts
an object has a permission of its own, which S3 does not tell apart from its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

from scanner.collectors import Context
from scanner.collectors.aws.access import Access
from scanner.collectors.aws.refusals import Call, Refusal, refusal
from scanner.collectors.aws.session import Cloud, failures
from scanner.errors import SilentSource

SCHEME = "s3://"
_ARN = re.compile(r"arn:[\w-]+:s3:::(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)


def read(cloud: Cloud, bucket: str, key: str, limit: int) -> bytes:
    """The bytes of an object. SilentSource where it cannot be read, or is larger than ``limit``."""
    place = ("aws object", cloud.access, cloud.region, bucket, key, limit)
    found = cloud.context.shared.once(place, lambda: _read(cloud, bucket, key, limit))
    if isinstance(found, SilentSource):
        raise found
    return found


def read_arn(cloud: Cloud, arn: str, limit: int) -> tuple[bytes, str]:
    """The bytes of the object that an ARN names, and its address."""
    parts = _ARN.fullmatch(arn)
    if parts is None:
        raise SilentSource("an address that is no ARN of an object stands there", "correct the task definition")
    return read(cloud, parts["bucket"], parts["key"], limit), f"{SCHEME}{parts['bucket']}/{parts['key']}"


def fetch(address: str, access: Mapping[str, str], context: Context, limit: int) -> bytes:
    """The bytes at ``s3://bucket/key``, for collectors that know addresses and no AWS."""
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    known = [item.name for item in fields(Access)]
    strange = sorted(access.keys() - set(known))
    if not bucket or not key:
        raise SilentSource(f"{address} names no object", "write s3://BUCKET/KEY")
    if strange:
        raise SilentSource(f"nothing is known of {', '.join(strange)} for S3", f"keep to {', '.join(known)}")
    return read(Cloud(Access(**access), context), bucket, key, limit)


def _read(cloud: Cloud, bucket: str, key: str, limit: int) -> bytes | SilentSource:
    address = f"{SCHEME}{bucket}/{key}"
    answer = cloud.ask("s3", "GetObject", Bucket=bucket, Key=key)
    if answer.refusal is not None or not answer.pages:
        return _refused(cloud, bucket, key, answer.refusal)
    too_large = SilentSource(f"{address} is larger than {limit:,} bytes", "split it")
    length, body = answer.pages[0].get("ContentLength"), answer.pages[0].get("Body")
    try:
        if isinstance(length, int) and length > limit:
            return too_large
        content: bytes = body.read(limit + 1) if body is not None else b""
    except failures() as error:
        call = Call("s3", "GetObject", cloud.account.arn or "the scanner", cloud.where, seconds=cloud.context.timeout)
        return _refused(cloud, bucket, key, refusal(error, call))
    finally:
        if body is not None:
            body.close()
    return too_large if len(content) > limit else content


def _refused(cloud: Cloud, bucket: str, key: str, why: Refusal | None) -> SilentSource:
    address = f"{SCHEME}{bucket}/{key}"
    if why is None:
        return SilentSource(f"{address} came without an answer", "scan again")
    remedy = why.remedy
    if why.ends == "call" and "allow s3:GetObject" in remedy:
        arn = f"arn:{cloud.partition}:s3:::{bucket}/{key}"
        remedy += f", for {arn}, and kms:Decrypt for its key where a key of the account encrypts it"
    return SilentSource(f"{address}: {why.reason}", remedy)
