"""What AWS holds: the provisioned plane of databases, caches and applications that live there.

What the modules of this folder share, and how to add a kind of source:

- ``access.Access`` holds the fields of every kind (``region``, ``profile``, ``role_arn``, ``external_id_env``,
  ``endpoint_url``). A kind is a frozen dataclass that inherits from it, adds the fields that name its thing, and calls
  ``observed`` below from ``collect``.
- ``session.Cloud(access, context)`` is the way to AWS. ``cloud.ask("rds", "DescribeDBInstances", **parameters)`` gives
  all ``pages.Pages`` of an answer, asked once in a run for the same identity, region, operation and parameters: ask for
  a whole region and pick with ``pages.named(…)``, not once for each target. It never raises; ``pages.refusal`` says why
  pages are missing. Absence may be concluded only from ``pages.complete``. ``cloud.account`` and ``cloud.arn(…)`` give
  provenance.
- ``refusals`` turns codes and exceptions into a reason and a remedy that names the IAM action; the table is data
  (``baselines/aws/refusals.yaml``). ``refusal.missing`` tells "not there" from "not told".
- ``notebook.Notebook`` takes what was said: ``say``, ``gap``, ``silent``, ``not_there``; ``collected()`` ends it.
  ``variables.Variables`` is one for what hands environment variables to processes.
- ``objects`` reads an object of S3 up to a size.
- ``region`` lists everything of some kinds that a region holds; ``trail`` says who changed it, for every kind at once
  (a new kind of thing is an entry of ``baselines/aws/trail.yaml``); ``policy`` knows the IAM actions of every kind
  (``baselines/aws/policy.yaml``: a test compares it with the calls that are made).

Nothing here raises for AWS, writes to AWS, or asks for the text of a secret. boto3 is imported by the first call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from scanner.collectors import Collected, Context
from scanner.collectors.aws.access import Access
from scanner.collectors.aws.notebook import Notebook
from scanner.collectors.aws.pages import Item, Pages, at
from scanner.collectors.aws.refusals import Refusal
from scanner.collectors.aws.session import Account, Cloud
from scanner.errors import UserError

__all__ = ["Access", "Account", "Cloud", "Item", "Notebook", "Pages", "Refusal", "at", "filled", "observed"]

N = TypeVar("N", bound=Notebook)


def observed(kind: str, access: Access, context: Context, read: Callable[[Notebook], None]) -> Collected:
    """What ``read`` finds of the run's target. UserError when the source stands below no target."""
    return filled(Notebook, kind, access, context, read)


def filled(book: type[N], kind: str, access: Access, context: Context, read: Callable[[N], None]) -> Collected:
    """The same, noted in a kind of notebook of its own (``variables.Variables``)."""
    if context.target is None:
        raise UserError(
            f"a source of kind {kind} stands below a target", allowed=f"targets: [{{sources: [{{{kind}: …}}]}}]"
        )
    notebook = book(kind, Cloud(access, context), context, context.target)
    read(notebook)
    return notebook.collected()
