"""Ports are free when they are given, children see nothing of ours, and what is started is stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanner.demo.servers import processes
from scanner.demo.servers.account import CURRENT

SLEEPER = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)


def started(log: Path, code: str, **environment: str) -> subprocess.Popen[bytes]:
    return processes.start(
        [sys.executable, "-c", code],
        log=log,
        account=CURRENT,
        environment=processes.minimal_environment(**environment),
        farewell=signal.SIGTERM,
    )


def test_a_wanted_port_is_given_when_it_is_free_and_another_when_it_is_taken() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        assert processes.listens(taken)
        assert processes.free_port(taken) not in {0, taken}
    # Somebody else of the machine may take a free port at any moment, but not every one of these.
    wanted = [processes.free_port() for _ in range(5)]
    assert any(processes.free_port(port) == port for port in wanted)


def test_a_child_sees_none_of_our_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "ours")
    log = tmp_path / "log"
    process = started(log, "import os; print(sorted(os.environ))", OWN="1")
    assert process.wait(20) == 0
    assert "PGPASSWORD" not in log.read_text()
    assert "'OWN'" in log.read_text()


def test_a_child_that_ignores_its_signal_is_ended_all_the_same(tmp_path: Path) -> None:
    process = started(tmp_path / "log", SLEEPER)
    processes.wait_until(lambda: "up" in (tmp_path / "log").read_text(), process, name="it", log=tmp_path / "log")
    processes.stop(process, signal.SIGTERM, patience=0.2)
    assert process.returncode == -signal.SIGKILL
    assert not processes.exists(process.pid)


def test_a_child_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = started(log, "import sys; print('no such directory'); sys.exit(3)")
    with pytest.raises(processes.ServerDidNotStart, match="status 3:\nno such directory"):
        processes.wait_until(lambda: False, process, name="it", log=log)


def test_a_child_that_never_answers_is_told_after_its_time(tmp_path: Path) -> None:
    process = started(tmp_path / "log", "import time; time.sleep(60)")
    try:
        with pytest.raises(processes.ServerDidNotStart, match="did not answer"):
            processes.wait_until(lambda: False, process, name="it", log=tmp_path / "log", patience=0.1)
    finally:
        processes.stop(process, signal.SIGTERM)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's death")
def test_a_child_ends_when_its_parent_is_killed_outright(tmp_path: Path) -> None:
    code = (
        "import pathlib, signal, sys, time; from scanner.demo.servers import processes as p; "
        "from scanner.demo.servers.account import CURRENT; "
        "c = p.start([sys.executable, '-c', 'import time; time.sleep(60)'], log=pathlib.Path(sys.argv[1]), "
        "account=CURRENT, environment=p.minimal_environment(), farewell=signal.SIGTERM); "
        "print(c.pid, flush=True); time.sleep(60)"
    )
    root = str(Path(__file__).resolve().parents[4])
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait(20)
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_termination_unwinds_the_stack_and_the_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught, processes.ending_in_order():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_log_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    assert processes.tail(tmp_path / "none") == "(no log)"
    (tmp_path / "empty").touch()
    assert processes.tail(tmp_path / "empty") == "(the log is empty)"
