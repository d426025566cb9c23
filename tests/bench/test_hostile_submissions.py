"""The cases themselves: each is a file somebody could hand in, and says what it tries."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from learnmr.bench.hostile_submissions import HONEST, HOSTILE, IN_TESTS, Case, honest_notebook
from learnmr.course.checking import examine
from learnmr.course.exams.rosters import file_name_of
from learnmr.course.exercises import find_exercise


def test_names_are_there_once_and_are_names_of_files() -> None:
    names = [case.name for case in (*HOSTILE, *HONEST)]
    assert max(Counter(names).values()) == 1
    assert all(file_name_of(name) == name for name in names)
    assert set(IN_TESTS) <= set(names)
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(
    "case", [case for case in (*HOSTILE, *HONEST) if case.name != "zip-of-many"], ids=lambda case: case.name
)
def test_a_case_makes_files_of_its_student_and_code_that_compiles(case: Case) -> None:
    files = case.files()
    assert files
    assert all(name.startswith(case.name) for name in files)
    assert case.tries
    for data in files.values():
        try:
            cells = json.loads(data.decode("utf-8-sig"))["cells"]
        except (ValueError, RecursionError):
            continue  # those that hand in no notebook
        for cell in cells:
            if isinstance(cell, dict) and isinstance(cell["source"], str):
                compile(cell["source"].replace("PORT", "1"), case.name, "exec")


@pytest.mark.parametrize("right", [True, False])
def test_right_answers_are_right_and_wrong_ones_wrong(right: bool) -> None:
    handed: dict[str, object] = {}
    cells = json.loads(honest_notebook((right, right, right)))["cells"]
    for cell in cells:
        code = cell["source"].replace("import learnmr", "").replace("learnmr.check", "handed.__setitem__")
        exec(compile(code, "cell", "exec"), {"np": __import__("numpy"), "handed": handed})
    assert len(handed) == 3
    for slug, answer in handed.items():
        exercise = find_exercise(slug)
        assert exercise is not None
        assert examine(exercise, answer).passed == right
