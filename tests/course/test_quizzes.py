"""Quizzes in a notebook: with fields and buttons, without them, and in plain Python."""

from __future__ import annotations

import pytest

from learnmr.course.questions import all_questions
from learnmr.course.quizzes import Quiz, _panel, quiz
from learnmr.course.records import progress

LESSONS = sorted({question.lesson for question in all_questions()})


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_keys_are_right_and_are_noted(lesson: str) -> None:
    asked = quiz(lesson, seed=3)
    for number, variant in enumerate(asked.variants, start=1):
        assert asked.answer(number, variant.key).right
        assert asked.explain(number).startswith(variant.key)
    assert progress().n_passed == len(asked.variants)


def test_the_same_seed_gives_the_same_quiz_and_another_seed_another_one() -> None:
    assert quiz("m1.signals", seed=1).variants == quiz("m1.signals", seed=1).variants
    assert quiz("m1.signals", seed=1).variants != quiz("m1.signals", seed=2).variants


def test_what_cannot_be_read_is_no_attempt() -> None:
    asked = quiz("m1.signals")
    assert not asked.answer(1, "???").valid
    assert progress().entries == {}
    with pytest.raises(ValueError, match="number must be from 1 to 5, got 0"):
        asked.answer(0, 1.0)


def test_a_quiz_is_readable_without_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNMR_STATIC", "1")
    asked = quiz("m1.signals", seed=1)
    bundle = asked._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    for variant in asked.variants:
        assert variant.text in bundle["text/plain"]
    assert bundle["text/html"].count("<details>") == len(asked.variants)
    assert 'alt="A decay: magnitude' in bundle["text/html"]
    assert "[figure: A decay: magnitude" in bundle["text/plain"]


def test_fields_and_buttons_grade_reveal_and_renew() -> None:
    pytest.importorskip("ipywidgets", reason="needs learnmr[course]")
    asked: Quiz = quiz("m1.dft", seed=1)
    panel = _panel(asked)
    first, *_, again = panel.children
    _, line, verdict = first.children
    field, check, reveal = line.children
    field.value = asked.variants[0].key
    check.click()
    assert "right" in verdict.value
    field.value = "1"
    check.click()
    assert "right" not in verdict.value
    reveal.click()
    assert verdict.value.startswith(asked.variants[0].key)
    again.click()
    again.click()
    third = quiz("m1.dft", seed=3)
    assert third.variants[0].text in panel.children[0].children[0].value
