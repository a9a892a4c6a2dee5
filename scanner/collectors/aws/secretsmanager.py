"""Secrets of AWS Secrets Manager: whether they are there, how old they are, whether they are rotated. Never their text.

How old a secret is cannot be read from the day of its last change, which a new tag or description moves too: such
a day proves that a secret is old, never that it is young. Young is what was created, or rotated by the service, or
whose current version was made since; the versions are listed only where the rest leaves it open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, filled
from scanner.collectors.aws.pages import Item
from scanner.collectors.aws.variables import Carrier, Variables, Where
from scanner.errors import SilentSource
from scanner.model import Known, Layer, Present
from scanner.readers.environment import Variable

ROTATION, AGE = "stored_secrets_rotation", "stored_secrets_age"
"""Settings of their own, so that a call which only the age needs hides nothing else."""

SECRETS = Layer(14, "secret store")
CURRENT = "AWSCURRENT"
SAME = timedelta(minutes=1)
"""A change so soon after the text was set is part of setting it."""

_Record = dict[str, object]


@dataclass(frozen=True)
class SecretsManager(Access):
    """Asks AWS Secrets Manager how old an application's secrets are and whether they are rotated, nothing else."""

    secrets: list[str] = field(default_factory=list)
    """Names or ARNs of the application's secrets."""
    names: dict[str, str] = field(default_factory=dict)
    """Secrets to the variables that they become, where the application is handed the whole secret as one."""

    def __post_init__(self) -> None:
        if not self.secrets:
            raise ValueError("needs secrets")

    def collect(self, context: Context) -> Collected:
        return filled(Variables, "secretsmanager", self, context, lambda book: _read(book, self))


def _read(book: Variables, source: SecretsManager) -> None:
    book.place = ", ".join(source.secrets[:3])
    now, carrier = _time(book.context.now), Carrier("", book.place)
    found = {ROTATION: list[_Record](), AGE: list[_Record]()}
    for name in source.secrets:
        pages = book.cloud.ask("secretsmanager", "DescribeSecret", SecretId=name)
        if pages.refusal is not None or not pages.pages:
            book.silent(_silence(book, name, pages.refusal), [ROTATION, AGE], locator=name)
            continue
        item = pages.pages[0]
        place, shown = str(item.get("ARN") or name), str(item.get("Name") or name)
        state = "to be deleted" if item.get("DeletedDate") else "in use"
        found[ROTATION].append({"name": shown, "rotation": _rotation(item, now), "state": state, "place": place})
        try:
            found[AGE].append({"name": shown, "days_since_change": _age(book, item, now), "place": place})
        except SilentSource as silence:
            book.silent(_silence(book, shown, silence), [AGE], locator=place)
        if name in source.names:
            carrier.add(Variable(source.names[name], Present("reference"), place))
    for setting, records in found.items():
        if records:
            book.place = str(records[0]["place"])
            book.say(setting, Known(records))
    if carrier.variables:
        book.hold(carrier, Where(layer=SECRETS), whole=False)
    elif book.spoke:
        book.answer(carrier, Where(layer=SECRETS), complete=False)


def _silence(book: Variables, name: str, why: SilentSource | None) -> SilentSource:
    if why is None or getattr(why, "missing", False):
        reason = f"{book.cloud.where} holds no secret {name}"
        return SilentSource(reason, "correct the name, region or role in scanner.yaml, or create it")
    return SilentSource(f"{name}: {why.reason}", why.remedy)


def _rotation(item: Item, now: datetime | None) -> str:
    """``overdue``: it is switched on, and the day on which it was to happen has passed."""
    if not item.get("RotationEnabled"):
        return "off"
    due = _time(item.get("NextRotationDate"))
    return "overdue" if due and now and due < now else "on"


def _age(book: Variables, item: Item, now: datetime | None) -> int:
    """Days since the text was set. SilentSource where that cannot be told."""
    times = [time for key in ("CreatedDate", "LastRotatedDate") if (time := _time(item.get(key)))]
    touched = _time(item.get("LastChangedDate"))
    made = max(times) if times else None
    if made is None or (touched is not None and touched - made > SAME):
        made = _version_made(book, item)
    if now is None:
        raise SilentSource("the time of the run is not known", "scan again")
    return max((now - made).days, 0)


def _version_made(book: Variables, item: Item) -> datetime:
    """When the version that is current was made."""
    name = str(item.get("ARN") or item.get("Name"))
    pages = book.cloud.ask("secretsmanager", "ListSecretVersionIds", SecretId=name)
    for version in pages.items("Versions"):
        made = _time(version.get("CreatedDate"))
        if made is not None and CURRENT in (version.get("VersionStages") or ()):
            return made
    raise pages.refusal or SilentSource("AWS does not tell when its current version was made", "look in the console")


def _time(value: object) -> datetime | None:
    """A time of an answer, or of the run."""
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
