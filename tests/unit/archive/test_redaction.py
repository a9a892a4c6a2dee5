"""An archive is shown to others: no secret of a source, a waiver or a baseline stands in any file of it."""

from __future__ import annotations

import string
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import archive, baselines, catalogue, controls, discover, scan
from scanner.archive import contents

BASELINES = baselines.load(tuple(baselines.shipped_paths()), catalogue.shipped(), controls.shipped())
SECRETS = st.text(string.ascii_letters + string.digits + "-_.~+/=", min_size=12, max_size=80).map("Zq7".__add__)
SOURCES = {
    "infra/main.tf": 'resource "aws_elasticache_replication_group" "this" {{\n  auth_token = "{0}"\n}}\n',
    "docker-compose.yaml": 'services:\n  api:\n    environment:\n      SECRET_KEY: "{0}"\n'
    '      DATABASE_URL: "postgresql://app:{0}@db/orders"\n      LOG_LEVEL: INFO\n',
    ".env.production": "SECRET_KEY={0}\nREDIS_URL=redis://:{0}@cache\nLOG_LEVEL=WARNING\nSMTP_PASSWORD='{0}'\n",
    "redis.conf": 'requirepass "{0}"\nuser app on >{0} ~* +@read\n',
    "postgresql.conf": "primary_conninfo = 'host=a user=b password={0}'\n",
    "bad.tf": 'resource "aws_db_instance" "x" {{ password = "{0}"\n',
}
WAIVERS = """
waivers:
  - id: W-1
    reason: "postgresql://app:{0}@db/orders stays as it is"
    compensating_measure: "password={0}"
"""


def everything_in(place: Path) -> bytes:
    return b"".join(str(path).encode() + path.read_bytes() for path in place.rglob("*") if path.is_file())


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SECRETS)
def test_no_secret_reaches_any_file_of_an_archive(secret: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, place = Path(folder) / "shop", Path(folder) / "evidence"
        for name, text in SOURCES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(secret))
        waivers = Path(folder) / "waivers.yaml"
        waivers.write_text(WAIVERS.format(secret))
        project, notices = discover.discover(root, catalogue.shipped())
        result = scan.scan(scan.Request(project, BASELINES, notices=notices), catalogue.shipped())
        material = archive.Material(waivers=waivers)
        kept = archive.keep(place, result, material, archive.Seal(), datetime(2026, 11, 22, tzinfo=UTC))
        assert kept.record.waivers.redacted
        written = everything_in(place)
    assert secret.encode() not in written
    assert b"W-1" in written
    assert len(kept.record.baselines) == len({item.id for item in BASELINES})


@given(SECRETS)
def test_a_copied_file_keeps_its_lines_and_loses_its_secrets(secret: str) -> None:
    text = f"# ours\nurl: https://me:{secret}@host/\npassword: '{secret}'\nlast: line\n"
    harmless = contents.without_secrets(text.encode())
    assert secret.encode() not in harmless
    assert harmless.startswith(b"# ours\n")
    assert harmless.endswith(b"last: line\n")


def test_a_file_without_secrets_is_copied_byte_for_byte_whatever_its_encoding() -> None:
    for data in (b"", b"a: b\r\n", b"\xff\xfe\x00", "é: 1\n".encode(), b"url: postgresql://app:<password>@db\n"):
        assert contents.without_secrets(data) == data
