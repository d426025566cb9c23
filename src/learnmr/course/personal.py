"""Personal numbers: every student has a homework of one's own, made of a key that stands in the notebook.

A key is 20 hexadecimal digits of an HMAC of the course's secret, the homework and the student; who studies alone has
the key ``"self-study"``. The numbers of an exercise come from the key and its slug alone, so that a further exercise
or student changes nobody else's.
"""

from __future__ import annotations

import hashlib

from .questions.streams import HashStream, exam_key

__all__ = ["SELF_STUDY", "check_key", "personal_key", "personal_seed", "personal_stream"]

#: the key of whoever studies alone
SELF_STUDY = "self-study"

_DIGITS = 20


def personal_key(secret: bytes, *, homework: str, student: str) -> str:
    """Key of one student's homework.

    Parameters
    ----------
    secret : bytes
        The secret of the course, at least 16 bytes.
    homework : str
        Slug of the homework, ``"m1.homework1"``.
    student : str
        Identity of the student, as in the roster.

    Returns
    -------
    str
        20 hexadecimal digits.

    Raises
    ------
    ValueError
        If the secret is too short.

    Examples
    --------
    >>> personal_key(bytes(16), homework="m1.homework1", student="ada")
    'b30a9220cfbf1dff1a5b'
    """
    return exam_key(secret, exam=homework, question="", student=student).hex()[:_DIGITS]


def check_key(key: str) -> str:
    """The key, if it is one.

    Raises
    ------
    ValueError
        If it is not a text of 1 to 64 characters.
    """
    if not (isinstance(key, str) and 1 <= len(key) <= 64):
        raise ValueError(f"key must be the text of the cell KEY, of 1 to 64 characters, got {str(key)[:64]!r}")
    return key


def personal_stream(slug: str, key: str) -> HashStream:
    """The random numbers of one exercise for one key: a counter hashed with SHA-256, the same in every version.

    Parameters
    ----------
    slug : str
        The exercise.
    key : str
        As :func:`personal_key` makes it, or :data:`SELF_STUDY`.

    Returns
    -------
    HashStream
        A new stream, at its beginning.

    Raises
    ------
    ValueError
        If the key is not a text of 1 to 64 characters.

    Examples
    --------
    >>> personal_stream("m1.homework1.bands", SELF_STUDY).whole(1, 100)
    57
    """
    return HashStream(_digest(slug, check_key(key)))


def personal_seed(slug: str, key: str) -> int:
    """A seed for noise that is simulated with NumPy, from 0 to 2**32 - 1.

    Examples
    --------
    >>> personal_seed("m1.homework1.bands", "a") != personal_seed("m1.homework1.bands", "b")
    True
    """
    return int.from_bytes(_digest(slug, check_key(key), "seed")[:4], "big")


def _digest(*parts: str) -> bytes:
    """SHA-256 of the parts, each with its length before it."""
    encoded = [part.encode() for part in ("learnmr personal", *parts)]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in encoded)).digest()
