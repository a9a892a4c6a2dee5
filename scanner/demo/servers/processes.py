"""Starting child processes so that none of them outlives us, and ports that nobody else has.

A child gets its own session (so that Ctrl-C reaches us first and we stop things in order), a small environment of its
own, and on Linux the kernel's promise that it is told to end when we are killed outright.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from scanner.demo.servers.account import Account
from scanner.errors import ScannerError

LOOPBACK = "127.0.0.1"
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_LAST_LINES = 15
_ABOVE_SERVICES, _BELOW_OUTGOING, _TRIES = 15_000, 32_000, 20


class ServerDidNotStart(ScannerError):  # noqa: N818 - named for what happened
    """A server ended or stayed silent at its start; the text holds the end of its log."""


@contextlib.contextmanager
def short_directory(prefix: str) -> Iterator[Path]:
    """A temporary directory whose path fits into a socket's address, whatever ``TMPDIR`` says."""
    system = Path("/tmp")  # noqa: S108 - a directory of our own is made below it
    with tempfile.TemporaryDirectory(prefix=prefix, dir=system if system.is_dir() else None) as place:
        yield Path(place)


def free_port(wanted: int = 0) -> int:
    """A port of loopback that is free at this moment: the wanted one if it is, else any.

    Any is one below those that the system gives to outgoing connections, so that none of these takes it before the
    server does; where all tries fail the system chooses.
    """
    tries = [wanted] if wanted else []
    tries += [secrets.randbelow(_BELOW_OUTGOING - _ABOVE_SERVICES) + _ABOVE_SERVICES for _ in range(_TRIES)]
    for port in (*tries, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(listener.getsockname()[1])
    raise ServerDidNotStart("no port of loopback is free")


def minimal_environment(**more: str) -> dict[str, str]:
    """What a server needs and nothing of ours: no ``PG*``, no proxies, no secrets of the caller."""
    path = os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")
    return {"PATH": path, "LC_ALL": "C", "TZ": "UTC", **more}


def start(
    arguments: Sequence[str], *, log: Path, account: Account, environment: Mapping[str, str], farewell: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server that writes to ``log``; it receives ``farewell`` if this process dies without stopping it."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - programs found by binaries.py, arguments of our own
            [*account.prefix, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent if account.user is None else "/",
            env=dict(environment),
            start_new_session=True,
            preexec_fn=_bound_to_parent(farewell),
            user=account.user,
            group=account.group,
            extra_groups=account.other_groups,
        )


def _bound_to_parent(farewell: signal.Signals) -> Callable[[], None] | None:
    # The kernel watches the thread that starts the child, so the promise is only worth asking for on the main one.
    if not sys.platform.startswith("linux") or threading.current_thread() is not threading.main_thread():
        return None
    library = ctypes.CDLL(None)
    number = int(farewell)
    return lambda: library.prctl(_PARENT_DEATH_SIGNAL, number, 0, 0, 0)


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 8.0) -> None:
    """End this one process: each signal in turn, then SIGKILL; returns when it and its children are gone."""
    family = children(process.pid)
    for number in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            break
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    # PostgreSQL's main process does not wait for the one that writes its log.
    deadline = time.monotonic() + patience
    while any(map(exists, family)) and time.monotonic() < deadline:
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    """The process ids of the children of a process, where the system tells them."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def exists(pid: int) -> bool:
    """Whether there is a process of this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until(
    answers: Callable[[], bool], process: subprocess.Popen[bytes], *, name: str, log: Path, patience: float = 30.0
) -> None:
    """Wait until a server answers; say why when it does not."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerDidNotStart(f"{name} ended at once with status {process.returncode}:\n{tail(log)}")
        if answers():
            return
        time.sleep(0.03)
    raise ServerDidNotStart(f"{name} did not answer within {patience:.0f} s:\n{tail(log)}")


def tail(log: Path) -> str:
    """The last lines of a log, or a word that there is none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-_LAST_LINES:]) or "(the log is empty)"


def listens(port: int) -> bool:
    """Whether something accepts connections on this port of loopback."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Inside this block SIGTERM and SIGHUP unwind the stack as Ctrl-C does, so that everything started is stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def unwind(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, unwind) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
