"""The cache of parsed Terraform: it never changes a result, never holds a text, and bears whatever happens to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import kept
from scanner.collectors.terraform import cache, glance, lexer, parse, quick
from scanner.collectors.terraform.cache import place, spans, store
from scanner.collectors.terraform.cache.spans import Unkeepable
from scanner.collectors.terraform.syntax import SyntaxProblem
from tests.support.carriers import write
from tests.support.infrastructure import DATABASE, collect

GOLDEN = Path(__file__).parents[3] / "golden"
SECRET = "hunter2-correct-horse"
SOURCES = {
    name: text.replace("SECRET", SECRET)
    for name, text in {
        "main.tf": DATABASE % 'publicly_accessible = var.public\n  password = "SECRET"' + 'variable "public" {}\n',
        "terraform.tfvars": 'public = false\ntoken = "SECRET"\n',
        "network.tf": 'module "n" {\n  source = "./n"\n  key = "SECRET\\n"\n}\n',
        "n/main.tf": 'variable "key" {}\nlocals {\n  x = <<-EOT\n    SECRET ${var.key}\n      z\n  EOT\n}\n',
    }.items()
}


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    directory = tmp_path / "cache"
    monkeypatch.setenv(kept.VARIABLE, str(directory))
    yield directory
    cache.use(wanted=False)


def scanned(root: Path, wanted: bool = True) -> object:
    """What a scan brings back, with the cache or without, as a process of its own would do it."""
    cache.use(wanted)
    found = collect(root)
    cache.use(wanted=False)
    return found.observations, found.gaps, found.targets, found.inputs


def test_a_second_scan_parses_nothing_and_brings_the_same(
    where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "x", SOURCES)
    expected = scanned(tmp_path / "x", wanted=False)
    assert scanned(tmp_path / "x") == expected
    for module, name in ((quick, "body"), (parse, "whole_body"), (lexer, "split"), (glance, "at")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("parsed again"))
    assert scanned(tmp_path / "x") == expected


def test_the_recorded_cases_bring_the_same_without_cold_and_warm(where: Path) -> None:
    roots = sorted({file.parent for file in (GOLDEN / "cases").rglob("*.tf")})
    assert len(roots) > 20
    without = [scanned(root, wanted=False) for root in roots]
    assert [scanned(root) for root in roots] == without
    assert [scanned(root) for root in roots] == without


def test_a_changed_file_is_read_anew_whatever_its_time(where: Path, tmp_path: Path) -> None:
    write(tmp_path / "x", {"main.tf": DATABASE % "publicly_accessible = false"})
    file = tmp_path / "x" / "main.tf"
    before, times = scanned(tmp_path / "x"), file.stat()
    file.write_text(file.read_text().replace("= false", "= true "))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = scanned(tmp_path / "x")
    assert after == scanned(tmp_path / "x", wanted=False) != before


def test_no_text_of_the_sources_is_in_the_cache(where: Path, tmp_path: Path) -> None:
    write(tmp_path / "x", SOURCES)
    scanned(tmp_path / "x")
    held = b"".join(file.read_bytes() for file in where.iterdir())
    assert len(held) > 4096
    for word in (SECRET, SECRET[:8], "aws_db_instance", "publicly_accessible", "terraform.tfvars"):
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            assert word.encode(encoding) not in held


@given(
    st.text(min_size=6, max_size=40), st.sampled_from(["{}", '"{}"', '"a${{b}}{}"', "<<-E1\n    {}\n  x\n  E1", "[{}]"])
)
def test_whatever_a_literal_holds_its_entry_is_integers_that_give_it_back(secret: str, shape: str) -> None:
    text = f"x {{\n  a = {shape.format(secret)}\n}}\n"
    try:
        found = parse.body(text, 3, "x.tf")
        numbers = spans.of_body(found, text, 3)
    except (SyntaxProblem, Unkeepable):
        return
    assert max(numbers, default=0) <= max(len(text), 3)
    assert spans.body(numbers, text, 3, "x.tf") == found


def test_every_recorded_source_comes_back_as_it_was_parsed() -> None:
    kept = 0
    for file in sorted(GOLDEN.rglob("*.tf")):
        text = file.read_text("utf-8-sig", errors="replace")
        slices, _ = lexer.split(text)
        assert spans.slices(spans.of_slices(slices, text), text) == slices
        for block in slices:
            try:
                found = parse.body(block.text, block.line, "a.tf")
                numbers = spans.of_body(found, block.text, block.line)
            except (SyntaxProblem, Unkeepable):
                continue
            assert spans.body(numbers, block.text, block.line, "a.tf") == found
            kept += 1
    assert kept > 100


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40))
def test_integers_of_another_text_are_no_body_or_a_harmless_one(numbers: list[int]) -> None:
    from array import array

    spans.body(array("i", [min(number, 10_000) for number in numbers]), "x {}\n", 1, "x.tf")


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(8192))


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _bits(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for at in range(4200, len(content), 97):
        content[at] ^= 0x55
    path.write_bytes(bytes(content))


def _values(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET body = substr(body, 1, 16) || zeroblob(length(body) - 16)")


def _exchanged(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        bodies = connection.execute("SELECT body FROM entries ORDER BY key").fetchall()
        keys = connection.execute("SELECT key FROM entries ORDER BY key DESC").fetchall()
        for (body,), (key,) in zip(bodies, keys, strict=True):
            connection.execute("UPDATE entries SET body = ? WHERE key = ?", (body, key))


def _types(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET body = 'text', used = 'never'")


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE somebody (else_ TEXT)")


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to(path.with_name("other"))


def _writable(path: Path) -> None:
    path.chmod(0o666)


def _read_only(path: Path) -> None:
    path.chmod(0o400)
    path.parent.chmod(0o500)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "harm",
    [
        _garbage,
        _truncated,
        _bits,
        _values,
        _exchanged,
        _types,
        _foreign,
        _directory,
        _link,
        _writable,
        _read_only,
        _empty,
    ],
)
def test_a_damaged_or_foreign_cache_changes_nothing(where: Path, tmp_path: Path, harm: object) -> None:
    write(tmp_path / "x", SOURCES)
    expected = scanned(tmp_path / "x", wanted=False)
    scanned(tmp_path / "x")
    assert callable(harm)
    harm(where / store.FILE)
    assert scanned(tmp_path / "x") == expected
    assert scanned(tmp_path / "x") == expected
    where.chmod(0o700)


def test_what_is_not_ours_is_left_as_it_is(where: Path, tmp_path: Path) -> None:
    write(tmp_path / "x", SOURCES)
    where.mkdir()
    with sqlite3.connect(where / store.FILE) as connection:
        connection.execute("CREATE TABLE somebody (else_ TEXT)")
    before = (where / store.FILE).read_bytes()
    scanned(tmp_path / "x")
    assert (where / store.FILE).read_bytes() == before


def test_entries_of_another_version_are_not_used(where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x {\n  a = 1\n}\n"
    kept = cache.use()
    kept.keep_body(text, 1, parse.whole_body(text, 1, ""))
    assert cache.use().body(text, 1, "") is not None
    monkeypatch.setattr(place, "version", lambda: b"another")
    assert cache.use().body(text, 1, "") is None


def test_the_directory_and_its_file_are_private(where: Path, tmp_path: Path) -> None:
    write(tmp_path / "x", SOURCES)
    scanned(tmp_path / "x")
    assert stat.S_IMODE(where.stat().st_mode) == 0o700
    assert stat.S_IMODE((where / store.FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_directory_that_others_may_write_to_is_not_used(where: Path, tmp_path: Path, mode: int) -> None:
    write(tmp_path / "x", SOURCES)
    where.mkdir()
    where.chmod(mode)
    scanned(tmp_path / "x")
    assert list(where.iterdir()) == []


def test_a_place_that_cannot_be_made_or_is_empty_means_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for named in ("", str(tmp_path / "file"), str(tmp_path / "file" / "below"), "\0"):
        monkeypatch.setattr(os, "environ", {**os.environ, kept.VARIABLE: named})
        assert kept.directory() is None


def test_the_users_cache_directory_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kept.directory() == (tmp_path / "scanner").resolve()
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert kept.directory() == (tmp_path / "home" / ".cache" / "scanner").resolve()


def test_a_full_cache_forgets_what_was_not_used_for_longest(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_BYTES", 40 * store.PAGE)
    monkeypatch.setattr(store, "BATCH", 20)
    kept = cache.use()
    texts = [f"x {{\n  a = {number}\n" + "  b {\n  }\n" * 60 + "}\n" for number in range(400)]
    for text in texts:
        kept.keep_body(text, 1, parse.whole_body(text, 1, ""))
    kept.close()
    assert (where / store.FILE).stat().st_size <= 40 * store.PAGE
    kept = cache.use()
    assert kept.body(texts[-1], 1, "") is not None
    assert kept.body(texts[0], 1, "") is None


def _fill(start: int) -> None:
    kept = cache.use()
    for number in range(start, start + 2_000):
        text = f"x {{\n  a = {number}\n}}\n"
        kept.keep_body(text, 1, parse.body(text, 1, ""))
        if number % 50 == 0:
            kept = cache.use()


def _whole(start: int) -> int:
    kept = cache.use()
    found = 0
    for number in range(start, start + 2_000):
        text = f"x {{\n  a = {number}\n}}\n"
        body = kept.body(text, 1, "")
        assert body is None or body == parse.whole_body(text, 1, "")
        found += body is not None
    return found


def test_two_processes_write_at_once_and_one_is_killed(where: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(start,)) for start in (0, 1_000, 5_000)]
    for worker in workers:
        worker.start()
    for _ in range(600):
        if (where / store.FILE).exists():
            break
        workers[2].join(0.05)
    workers[2].join(0.3)
    if workers[2].pid is not None and workers[2].is_alive():
        os.kill(workers[2].pid, signal.SIGKILL)
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers[:2]] == [0, 0]
    assert _whole(0) > 500
    _whole(5_000)
