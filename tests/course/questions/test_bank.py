"""Every question of the bank keeps the contract over 200 seeds; the bank covers what is promised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.questions import all_questions, draw_variant, self_study_key
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


def test_every_lesson_has_its_quiz_and_recasting_is_asked_for() -> None:
    module_1 = [question for question in all_questions() if question.slug.startswith("m1.")]
    assert len(module_1) >= 12
    assert sum(question.recasts for question in module_1) >= 3
    lessons = {question.lesson for question in module_1}
    assert {"m1.signals", "m1.networks", "m1.dft", "m1.lineshapes", "m1.parameters"} <= lessons
    assert {question.kind for question in module_1} == {"numeric", "choice", "order"}


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
