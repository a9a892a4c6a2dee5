"""A time-stamping authority over HTTP: asked once for each run, and one that misbehaves costs no run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from scanner.archive import layout, timestamp
from scanner.archive.inspect_run import Outside
from scanner.archive.verification import verify
from scanner.cli import run
from scanner.errors import UserError
from tests.support.archive import filled, folder
from tests.support.archive_authority import Authority

PROJECT = """
project: shop
targets:
  - {{id: api, component: fastapi, environment: production, sources: [{{dotenv: {{path: .env}}}}]}}
archive: {{timestamp: "{address}/good"}}
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def address(authority: Authority) -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            good = self.headers["Content-Type"] == timestamp.MEDIA and self.path == "/good"
            self.send_response(200 if good or self.path != "/good" else 400)
            self.end_headers()
            self.wfile.write(authority.answer(question) if self.path == "/good" else PAGES[self.path])

        def log_message(self, *_given: object) -> None:
            """Nothing is logged in a test."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


PAGES = {"/page": b"<html>", "/big": bytes(timestamp.MAX_TOKEN + 1)}


def test_a_run_gets_its_token_and_an_auditor_can_verify_it(
    tmp_path: Path, address: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scanner.yaml").write_text(PROJECT.format(address=address))
    (tmp_path / ".env").write_text("LOG_LEVEL=WARNING\n")
    assert run(["drift", "--only", "log-level-per-environment"]) == 0
    place = tmp_path / layout.DEFAULT
    assert len(list(place.glob(f"runs/*/{layout.TOKEN}"))) == 1
    assert verify(place, Outside(authority=authority.certificate)).problems == ()
    assert run(["archive", "timestamp"]) == 2


def test_an_answer_that_is_too_big_is_refused(address: str) -> None:
    with pytest.raises(UserError, match="more than"):
        timestamp.ask(f"{address}/big", b"question")


def test_an_authority_that_is_not_there_is_told() -> None:
    with pytest.raises(UserError, match=r"no answer.*asks again"):
        timestamp.ask("http://127.0.0.1:1/", b"question")


@pytest.mark.parametrize("asked", ["good", "page"])
def test_a_refusal_or_a_page_in_place_of_a_token_is_refused(tmp_path: Path, address: str, asked: str) -> None:
    filled(tmp_path, 1)
    answer = timestamp.ask(f"{address}/{asked}", b"no question at all")
    with pytest.raises(UserError, match="no granted time-stamp token"):
        timestamp.add(folder(tmp_path, 1), answer)
    assert verify(tmp_path).problems == ()
