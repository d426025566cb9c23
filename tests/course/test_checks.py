"""What holds of every registered exercise, whoever wrote it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import examine
from learnmr.course.exercises import Exercise, all_exercises
from learnmr.course.misconceptions import MISCONCEPTIONS

EXERCISES = [pytest.param(exercise, id=exercise.slug) for exercise in all_exercises()]
QUICK = [pytest.param(exercise, id=exercise.slug) for exercise in all_exercises() if exercise.training is None]
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.slug}-{mistake.name}")
    for exercise in all_exercises()
    for mistake in exercise.mistakes
]


class _Network:
    """Answers, but nonsense."""

    def predict(self, inputs: Any, verbose: int = 0) -> Any:
        return np.zeros((len(inputs), 1))


def _stub(*arguments: Any, **keywords: Any) -> Any:
    raise NotImplementedError


def _broken(*arguments: Any, **keywords: Any) -> Any:
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize("exercise", QUICK)
def test_the_right_answer_passes(exercise: Exercise) -> None:
    result = examine(exercise, exercise.right())
    assert result.passed, str(result)
    assert f"public checks passed ({len(exercise.properties)}/{len(exercise.properties)})" in str(result)


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize(
    "answer", [None, ..., _stub, _broken, _Network(), "?", 0, -1.0, np.nan, np.inf, [], {}, object(), np.zeros((3, 0))]
)
def test_a_stub_and_nonsense_fail_and_nothing_is_raised(exercise: Exercise, answer: Any) -> None:
    result = examine(exercise, answer)
    assert not result.passed
    assert str(result)
    assert result._repr_html_().startswith("<div")


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_every_mistake_fails_and_is_named(exercise: Exercise, mistake: Any) -> None:
    result = examine(exercise, mistake.wrong())
    assert not result.passed, str(result)
    assert result.misconception == mistake.name, str(result)
    assert MISCONCEPTIONS[mistake.name] in str(result)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_hints_and_labels_are_plain_text(exercise: Exercise) -> None:
    texts = [exercise.asks, exercise.read, *exercise.hints, *(one.label for one in exercise.properties)]
    assert all("$" not in text and "\\" not in text for text in texts)
    assert exercise.hints
    assert exercise.read
