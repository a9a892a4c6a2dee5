"""The nouns of the scanner, and nothing that acts on them.

Every other module is a verb over these. They are frozen, typed and built from the standard library only, so that any
floor of the house may import them. Text that people write in YAML becomes ``Baseline``, ``Rule``, ``Setting``,
``Target`` and ``Waiver``; what the program finds becomes ``Observation``, ``Gap``, ``Answer``, ``Row``, ``Finding`` and
``ScanResult``. A ``ScanResult`` holds the tables and findings hold ids, so that a saved run can be judged again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

Raw: TypeAlias = object
"""What a source really said: JSON-shaped (text, number, boolean, null, list, mapping)."""

SERVER = "server"
"""The scope of a value that holds for the whole target."""


class Plane(StrEnum):
    """Where a value can be seen, in the order in which a change travels."""

    DECLARED = "declared"
    PROVISIONED = "provisioned"
    PERSISTED = "persisted"
    RUNNING = "running"
    SERVED = "served"


class Verdict(StrEnum):
    """What a rule says of a row. Only ``PASS`` is a pass."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    """How bad a failure is, mildest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Drift(StrEnum):
    """What the planes of one row say of one another; the headline of a row is the first that holds, in this order."""

    OVERRIDDEN = "overridden"
    PENDING = "pending"
    RUNTIME_ONLY = "runtime_only"
    UNAPPLIED = "unapplied"
    CHANGED = "changed"
    DIFFERS = "differs"
    UNDECLARED = "undeclared"
    MISSING = "missing"
    UNKNOWN = "unknown"
    IN_SYNC = "in_sync"


class TakesEffect(StrEnum):
    """When a value that stands on a plane reaches the running process."""

    NOW = "now"
    RELOAD = "reload"
    RESTART = "restart"
    MAINTENANCE = "maintenance"


class Strength(StrEnum):
    """How far a measurement carries as evidence for a control objective."""

    MEASURED = "measured"
    PARTIAL = "partial"
    RECORD = "record"
    NONE = "none"


# ---------------------------------------------------------------- written by people


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a project, environment or target supplies by name."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """An operator and its operand.

    The operand is a literal, a ``Parameter``, an ``Expectation`` (``not``), a tuple of them (``all_of``, ``any_of``),
    or a ``RecordTest`` (``every``, ``none``).
    """

    operator: str
    operand: Parameter | RecordTest | Expectation | tuple[Expectation, ...] | tuple[Parameter | object, ...] | object
    """Spelled out, so that a saved result reads back as what it was and can be judged again."""


@dataclass(frozen=True, slots=True)
class RecordTest:
    """A test over records: of those that match ``where`` (field to expectation), each must meet ``expect``."""

    where: tuple[tuple[str, Expectation], ...] = ()
    expect: tuple[tuple[str, Expectation], ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """The condition of a variant or of a rule; every part that is given must hold."""

    environments: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    not_platforms: tuple[str, ...] = ()
    version: str | None = None
    """Comparisons joined by commas, such as ``>=14,<18``."""
    settings: tuple[tuple[str, Expectation], ...] = ()
    """Other settings of the same target whose value must meet an expectation."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What a rule asks for instead when ``when`` holds. ``skip`` is the reason why it asks for nothing."""

    when: When
    expectation: Expectation | None = None
    severity: Severity | None = None
    skip: str | None = None


@dataclass(frozen=True, slots=True)
class ControlReference:
    """The objective or criterion a rule is evidence for, how far it carries, and why."""

    framework: str
    id: str
    strength: Strength
    why: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A rule between targets: the setting across ``environments`` must be ``distinct`` (or ``same``)."""

    across: Literal["environments"]
    expect: Literal["distinct", "same"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold of one setting."""

    id: str
    title: str
    component: str
    setting: str
    severity: Severity
    why: str
    fix: tuple[tuple[str, str], ...]
    """Pairs of where to fix it (``postgresql``, ``aws_db_parameter_group``, ``env``, …) and how."""
    baseline: str
    expectation: Expectation | None = None
    compare: Compare | None = None
    applies: When = When()
    variants: tuple[Variant, ...] = ()
    controls: tuple[ControlReference, ...] = ()
    references: tuple[str, ...] = ()
    place: str = ""
    """File and line of the rule."""


@dataclass(frozen=True, slots=True)
class Review:
    """One look at a baseline by a person: when, who, what led to it, and the versions of components then."""

    on: str
    reviewer: str
    trigger: str
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Component or target id to the versions that were in use."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved one version of a baseline for a project, and every review since."""

    baseline: str
    version: str
    approved_by: str
    approved_on: str
    digest: str = ""
    """SHA-256 of the approved file; empty where the approval names the version only."""
    owner: str = ""
    role: str = ""
    review: str = ""
    """How often the baseline is to be reviewed."""
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reviews: tuple[Review, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a project allows: time to close a failure and the longest life of a waiver, by severity."""

    due_hours: tuple[tuple[Severity, int], ...] = (
        (Severity.CRITICAL, 24),
        (Severity.HIGH, 72),
        (Severity.MEDIUM, 336),
        (Severity.LOW, 720),
    )
    waiver_max_days: tuple[tuple[Severity, int], ...] = (
        (Severity.CRITICAL, 30),
        (Severity.HIGH, 90),
        (Severity.MEDIUM, 180),
        (Severity.LOW, 365),
    )
    scan_interval: str = ""
    """How long after a kept run the next one has to come, in words; empty where nothing is required."""
    scan_interval_hours: int = 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """A set of rules with the record of who stands behind it."""

    id: str
    version: str
    title: str
    component: str
    rules: tuple[Rule, ...]
    owner: str = ""
    approved_by: str = ""
    approved_on: str = ""
    review: str = ""
    source: str = ""
    place: str = ""
    digest: str = ""
    """SHA-256 of the file's bytes."""
    approver_role: str = ""
    source_kind: str = ""
    """``stig``, ``cis``, ``vendor`` or ``custom``."""
    level: str = ""
    """The level or profile of the source."""
    looser: tuple[tuple[str, str], ...] = ()
    """Rules that ask for less than the source, each with the reason."""
    versions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Versions of components when it was approved."""
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class DefaultValue:
    """A default that a documentation states for these versions and platforms (empty: all)."""

    value: Raw
    source: str
    versions: str = ""
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derived setting comes from others: one named function of ``derive`` over ``inputs``."""

    function: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """An entry of the catalogue: what a name means, where it can be seen and what it is when nobody sets it."""

    name: str
    component: str
    type: str
    summary: str = ""
    unit: str = ""
    """Unit of a bare number, such as ``ms``, ``s``, ``8kB`` or ``B``."""
    choices: tuple[str, ...] = ()
    """Allowed words of an enumeration, or members of a list."""
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Other names by source kind; ``env`` names are compared without regard to case."""
    shown_by: tuple[tuple[str, tuple[Plane, ...]], ...] = ()
    """Collector kinds and the planes on which each can show the setting."""
    platforms: tuple[str, ...] = ()
    """Platforms that have the setting; empty means all."""
    versions: str = ""
    """Versions that have the setting; empty means all."""
    defaults: tuple[DefaultValue, ...] = ()
    secret: bool = False
    takes_effect: TakesEffect = TakesEffect.NOW
    derived: Derivation | None = None
    when_empty: Literal["unknown", "value"] = "value"
    """What an empty list of records means: nothing to judge, or an answer."""
    ordered: bool = False
    """The order of its records has a meaning, as where the first line that matches decides."""
    provisioned_stands_in: bool = False
    """The control plane answers for running and persisted where the server itself cannot be asked."""
    persisted_by: tuple[str, ...] = ()
    """Collector kinds whose provisioned value is what the server has after a restart."""
    probe_proves: str = ""
    """The one value that a probe can prove; any other holds for the probing client only and is no drift."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is judged: a database server, a cache, an application in one environment."""

    id: str
    component: str
    environment: str
    environment_from: str = "stated"
    """How the environment is known; ``assumed`` when nothing told and production was taken."""
    platform: str = ""
    version: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    """Identifiers by which other sources can find it, such as an address or an instance name."""
    parameters: tuple[tuple[str, Raw], ...] = ()
    """Values that rules take by name, those of the project, environment and target merged."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A deviation that somebody accepted until a date."""

    id: str
    rule: str
    target: str
    reason: str
    approved_by: str
    expires: str
    """ISO 8601 date or time; a date without a time ends at 24:00 UTC of that day."""
    accepted_value: str = ""
    scope: str = ""
    requested_by: str = ""
    approved_on: str = ""
    compensating_measure: str = ""
    ticket: str = ""
    place: str = ""
    status: Literal["requested", "approved", "expired", "revoked"] = "approved"
    """Only an approved one accepts anything."""
    starts: str = ""
    approver_role: str = ""
    risk: str = ""
    """What remains, in the words of who accepts it."""
    review_on: str = ""


# ---------------------------------------------------------------- found by the program


@dataclass(frozen=True, slots=True)
class Known:
    """The source says this value."""

    raw: Raw
    kind: Literal["known"] = "known"


@dataclass(frozen=True, slots=True)
class Default:
    """The source leaves it out and a documentation says what holds then."""

    raw: Raw
    source: str
    kind: Literal["default"] = "default"


@dataclass(frozen=True, slots=True)
class Absent:
    """The source was read whole and does not set it."""

    kind: Literal["absent"] = "absent"


@dataclass(frozen=True, slots=True)
class Present:
    """A secret is set. Its text, length and digest stay in the collector."""

    origin: Literal["literal", "computed", "reference", "server"]
    strength: Literal["strong", "weak", "not measured"] = "not measured"
    reason: str = ""
    """Why it is weak, in words that tell nothing else about it."""
    equal_to: tuple[str, ...] = ()
    """Ids of the other targets of this run that hold the same secret."""
    comparable: bool = False
    """The text was at hand, so ``equal_to`` is complete among the comparable ones."""
    kind: Literal["present"] = "present"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An expression or entry that is there but cannot be known."""

    reason: str
    remedy: str = ""
    alternatives: tuple[Raw, ...] = ()
    """Every value it can have, when they are all known; empty when they are not."""
    kind: Literal["unresolved"] = "unresolved"


Content: TypeAlias = Known | Default | Absent | Present | Unresolved


@dataclass(frozen=True, slots=True)
class Layer:
    """One of several places on a plane of which one wins: the highest rank that sets a value."""

    rank: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an observation comes from: first the place a person would edit, then the chain that led there."""

    collector: str
    locator: str
    chain: tuple[str, ...] = ()
    observed_at: str = ""
    changed_by: str = ""
    changed_by_source: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One source's word on one setting in one scope on one plane."""

    target: str
    setting: str
    plane: Plane
    content: Content
    provenance: Provenance
    scope: str = SERVER
    layer: Layer = Layer()
    takes_effect: TakesEffect = TakesEffect.NOW
    note: str = ""
    pending: str = ""
    """What the source says still waits here: this value where ``takes_effect`` is not now, else its successor."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A source or call that did not answer: why, and the exact thing that would close it."""

    target: str
    plane: Plane
    collector: str
    reason: str
    remedy: str
    settings: tuple[str, ...] = ()
    """The settings it hides; empty means all that this collector can show on this plane."""
    locator: str = ""
    mute: bool = False
    """The source said nothing else on this plane: what another of its kind says there may be replaced by it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A source spoke for a target on a plane. ``complete``: what it did not mention is not set there."""

    target: str
    plane: Plane
    collector: str
    complete: bool
    provenance: Provenance
    layer: Layer = Layer()
    scope: str = SERVER


class CellState(StrEnum):
    """What one plane of a row holds."""

    ANSWERED = "answered"
    SILENT = "silent"
    NOT_ASKED = "not_asked"
    CANNOT_SHOW = "cannot_show"


class ReadingState(StrEnum):
    """Whether a reading is the one in effect on its plane."""

    EFFECTIVE = "effective"
    SHADOWED = "shadowed"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Reading:
    """An observation with its meaning: ``text`` is the normalised value, ``note`` says how it was read."""

    observation: Observation
    text: str
    state: ReadingState = ReadingState.EFFECTIVE
    note: str = ""
    meaningful: bool = True
    """False where the raw text has no meaning for the setting's type."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One plane of a row: its readings (the effective one first), or why there is none."""

    plane: Plane
    state: CellState
    readings: tuple[Reading, ...] = ()
    gaps: tuple[Gap, ...] = ()
    note: str = ""

    @property
    def effective(self) -> Reading | None:
        """The reading in effect, or None when silent or in conflict."""
        first = self.readings[0] if self.readings else None
        return first if first and first.state is ReadingState.EFFECTIVE else None


@dataclass(frozen=True, slots=True)
class Row:
    """One setting of one target in one scope, on every plane, and what the planes say of one another."""

    target: str
    setting: str
    scope: str
    cells: tuple[Cell, ...]
    drift: tuple[Drift, ...] = ()
    drift_note: str = ""
    moved: str = ""
    """What moved since the previous run (baseline, source, platform, live system), when evidence says so."""

    @property
    def id(self) -> str:
        return f"{self.target}|{self.setting}|{self.scope}"

    @property
    def headline(self) -> Drift | None:
        return self.drift[0] if self.drift else None

    def cell(self, plane: Plane) -> Cell:
        return next(cell for cell in self.cells if cell.plane is plane)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of one plane of a row."""

    plane: Plane
    verdict: Verdict
    text: str
    reason: str = ""
    locator: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule held against one scope of one target."""

    rule: str
    target: str
    scope: str
    verdict: Verdict
    severity: Severity
    expected: str
    reason: str
    rows: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    fix_at: str = ""
    """The place a person would edit: file and line, an ARN, or a server."""
    remedy: str = ""
    waiver: str = ""
    waiver_note: str = ""
    """Why a waiver that names this finding does not accept it (expired, another value, …)."""
    first_seen: str = ""
    """ISO 8601 start of the earliest known run since which it has failed without a break. A run that could not tell is
    no break; where no earlier run is known, it is this one."""
    due: str = ""
    """ISO 8601 time until which an open failure is to be closed, by its severity and when it was first seen."""

    @property
    def fingerprint(self) -> str:
        """Stable over line numbers, values and time: a digest of rule, target and scope."""
        named = "\0".join((self.rule, self.target, self.scope))
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def accepted(self) -> bool:
        return self.verdict is Verdict.FAIL and bool(self.waiver)


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read, with the SHA-256 of its bytes; the path is relative to the scanned directory."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The denominator: every rule on every target and scope, by outcome."""

    expected: int = 0
    passed: int = 0
    failed_open: int = 0
    failed_accepted: int = 0
    unknown: int = 0
    not_assessed: int = 0
    not_applicable: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark on the run itself: an unused waiver, a file that was passed over, a target that nothing matched."""

    kind: str
    text: str
    place: str = ""
    incomplete: bool = False
    """True when the run did not see something it was asked to see."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A run: enough to render it, to compare it with another, and to judge it again by another baseline."""

    schema_version: str
    tool_version: str
    run_id: str
    command: str
    project: str
    started: str
    finished: str
    baselines: tuple[Baseline, ...]
    targets: tuple[Target, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    answers: tuple[Answer, ...] = ()
    inputs: tuple[Input, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    notices: tuple[Notice, ...] = ()
    parameters: tuple[tuple[str, Raw], ...] = ()
    exit_code: int = 0
    exit_reasons: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """The rules, or patterns of them, that the run was asked to keep to; empty when it held all of its baselines."""
    previous_run: str = ""
    archive_head: str = ""
    """Head of the archive's chain before this run was kept, so that every report anchors the runs before it."""
    policy: Policy = Policy()
    failing_elsewhere: tuple[tuple[str, str], ...] = ()
    """Fingerprint and first-seen time of failures of earlier runs that this run did not look at: not looking is no
    repair, so that their age goes on."""
    overdue: int = 0
    """Open failures that were past their due time when the run started."""
    judged_from: str = field(default="")
    """Run id of the saved result that was judged again, when this is not a fresh scan."""
