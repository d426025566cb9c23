"""Codes: stable, different for everybody and in every exam, and without anything of the name in them."""

from __future__ import annotations

import re

import pytest

from learnmr.course.exams.pseudonyms import pseudonym, pseudonyms

from .conftest import SECRET


def test_a_thousand_students_have_a_thousand_codes() -> None:
    codes = pseudonyms(SECRET, exam="e", students=[f"s{number}" for number in range(1000)])
    assert len(set(codes.values())) == 1000
    assert all(re.fullmatch(r"[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", code) for code in codes.values())


def test_a_code_depends_on_secret_exam_and_student_alone() -> None:
    codes = {
        pseudonym(SECRET, exam="e", student="s1"),
        pseudonym(SECRET, exam="f", student="s1"),
        pseudonym(SECRET, exam="e", student="s2"),
        pseudonym(SECRET[::-1], exam="e", student="s1"),
    }
    assert len(codes) == 4
    assert pseudonyms(SECRET, exam="e", students=["s2", "s1"])["s1"] == pseudonym(SECRET, exam="e", student="s1")


def test_a_collision_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learnmr.course.exams.pseudonyms.exam_key", lambda *arguments, **keywords: bytes(32))
    with pytest.raises(ValueError, match="exam must give every student another code, got a collision in 'e'"):
        pseudonyms(SECRET, exam="e", students=["s1", "s2"])
