"""The first program inside: puts on the limits of the kernel, gives up root, becomes the program that was asked for.

It runs before anything of the submission is read, with ``python -I -S``, and imports the standard library only.
``resource`` does not exist on Windows, where there is no sandbox either.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import struct
import sys
from pathlib import Path

__all__ = ["launch", "system_call_filter"]

#: machine -> its number in the kernel's audit interface, that of clone, and calls that no notebook needs: namespaces,
#: mounts, other processes' memory, the kernel's own programs, keys. Numbers: asm/unistd_64.h, asm-generic/unistd.h
_MACHINES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        56,
        (101, 155, 165, 166, 246, 248, 249, 250, 272, 298, 304, 308, 310, 311, 321, 323, *range(428, 434), 442),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        (39, 40, 41, 97, 104, 117, 217, 218, 219, 241, 265, 268, 270, 271, 280, 282, *range(428, 434), 442),
    ),
}
#: answered as if the kernel did not know them, so that libraries take another way: io_uring, clone3
_UNKNOWN = (425, 426, 427, 435)
_CLONE_NEWUSER = 0x10000000
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000


def launch(plan: str, command: list[str]) -> None:
    """Put on the limits and become the command; does not return.

    Parameters
    ----------
    plan : str
        JSON: ``rlimits`` (name of the limit -> value), ``uid`` (a number, or null to stay who we are), ``cwd``,
        ``filter`` (whether system calls that no notebook needs are refused).
    command : list of str
        Program and arguments.
    """
    import resource

    asked = json.loads(plan)
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # if memory runs out, this goes first
        file.write("1000")
    os.nice(5)  # the host stays usable, whatever runs in here
    Path(asked["cwd"]).mkdir(parents=True, exist_ok=True)
    for name, value in asked["rlimits"].items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        wanted = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(number, (wanted, wanted))
    if asked["uid"] is not None:
        uid = int(asked["uid"])
        os.chown(asked["cwd"], uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)  # from root to somebody: the kernel takes every capability away
    os.chdir(asked["cwd"])
    if asked["filter"]:
        _forbid_system_calls()
    os.execv(command[0], command)


def system_call_filter(machine: str) -> bytes:
    """The filter for a machine as the kernel takes it: 8 bytes an instruction; empty for a machine that is not known.

    A namespace made inside would give back rights over mounts and with them memory without limits, and much of the
    kernel to attack.
    """
    if machine not in _MACHINES:
        return b""
    number, clone, denied = _MACHINES[machine]
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    program = [(load, 0, 0, 4), (equal, 1, 0, number), (give, 0, 0, _ERROR | errno.EPERM), (load, 0, 0, 0)]
    # calls in the numbering of another interface of the same machine
    program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, _ERROR | errno.EPERM)]
    for call in _UNKNOWN:
        program += [(equal, 0, 1, call), (give, 0, 0, _ERROR | errno.ENOSYS)]
    for call in denied:
        program += [(equal, 0, 1, call), (give, 0, 0, _ERROR | errno.EPERM)]
    program += [(equal, 0, 3, clone), (load, 0, 0, 16), (any_bit, 0, 1, _CLONE_NEWUSER)]
    program += [(give, 0, 0, _ERROR | errno.EPERM), (give, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _forbid_system_calls() -> None:
    """Put on the filter, for good; a kernel without filters goes without, the other walls stand."""
    program = system_call_filter(platform.machine())
    if not program:
        return

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    buffer = ctypes.create_string_buffer(program, len(program))
    whole = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_char_p))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(38, 1, 0, 0, 0)  # no new privileges
    library.prctl(22, 2, ctypes.byref(whole), 0, 0)


if __name__ == "__main__":
    launch(sys.argv[1], sys.argv[2:])
