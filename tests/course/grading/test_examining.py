"""Judging answers, without a sandbox: stand-ins for what a submission hands out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from learnmr.course.exams.rosters import Student
from learnmr.course.exercises import Exercise, Property, close, find_exercise
from learnmr.course.grading import examining
from learnmr.course.grading.assignments import Assignment, read_assignment
from learnmr.course.grading.examining import N_FRESH, Work, examine_submission, exercise_item, question_item
from learnmr.course.grading.sessions import Run, SubmissionOverError
from learnmr.course.personal import SELF_STUDY, personal_key
from learnmr.course.questions.contract import draw_variant
from learnmr.course.questions.finding import find_question
from learnmr.course.questions.streams import self_study_key


@dataclass
class Handed:
    """What was handed in, in this very process."""

    answers: Mapping[str, Any]
    keys: Mapping[str, str | None] = field(default_factory=dict)
    run: Run = field(default_factory=Run)
    alive: bool = True

    def __contains__(self, name: str) -> bool:
        return name in self.answers

    def get(self, name: str) -> Any:
        """An answer."""
        return self.answers.get(name)


def _exercise(slug: str) -> Exercise:
    exercise = find_exercise(slug)
    assert exercise is not None
    return exercise


def _item(answer: Any, slug: str = "m0.example.alias") -> Any:
    return exercise_item(_exercise(slug), Handed({slug: answer}), key=SELF_STUDY, fresh_key=bytes(32))  # type: ignore[arg-type]


def test_the_right_answer_has_everything() -> None:
    item = _item(_exercise("m0.example.alias").right())
    assert (item.status, item.score, item.hidden, item.n_hidden) == ("graded", 1.0, (), N_FRESH)


def test_who_knows_the_public_probes_fails_the_hidden_ones() -> None:
    item = _item(lambda frequency_hz, band: {120.0: 120.0, 12345.6: 345.6, 730.0: -270.0}.get(frequency_hz, 0.0))
    assert item.score == 1.0
    assert len(item.hidden) >= N_FRESH - 1


def test_a_named_mistake_is_named() -> None:
    assert _item(lambda frequency_hz, bandwidth_hz: frequency_hz).misconception == "unfolded"


@pytest.mark.parametrize("answer", [None, ...])
def test_what_was_not_written_is_missing(answer: Any) -> None:
    assert _item(answer).status == "missing"
    handed: Any = Handed({})
    item = exercise_item(_exercise("m0.example.width"), handed, key=SELF_STUDY, fresh_key=bytes(32))
    assert (item.status, item.message) == ("missing", "never handed in")


def test_fresh_arguments_depend_on_the_key_and_the_exercise() -> None:
    seen: list[list[Any]] = []
    for key in (bytes(32), bytes([1] * 32)):
        asked: list[Any] = []
        handed: Any = Handed({"m0.example.alias": lambda f, b, asked=asked: asked.append((f, b)) or 0.0})
        exercise_item(_exercise("m0.example.alias"), handed, key=SELF_STUDY, fresh_key=key)
        seen.append(asked[-N_FRESH:])
    assert seen[0] != seen[1]


def test_personal_numbers_come_from_the_students_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = personal_key(bytes(range(16)), homework="m9.own", student="ada")
    own = Exercise(
        "m9.own.number",
        asks="your number",
        properties=(
            Property("it is a number", lambda answer, key: close(answer, answer)),
            Property("it is yours", lambda answer, key: close(answer, int(key[:6], 16))),
        ),
        right=lambda key: int(key[:6], 16),
        personal=True,
    )
    handed: Any = Handed({own.slug: int(key[:6], 16)}, {own.slug: SELF_STUDY})
    assert exercise_item(own, handed, key=key, fresh_key=bytes(32)).score == 1.0
    notes = examining._key_notes(Work([own], key=key), handed.keys)
    assert notes == ["worked with the key 'self-study', which is not this student's"]
    assignment = Assignment("m9.own", "Own", (own,))
    assert assignment.key_of(Student("ada"), bytes(range(16))) == key
    assert assignment.key_of(Student("ada"), None) == SELF_STUDY


def test_questions_are_graded_by_their_own_rules() -> None:
    question = find_question("m1.signals.q_alias")
    variant = draw_variant(question, self_study_key(question.slug, 1))
    right: Any = Handed({"q1": variant.key, "q2": "  ", "q3": ["?"]})
    assert question_item("q1", variant, right).score == 1.0
    assert question_item("q2", variant, right).status == "missing"
    assert question_item("q3", variant, right).score == 0.0
    assert question_item("q4", variant, right).message == "never handed in"
    endless: Any = Handed({"q1": "1" * 1_000_000})
    assert question_item("q1", variant, endless).message == "the answer must have at most 2000 characters"


def test_a_submission_that_dies_is_run_again_for_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[Handed] = []

    class Session:
        """Dies at the second exercise of the first run."""

        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            def die(*values: Any) -> Any:
                self.handed.alive = False
                raise SubmissionOverError("it crashed")

            answers: dict[str, Callable[..., Any] | float] = {"m0.example.width": 6.0, "m0.example.alias": die}
            self.handed = Handed(answers, run=Run(cells=3))
            opened.append(self.handed)

        def __enter__(self) -> Handed:
            return self.handed

        def __exit__(self, *error: Any) -> None:
            return

    monkeypatch.setattr(examining, "open_session", Session)
    work = Work(read_assignment("m0.example").exercises)
    result = examine_submission(tmp_path, work, student="ada", fingerprint="f")
    assert len(opened) == 2
    assert [item.name for item in result.items] == [exercise.slug for exercise in work.exercises]
    width, alias, sine = (result.item(f"m0.example.{name}") for name in ("width", "alias", "sine"))
    assert width is not None
    assert alias is not None
    assert sine is not None
    assert (width.score, alias.score) == (1.0, 0.0)
    assert len(alias.hidden or ()) == N_FRESH
    assert sine.status == "missing"
