"""What somebody else's program may use; every number is enforced by the kernel, by the watcher, or by both."""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["Limits"]

_MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """What an isolated program may use.

    Parameters
    ----------
    time_s : float
        Wall time from start to end, in seconds.
    cpu_s : float
        Processor time of each of its processes, in seconds.
    memory_bytes : int
        Memory of all its processes together, its scratch included. TensorFlow needs about half a gibibyte.
    processes : int
        Processes and threads together. The watcher ends what has more; the kernel lets it have a few more than that, so
        that a bomb is noticed and ended, instead of trying again and again at the border.
    scratch_bytes : int
        What it may write; scratch lives in memory and is gone when the program ends.
    output_bytes : int
        How much of what it says on standard error is kept; the rest is read and dropped, so that it never blocks.

    Raises
    ------
    ValueError
        If a limit is not positive.

    Examples
    --------
    >>> Limits(time_s=10.0).processes
    512
    """

    time_s: float = 300.0
    cpu_s: float = 600.0
    memory_bytes: int = 2048 * _MEBIBYTE
    processes: int = 512
    scratch_bytes: int = 256 * _MEBIBYTE
    output_bytes: int = _MEBIBYTE // 4

    @property
    def processes_by_kernel(self) -> int:
        """What the kernel allows."""
        return self.processes + 64

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if not value > 0:
                raise ValueError(f"{entry.name} must be > 0, got {value!r}")
