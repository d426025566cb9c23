"""The secret of a course: a file of random bytes that decides all numbers, and that only the instructors have."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ...writing import write_text

__all__ = ["SHORTEST", "make_secret", "read_secret"]

#: bytes; with fewer, numbers could be found by trying secrets
SHORTEST = 16


def read_secret(path: str | os.PathLike[str]) -> bytes:
    """The secret in a file, without white space around it (editors add a line end).

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    bytes
        At least 16 bytes.

    Raises
    ------
    ValueError
        If it is too short, or one letter again and again.
    FileNotFoundError
        If it is not there; the message says how to make one.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: learnmr course exam secret {path} makes a new secret")
    secret = path.read_bytes().strip()
    if len(secret) < SHORTEST or len(set(secret)) < 6:
        raise ValueError(
            f"{path}: a secret must have at least {SHORTEST} bytes, six of them different, got {len(secret)} bytes"
        )
    return secret


def make_secret(path: str | os.PathLike[str]) -> Path:
    """Write a new secret into a file that is not there yet, readable only by its owner.

    Raises
    ------
    FileExistsError
        If the file is there: a secret that is lost takes all its papers with it.
    """
    path = Path(path)
    if path.exists():
        raise FileExistsError(f"{path} is there already; a secret is never overwritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    write_text(secrets.token_hex(32) + "\n", path)
    path.chmod(0o600)
    return path
