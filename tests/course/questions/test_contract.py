"""The contract of questions: what is shown decides, what is wrong is named, what is malformed is worth nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from learnmr.course.questions import (
    NumericQuestion,
    all_questions,
    draw_variant,
    find_question,
    questions_of,
    self_study_key,
    variant_of,
)
from learnmr.course.questions.stress import stress


class Halves(NumericQuestion):
    """A question that can be spoilt."""

    slug = "m0.example.q_half"
    title = "Half the width"
    goal = "tell half and full width apart"
    unit = "Hz"

    def generate(self, stream: Any) -> dict[str, Any]:
        return {"fwhm_hz": stream.on_grid(1.0, 9.0, 0.1)}

    def text(self, parameters: Any) -> str:
        return f"A line is {parameters['fwhm_hz']} Hz wide at half maximum. What is the half width?"

    def solve(self, parameters: Any) -> float:
        return float(parameters["fwhm_hz"] / 2)

    def distractors(self, parameters: Any) -> dict[str, Any]:
        return {"hwhm_for_fwhm": parameters["fwhm_hz"]}

    def explain(self, parameters: Any) -> str:
        return "Half of it."


def test_a_good_question_passes() -> None:
    assert stress(Halves(), n_seeds=100) == []


def test_a_distractor_too_near_is_found_out() -> None:
    class TooNear(Halves):
        def distractors(self, parameters: Any) -> dict[str, Any]:
            return {"hwhm_for_fwhm": 1.01 * self.solve(parameters)}

    with pytest.raises(RuntimeError, match=r"m0\.example\.q_half must give fit parameters.*too near"):
        stress(TooNear())


def test_unnamed_mistakes_latex_and_one_single_variant_are_found_out() -> None:
    class Spoilt(Halves):
        def generate(self, stream: Any) -> dict[str, Any]:
            return {"fwhm_hz": 2.0}

        def text(self, parameters: Any) -> str:
            return r"$\Delta f$?"

        def distractors(self, parameters: Any) -> dict[str, Any]:
            return {"unheard_of": 7.0}

    problems = "\n".join(stress(Spoilt(), n_seeds=100))
    for complaint in ("plain text", "without a name: ['unheard_of']", "only 1 different variants", "is graded"):
        assert complaint in problems


def test_grades_carry_the_misconception_and_the_unit_is_understood() -> None:
    variant = draw_variant(Halves(), self_study_key("m0.example.q_half", 1))
    width = variant.parameters["fwhm_hz"]
    assert variant.grade(f"{width / 2} Hz").right
    assert variant.grade(f"{width / 2000} kHz").right
    assert variant.grade(width).misconception == "hwhm_for_fwhm"
    assert variant.grade("3 s").valid is False
    assert variant.grade(100 * width).message == "not this number"


def test_part_marks_of_an_order_fall_with_disorder_and_never_reach_full() -> None:
    variant = draw_variant(find_question("m1.signals.q_steps"), self_study_key("m1.signals.q_steps", 1))
    key = variant.key
    swapped = key[1] + key[0] + key[2:]
    assert variant.grade(key).score == 1.0
    assert 0.5 < variant.grade(swapped).score < 1.0
    assert variant.grade(key[::-1]).score == 0.0
    assert variant.grade(" ".join(key.lower())).right
    assert not variant.grade(key[0] * len(key)).valid


@pytest.mark.parametrize("question", all_questions(), ids=lambda question: question.slug)
def test_a_saved_variant_survives_json(question: Any) -> None:
    variant = draw_variant(question, self_study_key(question.slug, 5))
    again = variant_of(question, json.loads(json.dumps(variant.to_dict())))
    assert again == variant
    assert again.key == variant.key


def test_a_saved_variant_of_another_question_is_refused() -> None:
    saved = draw_variant(Halves(), bytes(16)).to_dict()
    with pytest.raises(ValueError, match=r"saved must be a variant of m1\.dft\.q_cost, got 'm0"):
        variant_of(find_question("m1.dft.q_cost"), saved)


def test_unknown_questions_and_lessons_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="slug must be that of a question of the bank, got 'm1'"):
        find_question("m1")
    with pytest.raises(ValueError, match=r"lesson must be one of m1\.dft, .*, got 'm9\.nothing'"):
        questions_of("m9.nothing")


def test_a_stress_test_of_a_few_seeds_is_refused() -> None:
    with pytest.raises(ValueError, match="n_seeds must be >= 100, got 3"):
        stress(Halves(), n_seeds=3)
