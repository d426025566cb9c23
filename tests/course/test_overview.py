"""The pages for instructors say what lessons, checks and bank say, and out-of-date ones are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.lessons import find_course_folder, read_course
from learnmr.course.overview import (
    exercise_titles,
    goals_page,
    misconceptions_page,
    overview_problems,
    write_overview,
)
from learnmr.course.questions.finding import all_questions


@pytest.fixture(scope="module")
def checkout() -> Path:
    """The course beside these tests."""
    pytest.importorskip("jupytext", reason="needs learnmr[course]")
    try:
        return find_course_folder(Path(__file__).resolve().parents[2] / "course")
    except FileNotFoundError:
        pytest.skip("there is no course beside these tests")


def test_an_exercise_stands_in_the_table_with_its_number_its_task_and_its_mistakes(example_course: Path) -> None:
    lessons = read_course(example_course)
    page = goals_page(lessons)
    for ordinal, slug in enumerate(lessons[0].exercises, start=1):
        named = f"0.{ordinal} {exercise_titles(lessons[0]).get(slug, '')}".strip()
        assert f"| {named} | `{slug}` |" in page
    assert "- *Physics:*" in page
    assert "- *Data science:*" in page


def test_every_exercise_and_every_question_of_the_course_is_mapped_to_a_goal(checkout: Path) -> None:
    lessons = read_course(checkout)
    page = goals_page(lessons)
    for lesson in lessons:
        assert set(exercise_titles(lesson)) == set(lesson.exercises)
        for slug in lesson.exercises:
            assert f"`{slug}`" in page
    for question in all_questions():
        assert f"(`{question.slug}`)" in page
    assert page.count("*Physics:*") >= len([lesson for lesson in lessons if not lesson.number.startswith("H")])


@pytest.mark.slow
def test_every_lesson_says_what_goes_wrong_and_mistakes_are_found_where_they_are_caught(checkout: Path) -> None:
    page = misconceptions_page(read_course(checkout))
    assert "### Lesson 1 · Signals" in page
    row = next(line for line in page.splitlines() if line.startswith("| **unfolded**"))
    assert "1.3" in row
    assert "`m1.signals.q_alias`" in row


def test_pages_that_are_missing_or_changed_are_told(
    example_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learnmr.course.overview.all_questions", lambda: ())
    assert len(overview_problems(tmp_path, example_course)) == 2
    first, second = write_overview(tmp_path, example_course)
    assert overview_problems(tmp_path, example_course) == []
    second.write_text("something else")
    assert overview_problems(tmp_path, example_course) == [
        f"{second.name} differs from its sources: run learnmr course overview"
    ]
    assert first.name == "goals.md"


@pytest.mark.slow
def test_the_pages_of_this_checkout_are_up_to_date(checkout: Path) -> None:
    folder = checkout.parent / "docs" / "instructor"
    if not folder.is_dir():
        pytest.skip("there are no pages beside this course")
    assert overview_problems(folder, checkout) == []
