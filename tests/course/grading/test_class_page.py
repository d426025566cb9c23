"""Statistics of a class: what they are, and what they leave out."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.course.exams.rosters import Student
from learnmr.course.grading.assignments import read_assignment
from learnmr.course.grading.class_page import class_page, item_statistics
from learnmr.course.grading.feedback import feedback_page
from learnmr.course.grading.marking import Marked, mark
from learnmr.course.grading.results import ItemResult, Result
from learnmr.course.grading.schemes import Scheme
from learnmr.course.grading.submissions import Found

_NAMES = ("m0.example.width", "m0.example.alias", "m0.example.sine")


def _class(scores: np.ndarray) -> list[Marked]:
    marked = []
    for number, row in enumerate(scores):
        items = [ItemResult(name, score=float(score)) for name, score in zip(_NAMES, row, strict=True)]
        if row[1] == 0:
            items[1] = ItemResult(_NAMES[1], score=0.0, misconception="unfolded")
        marked.append(mark(f"s{number}", _NAMES, Result(f"s{number}", "f", tuple(items)), Scheme(digits=9)))
    return marked


def test_difficulty_is_the_mean_and_discrimination_the_correlation_with_the_rest(rng: np.random.Generator) -> None:
    scores = rng.integers(0, 2, (40, 3)).astype(float)
    statistics = item_statistics(_class(scores))
    assert [one.difficulty for one in statistics] == pytest.approx(scores.mean(axis=0))
    expected = np.corrcoef(scores[:, 0], scores[:, 1] + scores[:, 2])[0, 1]
    assert statistics[0].discrimination == pytest.approx(expected)
    assert statistics[1].misconceptions == (("unfolded", int(np.sum(scores[:, 1] == 0))),)


def test_an_exercise_that_all_solve_or_few_students_discriminate_nothing(rng: np.random.Generator) -> None:
    scores = rng.integers(0, 2, (40, 3)).astype(float)
    scores[:, 2] = 1.0
    assert item_statistics(_class(scores))[2].discrimination is None
    assert all(one.discrimination is None for one in item_statistics(_class(scores[:5])))
    assert item_statistics([mark("s", _NAMES, None, Scheme())]) == ()


def test_the_page_of_a_class_has_pictures_with_words_and_no_scripts(rng: np.random.Generator) -> None:
    marked = _class(rng.integers(0, 2, (12, 3)).astype(float))
    roster = [Student(entry.student) for entry in marked]
    found = Found((), ("s99",), ("<script>.ipynb: fits nobody",))
    page = class_page(roster, marked, read_assignment("m0.example"), found, {"s1": ["the same code as <s2>"]})
    assert page.count('<img alt="Histogram of the points of 12 students') == 1
    assert "<script" not in page
    assert "the same code as &lt;s2&gt;" in page
    assert "s99" in page


def test_a_class_of_nobody_has_a_page_too() -> None:
    roster = [Student("ada")]
    marked = [mark("ada", _NAMES, None, Scheme())]
    assignment = read_assignment("m0.example")
    assert "0 of 1 handed in" in class_page(roster, marked, assignment, Found((), ("ada",), ()), {})
    assert "Nothing was handed in" in feedback_page(roster[0], marked[0], assignment, Scheme())


def test_feedback_tells_lateness_and_what_is_open() -> None:
    item = ItemResult(_NAMES[0], "by_hand", message="marked by hand", text="because")
    result = Result("ada", "f", (item, ItemResult(_NAMES[1], score=1.0, hidden=("x",) * 3, n_hidden=8)))
    marked = mark("ada", _NAMES, result, Scheme(penalty_per_day=0.1), days_late=2)
    page = feedback_page(Student("ada"), marked, read_assignment("m0.example"), Scheme())
    assert "2 days late: 80 % of the points count" in page
    assert "1 answer still to be marked by hand" in page
    assert "5 of 8 answered rightly" in page
    assert "because" not in page  # what people mark is not repeated
