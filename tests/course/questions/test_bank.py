"""Every question of the bank keeps the contract over 200 seeds; the bank covers what is promised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.course.questions import (
    all_questions,
    draw_variant,
    find_question,
    question_table,
    questions_of,
    quiz_questions,
    self_study_key,
)
from learnmr.course.questions.stress import stress

QUESTIONS = [pytest.param(question, id=question.slug) for question in all_questions()]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_contract_holds_over_200_seeds(question: Any) -> None:
    assert stress(question, n_seeds=200) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_figure_is_described_and_drawn(question: Any) -> None:
    picture = draw_variant(question, self_study_key(question.slug, 2)).figure()
    assert ("figure" in draw_variant(question, self_study_key(question.slug, 2)).text) == (picture is not None)
    if picture is not None:
        assert len(picture.description) > 30
        assert picture._repr_png_()[0].startswith(b"\x89PNG")


MODULE_1 = ("m1.signals", "m1.networks", "m1.dft", "m1.lineshapes", "m1.parameters")
MODULE_2 = ("m2.kspace", "m2.convolutions", "m2.tuning", "m2.reconstruction")


def test_the_bank_covers_what_is_promised() -> None:
    table = question_table()
    module_1, module_2 = (table[table["lesson"].isin(lessons)] for lessons in (MODULE_1, MODULE_2))
    assert len(module_1) + len(module_2) == len(table)
    assert len(module_1) >= 26
    assert len(module_2) >= 14
    kinds = table["kind"].value_counts()
    assert set(kinds.index) == {"numeric", "choice", "order", "essay", "code", "train"}
    assert kinds["order"] >= 3
    assert kinds["code"] >= 4
    assert kinds["train"] >= 2
    assert kinds["essay"] >= 2
    assert table["figure"].sum() >= 6
    assert table["recasts"].sum() >= 4
    assert (table[table["recasts"]]["kind"] == "essay").any()


@pytest.mark.parametrize("lesson", [*MODULE_1, *MODULE_2])
def test_each_lesson_has_a_quiz_and_enough_for_an_exam_and_its_retake(lesson: str) -> None:
    table = question_table()
    table = table[table["lesson"] == lesson]
    assert len(table) >= 5
    assert table["marks"].sum() >= 12
    assert set(table["difficulty"]) == {1, 2, 3} or lesson == "m2.convolutions"
    assert 3 <= len(quiz_questions(lesson)) <= 8
    assert {question.kind for question in quiz_questions(lesson)} <= {"numeric", "choice", "order"}
    repeated = table["goal"].value_counts()
    assert (repeated >= 2).sum() >= 2  # a retake asks for the same goals with other questions


def test_a_quiz_asks_nothing_that_is_for_exams_only_and_an_unknown_use_is_refused() -> None:
    asked = {question.slug for question in quiz_questions("m1.signals")}
    exam = {question.slug for question in questions_of("m1.signals", use="exam")}
    assert "m1.signals.q_points" in exam - asked
    with pytest.raises(ValueError, match="use must be one of self-study, exam, got 'homework'"):
        questions_of("m1.signals", use="homework")


def test_every_wrong_path_of_the_bank_is_explained_in_a_sentence() -> None:
    used = set()
    for question in all_questions():
        for seed in range(4):
            used |= set(question.distractors(draw_variant(question, self_study_key(question.slug, seed)).parameters))
    assert used <= set(MISCONCEPTIONS)
    assert all(MISCONCEPTIONS[name].endswith((".", "?")) for name in used)


def test_an_exam_shows_no_seed_of_its_fresh_data() -> None:
    for question in all_questions():
        variant = draw_variant(question, self_study_key(question.slug, 6))
        hidden = variant.parameters.get("fresh_seed")
        if hidden is not None:
            shown = variant.text + question.stub(variant.parameters) + variant.key + variant.explanation
            assert str(hidden) not in shown


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["m1.parameters.q_train_decay", "m2.tuning.q_train_rate"])
def test_the_reference_training_earns_full_marks(slug: str) -> None:
    variant = draw_variant(find_question(slug), self_study_key(slug, 1))
    answer = variant.answer  # trains
    grade = variant.grade(answer)
    assert grade.right, grade
    rows = answer["trials"]
    assert variant.grade({**answer, "trials": rows[:4]}).score < 1.0


def test_the_numbers_of_a_key_are_fixed_for_ever() -> None:
    """Stored papers can be made again: these lines may change only with the questions themselves."""
    drawn = {
        question.slug: draw_variant(question, bytes(32)).to_dict()["parameters"]
        for question in all_questions()
        if question.slug in ("m1.signals.q_ppm", "m1.dft.q_cost")
    }
    assert drawn == {
        "m1.dft.q_cost": {"power": 10},
        "m1.signals.q_ppm": {"spectrometer_mhz": 200, "carrier_ppm": 4.85, "shift_ppm": 1.87},
    }


def test_alias_against_the_peak_of_an_fft() -> None:
    """Authority: the samples themselves."""
    question = next(question for question in all_questions() if question.slug == "m1.signals.q_alias")
    for seed in range(20):
        variant = draw_variant(question, self_study_key(question.slug, seed))
        bandwidth, line = variant.parameters["bandwidth_hz"], variant.parameters["line_hz"]
        samples = np.exp(2j * np.pi * line * np.arange(bandwidth) / bandwidth)  # one second: bins of 1 Hz
        peak = np.fft.fftfreq(bandwidth, 1 / bandwidth)[np.argmax(np.abs(np.fft.fft(samples)))]
        assert variant.grade(float(peak)).right


def test_the_answer_is_not_given_away_by_the_longest_option() -> None:
    longest = total = 0
    for question in all_questions():
        if question.kind != "choice":
            continue
        for seed in range(50):
            variant = draw_variant(question, self_study_key(question.slug, seed))
            lengths = [len(option.text) for option in variant.options]
            longest += lengths["ABCDEFG".index(variant.key)] == max(lengths)
            total += 1
    assert longest / total < 0.4
