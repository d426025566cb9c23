"""The watcher: looks at a tree of processes ten times a second, and says when it has used what it may.

It is the only guard of memory where no control group can be made, and always the guard of wall time and of the number
of files in the scratch (an empty file costs no block of it, but a kibibyte of the kernel).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

from .limits import Limits

__all__ = ["broken_limit", "family", "kill_family"]

_MAX_FILES = 100_000
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def family(pid: int) -> list[int]:
    """A process and everything that descends from it; parents before children."""
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        found.append(parent)
        waiting += _children(parent)
    return found


def kill_family(pid: int) -> None:
    """Kill a process and all its descendants, again and again until nobody is left to be found.

    With walls the first blow is enough, since everything in a namespace dies with its first process.
    """
    for _ in range(20):
        alive = [member for member in family(pid) if _state(member) not in ("", "Z", "X")]
        if not alive:
            return
        for member in alive:
            try:
                os.kill(member, signal.SIGKILL)
            except OSError:
                continue


def broken_limit(pid: int, limits: Limits) -> str | None:
    """Which limit a family has broken, in words; None where it keeps all."""
    members = family(pid)
    threads = sum(_threads(member) for member in members)
    if threads > limits.processes + 8:  # ours: the sandbox, its first process, the launcher
        return f"more than {limits.processes} processes"
    if sum(_resident(member) for member in members) > limits.memory_bytes and _memory(members) > limits.memory_bytes:
        return f"more than {limits.memory_bytes // 1024**2} MB of memory"
    if _files(members) > _MAX_FILES:
        return f"more than {_MAX_FILES} files"
    return None


def _children(pid: int) -> Iterable[int]:
    """Children of all its threads."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(child) for child in _read(f"/proc/{pid}/task/{task}/children").split()]
    except (OSError, ValueError):
        return found
    return found


def _resident(pid: int) -> int:
    """Resident bytes; shared pages count in each process that has them."""
    parts = _read(f"/proc/{pid}/statm").split()
    return int(parts[1]) * _PAGE if len(parts) > 1 else 0


def _memory(members: Iterable[int]) -> int:
    """Bytes in which shared pages count once; slower to find out, so only asked where the quick sum is too large."""
    total = 0
    for pid in members:
        shares = [
            line.split()[1] for line in _read(f"/proc/{pid}/smaps_rollup").splitlines() if line.startswith("Pss:")
        ]
        total += int(shares[0]) * 1024 if shares else _resident(pid)
    return total


def _threads(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


def _files(members: list[int]) -> int:
    """Files in the scratch of the youngest, as it sees it."""
    try:
        scratch = os.statvfs(f"/proc/{members[-1]}/root/tmp") if len(members) > 2 else None
    except OSError:
        return 0
    # only a file system of the sandbox's own is of interest, not the host's /tmp
    if scratch is None or not _read(f"/proc/{members[-1]}/mounts").count(" /submission "):
        return 0
    return scratch.f_files - scratch.f_ffree


def _state(pid: int) -> str:
    """One letter: R, S, Z, …; empty where there is no such process."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[0] if fields else ""


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
