"""Does a question keep the contract? Many variants are drawn and every way of answering is graded."""

from __future__ import annotations

import ast
import math
from typing import Any

import scipy.special

from ..lessons import SLUG
from ..misconceptions import MISCONCEPTIONS
from .contract import (
    LETTERS,
    USES,
    ChoiceQuestion,
    CodeQuestion,
    EssayQuestion,
    NumericQuestion,
    OrderQuestion,
    Question,
    TrainQuestion,
    Variant,
    draw_variant,
    variant_of,
)
from .quantities import UNITS
from .question import plain_parameters
from .streams import self_study_key

__all__ = ["IDLE_FUNCTIONS", "MALFORMED", "stress"]

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
    {"network": None, "trials": None},
    {"network": 3.0, "trials": [1, 2]},
)


def _not_written(*arguments: Any, **keywords: Any) -> Any:
    raise NotImplementedError


def _fails(*arguments: Any, **keywords: Any) -> Any:
    raise ZeroDivisionError("division by zero")


def _leaves(*arguments: Any, **keywords: Any) -> Any:
    raise SystemExit


#: functions that answer nothing; each must be worth next to nothing and raise nothing
IDLE_FUNCTIONS: tuple[Any, ...] = (
    _not_written,
    _fails,
    _leaves,
    lambda: 1.0,
    lambda *arguments, **keywords: None,
    lambda *arguments, **keywords: "1",
    lambda *arguments, **keywords: float("nan"),
    lambda *arguments, **keywords: 0.0,
    lambda *arguments, **keywords: 1.0,
    lambda *arguments, **keywords: arguments[0],
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
        comes back, and the right option stands at every place equally often. Of code: the reference holds all
        properties and a function that answers nothing earns at most a quarter; of a training: the stand-in passes
        and a network alone, or a log alone, earns its part; an essay waits for a person.

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
        texts.add((variant.text, variant.key, tuple(option.text for option in variant.options)))
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
    if isinstance(question, NumericQuestion) and question.unit not in UNITS:
        problems.append(f"{question.slug}: the unit is not known")
    if not (question.uses and set(question.uses) <= set(USES)):
        problems.append(f"{question.slug}: uses must be some of {USES}, got {question.uses!r}")
    if isinstance(question, TrainQuestion) and not (question.runs >= 30 and 0 <= question.failures <= question.runs):
        problems.append(f"{question.slug}: the threshold must rest on at least 30 trainings")
    return problems


def _problems_of_variant(variant: Variant) -> list[str]:
    """What must hold of one variant."""
    question, parameters = variant.question, variant.parameters
    problems = list(question.confusions(parameters))
    distractors = question.distractors(parameters)
    if not plain_parameters(parameters):
        problems.append("parameters are not plain")
    words = (variant.text, variant.explanation, variant.key)
    if not all(text.strip() for text in words) or any(mark in text for text in words for mark in ("\\", "$")):
        problems.append("text, explanation and key must be plain text")
    if unnamed := [name for name in distractors if name not in MISCONCEPTIONS]:
        problems.append(f"distractors without a name: {unnamed}")
    for malformed in MALFORMED:
        grade = variant.grade(malformed)
        if grade.score > 0 or not math.isfinite(grade.score):
            problems.append(f"the malformed answer {str(malformed)[:20]!r} is graded {grade}")
    if variant_of(question, variant.to_dict()) != variant:
        problems.append("the saved variant does not come back")
    if isinstance(question, EssayQuestion):
        return problems + _problems_of_essay(variant)
    if not distractors:
        problems.append("no distractors")
    for answer in _right_answers(variant):
        if not variant.grade(answer).right:
            problems.append(f"the right answer {answer!r} is graded {variant.grade(answer)}")
    for name, wrong in distractors.items():
        grade = variant.grade(_as_given(question, wrong))
        if grade.right or grade.misconception != name:
            problems.append(f"the wrong answer {wrong!r} of {name} is graded {grade}")
    if isinstance(question, NumericQuestion):
        right, tolerance = float(variant.answer), question.tolerance(float(variant.answer))
        if not variant.grade(right + 0.9 * tolerance).right or variant.grade(right + 1.1 * tolerance).right:
            problems.append("the tolerance does not hold")
    if isinstance(question, CodeQuestion):
        problems += _problems_of_code(variant)
    if isinstance(question, TrainQuestion):
        problems += _problems_of_training(variant)
    return problems


def _right_answers(variant: Variant) -> tuple[Any, ...]:
    """What must earn full marks; a training is not run here, its stand-in is."""
    if isinstance(variant.question, TrainQuestion):
        return (variant.question.stand_in(variant.parameters),)
    if isinstance(variant.question, CodeQuestion):
        return (variant.answer,)
    return (_as_given(variant.question, variant.answer), variant.key)


def _as_given(question: Question, answer: Any) -> Any:
    """An answer in the form in which somebody gives it."""
    if isinstance(question, OrderQuestion):
        return list(map(str, answer))
    return str(answer) if isinstance(question, ChoiceQuestion) else answer


def _problems_of_essay(variant: Variant) -> list[str]:
    """A text waits for a person, what shows a misconception as well."""
    given = (variant.answer, *variant.question.distractors(variant.parameters).values())
    return [f"the text {text[:20]!r} does not wait for a person" for text in given if not variant.grade(text).by_hand]


def _problems_of_code(variant: Variant) -> list[str]:
    """The stub defines the function, and a function that answers nothing earns next to nothing."""
    question = variant.question
    assert isinstance(question, CodeQuestion)
    problems = []
    stub = question.stub(variant.parameters)
    try:
        names = [node.name for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)]
    except SyntaxError:
        names = []
    if names != [question.function]:
        problems.append(f"the stub must define {question.function} and nothing else")
    for idle in IDLE_FUNCTIONS:
        grade = variant.grade(idle)
        if not 0 <= grade.score <= 0.25:
            problems.append(f"a function that answers nothing is graded {grade}")
    return problems


def _problems_of_training(variant: Variant) -> list[str]:
    """The stub is Python; method and result earn their parts alone; anything may be handed in."""
    question = variant.question
    assert isinstance(question, TrainQuestion)
    problems = []
    try:
        ast.parse(question.stub(variant.parameters))
    except SyntaxError as error:
        problems.append(f"the stub must be Python: {error}")
    good = question.stand_in(variant.parameters)
    share = question.method_share
    nothings: tuple[Any, ...] = (None, 0.0, "log", [], [{}], _fails, lambda data: None)
    for part, wanted in (("trials", share), ("network", 1.0 - share)):
        for nothing in nothings:
            given = {"network": nothing, "trials": nothing, part: good[part]}
            grade = variant.grade(given)
            if not abs(grade.score - wanted) < 1e-9:
                problems.append(f"{part} alone must be worth {wanted:g}, with {nothing!r} it is graded {grade}")
    return problems
