"""Saved exams come back: the same variants, keys and marks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from learnmr.course.exams.drawing import draw_paper, draw_variants
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.saved import exam_document, load_exam
from learnmr.course.exams.specs import ExamSpec

from .conftest import PRIVATE_BANK, SECRET


@pytest.fixture
def saved_path(spec: ExamSpec, tmp_path: Path) -> Path:
    papers = [draw_paper(spec, Student(name), SECRET) for name in ("s1", "s2")]
    path = tmp_path / "exam.json"
    path.write_text(json.dumps(exam_document(spec, papers, fingerprint="0")), encoding="utf-8")
    return path


def test_every_variant_comes_back(saved_path: Path, spec: ExamSpec) -> None:
    for place in (saved_path, saved_path.parent):
        exam = load_exam(place, bank=PRIVATE_BANK)
        assert exam.marks == {item.label: item.marks for item in spec.items}
        assert exam.questions == {item.label: item.question.slug for item in spec.items}
        for student in ("s1", "s2"):
            variants = exam.variants(student)
            assert variants == draw_variants(spec, student, SECRET)
            assert list(variants) == [item.label for item in spec.items]
            assert all(exam.students[student][label]["key"] == variant.key for label, variant in variants.items())


def test_the_right_answers_of_a_loaded_exam_are_graded_right(saved_path: Path) -> None:
    for variant in load_exam(saved_path, bank=PRIVATE_BANK).variants("s1").values():
        grade = variant.grade(variant.answer)
        assert grade.right or grade.by_hand


def test_what_is_no_exam_is_refused(saved_path: Path, tmp_path: Path) -> None:
    exam = load_exam(saved_path)
    with pytest.raises(ValueError, match=r"student must be one of the students of exam try \(2\), got 's3'"):
        exam.variants("s3")
    with pytest.raises(ValueError, match=r"question of q6 must be in the bank, got 'm9\.own\.q_choice'"):
        exam.variants("s1")
    for content in ("{", "[]", '{"schema": "other"}', '{"schema": "learnmr.exam/1"}'):
        saved_path.write_text(content)
        with pytest.raises(ValueError, match=r"exam\.json: (must be a saved exam|schema must be)"):
            load_exam(saved_path)
