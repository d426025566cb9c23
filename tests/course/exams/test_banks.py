"""An instructor's own folder of questions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from learnmr.course.exams.banks import load_bank, questions_by_slug
from learnmr.course.questions.stress import stress

from .conftest import PRIVATE_BANK


def test_own_questions_stand_beside_the_public_ones() -> None:
    known = questions_by_slug(PRIVATE_BANK)
    assert {"m9.own.q_choice", "m1.signals.q_alias"} <= set(known)
    assert "m9.own.q_choice" not in questions_by_slug()


@pytest.mark.parametrize("slug", ["m9.own.q_choice", "m9.own.q_order", "m9.own.q_number", "m9.own.q_essay"])
def test_the_hostile_questions_of_these_tests_keep_the_contract(slug: str) -> None:
    problems = stress(questions_by_slug(PRIVATE_BANK)[slug], n_seeds=100)
    assert [problem for problem in problems if "plain text" not in problem] == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("x = 1\n", "must have a tuple QUESTIONS"),
        ("QUESTIONS = (3,)\n", "QUESTIONS must hold questions, got int"),
    ],
)
def test_a_module_without_questions_is_refused(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(content)
    with pytest.raises(ValueError, match=rf"own\.py: .*{told}"):
        load_bank(tmp_path)


def test_an_empty_folder_and_a_doubled_slug_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="must be a folder with modules"):
        load_bank(tmp_path)
    for name in ("a.py", "b.py"):
        shutil.copy(PRIVATE_BANK / "own.py", tmp_path / name)
    with pytest.raises(ValueError, match=r"found twice: m9\.own\.q_choice"):
        questions_by_slug(tmp_path)


def test_a_module_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    import sys

    before = set(sys.modules)
    (tmp_path / "own.py").write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        load_bank(tmp_path)
    assert not [name for name in set(sys.modules) - before if name.startswith("learnmr_bank")]
