"""Codes in place of names: stable, and meaningless without the secret of the course."""

from __future__ import annotations

from collections.abc import Iterable

from ..questions.streams import exam_key

__all__ = ["pseudonym", "pseudonyms"]

#: 32 signs that nobody mistakes for one another on paper: no I, O, 0, 1
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_N_SIGNS = 8
#: in place of a question's slug, which always has dots
_PURPOSE = "pseudonym"


def pseudonym(secret: bytes, *, exam: str, student: str) -> str:
    """The code of a student in an exam, made by HMAC-SHA256: another one in every exam.

    Parameters
    ----------
    secret : bytes
        The secret of the course.
    exam, student : str
        Names.

    Returns
    -------
    str
        Eight signs in two groups.

    Examples
    --------
    >>> pseudonym(bytes(range(16)), exam="m1-exam", student="ada")
    'A58H-KLFD'
    """
    number = int.from_bytes(exam_key(secret, exam=exam, question=_PURPOSE, student=student)[:8], "big")
    signs = "".join(_SIGNS[number >> (5 * place) & 31] for place in range(_N_SIGNS))
    return f"{signs[:4]}-{signs[4:]}"


def pseudonyms(secret: bytes, *, exam: str, students: Iterable[str]) -> dict[str, str]:
    """Student -> code, for a whole roster.

    Raises
    ------
    ValueError
        If two students have the same code (one chance in 2 million for 1000 students): rename the exam.
    """
    codes = {student: pseudonym(secret, exam=exam, student=student) for student in students}
    if len(set(codes.values())) < len(codes):
        raise ValueError(f"exam must give every student another code, got a collision in {exam!r}: name it otherwise")
    return codes
