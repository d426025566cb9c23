"""The one error of reading, and the gate that turns whatever went wrong into it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["DatasetUnavailableError", "ReadError", "gate"]


class DatasetUnavailableError(OSError):
    """A named data set is neither here nor to be fetched; the message says what to do."""


class ReadError(ValueError):
    """A file is not what it should be; the message says which file, read as what, and what is wrong where.

    Parameters
    ----------
    path : path-like
        The file or folder.
    format : str
        The format it was read as, or ``"unknown"``.
    problem : str
        What is wrong, and where.

    Examples
    --------
    >>> print(ReadError("a/fid", "Bruker", "acqus: TD must be a number, got 'many'"))
    a/fid: cannot be read (Bruker): acqus: TD must be a number, got 'many'
    """

    def __init__(self, path: str | os.PathLike[str], format: str, problem: str) -> None:
        super().__init__(path, format, problem)
        self.path = Path(path)
        self.format = format
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: cannot be read ({self.format}): {self.problem}"


@contextmanager
def gate(path: str | os.PathLike[str], format: str) -> Iterator[None]:
    """Let only :class:`ReadError` out of the block, and keep the warnings of foreign readers in.

    A ValueError of our own is a sentence and becomes the problem as it is; every other error keeps its type's name.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ReadError:
        raise
    except Exception as error:  # foreign readers raise anything: struct.error, IndexError, AttributeError, ...
        said = f"{error}" if type(error) is ValueError else f"{type(error).__name__}: {error}"
        raise ReadError(path, format, said[:500]) from error
