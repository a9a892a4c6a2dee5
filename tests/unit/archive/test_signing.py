"""Signatures by a key of the user, with the tools that an auditor has: made, checked, missing, foreign, taken away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import commands, layout, signing
from scanner.archive.inspect_run import Outside
from scanner.archive.signing import Key, Trusted
from scanner.archive.verification import NO_KEY, Verification, verify
from scanner.errors import UserError
from tests.support.archive import filled, folder, gpg_key, keep, ledger, rechained, run, ssh_key, write_ledger


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Key, Path]:
    return ssh_key(tmp_path_factory.mktemp("ssh"))


@pytest.fixture(scope="module")
def gpg() -> Iterator[tuple[Key, Path]]:
    with gpg_key() as made:
        yield made


def signed(place: Path, trusted: Trusted) -> Verification:
    return verify(place, Outside(trusted=trusted))


def test_a_run_signed_with_an_ssh_key_is_checked(tmp_path: Path, ssh: tuple[Key, Path]) -> None:
    key, allowed = ssh
    filled(tmp_path, 2, archive.Seal(key))
    found = signed(tmp_path, Trusted(allowed_signers=allowed))
    assert (found.problems, found.signed) == ((), 2)
    assert NO_KEY in verify(tmp_path).remarks


def test_a_run_signed_with_a_gpg_key_is_checked(tmp_path: Path, gpg: tuple[Key, Path]) -> None:
    key, ring = gpg
    filled(tmp_path, 2, archive.Seal(key))
    found = signed(tmp_path, Trusted(keyring=ring))
    assert (found.problems, found.signed) == ((), 2)


def test_a_signature_by_another_key_is_refused(tmp_path: Path, ssh: tuple[Key, Path]) -> None:
    filled(tmp_path / "a", 1, archive.Seal(ssh[0]))
    _, other = ssh_key(tmp_path / "keys", "other")
    found = signed(tmp_path / "a", Trusted(allowed_signers=other))
    assert {item.kind for item in found.problems} == {"signature"}
    assert found.signed == 0


def test_a_signature_that_was_taken_away_is_missed_even_without_a_key(tmp_path: Path, ssh: tuple[Key, Path]) -> None:
    filled(tmp_path, 1, archive.Seal(ssh[0]))
    (folder(tmp_path, 1) / layout.SIGNATURES["ssh"]).unlink()
    assert "is missing" in verify(tmp_path).problems[0].text


def test_runs_before_a_signed_one_are_vouched_for_and_runs_after_it_are_not(
    tmp_path: Path, ssh: tuple[Key, Path]
) -> None:
    key, allowed = ssh
    keep(tmp_path, 1)
    keep(tmp_path, 2, archive.Seal(key))
    found = signed(tmp_path, Trusted(allowed_signers=allowed))
    assert found.problems == ()
    assert any("later signed ones vouch" in text for text in found.remarks)
    keep(tmp_path, 3)
    assert [item.place for item in signed(tmp_path, Trusted(allowed_signers=allowed)).problems] == [
        folder(Path(), 3).as_posix()
    ]


def test_a_whole_archive_forged_without_the_key_is_found(tmp_path: Path, ssh: tuple[Key, Path]) -> None:
    key, allowed = ssh
    filled(tmp_path / "true", 2, archive.Seal(key))
    filled(tmp_path / "forged", 2)
    for number in (1, 2):
        signature = folder(tmp_path / "true", number) / layout.SIGNATURES["ssh"]
        shutil.copy(signature, folder(tmp_path / "forged", number))
    assert signed(tmp_path / "forged", Trusted(allowed_signers=allowed)).problems


def test_a_signed_run_taken_out_of_the_middle_breaks_what_the_next_one_signed(
    tmp_path: Path, ssh: tuple[Key, Path]
) -> None:
    key, allowed = ssh
    filled(tmp_path, 3, archive.Seal(key))
    write_ledger(tmp_path, rechained([ledger(tmp_path)[n] for n in (0, 2)]))
    shutil.rmtree(folder(tmp_path, 2))
    assert "reordered" in {item.kind for item in signed(tmp_path, Trusted(allowed_signers=allowed)).problems}


def test_a_key_with_a_passphrase_and_no_agent_fails_at_once_and_the_run_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-f", tmp_path / "locked")
    kept = keep(tmp_path / "a", 1, archive.Seal(Key("ssh", str(tmp_path / "locked"), "me")))
    assert "an agent must hold its passphrase" in kept.troubles[0]
    assert kept.place.is_dir()


def test_a_tool_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match=r"ssh-keygen is not installed; install OpenSSH"):
        commands.run(["ssh-keygen", "-Y", "sign"])


def test_the_namespace_keeps_a_signature_from_being_used_for_something_else(
    tmp_path: Path, ssh: tuple[Key, Path]
) -> None:
    key, allowed = ssh
    filled(tmp_path, 1, archive.Seal(key))
    sums = folder(tmp_path, 1) / layout.SUMS
    words = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", key.identity, "-s", f"{sums}.sig", "-n"]
    assert commands.run([*words, signing.NAMESPACE], sums.read_bytes())[0]
    assert not commands.run([*words, "git"], sums.read_bytes())[0]
