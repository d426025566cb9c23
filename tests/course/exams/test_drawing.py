"""Everybody's numbers: decided by their own key, undisturbed by other questions and other students."""

from __future__ import annotations

from dataclasses import replace

from learnmr.course.exams.drawing import draw_paper, draw_variants
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.specs import ExamSpec

from .conftest import SECRET


def without(spec: ExamSpec, label: str) -> ExamSpec:
    """The exam before this question was added, with the labels of then."""
    kept = [item for item in spec.items if item.label != label]
    return replace(spec, items=tuple(replace(item, label=f"q{n}") for n, item in enumerate(kept, start=1)))


def test_a_question_more_changes_no_other_variant(spec: ExamSpec) -> None:
    now = {variant.question.slug: variant for variant in draw_variants(spec, "s1", SECRET).values()}
    for item in spec.items:
        before = draw_variants(without(spec, item.label), "s1", SECRET)
        assert all(now[variant.question.slug] == variant for variant in before.values())


def test_students_exams_and_secrets_have_their_own_numbers(spec: ExamSpec) -> None:
    drawn = [
        draw_variants(spec, "s1", SECRET),
        draw_variants(spec, "s2", SECRET),
        draw_variants(replace(spec, exam="retake"), "s1", SECRET),
        draw_variants(spec, "s1", SECRET[::-1]),
    ]
    texts = {tuple(variant.text for variant in variants.values()) for variants in drawn}
    assert len(texts) == 4


def test_a_code_stands_for_identity_and_name_and_changes_no_number(spec: ExamSpec) -> None:
    student = Student("s1", "Ada", extra_percent=50, large_print_pt=18)
    open_paper, coded = (draw_paper(spec, student, SECRET, code=code) for code in (None, "ABCD-EFGH"))
    assert (coded.who, coded.name, coded.file_name) == ("ABCD-EFGH", "", "ABCD-EFGH")
    assert [entry.variant for entry in coded.entries] == [entry.variant for entry in open_paper.entries]
    assert (open_paper.minutes, open_paper.large_print_pt) == (135, 18)


def test_shuffling_stays_inside_sections_and_a_question_more_does_not_disturb_it(spec: ExamSpec) -> None:
    halves = tuple(replace(item, section="A" if n < 5 else "B") for n, item in enumerate(spec.items))
    shuffled = replace(spec, items=halves, shuffle=True)
    orders = set()
    for number in range(20):
        paper = draw_paper(shuffled, Student(f"s{number}"), SECRET)
        slugs = [entry.variant.question.slug for entry in paper.entries]
        orders.add(tuple(slugs))
        assert [entry.section for entry in paper.entries] == ["A"] * 5 + ["B"] * 4
        assert [entry.number for entry in paper.entries] == list(range(1, 10))
        before = draw_paper(without(shuffled, "q3"), Student(f"s{number}"), SECRET)
        gone = shuffled.items[2].question.slug
        assert [entry.variant.question.slug for entry in before.entries] == [slug for slug in slugs if slug != gone]
    assert len(orders) > 10
