"""The commands that a report prints are run exactly as they stand there, on good archives and on harmed ones."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import layout, pruning
from tests.support.archive import START, filled, folder, gpg_key, ledger, rechained, result, ssh_key, write_ledger
from tests.support.validators import program

SHELL = shutil.which("dash") or "/bin/sh"
NAMES = {"sha256sum": "files", "echo": "script", "ssh-keygen": "signature", "gpgv": "signature", "sh": "ledger"}


@pytest.fixture(scope="module", params=["ssh", "gpg"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with an archive and, beside it, what its signer gave to the auditor."""
    where = tmp_path_factory.mktemp("auditor")
    if request.param == "ssh":
        key, allowed = ssh_key(tmp_path_factory.mktemp("keys"))
        shutil.copy(allowed, where / "allowed_signers")
        filled(where / "evidence", 4, archive.Seal(key))
        yield where
        return
    with gpg_key() as (key, ring):
        shutil.copy(ring, where / "signer.gpg")
        filled(where / "evidence", 4, archive.Seal(key))
        yield where


@pytest.fixture
def place(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "auditor")) / "evidence"


def printed(report: Path) -> list[str]:
    """The commands of a report, as a browser shows them."""
    section = report.read_text().partition("How to verify the archived run</h3>")[2].partition("</section>")[0]
    found = [html.unescape(text) for text in re.findall(r'<code class="step">(.*?)</code>', section, re.DOTALL)]
    assert len(found) == 4
    return found


def outcomes(place: Path, number: int = 3) -> dict[str, bool]:
    """Which of the commands in a run's report are content."""
    ended = {}
    for command in printed(folder(place, number) / layout.REPORT):
        done = subprocess.run([SHELL, "-c", command], cwd=place, capture_output=True, text=True, check=False)
        word = next(name for name in NAMES if re.search(rf"(^|&& ){name}\b", command.strip("()")))
        ended[NAMES[word]] = done.returncode == 0
    return ended


ALL = {"files": True, "script": True, "signature": True, "ledger": True}


def test_on_a_good_archive_every_command_is_content_in_every_report(place: Path) -> None:
    for number in (1, 2, 3, 4):
        assert outcomes(place, number) == ALL


def edit(name: str) -> Callable[[Path], object]:
    def harm(place: Path) -> None:
        path = folder(place, 3) / name
        path.write_bytes(path.read_bytes().replace(b"pass", b"fail", 1) + b" ")

    return harm


def cut(place: Path, keep: int) -> None:
    for number in range(keep + 1, 5):
        shutil.rmtree(folder(place, number))
    write_ledger(place, ledger(place)[:keep])


HARMS: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a changed file": (edit("results.json"), {"files", "ledger"}),
    "a changed record": (edit("run.json"), {"files", "ledger"}),
    "a removed file": (lambda place: (folder(place, 3) / "inputs.sha256").unlink(), {"files", "ledger"}),
    "an added file": (lambda place: (folder(place, 3) / "more.json").write_text("{}"), {"ledger"}),
    "an added run": (lambda place: shutil.copytree(folder(place, 3), place / "runs/more"), {"ledger"}),
    "a removed run": (lambda place: shutil.rmtree(folder(place, 2)), {"ledger"}),
    "changed sums": (edit("SHA256SUMS"), {"files", "signature", "ledger"}),
    "a changed line": (
        lambda place: write_ledger(place, [line.replace("T21:", "T22:") for line in ledger(place)]),
        {"ledger"},
    ),
    "a removed line": (lambda place: write_ledger(place, [ledger(place)[n] for n in (0, 2, 3)]), {"ledger"}),
    "reordered lines": (lambda place: write_ledger(place, [ledger(place)[n] for n in (0, 2, 1, 3)]), {"ledger"}),
    "lines reordered and chained anew": (
        lambda place: write_ledger(place, rechained([ledger(place)[n] for n in (0, 2, 1, 3)])),
        {"ledger"},
    ),
    "an unfinished line": (
        lambda place: (place / "LEDGER.tsv").write_bytes((place / "LEDGER.tsv").read_bytes()[:-20]),
        {"ledger"},
    ),
    "a cut ledger": (lambda place: write_ledger(place, ledger(place)[:3]), {"ledger"}),
    "another script": (lambda place: (place / "verify.sh").write_text("echo OK\n"), {"script"}),
}


@pytest.mark.parametrize("name", HARMS)
def test_a_harmed_archive_fails_at_the_commands_that_can_see_it(place: Path, name: str) -> None:
    harm, seen = HARMS[name]
    harm(place)
    assert {command for command, content in outcomes(place).items() if not content} == seen


def test_runs_that_were_cut_before_a_report_are_missed_by_its_own_command(place: Path, tmp_path: Path) -> None:
    kept = tmp_path / "report.html"
    shutil.copy(folder(place, 4) / layout.REPORT, kept)
    command = printed(kept)[-1]
    assert subprocess.run([SHELL, "-c", command], cwd=place, capture_output=True, check=False).returncode == 0
    cut(place, 2)
    done = subprocess.run([SHELL, "-c", command], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "its end was cut" in done.stdout
    assert subprocess.run([SHELL, "verify.sh"], cwd=place, capture_output=True, check=False).returncode == 0


def test_the_script_agrees_with_a_removal_by_retention_and_runs_from_anywhere(place: Path) -> None:
    pruning.prune(place, START + timedelta(days=6), 4, archive.Seal(), "0.1.0")
    assert not folder(place, 1).exists()
    done = subprocess.run([SHELL, place / "verify.sh"], cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:20]) == (0, "OK 5 lines, 3 runs w"), done
    rest = next(place.glob(f"runs/*/pruned/{result(1).run_id}/run.json"))
    rest.write_text(rest.read_text().replace("postgresql", "redis").replace('"targets": 1', '"targets": 2'))
    assert subprocess.run([SHELL, place / "verify.sh"], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("shell", ["dash", "bash", "sh"])
def test_the_script_runs_in_the_shells_there_are(place: Path, shell: str) -> None:
    done = subprocess.run([program(shell), place / "verify.sh"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
