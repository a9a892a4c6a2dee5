"""The evaluator beside the real terraform on generated roots: no value is another one, none is claimed in excess.

Where terraform is on the PATH new roots are drawn and planned beside the recorded ones; where it is not, the recorded
ones serve, so nothing is left out. Roots hold ``terraform_data`` only: no provider, no network. Where terraform knows
nothing and we do, every text that the unknown can be must give our value. To record again, with terraform installed:

    python -m tests.live.test_terraform_differential
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.golden.terraform.record import inputs, plan
from tests.support.terraform import UNKNOWN, agrees, evaluated
from tests.support.terraform_roots import UNKNOWN_TEXT, roots

RECORDED = Path(__file__).parents[1] / "golden" / "terraform" / "generated.json"
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
TEXTS = ('"x"', '""', '"A b"')
"""What stands for the unknown text when a claim in excess is checked."""
DRAWN, KEPT = 40, 8

Files = Mapping[str, str]
Plan = Mapping[str, Any]


class Case(NamedTuple):
    """A root, what terraform plans, and what it plans when the unknown text is one of ``TEXTS``."""

    files: Files
    planned: Plan
    fixed: Callable[[], list[Plan]]


@contextmanager
def directory(files: Files) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        for path, text in files.items():
            (Path(name) / path).parent.mkdir(exist_ok=True)
            (Path(name) / path).write_text(text)
        yield Path(name)


def planned(files: Files) -> Plan | None:
    """What terraform plans; None where it refuses the root."""
    with directory(files) as path:
        shown = plan(path)
    return None if shown is None else inputs(shown)


def fixed(files: Files) -> list[Plan]:
    """The plans with texts in place of the unknown."""
    found = [planned({path: text.replace(UNKNOWN_TEXT, known) for path, text in files.items()}) for known in TEXTS]
    return [item for item in found if item is not None]


def compare(case: Case) -> Counter[str]:
    """Fails on a wrong value, an instance that is not there, or a claim in excess; else counts what is known."""
    tally: Counter[str] = Counter()
    with directory(case.files) as path:
        ours = evaluated(path)
    invented = [address for address, found in ours.items() if found.certain and address not in case.planned]
    assert [item for item in invented if ours[item].input is not None] == []
    for address, told in case.planned.items():
        assert address in ours, address
        found = ours[address].input
        if not agrees(found, told):
            plans = case.fixed()
            assert plans, f"{address}: {found!r} for {told!r}"
            assert all(agrees(found, item[address]) for item in plans), f"{address}: {found!r} for {told!r}"
            tally["more"] += 1
        tally["values"] += 1
        tally["less"] += found == UNKNOWN != told
    return tally


def drawn(work: Callable[[Case], None], amount: int) -> int:
    """Draw roots and do the work with each that terraform plans; the number that it refused."""
    refused = 0

    @settings(
        max_examples=amount, deadline=None, database=None, derandomize=IN_CI, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(roots())
    def one(files: dict[str, str]) -> None:
        nonlocal refused
        told = planned(files)
        if told is None:
            refused += 1
        else:
            work(Case(files, told, lambda: fixed(files)))

    one()
    return refused


def freshly_drawn() -> Counter[str]:
    tally: Counter[str] = Counter()
    refused = drawn(lambda case: tally.update(compare(case)), DRAWN)
    assert refused <= DRAWN // 4, "the generator draws roots that terraform refuses"
    return tally


def recorded() -> Counter[str]:
    tally: Counter[str] = Counter()
    for entry in json.loads(RECORDED.read_text()):
        tally += compare(Case(entry["files"], entry["planned"], partial(entry.get, "fixed")))
    return tally


SOURCES = [recorded, *([freshly_drawn] if shutil.which("terraform") else [])]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_no_value_is_another_one_and_none_is_claimed_in_excess(source: Callable[[], Counter[str]]) -> None:
    tally = source()
    assert tally["values"] >= 100
    assert tally["less"] <= tally["values"] // 20


def record() -> None:
    kept: list[dict[str, Any]] = []

    def keep(case: Case) -> None:
        compare(case)
        if len(kept) < KEPT and len(case.planned) > 15:
            kept.append({"files": case.files, "planned": case.planned, "fixed": case.fixed()})

    drawn(keep, DRAWN)
    RECORDED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    record()
