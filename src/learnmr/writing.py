"""Writing files so that nothing half-written is ever left: a temporary file beside the target, then a rename."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacing", "write_text"]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success it replaces ``path``, on any error it is removed.

    Parameters
    ----------
    path : path-like
        The file to write. Its folder is made when missing.

    Yields
    ------
    pathlib.Path
        Where to write; keeps the suffix of ``path``, since some writers choose the format by it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(f"{folder}/a.txt") as temporary:
    ...         _ = temporary.write_text("whole")
    ...     print(Path(f"{folder}/a.txt").read_text())
    whole
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.partial{target.suffix}")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text: str, path: str | os.PathLike[str] | None) -> str:
    """Write text in UTF-8, all or nothing, and return it; with ``path`` None only return it."""
    if path is not None:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    return text
