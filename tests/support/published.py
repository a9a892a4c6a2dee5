"""The pages that are made of an archive: reports of periods and the index, of a full quarter, an attack and nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scanner.archive import layout, open_archive
from scanner.audit import Asked, gather
from scanner.audit.report import render
from scanner.history.period import period
from scanner.model import Target, Verdict
from scanner.publish import publish
from scanner.publish.places import Directory
from tests.support import attacks, histories, quarter

NAMES = ("quarter", "index", "hostile", "hostile-index", "nothing")
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def asked(name: str) -> Asked:
    """A period of the quarter, with a required interval that some runs miss."""
    return Asked("shop", period(name), NOW, "0.1.0", interval=timedelta(hours=26), interval_words="26 hours")


def pages(folder: Path) -> dict[str, Path]:
    """Every page by its name of ``NAMES``."""
    (good := folder / "good").mkdir()
    (harmed := folder / "harmed").mkdir()
    attack = max(attacks.ATTACKS, key=len) + "A" * 300
    named = [
        replace(result, project=attack, command=attack, targets=(Target("orders-db", "postgresql", attack),))
        for result in (
            *quarter.runs()[3:7],
            histories.run(9, attack, attack, Verdict.FAIL, actor=attack, source=attack),
        )
    ]
    quarter.kept(harmed, named)
    found: dict[str, Path] = {}
    for project, names in ((quarter.kept(good), NAMES[:2]), (harmed, NAMES[2:4])):
        publish(open_archive(project / layout.DEFAULT), Directory(project / "published"), asked("2026"))
        found |= dict(zip(names, _written(project / "published"), strict=True))
    nothing = folder / "nothing.html"
    nothing.write_text(render("html", *gather(open_archive(good / layout.DEFAULT), asked("2025-Q1"))), encoding="utf-8")
    return {**found, "nothing": nothing}


def _written(folder: Path) -> tuple[Path, Path]:
    return folder / "periods" / "2026-Q4.html", folder / "index.html"
