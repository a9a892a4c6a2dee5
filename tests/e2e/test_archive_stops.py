"""Whatever stops a writer, at whatever point: what was kept stays kept, and the next writer puts the rest right.

The writers are real processes. They are forked, because what is under test is the file system after a kill and not the
start of an interpreter.
"""

from __future__ import annotations

import os
import random
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import durable, layout, ledger
from scanner.archive.verification import verify
from scanner.errors import UserError
from tests.support.archive import keep, result

KILLS = 40
PROJECT = """
project: shop
targets:
  - {id: api, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
"""


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """A child process at work, and the end of a pipe on which it tells what it kept."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 99
    try:
        os.close(reading)
        work(writing)
        status = 0
    except BaseException:  # noqa: BLE001 - the child must never return into the test runner
        status = 98
    finally:
        os._exit(status)


def drained(reading: int) -> list[str]:
    told = b""
    while block := os.read(reading, 65536):
        told += block
    os.close(reading)
    return told.decode().split()


def keeping(place: Path, numbers: range) -> Callable[[int], None]:
    def work(writing: int) -> None:
        for number in numbers:
            kept = keep(place, number)
            os.write(writing, f"{kept.record.id}\n".encode())

    return work


def ids(place: Path) -> list[str]:
    return [line.id for line in ledger.sound(place).lines]


def test_a_writer_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    place, chance = tmp_path / "archive", random.Random(20261122)
    told: list[str] = []
    for turn in range(KILLS):
        child, reading = forked(keeping(place, range(turn * 1000 + 1, turn * 1000 + 1000)))
        select.select([reading], [], [], 10)
        time.sleep(chance.random() * 0.15)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        told += drained(reading)
        assert [name for name in told if name not in set(ids(place))] == [], f"lost after kill {turn}"
    keep(place, 999_999)
    found = verify(place)
    assert found.problems == ()
    assert set(told) <= set(ids(place))
    assert found.lines == found.runs >= len(told) > KILLS
    opened = archive.open_archive(place)
    assert [run.trouble for run in opened.runs] == [""] * found.runs


CALLS = ("open", "write", "fsync", "rename", "ftruncate", "replace", "mkdir", "unlink", "rmdir")


def dying(at: int) -> None:
    """Let this process die just before its ``at``-th call that changes a disk."""
    left = [at]

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def made(*given: object, **named: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return made

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))


def test_a_death_before_every_single_call_that_changes_the_disk_is_survived(tmp_path: Path) -> None:
    """Each turn dies one call later than the last, until a turn lives through all of them."""
    deaths, lived = 0, False
    for at in range(1, 400):
        place = tmp_path / str(at)
        keep(place, 1)

        def work(writing: int, at: int = at, place: Path = place) -> None:
            dying(at)
            keep(place, 2)
            os.write(writing, b"kept")

        child, reading = forked(work)
        _, status = os.waitpid(child, 0)
        told = drained(reading)
        lived = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
        deaths += os.WIFSIGNALED(status)
        assert lived or os.WIFSIGNALED(status)
        assert ids(place)[:1] == [result(1).run_id]
        assert not told or ids(place) == [result(1).run_id, result(2).run_id]
        keep(place, 3)
        assert verify(place).problems == ()
        assert ids(place)[-1] == result(3).run_id
        if lived:
            break
    assert lived
    assert deaths > 20


def test_two_writers_at_once_both_keep_everything(tmp_path: Path) -> None:
    place, each = tmp_path / "archive", 12
    children = [forked(keeping(place, range(start, start + each))) for start in (1000, 2000, 3000)]
    told = [drained(reading) for _, reading in children]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children] == [0, 0, 0]
    assert [len(names) for names in told] == [each] * 3
    assert sorted(ids(place)) == sorted(name for names in told for name in names)
    assert verify(place).problems == ()


def limited(place: Path, room: int) -> tuple[str, bool]:
    """One run kept by a process whose files may grow to ``room`` bytes: what it said, and whether it kept it."""

    def work(writing: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        try:
            keep(place, 2)
            os.write(writing, b"kept")
        except UserError as error:
            os.write(writing, str(error).replace(" ", "_").encode())

    child, reading = forked(work)
    os.waitpid(child, 0)
    told = " ".join(drained(reading)).replace("_", " ")
    return told, told == "kept"


@pytest.mark.parametrize("room", [0, 1, 64, 200, 700, 2_000, 5_000, 20_000, 60_000])
def test_a_disk_without_room_keeps_all_or_nothing_and_says_so(tmp_path: Path, room: int) -> None:
    keep(tmp_path, 1)
    told, kept = limited(tmp_path, room)
    names = ids(tmp_path)
    assert names == ([result(1).run_id, result(2).run_id] if kept else [result(1).run_id])
    assert kept or "cannot be written: File too large" in told
    assert not list((tmp_path / layout.INCOMING).glob("*"))
    keep(tmp_path, 3)
    assert verify(tmp_path).problems == ()


def test_a_ledger_without_room_for_its_line_is_as_it_was_and_the_run_is_entered_later(tmp_path: Path) -> None:
    """The disk is full just where the line goes: everything else has found its room."""
    keep(tmp_path, 1)
    size = (tmp_path / layout.LEDGER).stat().st_size

    def work(writing: int) -> None:
        real = durable.append

        def full(path: Path, data: bytes) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, resource.RLIM_INFINITY))
            real(path, data)

        durable.append = full
        try:
            keep(tmp_path, 2)
        except UserError as error:
            os.write(writing, str(error).replace(" ", "_").encode())

    child, reading = forked(work)
    os.waitpid(child, 0)
    assert "the_next_run_enters_it" in " ".join(drained(reading))
    assert (tmp_path / layout.LEDGER).stat().st_size == size
    keep(tmp_path, 3)
    assert [name[-1] for name in ids(tmp_path)] == ["1", "2", "3"]
    assert verify(tmp_path).problems == ()


def test_the_command_itself_may_be_killed_at_any_time(tmp_path: Path) -> None:
    """The real command line, a real interpreter: killed after times that spread over the whole of its life."""
    (tmp_path / "scanner.yaml").write_text(PROJECT)
    (tmp_path / ".env").write_text("LOG_LEVEL=WARNING\n")
    words = [sys.executable, "-m", "scanner", "drift", "--only", "log-level-per-environment"]
    place = tmp_path / layout.DEFAULT
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    began = time.monotonic()
    assert started().wait(60) == 0
    whole = time.monotonic() - began
    told = 1
    for turn in range(5):
        child = started()
        time.sleep(whole * (0.6 + 0.1 * turn))
        child.kill()
        told += "kept as" in child.communicate()[1]
    last = started()
    assert "kept as" in last.communicate(timeout=60)[1]
    found = verify(place)
    assert found.problems == ()
    assert told + 1 <= found.lines <= 7
    assert [run.trouble for run in archive.open_archive(place).runs] == [""] * found.lines
