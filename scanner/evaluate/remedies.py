"""How a finding is closed: the rule's fix for the source that is wrong, or what would end a silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.model import Judgement, Plane, Provenance, Row, Rule, Verdict

EDITED_AT = (Plane.DECLARED, Plane.PROVISIONED, Plane.PERSISTED, Plane.RUNNING, Plane.SERVED)
"""Where a person would fix it, the nearest to the source first."""

CLOUD = ("aws_", "google_", "azurerm_", "kubernetes_", "helm_", "terraform")

FIXES: Mapping[str, tuple[str, ...]] = {
    "terraform": CLOUD,
    "cloudformation": CLOUD,
    "postgresql": ("postgresql", "pg_hba.conf", "host", "procedure"),
    "postgresql_files": ("postgresql.conf", "pg_hba.conf", "postgresql", "host", "procedure"),
    "redis": ("redis", "host", "procedure"),
    "redis_file": ("redis.conf", "redis", "host", "procedure"),
    "dotenv": ("env", "application", "procedure"),
    "compose": ("compose", "env", "application", "procedure"),
    "kubernetes": ("kubernetes", "env", "application", "procedure"),
    "pydantic_settings": ("application", "env", "procedure"),
    "exported_settings": ("env", "application", "procedure"),
    "http": ("application", "env", "procedure"),
    "rds": CLOUD,
    "aurora": CLOUD,
    "elasticache": CLOUD,
    "memorydb": CLOUD,
    "ecs": ("aws_ecs", "env", "application", "procedure"),
    "lambda": ("aws_lambda", "env", "application", "procedure"),
    "ssm": ("procedure", "env", "application"),
}
"""For each kind of source, the beginnings of fix names that suit it, the best first."""


def remedy(rule: Rule, verdict: Verdict, decisive: Sequence[Judgement], row: Row, derived: bool = False) -> str:
    """What to do about a finding; empty where nothing is to be done. A derived setting cannot be reset by its name."""
    if verdict is Verdict.UNKNOWN:
        return "; ".join(dict.fromkeys(item.remedy for item in decisive if item.remedy))
    if verdict is not Verdict.FAIL or not rule.fix:
        return ""
    if row.scope.startswith(("role=", "database=")) and not derived:
        return without_override(row)
    first = min(decisive, key=lambda item: EDITED_AT.index(item.plane))
    reading = row.cell(first.plane).effective
    return fix_for(rule, reading.observation.provenance if reading else None)


def without_override(row: Row) -> str:
    """The statement that takes away what ``ALTER ROLE … SET`` or ``ALTER DATABASE … SET`` laid over the server."""
    parts = dict(part.partition("=")[::2] for part in row.scope.split(","))
    database = _quoted(parts["database"]) if "database" in parts else ""
    if "role" not in parts:
        return f"ALTER DATABASE {database} RESET {row.setting};"
    within = f" IN DATABASE {database}" if database else ""
    return f"ALTER ROLE {_quoted(parts['role'])}{within} RESET {row.setting};"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def fix_for(rule: Rule, provenance: Provenance | None) -> str:
    """The fix that suits a place: one named in its locator or chain, one for its kind of source, or the first."""
    fixes = dict(rule.fix)
    if provenance is not None:
        words = " ".join((provenance.locator, *provenance.chain))
        for name in sorted(fixes, key=len, reverse=True):
            if name in words and ("." in name or "_" in name):
                return fixes[name]
        for beginning in FIXES.get(provenance.collector, ()):
            for name, how in rule.fix:
                if name.startswith(beginning):
                    return how if provenance.collector != "cloudformation" else f"as Terraform writes it: {how}"
    return rule.fix[0][1]
