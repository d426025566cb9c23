"""The filter of system calls, run by a small machine of our own, and for real."""

from __future__ import annotations

import errno
import json
import platform
import struct
from pathlib import Path

import pytest

from learnmr.isolation import Limits, Sandbox, run_isolated
from learnmr.isolation.launcher import system_call_filter

_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NUMBERS = {
    "x86_64": {"read": 0, "clone": 56, "mount": 165, "unshare": 272, "ptrace": 101, "bpf": 321, "setns": 308},
    "aarch64": {"read": 63, "clone": 220, "mount": 40, "unshare": 97, "ptrace": 117, "bpf": 280, "setns": 268},
}


def _judge(machine: str, number: int, argument: int = 0, audit: int | None = None) -> int:
    """What the kernel would give back: the classic Berkeley packet filter, as far as it is used."""
    program = [struct.unpack_from("HBBI", system_call_filter(machine), 8 * place) for place in range(_length(machine))]
    data = struct.pack("<IIQQ", number, _AUDIT[machine] if audit is None else audit, 0, argument)
    place, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = program[place]
        place += 1
        if code == 0x06:
            return value
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
        else:
            truth = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }[code]
            place += if_true if truth else if_false


def _length(machine: str) -> int:
    return len(system_call_filter(machine)) // 8


@pytest.mark.parametrize("machine", list(_NUMBERS))
def test_work_is_allowed_and_doors_are_shut(machine: str) -> None:
    numbers = _NUMBERS[machine]
    assert _judge(machine, numbers["read"]) == _ALLOW
    assert _judge(machine, numbers["clone"], 0x11) == _ALLOW
    assert _judge(machine, numbers["clone"], 0x10000000) == _EPERM
    for name in ("mount", "unshare", "ptrace", "bpf", "setns"):
        assert _judge(machine, numbers[name]) == _EPERM
    for unknown in (425, 426, 427, 435):
        assert _judge(machine, unknown) == _ENOSYS


def test_other_interfaces_of_the_same_machine_are_shut() -> None:
    assert _judge("x86_64", 0, audit=0x40000003) == _EPERM  # int 0x80, the numbering of i386
    assert _judge("x86_64", 0x40000000) == _EPERM  # x32


def test_an_unknown_machine_goes_without() -> None:
    assert system_call_filter("riscv64") == b""


@pytest.mark.skipif(platform.machine() not in _NUMBERS, reason="no filter for this machine")
def test_inside_no_namespace_can_be_made_and_threads_can(inputs: Path, sandbox: Sandbox) -> None:
    if sandbox.program != "bwrap":
        pytest.skip("a container has the filter of its engine")
    code = """
import ctypes, json, os, subprocess, threading
library = ctypes.CDLL(None, use_errno=True)
seen = {"unshare": library.unshare(0x10000000), "mount": library.mount(b"none", b"/tmp", b"tmpfs", 0, None)}
done = []
thread = threading.Thread(target=done.append, args=(1,))
thread.start()
thread.join()
seen |= {"thread": done, "process": subprocess.run(["true"]).returncode}
print(json.dumps(seen))
"""
    ended = run_isolated(["-c", code], inputs=inputs, limits=Limits(time_s=20.0), sandbox=sandbox)
    assert json.loads(ended.output) == {"unshare": -1, "mount": -1, "thread": [1], "process": 0}
