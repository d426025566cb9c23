"""Does a question keep the contract? Many variants are drawn and every way of answering is graded."""

from __future__ import annotations

import math
from typing import Any

import scipy.special

from ..lessons import SLUG
from ..misconceptions import MISCONCEPTIONS
from .contract import (
    LETTERS,
    ChoiceQuestion,
    NumericQuestion,
    OrderQuestion,
    Question,
    Variant,
    check_unit,
    draw_variant,
    plain_parameters,
    variant_of,
)
from .streams import self_study_key

__all__ = ["MALFORMED", "stress"]

#: answers that mean nothing; each must be worth nothing and raise nothing
MALFORMED: tuple[Any, ...] = (
    None,
    "",
    " ",
    "?",
    "none",
    "nan",
    "inf",
    "1e999",
    "1 parsec",
    "1; 2",
    "ZZ",
    "AAAA",
    True,
    float("nan"),
    float("inf"),
    1j,
    [],
    {},
    object(),
    b"12",
    "9" * 10000,
)


def stress(question: Question, *, n_seeds: int = 200) -> list[str]:
    """Draw many variants and say what breaks the contract.

    Parameters
    ----------
    question : Question
        The question.
    n_seeds : int
        Number of variants; at least 100, or the test of the positions says nothing.

    Returns
    -------
    list of str
        Sentences; empty where the contract holds: parameters are plain, the same key gives the same variant, answers
        are finite, distractors are named and apart, right, wrong and malformed answers are graded so, a saved variant
        comes back, and the right option stands at every place equally often.

    Raises
    ------
    ValueError
        If n_seeds is less than 100.
    """
    if not n_seeds >= 100:
        raise ValueError(f"n_seeds must be >= 100, got {n_seeds!r}")
    problems = _problems_of_class(question)
    places: list[int] = []
    texts = set()
    for seed in range(n_seeds):
        key = self_study_key(question.slug, seed)
        variant = draw_variant(question, key)
        texts.add((variant.text, str(variant.answer), tuple(option.text for option in variant.options)))
        found = _problems_of_variant(variant)
        if draw_variant(question, key) != variant:
            found.append("the same key gives another variant")
        problems += [f"{question.slug}, seed {seed}: {problem}" for problem in found]
        if isinstance(question, ChoiceQuestion):
            places.append(LETTERS.index(variant.key))
    if len(texts) < 10:
        problems.append(f"{question.slug}: only {len(texts)} different variants")
    if places:
        n_options = len(draw_variant(question, self_study_key(question.slug, 0)).options)
        counts = [places.count(place) for place in range(n_options)]
        expected = n_seeds / n_options
        statistic = sum((count - expected) ** 2 / expected for count in counts)
        if scipy.special.chdtrc(n_options - 1, statistic) < 1e-4:  # chi-square test
            problems.append(f"{question.slug}: the right option is not everywhere equally often: {counts}")
    return problems


def _problems_of_class(question: Question) -> list[str]:
    """What every question must state."""
    problems = []
    if not SLUG.fullmatch(question.slug):
        problems.append(f"slug must look like m1.signals.q_alias, got {question.slug!r}")
    if not (question.marks >= 1 and question.minutes >= 1 and question.difficulty in (1, 2, 3)):
        problems.append(f"{question.slug}: marks and minutes must be >= 1, difficulty 1, 2 or 3")
    if not (question.title and question.goal):
        problems.append(f"{question.slug}: title and goal must be stated")
    if not check_unit(question):
        problems.append(f"{question.slug}: the unit is not known")
    return problems


def _problems_of_variant(variant: Variant) -> list[str]:
    """What must hold of one variant."""
    question, parameters = variant.question, variant.parameters
    problems = list(question.confusions(parameters))
    distractors = question.distractors(parameters)
    if not plain_parameters(parameters):
        problems.append("parameters are not plain")
    if not (variant.text.strip() and variant.explanation.strip()) or any(mark in variant.text for mark in ("\\", "$")):
        problems.append("text and explanation must be plain text")
    if unnamed := [name for name in distractors if name not in MISCONCEPTIONS]:
        problems.append(f"distractors without a name: {unnamed}")
    if not distractors:
        problems.append("no distractors")
    for answer in (variant.answer, variant.key):
        given = str(answer) if isinstance(question, ChoiceQuestion) else answer
        if not variant.grade(given).right:
            problems.append(f"the right answer {answer!r} is graded {variant.grade(given)}")
    for name, wrong in distractors.items():
        given = list(map(str, wrong)) if isinstance(question, OrderQuestion) else wrong
        grade = variant.grade(str(given) if isinstance(question, ChoiceQuestion) else given)
        if grade.right or grade.misconception != name:
            problems.append(f"the wrong answer {wrong!r} of {name} is graded {grade}")
    for malformed in MALFORMED:
        grade = variant.grade(malformed)
        if grade.score > 0 or not math.isfinite(grade.score):
            problems.append(f"the malformed answer {str(malformed)[:20]!r} is graded {grade}")
    if isinstance(question, NumericQuestion):
        right, tolerance = float(variant.answer), question.tolerance(float(variant.answer))
        if not variant.grade(right + 0.9 * tolerance).right or variant.grade(right + 1.1 * tolerance).right:
            problems.append("the tolerance does not hold")
    if variant_of(question, variant.to_dict()) != variant:
        problems.append("the saved variant does not come back")
    return problems
