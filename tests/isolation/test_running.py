"""Inside a real sandbox: what can be seen, written and reached, and how each limit ends it."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest

from learnmr.isolation import Limits, Sandbox, isolated, run_isolated

_SMALL = Limits(time_s=20.0, memory_bytes=400 * 1024**2, processes=64, scratch_bytes=16 * 1024**2, output_bytes=10_000)


def _run(code: str, inputs: Path, sandbox: Sandbox, limits: Limits = _SMALL) -> tuple[str, str | None, int | None]:
    ended = run_isolated(["-c", code], inputs=inputs, limits=limits, sandbox=sandbox)
    return ended.output.decode(), ended.broken, ended.exit_code


def test_inputs_can_be_read_and_not_written(inputs: Path, sandbox: Sandbox) -> None:
    code = """
import os
folder = os.environ["LEARNMR_INPUTS"]
print(open(f"{folder}/note.txt").read())
for path in (f"{folder}/note.txt", f"{folder}/new", "/new", "/usr/new", "/etc/new", "/dev/new"):
    try:
        open(path, "w")
        print("WROTE", path)
    except OSError:
        pass
open(os.environ["LEARNMR_SCRATCH"] + "/mine", "w").write("scratch")
"""
    output, broken, exit_code = _run(code, inputs, sandbox)
    assert output.strip() == "read me"
    assert broken is None
    assert exit_code == 0
    assert (inputs / "note.txt").read_text(encoding="utf-8") == "read me"


def test_environment_home_processes_and_settings_of_the_host_are_out_of_reach(
    inputs: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COURSE_SECRET", "swordfish")
    (tmp_path / "key.txt").write_text("swordfish", encoding="utf-8")
    code = f"""
import json, os
seen = {{"environment": "swordfish" in repr(os.environ), "key": os.path.exists({str(tmp_path / "key.txt")!r})}}
seen["processes"] = sum(name.isdigit() for name in os.listdir("/proc"))
seen["root"] = os.geteuid() == 0
settings = [path for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger")
            if os.access(path, os.W_OK)]
print(json.dumps(seen | {{"settings": settings}}))
"""
    seen = json.loads(_run(code, inputs, sandbox)[0])
    assert seen.pop("processes") <= 4
    assert seen == {"environment": False, "key": False, "root": False, "settings": []}


def test_the_network_of_the_host_is_out_of_reach(inputs: Path, sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
import socket
for target in (("127.0.0.1", {port}), ("192.0.2.1", 80)):
    try:
        socket.create_connection(target, timeout=1)
        print("REACHED", target)
    except OSError as error:
        pass
"""
        assert _run(code, inputs, sandbox)[0] == ""


def test_an_endless_loop_ends_in_time(inputs: Path, sandbox: Sandbox) -> None:
    started = time.monotonic()
    _, broken, _ = _run("while True: pass", inputs, sandbox, Limits(time_s=1.0))
    assert broken == "longer than 1 s"
    assert time.monotonic() - started < 15


def test_memory_has_an_end_for_one_and_for_many(inputs: Path, sandbox: Sandbox) -> None:
    _, broken, exit_code = _run("hoard = []\nwhile True: hoard.append(b'x' * 20_000_000)", inputs, sandbox)
    assert exit_code != 0
    many = "import os, time\nfor _ in range(3): os.fork()\nhoard = [b'x' * 90_000_000]\ntime.sleep(30)"
    _, broken, exit_code = _run(many, inputs, sandbox)
    assert broken == "more than 400 MB of memory"


def test_a_fork_bomb_is_counted_and_nobody_survives(inputs: Path, sandbox: Sandbox) -> None:
    code = """
import os, time
made = 0
while made < 1000:
    try:
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "27182818"])
        made += 1
    except OSError:
        break
print(made)
"""
    output, broken, _ = _run(code, inputs, sandbox)
    assert broken is not None or int(output) < 100
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"27182818" in _bytes(path)]
    assert left == []


def test_scratch_has_an_end(inputs: Path, sandbox: Sandbox) -> None:
    code = """
import os
total = 0
for folder in (os.environ["LEARNMR_SCRATCH"], "/dev/shm", os.getcwd()):
    try:
        with open(f"{folder}/big", "wb") as file:
            while total < 10**9:
                total += file.write(b"x" * 100_000)
    except OSError:
        pass
print(total)
"""
    assert int(_run(code, inputs, sandbox)[0]) <= 40 * 1024**2


def test_output_is_read_to_its_end_and_cut(inputs: Path, sandbox: Sandbox) -> None:
    code = "import sys\nfor _ in range(200):\n    sys.stdout.write('x' * 100_000)\n    sys.stderr.write('y' * 100_000)"
    ended = run_isolated(["-c", code], inputs=inputs, limits=_SMALL, sandbox=sandbox)
    assert ended.exit_code == 0
    assert len(ended.output) == len(ended.errors) == 10_000


def test_leaving_the_block_ends_everything(inputs: Path, sandbox: Sandbox) -> None:
    code = "import subprocess, time\nsubprocess.Popen(['sleep', '16180339'], start_new_session=True)\ntime.sleep(60)"
    with isolated(["-c", code], inputs=inputs, limits=_SMALL, sandbox=sandbox):
        deadline = time.monotonic() + 20
        while not _sleepers() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _sleepers()
    deadline = time.monotonic() + 10
    while _sleepers() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _sleepers()


def test_frames_go_in_and_out(inputs: Path, sandbox: Sandbox) -> None:
    code = """
from learnmr.isolation import Channel
channel = Channel(0, 1)
text, blob = channel.receive(time_s=20)
channel.send(text[::-1], blob * 2)
"""
    with isolated(["-c", code], inputs=inputs, limits=_SMALL, sandbox=sandbox) as running:
        running.channel.send(b"abc", b"12")
        assert running.channel.receive(time_s=20) == (b"cba", b"1212")


def test_folders_can_be_masked(inputs: Path, sandbox: Sandbox) -> None:
    import learnmr.course.questions.bank as bank

    folder = Path(bank.__file__).parent
    code = f"import os; print(os.listdir({str(folder)!r}))"
    ended = run_isolated(["-c", code], inputs=inputs, limits=_SMALL, sandbox=sandbox, masked=[folder])
    assert ended.output.decode().strip() == "[]"


def _sleepers() -> bool:
    return any(
        b"16180339" in _bytes(path) and b"sleep\0" in _bytes(path) for path in Path("/proc").glob("[0-9]*/cmdline")
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
