"""Control groups: where this process may make one, the kernel itself keeps memory and processes within the limits.

Both versions are known, since machines with either are about. Where no group can be made (most desktops, most
containers), :mod:`~learnmr.isolation.watching` does the same a tenth of a second later.
"""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from .limits import Limits

__all__ = ["ControlGroup", "make_group"]

_MOUNT = Path("/sys/fs/cgroup")
_PREFIX, _STALE_S = "learnmr-", 3600.0


@dataclass(frozen=True)
class ControlGroup:
    """A group that was made for one run.

    Parameters
    ----------
    folders : tuple of pathlib.Path
        One for both limits (version 2), or one for each (version 1).
    """

    folders: tuple[Path, ...]

    def add(self, pid: int) -> None:
        """Put a process into the group; its children follow."""
        for folder in self.folders:
            _write(folder / "cgroup.procs", str(pid))

    def out_of_memory(self) -> bool:
        """Whether the kernel had to kill for want of memory."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                if any(line.startswith("oom_kill ") and line.split()[1] != "0" for line in _lines(folder / name)):
                    return True
        return False

    def remove(self) -> None:
        """Kill what is left, and take the group away."""
        for folder in self.folders:
            for _ in range(100):
                for pid in _lines(folder / "cgroup.procs"):
                    try:
                        os.kill(int(pid), 9)
                    except (OSError, ValueError):
                        continue
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:  # a killed process takes a moment to go
                    time.sleep(0.02)


def make_group(limits: Limits) -> ControlGroup | None:
    """A group with these limits of memory and processes, or None where none can be made."""
    name = f"{_PREFIX}{uuid.uuid4().hex[:12]}"
    for make in (_version_2, _version_1):
        made: list[Path] = []
        try:
            make(name, limits, made)
            return ControlGroup(tuple(made))
        except (OSError, ValueError):
            for folder in made:
                try:
                    folder.rmdir()
                except OSError:
                    continue
    return None


def _version_2(name: str, limits: Limits, made: list[Path]) -> None:
    """One group of the unified tree, at its root: beside the system's own."""
    if not {"memory", "pids"} <= set((_MOUNT / "cgroup.subtree_control").read_text(encoding="ascii").split()):
        raise ValueError("the tree must hand on memory and pids")
    folder = _MOUNT / name
    _sweep(_MOUNT)
    folder.mkdir()
    made.append(folder)
    _write(folder / "memory.max", str(limits.memory_bytes))
    _write(folder / "pids.max", str(limits.processes_by_kernel))
    if (folder / "memory.swap.max").exists():
        _write(folder / "memory.swap.max", "0")


def _version_1(name: str, limits: Limits, made: list[Path]) -> None:
    """A group in each of two trees, below the one we are in."""
    ours = {}
    for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _, controllers, path = line.split(":", 2)
        ours.update(dict.fromkeys(controllers.split(","), path.strip("/")))
    for controller, file, value in (
        ("memory", "memory.limit_in_bytes", limits.memory_bytes),
        ("pids", "pids.max", limits.processes_by_kernel),
    ):
        folder = _MOUNT / controller / ours[controller] / name if controller in ours else _MOUNT / controller / "none"
        _sweep(folder.parent)
        folder.mkdir()
        made.append(folder)
        _write(folder / file, str(value))


def _sweep(parent: Path) -> None:
    """Take away empty groups that a killed run has left; a kernel keeps those that still hold somebody."""
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > _STALE_S:
                folder.rmdir()
        except OSError:
            continue


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
