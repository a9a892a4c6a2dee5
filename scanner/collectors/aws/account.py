"""A region of an account as a whole: which databases and caches it holds, whoever declares them.

What is found becomes a target with its name on the provisioned plane. ``standing`` then looks for the source that
declares it: what none declares is undeclared, what is declared and not among it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.collectors import Collected, Context, Listed
from scanner.collectors.aws import region
from scanner.collectors.aws.access import Access
from scanner.collectors.aws.region import Found, Listing
from scanner.collectors.aws.session import Cloud
from scanner.errors import UserError
from scanner.model import Answer, Gap, Known, Notice, Observation, Plane, Provenance, Target

COLLECTOR = "aws_account"
RESOURCE = "resource_name"


@dataclass(frozen=True)
class AwsAccount(Access):
    """Lists the databases and caches of a region, so that what nobody declares, or what is missing, is seen."""

    kinds: list[str] = field(default_factory=list)
    """Only these: rds, aurora, elasticache, memorydb; empty for all."""

    def __post_init__(self) -> None:
        known = {item.kind for item in region.shipped().databases}
        if set(self.kinds) - known:
            raise ValueError(f"kinds may be {', '.join(sorted(known))}")

    def collect(self, context: Context) -> Collected:
        if context.target is not None:
            raise UserError(
                f"a source of kind {COLLECTOR} finds its own targets",
                allowed="environments: {production: {aws_account: {region: …}}}",
            )
        cloud = Cloud(self, context)
        listings = region.databases(cloud, self.kinds)
        things = [(_target(item, cloud, context), item) for listing in listings for item in listing.found]
        return Collected(
            targets=tuple(target for target, _ in things),
            observations=tuple(_observation(target, item, context) for target, item in things),
            answers=tuple(_answer(target, item, context) for target, item in things),
            gaps=tuple(gap for listing in listings for gap in _gaps(listing, cloud)),
            listed=tuple(
                Listed(listing.label, context.environment, cloud.where, listing.refusal is None) for listing in listings
            ),
            notices=tuple(_foreign(listings, cloud)),
        )


def _target(item: Found, cloud: Cloud, context: Context) -> Target:
    apart = f"[{context.environment}]" if context.environment else ""
    labels = ((item.label, item.name), ("aws_arn", item.arn), ("endpoint", item.endpoint))
    return Target(
        f"aws/{cloud.account.id or 'unknown'}/{cloud.region}/{item.label}/{item.name}{apart}",
        item.component,
        context.environment,
        context.environment_from or "stated",
        item.platform,
        item.version,
        labels=tuple((key, value) for key, value in labels if value),
    )


def _provenance(item: Found, context: Context) -> Provenance:
    return Provenance(COLLECTOR, item.arn or item.name, (), context.now)


def _observation(target: Target, item: Found, context: Context) -> Observation:
    return Observation(target.id, RESOURCE, Plane.PROVISIONED, Known(item.name), _provenance(item, context))


def _answer(target: Target, item: Found, context: Context) -> Answer:
    return Answer(target.id, Plane.PROVISIONED, COLLECTOR, False, _provenance(item, context))


def _gaps(listing: Listing, cloud: Cloud) -> list[Gap]:
    refused = listing.refusal
    if refused is None:
        return []
    reason = f"not every {listing.label} of {cloud.where} is known: {refused.reason}"
    return [Gap("", Plane.PROVISIONED, COLLECTOR, reason, refused.remedy, (RESOURCE,), cloud.where)]


def _foreign(listings: list[Listing], cloud: Cloud) -> list[Notice]:
    number = sum(listing.foreign for listing in listings)
    text = f"{number} databases or caches of other engines were passed over"
    return [Notice("passed over", text, cloud.where)] if number else []
