"""Questions as platforms know them: faithful to what the variant says and grades."""

from __future__ import annotations

from dataclasses import replace

import pytest

from learnmr.course.exams.markup import body_html, number_text, parts_of_body
from learnmr.course.exams.portable import KINDS, PortableGroup, PortableQuestion, portable
from learnmr.course.exams.specs import ExamSpec
from learnmr.course.questions import draw_variant, exam_key, find_question, self_study_key
from learnmr.course.questions.contract import EssayQuestion

from .conftest import SECRET


def test_every_question_of_the_bank_has_its_form(whole_bank: ExamSpec, groups: tuple[PortableGroup, ...]) -> None:
    expected = {"choice": "choice", "numeric": "numeric", "order": "order", "essay": "essay", "code": "essay"}
    expected["train"] = "upload"
    for item, group in zip(whole_bank.items, groups, strict=True):
        assert {question.kind for question in group.variants} == {expected[item.question.kind]}
        assert (group.label, group.marks) == (item.label, item.marks)
    assert {question.kind for group in groups for question in group.variants} <= set(KINDS)


def test_it_says_and_grades_what_the_variant_does(whole_bank: ExamSpec, groups: tuple[PortableGroup, ...]) -> None:
    for item, group in zip(whole_bank.items, groups, strict=True):
        for number, made in enumerate(group.variants, start=1):
            student = f"variant {number} of a platform"
            key = exam_key(SECRET, exam=whole_bank.exam, question=item.question.slug, student=student)
            variant = draw_variant(item.question, key)
            assert (made.text, made.explanation) == (variant.text, variant.explanation)
            assert (made.image is None) == (variant.figure() is None)
            for option in made.options if made.kind == "choice" else ():
                assert variant.grade(option.text).score == option.fraction
            if made.kind == "order":
                assert variant.grade([made.options[place].text for place in made.order]).right
            for known in made.numbers:
                assert variant.grade(known.value).score == known.fraction
                assert variant.grade(known.value + 0.9 * known.tolerance).score == known.fraction


def test_units_are_those_that_learnmr_takes_with_the_same_value() -> None:
    variant = draw_variant(find_question("m1.signals.q_alias"), self_study_key("x", 1))
    made = portable(variant, ident="i", title="t", marks=2)
    assert made.units[0] == ("Hz", 1.0)
    for unit, multiplier in made.units:
        assert variant.grade(f"{variant.answer * multiplier:.6g} {unit}").right


def test_a_rubric_is_scaled_to_the_marks() -> None:
    essays = [
        question
        for question in map(find_question, ["m1.parameters.q_essay_recast"])
        if isinstance(question, EssayQuestion)
    ]
    for question in essays:
        variant = draw_variant(question, self_study_key("x", 1))
        made = portable(variant, ident="i", title="t", marks=2 * question.marks)
        given = [float(line[1 : line.index("]")]) for line in made.for_marker.splitlines() if line.startswith("[")]
        assert sum(given) == 2 * question.marks


def test_control_characters_and_unknown_kinds_are_refused() -> None:
    question = PortableQuestion("i", "t", "essay", "text", "", 1.0)
    with pytest.raises(ValueError, match="text of i must have no control characters"):
        replace(question, text="a\x0bb")
    with pytest.raises(ValueError, match=r"kind must be one of choice, .*got 'drag'"):
        replace(question, kind="drag")


def test_markup_comes_back_as_it_was(groups: tuple[PortableGroup, ...]) -> None:
    for group in groups:
        for question in group.variants:
            text, how, figure = parts_of_body(body_html(question, image_address="a&b.png"))
            assert (text, how) == (question.text, question.how)
            assert (figure is None) == (question.image is None)
            if question.image is not None:
                assert figure == ("a&b.png", question.image.alt, pytest.approx(question.image.width_in))


@pytest.mark.parametrize("value", [0.0, -2410.0, 0.1, 1e-12, 123456789.123, -1 / 3, 1e20])
def test_a_number_comes_back_exactly(value: float) -> None:
    assert float(number_text(value)) == value
