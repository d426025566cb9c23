"""Where the questions are: every module of ``bank`` has a tuple ``QUESTIONS``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import pandas as pd

from .question import USES, Question

__all__ = ["TYPED_KINDS", "all_questions", "find_question", "question_table", "questions_of", "quiz_questions"]

#: kinds whose answers are typed and compared, in a page without a kernel as well
TYPED_KINDS = ("numeric", "choice", "order")


@cache
def all_questions() -> tuple[Question, ...]:
    """All questions of the bank, by lesson and then in the order of their file.

    Raises
    ------
    ValueError
        If two questions have the same slug.
    """
    from . import bank

    found: list[Question] = []
    for module in sorted(pkgutil.iter_modules(bank.__path__), key=lambda module: module.name):
        found += importlib.import_module(f"{bank.__name__}.{module.name}").QUESTIONS
    slugs = [question.slug for question in found]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise ValueError(f"every question must have its own slug, found twice: {', '.join(twice)}")
    return tuple(found)


def find_question(slug: str) -> Question:
    """The question of this slug.

    Raises
    ------
    ValueError
        If there is none.
    """
    for question in all_questions():
        if question.slug == slug:
            return question
    raise ValueError(f"slug must be that of a question of the bank, got {slug!r}")


def questions_of(lesson: str, *, use: str | None = None) -> tuple[Question, ...]:
    """The questions of a lesson.

    Parameters
    ----------
    lesson : str
        Slug of the lesson, e.g. ``"m1.signals"``.
    use : {"self-study", "exam"}, optional
        Only those that may be asked there.

    Returns
    -------
    tuple of Question
        In the order of their file.

    Raises
    ------
    ValueError
        If the bank has none for it; the message names the lessons. If the use is unknown.

    Examples
    --------
    >>> len(questions_of("m1.signals")) >= 3
    True
    """
    if use is not None and use not in USES:
        raise ValueError(f"use must be one of {', '.join(USES)}, got {use!r}")
    chosen = tuple(
        question for question in all_questions() if question.lesson == lesson and (use is None or use in question.uses)
    )
    if not chosen:
        lessons = dict.fromkeys(question.lesson for question in all_questions())
        raise ValueError(f"lesson must be one of {', '.join(lessons)}, got {lesson!r}")
    return chosen


def quiz_questions(lesson: str) -> tuple[Question, ...]:
    """The questions of a lesson that a quiz shows: for self-study, and graded at once by comparing what is typed.

    Raises
    ------
    ValueError
        If the bank has none for it.
    """
    return tuple(question for question in questions_of(lesson, use="self-study") if question.kind in TYPED_KINDS)


def question_table() -> pd.DataFrame:
    """The bank at a glance.

    Returns
    -------
    pandas.DataFrame
        One row a question, indexed by slug: title, lesson, kind, unit, whether a figure is read (``figure``), goal,
        marks, minutes, difficulty, recasts, uses.

    Examples
    --------
    >>> question_table().loc["m1.signals.q_alias", ["kind", "unit"]].tolist()
    ['numeric', 'Hz']
    """
    rows = [
        {
            "slug": question.slug,
            "title": question.title,
            "lesson": question.lesson,
            "kind": question.kind,
            "unit": getattr(question, "unit", ""),
            "figure": type(question).figure is not Question.figure,
            "goal": question.goal,
            "marks": question.marks,
            "minutes": question.minutes,
            "difficulty": question.difficulty,
            "recasts": question.recasts,
            "uses": ", ".join(question.uses),
        }
        for question in all_questions()
    ]
    return pd.DataFrame(rows).set_index("slug")
