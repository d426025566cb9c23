"""Randomness of questions: a counter hashed with SHA-256, which gives the same numbers in every version of everything.

NumPy's generators may change their streams between versions; an exam must be reproducible years later.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

__all__ = ["HashStream", "exam_key", "self_study_key"]

T = TypeVar("T")


class HashStream:
    """Random numbers from a key: block ``i`` is ``SHA-256(key, i)``.

    Parameters
    ----------
    key : bytes
        Decides everything; at least 16 bytes.

    Raises
    ------
    ValueError
        If the key is shorter.

    Examples
    --------
    >>> stream = HashStream(self_study_key("m1.signals.q_alias", 1))
    >>> stream.whole(1, 6), stream.on_grid(0.5, 2.0, 0.25), stream.shuffled("abc")
    (5, 1.25, ['c', 'b', 'a'])
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError(f"key must have at least 16 bytes, got {len(key)}")
        self._key = bytes(key)
        self._counter = 0
        self._left = b""

    def _take(self, n_bytes: int) -> bytes:
        """The next bytes of the stream."""
        while len(self._left) < n_bytes:
            self._left += hashlib.sha256(self._key + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
        taken, self._left = self._left[:n_bytes], self._left[n_bytes:]
        return taken

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1, each equally likely (no modulo bias).

        Raises
        ------
        ValueError
            If limit is less than 1.
        """
        if not limit >= 1:
            raise ValueError(f"limit must be >= 1, got {limit!r}")
        ceiling = (1 << 64) // limit * limit
        while True:
            number = int.from_bytes(self._take(8), "big")
            if number < ceiling:
                return number % limit

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def on_grid(self, low: float, high: float, step: float) -> float:
        """A number from low to high on a grid, rounded as it is shown: the question is solved with just this number."""
        first, width = Decimal(str(low)), Decimal(str(step))
        n_steps = int((Decimal(str(high)) - first) / width)
        return float(first + width * self.below(n_steps + 1))

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a random order, each order equally likely (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def sample(self, items: Sequence[T], size: int) -> list[T]:
        """Some of the items, without repetition."""
        if not 0 <= size <= len(items):
            raise ValueError(f"size must be from 0 to {len(items)}, got {size!r}")
        return self.shuffled(items)[:size]


def exam_key(secret: bytes, *, exam: str, question: str, student: str) -> bytes:
    """Key of one question of one student: HMAC-SHA256 of exam, question and student, each with its length before it.

    Adding a question or a student changes no other key, and no two triples give the same bytes.

    Parameters
    ----------
    secret : bytes
        The secret of the course, at least 16 bytes.
    exam, question, student : str
        Names.

    Returns
    -------
    bytes
        32 bytes.

    Raises
    ------
    ValueError
        If the secret is too short.

    Examples
    --------
    >>> secret = bytes(16)
    >>> exam_key(secret, exam="ab", question="c", student="d") != exam_key(secret, exam="a", question="bc", student="d")
    True
    """
    if len(secret) < 16:
        raise ValueError(f"secret must have at least 16 bytes, got {len(secret)}")
    parts = [part.encode() for part in (exam, question, student)]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(secret, message, hashlib.sha256).digest()


def self_study_key(question: str, seed: int) -> bytes:
    """Key of a question without a secret: the same for everybody who asks for the same seed."""
    return hashlib.sha256(f"learnmr self-study {question} {int(seed)}".encode()).digest()
