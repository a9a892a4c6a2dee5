"""SHA256SUMS is what sha256sum writes and checks, names with odd characters included."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.archive import sums

NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.dictionaries(NAMES, st.binary(max_size=4), max_size=5))
def test_what_is_written_reads_back(files: dict[str, bytes]) -> None:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert sums.parse(sums.render(digests)) == digests


@pytest.mark.parametrize("name", ["plain", "a b", "a\nb", "a\\b", "a\\nb", " *x", "é"])
def test_sha256sum_reads_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "SHA256SUMS").write_text(sums.render({name: sums.digest_of(tmp_path / name)}))
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("text", ["nothing\n", f"{'0' * 64}  a\n{'0' * 64}  a\n", "\n", f"{'0' * 63}  a\n"])
def test_a_line_that_is_no_sum_or_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        sums.parse(text)
