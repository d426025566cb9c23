"""The contents of a file, never more than is there or than is sensible, and the numbers written in it.

Every function raises ValueError (OSError where the system does); the reader's gate makes it a ReadError.
"""

from __future__ import annotations

import math
from pathlib import Path

__all__ = ["bytes_of", "count", "file_size", "number", "opening", "text_of"]

#: largest parameter file in bytes; real ones have some 10 kB
PARAMETER_LIMIT = 4_000_000
#: largest data file in bytes that is read into memory
DATA_LIMIT = 4_000_000_000
#: the longest text that is taken for a number
_NUMBER_LENGTH = 40


def file_size(path: Path, limit: int = DATA_LIMIT) -> int:
    """Size of a regular file in bytes; refuses pipes and devices, which have no end, and files above the limit."""
    if not path.exists():
        raise ValueError(f"{path.name} does not exist")
    if not path.is_file():
        raise ValueError(f"{path.name} is not a regular file")
    size = path.stat().st_size
    if size > limit:
        raise ValueError(f"{path.name} has {size} bytes, more than the {limit} that are read")
    return size


def opening(path: Path, n_bytes: int) -> bytes:
    """The first bytes of a regular file."""
    file_size(path)
    with path.open("rb") as file:
        return file.read(n_bytes)


def bytes_of(path: Path, limit: int = DATA_LIMIT) -> bytes:
    """All bytes of a regular file."""
    size = file_size(path, limit)
    with path.open("rb") as file:
        return file.read(size)


def text_of(path: Path, limit: int = PARAMETER_LIMIT) -> str:
    """All text of a regular file: UTF-8 where it is, else Latin-1, in which every byte is a letter."""
    content = bytes_of(path, limit)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def number(text: object, name: str) -> float:
    """A finite number from text, or a ValueError with the name and the text."""
    shown = str(text).strip()[: _NUMBER_LENGTH + 1]
    try:
        value = float(shown) if len(shown) <= _NUMBER_LENGTH else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {shown!r}")
    return value


def count(text: object, name: str, low: int = 1, high: int = 2**31) -> int:
    """A whole number within low..high from text, or a ValueError with the name and the text."""
    value = number(text, name)
    if not (value == int(value) and low <= value <= high):
        raise ValueError(f"{name} must be a whole number within {low}..{high}, got {str(text).strip()[:40]!r}")
    return int(value)
