"""Figures of papers."""

from __future__ import annotations

from learnmr.course.exams.images import image_of
from learnmr.course.questions import draw_variant, find_question, self_study_key


def test_a_figure_is_the_same_bytes_every_time_and_keeps_its_description() -> None:
    variant = draw_variant(find_question("m1.lineshapes.q_read_width"), self_study_key("x", 1))
    image = image_of(variant)
    assert image is not None
    assert image == image_of(variant)
    assert image.png.startswith(b"\x89PNG")
    assert image.alt == variant.figure().description
    assert b"atplotlib" not in image.png  # no version in it


def test_a_question_without_a_figure_has_none() -> None:
    assert image_of(draw_variant(find_question("m1.signals.q_alias"), self_study_key("x", 1))) is None
