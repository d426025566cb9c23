"""Every exercise of the course, judged across the border: the same as if the answer had been here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from learnmr.course.checking import examine
from learnmr.course.exercises import Exercise, exercises_of, lessons_with_checks
from learnmr.course.grading.codec import decode, encode
from learnmr.course.grading.examining import exercise_item
from learnmr.course.personal import SELF_STUDY, personal_key

#: seconds each, for their data: their homework has tests of its own
_LONG = {"m1.homework2.lines", "m1.homework2.fault", "m1.homework2.luck"}
_EXERCISES = [one for lesson in lessons_with_checks() for one in exercises_of(lesson) if one.slug not in _LONG]


@dataclass
class Border:
    """Both ends in one process: whatever is handed out, and whatever is sent in, is encoded and decoded."""

    objects: list[Any] = field(default_factory=list)

    def through(self, value: Any) -> Any:
        """A value as it arrives."""
        return decode(*encode(value, self._refer), self._resolve)

    def _refer(self, thing: Any) -> dict[str, Any]:
        self.objects.append(thing)
        return {"there": [len(self.objects) - 1, type(thing).__name__, callable(thing)]}

    def _resolve(self, where: str, payload: Any) -> Any:
        thing = self.objects[payload[0]]
        return self._function(thing) if callable(thing) else thing

    def _function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            sent, named = self.through((list(arguments), keywords))
            return self.through(function(*sent, **named))

        return call


@dataclass
class Handed:
    """One answer."""

    slug: str
    answer: Any
    alive: bool = True

    def __contains__(self, name: str) -> bool:
        return name == self.slug

    def get(self, name: str) -> Any:
        """The answer."""
        return self.answer


@pytest.mark.parametrize("exercise", [one for one in _EXERCISES if one.training is None], ids=lambda one: one.slug)
def test_right_answers_keep_full_marks_and_mistakes_their_names(exercise: Exercise) -> None:
    key = personal_key(bytes(range(16)), homework=exercise.lesson, student="ada") if exercise.personal else SELF_STUDY
    handed: Any = Handed(exercise.slug, Border().through(exercise.right(**exercise.keywords(key))))
    item = exercise_item(exercise, handed, key=key, fresh_key=bytes(32))
    assert (item.status, item.score) == ("graded", 1.0), item.properties
    assert not item.hidden
    for mistake in exercise.mistakes[:1]:
        wrong = mistake.wrong(**exercise.keywords(key))
        here = examine(exercise, wrong, key=key)
        there = examine(exercise, Border().through(wrong), key=key)
        assert (there.score, there.misconception) == (here.score, here.misconception)
