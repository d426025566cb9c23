"""The watcher: who belongs to a family, and that all of it goes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from learnmr.isolation import Limits
from learnmr.isolation.watching import broken_limit, family, kill_family

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc (Linux)")

_TREE = "import subprocess, sys, time; subprocess.Popen(['sleep', '60']); print('up', flush=True); time.sleep(60)"


def test_children_are_found_and_all_are_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _TREE], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        members = family(process.pid)
        assert len(members) == 2
        kill_family(process.pid)
        assert process.wait(timeout=10) == -9
        deadline = time.monotonic() + 10
        while Path(f"/proc/{members[1]}").exists() and time.monotonic() < deadline:
            stat = Path(f"/proc/{members[1]}/stat").read_text(encoding="ascii")
            if stat.rpartition(")")[2].split()[0] == "Z":  # dead, and nobody has asked yet
                break
            time.sleep(0.05)
        else:
            assert not Path(f"/proc/{members[1]}").exists()


def test_too_many_threads_and_too_much_memory_are_noticed() -> None:
    code = """
import threading, time
hoard = b"x" * 80_000_000
for _ in range(30):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("up", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert broken_limit(process.pid, Limits()) is None
        assert broken_limit(process.pid, Limits(processes=10)) == "more than 10 processes"
        assert "MB of memory" in str(broken_limit(process.pid, Limits(memory_bytes=50_000_000)))
        kill_family(process.pid)


def test_who_has_gone_breaks_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
        assert broken_limit(process.pid, Limits()) is None
        kill_family(process.pid)
