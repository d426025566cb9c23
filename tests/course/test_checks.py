"""What holds of every registered exercise, whoever wrote it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import examine
from learnmr.course.exercises import Exercise, all_exercises, fresh_problems
from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.course.personal import SELF_STUDY, personal_key, personal_stream

#: one's own numbers: of self-study, and of some students; an exercise that is not personal has the same for all
KEYS = (SELF_STUDY, *(personal_key(bytes(16), homework="h", student=f"student {n}") for n in range(5)))


def keys(exercise: Exercise) -> tuple[str, ...]:
    """The keys with which an exercise is tried."""
    return KEYS if exercise.personal else KEYS[:1]


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
    for key in keys(exercise):
        result = examine(exercise, exercise.right(**exercise.keywords(key)), key=key)
        assert result.passed, str(result)
        assert f"public checks passed ({len(exercise.properties)}/{len(exercise.properties)})" in str(result)


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if one.values[0].fresh is not None])  # type: ignore[attr-defined]
def test_hidden_checks_pass_the_right_answer_and_find_every_mistake(exercise: Exercise) -> None:
    for key in keys(exercise):
        right = exercise.right(**exercise.keywords(key))
        assert fresh_problems(exercise, right, personal_stream("hidden", key), key=key) == []
        for mistake in exercise.mistakes:
            wrong = mistake.wrong(**exercise.keywords(key))
            assert fresh_problems(exercise, wrong, personal_stream("hidden", key), key=key), mistake.name
    assert fresh_problems(exercise, _broken, personal_stream("hidden", SELF_STUDY), n=3)
    assert fresh_problems(exercise, _stub, personal_stream("hidden", SELF_STUDY)) == ["not written yet"]


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
    for key in keys(exercise):
        result = examine(exercise, mistake.wrong(**exercise.keywords(key)), key=key)
        assert not result.passed, str(result)
        assert result.misconception == mistake.name, (key, str(result))
        assert MISCONCEPTIONS[mistake.name] in str(result)


@pytest.mark.parametrize("exercise", [one for one in QUICK if one.values[0].personal])  # type: ignore[attr-defined]
def test_a_personal_exercise_differs_from_key_to_key(exercise: Exercise) -> None:
    mine, *others = (exercise.right(key=key) for key in KEYS)
    assert any(not examine(exercise, other, key=KEYS[0]).passed for other in others if other is not mine)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_hints_and_labels_are_plain_text(exercise: Exercise) -> None:
    texts = [exercise.asks, exercise.read, *exercise.hints, *(one.label for one in exercise.properties)]
    assert all("$" not in text and "\\" not in text for text in texts)
    assert exercise.hints
    assert exercise.read
