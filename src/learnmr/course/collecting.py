"""Handing in: what a notebook hands in by name is kept where a grader can ask for it; elsewhere nothing is kept.

``learnmr.hand_in("q1", answer)`` for an exam, and every ``learnmr.check(slug, answer)``. The last call of a name
counts, so cells may be renamed, moved or deleted. What is handed in is kept as it is at that moment: data is copied,
functions and networks stay live, to be called later.

This runs where the student's code runs, so a grader believes nothing of it: whatever a notebook does to this module,
it only changes what it hands in itself.
"""

from __future__ import annotations

import os
from typing import Any

__all__ = ["collect", "hand_in"]

#: set in a grading run
_SWITCH = "LEARNMR_GRADING"


def hand_in(name: str, answer: Any) -> None:
    """Hand in an answer of an exam; may be called again, the last call counts.

    Parameters
    ----------
    name : str
        Label of the question, ``"q1"``.
    answer : object
        A number, text with a unit, letters, a list, an array, a function, a network.

    Raises
    ------
    ValueError
        If the name is no label.

    Examples
    --------
    >>> hand_in("q1", "12.5 Hz")
    handed in: q1
    """
    if not (isinstance(name, str) and 0 < len(name) <= 100):
        raise ValueError(f"name must be the label of a question, such as 'q1', got {name!r}")
    collect(name, answer)
    print(f"handed in: {name}")


def collect(name: str, answer: Any, *, key: str | None = None) -> None:
    """Keep an answer for the grader; does nothing outside a grading run, and never raises.

    Parameters
    ----------
    name : str
        Slug of the exercise, or label of the question.
    answer : object
        The answer.
    key : str, optional
        The key of personal numbers with which it was checked.
    """
    if not os.environ.get(_SWITCH):
        return
    from .grading.serving import DESK

    DESK.keep(name, answer, key)
