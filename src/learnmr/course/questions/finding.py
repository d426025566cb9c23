"""Where the questions are: every module of ``bank`` has a tuple ``QUESTIONS``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from .contract import Question

__all__ = ["all_questions", "find_question", "questions_of"]


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


def questions_of(lesson: str) -> tuple[Question, ...]:
    """The questions of a lesson.

    Raises
    ------
    ValueError
        If the bank has none for it; the message names the lessons.

    Examples
    --------
    >>> len(questions_of("m1.signals")) >= 3
    True
    """
    chosen = tuple(question for question in all_questions() if question.lesson == lesson)
    if not chosen:
        lessons = dict.fromkeys(question.lesson for question in all_questions())
        raise ValueError(f"lesson must be one of {', '.join(lessons)}, got {lesson!r}")
    return chosen
