"""Every lesson runs to its end with its solution, once; the executed notebooks are kept, and the site shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from learnmr.course.execution import execution_problems, run_course

pytest.importorskip("nbclient", reason="needs learnmr[course]")
pytest.importorskip("keras", reason="needs learnmr[train]")

ROOT = Path(__file__).resolve().parents[2]
LESSONS = [
    re.search(r"^#     lesson: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)[1]  # type: ignore[index]
    for path in sorted(ROOT.glob("course/module*/*.py"))
]


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_solution_of_a_lesson_runs_and_passes_its_own_checks(lesson: str) -> None:
    # how long a lesson may take is measured by `learnmr bench course`: a busy machine must not fail a test
    (report,) = run_course(ROOT / "course", variants=("solution",), lessons=[lesson], time_limit_s=900.0)
    assert execution_problems([report]) == []
    assert report.exercises == report.passed
    assert report.exercises, f"{lesson} has no checked exercise"
