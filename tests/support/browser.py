"""A real Chromium driven through its debugging pipe: no port, no driver package, nothing but the standard library.

The pipe carries JSON messages that end with a zero byte: the browser reads its file descriptor 3 and writes its 4.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
SECONDS = 60.0


def executable() -> str | None:
    """The path of a Chromium or Chrome, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Page:
    """One tab: the calls that the tests need."""

    write: int
    read: int
    session: str = ""
    last: int = 0
    rest: bytes = b""
    complaints: list[str] = field(default_factory=list)
    """What the browser said of the page: refused styles, errors, warnings."""

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        _send(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.last:
                assert "error" not in answer, (method, answer["error"])
                found: dict[str, Any] = answer["result"]
                return found

    def wait(self, event: str) -> None:
        """Until the browser reports an event."""
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            ready, _, _ = select([self.read], [], [], SECONDS)
            assert ready, "the browser does not answer"
            piece = os.read(self.read, 1 << 20)
            assert piece, "the browser has gone"
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Log.entryAdded":
            self.complaints.append(message["params"]["entry"]["text"])
        return message

    def open(self, path: Path) -> None:
        """Load a file and wait until it is laid out."""
        self.call("Page.navigate", url=path.as_uri())
        self.wait("Page.loadEventFired")

    def screen(self, width: int, height: int = 900, dark: bool = False) -> None:
        """The size and the colour scheme of the window."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def value(self, expression: str) -> Any:
        """A JavaScript expression, run from outside the page: its policy forbids only scripts of its own."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, path: Path, top: int = 0, height: int = 0) -> None:
        """A PNG of a part of the page, or of all of it."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        tall = height or int(size["height"])
        clip = {"x": 0, "y": top, "width": size["width"], "height": tall, "scale": 1}
        answer = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))

    def printed(self, path: Path) -> None:
        """A PDF as the page's own style asks for."""
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(answer["data"]))


def _send(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def browser() -> Iterator[Page]:
    """A running browser with one empty page; it is gone afterwards, with its profile."""
    program = executable()
    assert program, "no Chromium is installed"
    to_browser, from_browser = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": profile},
            close_fds=False,
            preexec_fn=lambda: _descriptors(to_browser[0], from_browser[1]),
        )
        for ours in (to_browser[0], from_browser[1]):
            os.close(ours)
        try:
            yield _page(to_browser[1], from_browser[0])
        finally:
            _stop(process, to_browser[1])
            os.close(to_browser[1])
            os.close(from_browser[0])


def _stop(process: subprocess.Popen[bytes], write: int) -> None:
    """Ask the browser to go, so that its helpers go with it; insist when it does not."""
    with suppress(OSError):
        _send(write, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
    for insist in (process.terminate, process.kill):
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
            return
        insist()
    process.wait(10)


def _descriptors(read: int, write: int) -> None:
    """In the child: put the pipe's ends where the browser looks for them, by way of numbers that cannot clash."""
    os.dup2(read, 103)
    os.dup2(write, 104)
    os.dup2(103, 3, inheritable=True)
    os.dup2(104, 4, inheritable=True)


def _page(write: int, read: int) -> Page:
    page = Page(write, read)
    target = page.call("Target.createTarget", url="about:blank")["targetId"]
    page.session = page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log"):
        page.call(f"{domain}.enable")
    return page
