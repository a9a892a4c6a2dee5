"""A run is kept whole or not at all, and knows the chain that it was kept after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from scanner import archive, baselines, document, reports, resources
from scanner.archive import durable, layout, lock
from scanner.archive.contents import without_secrets
from scanner.archive.verification import verify
from scanner.errors import UserError
from scanner.model import Baseline, ScanResult
from tests.support.archive import START, filled, folder, keep, ledger, result
from tests.support.results import everything


def test_a_run_is_kept_with_results_report_record_inputs_and_sums(tmp_path: Path) -> None:
    kept = keep(tmp_path, 1, base=everything())
    there = {path.relative_to(kept.place).as_posix() for path in kept.place.rglob("*") if path.is_file()}
    assert there == {"results.json", "report.html", "run.json", "inputs.sha256", "SHA256SUMS"}
    saved = document.from_json((kept.place / "results.json").read_bytes(), ScanResult, "")
    assert saved == kept.result
    digest = hashlib.sha256((kept.place / "results.json").read_bytes()).hexdigest()
    assert digest in (kept.place / "report.html").read_text()
    assert (kept.place / "inputs.sha256").read_text().count("\n") == len(everything().inputs)


def test_a_result_names_the_head_before_it_and_the_next_one_the_head_after(tmp_path: Path) -> None:
    first, second = filled(tmp_path, 2)
    assert first.result.archive_head == layout.GENESIS
    assert second.result.archive_head == first.head
    assert second.head == hashlib.sha256(ledger(tmp_path)[1].encode()).hexdigest()
    assert (
        second.head in (folder(tmp_path, 2) / "report.html").read_text()
        or first.head in (folder(tmp_path, 2) / "report.html").read_text()
    )


def test_the_exact_baselines_and_waivers_are_kept(tmp_path: Path) -> None:
    shipped = resources.files("baselines/secure", ".yaml")[0]
    own = tmp_path / "ours.yaml"
    own.write_text("rules: []  # ours\n")
    waivers = tmp_path / "accepted.yaml"
    waivers.write_text("waivers: []\n")
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    used = (
        Baseline("secure", "1", "", "postgresql", (), place=baselines.place_of(shipped), digest=_sha(shipped)),
        Baseline("ours/../x", "2", "", "postgresql", (), place=str(own), digest=digest),
        Baseline("gone", "3", "", "postgresql", (), place=str(tmp_path / "gone.yaml"), digest="0" * 64),
    )
    scanned = replace(result(1), baselines=used)
    kept = archive.keep(tmp_path / "a", scanned, archive.Material(waivers=waivers), archive.Seal(), START)
    first, second, third = kept.record.baselines
    assert (kept.place / first.file).read_bytes() == shipped.read_bytes()
    assert (kept.place / second.file).read_bytes() == own.read_bytes()
    assert second.file.startswith("baselines/ours-..-x-")
    assert (third.file, third.digest) == ("", "0" * 64)
    assert any("gone" in text for text in kept.told)
    assert (kept.place / "waivers.yaml").read_bytes() == waivers.read_bytes()
    assert verify(tmp_path / "a").problems == ()


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_copy_leaves_out_what_looks_like_a_secret_and_says_so(tmp_path: Path) -> None:
    waivers = tmp_path / "w.yaml"
    waivers.write_text('reason: "postgresql://app:Zq7hunter2hunter2@db/orders"\n')
    kept = archive.keep(tmp_path / "a", result(1), archive.Material(waivers=waivers), archive.Seal(), START)
    assert "hunter2" not in (kept.place / "waivers.yaml").read_text()
    assert kept.record.waivers.redacted
    assert kept.record.waivers.digest == _sha(waivers)


def test_every_shipped_baseline_is_copied_byte_for_byte_even_from_a_copy() -> None:
    for path in resources.files("baselines/secure", ".yaml"):
        changed = without_secrets(path.read_bytes()) != path.read_bytes()
        assert not changed or path.name == "redis.yaml"


def test_the_same_run_is_not_kept_twice(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    with pytest.raises(UserError, match="kept already"):
        keep(tmp_path, 1)
    assert len(ledger(tmp_path)) == 1


@pytest.mark.parametrize("name", ["../out", "", ".hidden", "a/b", "a\nb", "x" * 90])
def test_an_id_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no id"):
        archive.keep(tmp_path, replace(result(1), run_id=name), archive.Material(), archive.Seal(), START)


def test_a_directory_that_holds_other_things_is_not_made_an_archive(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match="no archive and not empty"):
        keep(tmp_path, 1)


def test_the_default_place_ignores_itself_in_git(tmp_path: Path) -> None:
    keep(tmp_path / layout.DEFAULT, 1)
    assert "\n*\n" in (tmp_path / ".scanner/.gitignore").read_text()
    keep(tmp_path / "elsewhere", 1)
    assert not (tmp_path / ".gitignore").exists()


def test_nothing_is_added_to_a_broken_chain(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    (tmp_path / layout.LEDGER).write_text("".join(reversed(ledger(tmp_path))))
    with pytest.raises(UserError, match="is numbered 2"):
        keep(tmp_path, 3)
    assert not folder(tmp_path, 3).exists()


def test_a_busy_archive_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    with lock.exclusive(tmp_path), pytest.raises(UserError, match="another process"), lock.exclusive(tmp_path, 0.1):
        pass


def test_a_ledger_that_cannot_be_written_leaves_a_whole_run_that_the_next_writer_enters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, 1)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(durable, "append", full)
        with pytest.raises(UserError, match=r"No space left on device.*the next run enters it"):
            keep(tmp_path, 2)
    assert [item.kind for item in verify(tmp_path).problems] == ["unfinished"]
    third = keep(tmp_path, 3)
    assert any("was entered" in text for text in third.told)
    assert [line.split("\t")[2][-1] for line in ledger(tmp_path)] == ["1", "2", "3"]
    assert verify(tmp_path).problems == ()


def test_an_unfinished_line_is_mended_by_the_next_writer(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    whole = (tmp_path / layout.LEDGER).read_bytes()
    (tmp_path / layout.LEDGER).write_bytes(whole[:-30])
    assert {item.kind for item in verify(tmp_path).problems} == {"unfinished"}
    keep(tmp_path, 3)
    assert (tmp_path / layout.LEDGER).read_bytes().startswith(whole)
    assert verify(tmp_path).problems == ()
    assert not (tmp_path / layout.QUARANTINE).exists()


def test_bytes_that_no_run_explains_are_set_aside_and_never_deleted(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    with (tmp_path / layout.LEDGER).open("ab") as handle:
        handle.write(b"3\tsomething else")
    (tmp_path / layout.RUNS / "half").mkdir()
    (tmp_path / layout.RUNS / "half" / "results.json").write_text("{")
    kept = keep(tmp_path, 3)
    aside = {path.name: path for path in (tmp_path / layout.QUARANTINE).iterdir()}
    assert set(aside) == {"half", next(name for name in aside if name.startswith("line-3-"))}
    assert next(path for name, path in aside.items() if name.startswith("line-3-")).read_bytes() == b"3\tsomething else"
    assert sum("quarantine/" in text for text in kept.told) == 2
    found = verify(tmp_path)
    assert found.problems == ()
    assert sum("set aside" in text for text in found.remarks) == 2


def test_a_whole_run_that_follows_another_line_is_set_aside_and_not_entered(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    (tmp_path / layout.LEDGER).write_text("".join(ledger(tmp_path)[:1]))
    keep(tmp_path, 4)
    assert [line.split("\t")[2][-1] for line in ledger(tmp_path)] == ["1", "2", "4"]
    assert (tmp_path / layout.QUARANTINE / result(3).run_id / "results.json").is_file()


def test_what_stood_only_under_incoming_was_never_kept(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    left = tmp_path / layout.INCOMING / "half"
    left.mkdir(parents=True)
    (left / "results.json").write_text("{")
    assert verify(tmp_path).problems == ()
    keep(tmp_path, 2)
    assert not left.exists()


def test_a_run_that_cannot_be_signed_is_kept_unsigned_and_told(tmp_path: Path) -> None:
    from scanner.archive.signing import Key

    seal = archive.Seal(Key("ssh", str(tmp_path / "no-such-key"), "me"))
    kept = keep(tmp_path / "a", 1, seal)
    assert "without a signature" in kept.troubles[0]
    assert kept.record.signature == ""
    assert verify(tmp_path / "a").problems == ()
    assert not any("ssh-keygen" in command for _, command in kept.verification)


def test_the_report_prints_the_commands_that_verify_it(tmp_path: Path) -> None:
    kept = keep(tmp_path, 1)
    html = (kept.place / "report.html").read_text()
    assert html.count("sh verify.sh") == 1
    assert "verify.sh" not in reports.render("html", kept.result)


def test_a_record_is_small_and_says_what_the_run_was(tmp_path: Path) -> None:
    told = json.loads((keep(tmp_path, 1, base=everything()).place / "run.json").read_text())
    assert told["coverage"]["failed_open"] == 5
    assert told["gaps"] == 3
    assert told["exit_code"] == 1


def test_every_report_of_a_kept_run_names_the_head_before_it(tmp_path: Path) -> None:
    first, second = filled(tmp_path, 2)
    assert "as its first record" in reports.render("html", first.result)
    assert first.head in reports.render("html", second.result)
    assert "archive" not in reports.render("html", result(3)).partition("How to verify this file")[2]
