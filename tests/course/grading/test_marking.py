"""Points: arithmetic on what was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnmr.course.grading.marking import item_score, mark
from learnmr.course.grading.results import ItemResult, Result
from learnmr.course.grading.schemes import Scheme

_NAMES = ("a", "b", "c")


def _result(*items: ItemResult) -> Result:
    return Result("ada", "f" * 64, items)


def test_points_are_the_parts_times_their_worth() -> None:
    result = _result(ItemResult("a", score=1.0), ItemResult("b", score=0.5), ItemResult("c", "missing"))
    marked = mark("ada", _NAMES, result, Scheme(points={"b": 4}))
    assert [entry.points for entry in marked.marks] == [1.0, 2.0, 0.0]
    assert (marked.points, marked.worth) == (3.0, 6.0)


def test_hidden_checks_weigh_as_the_scheme_says() -> None:
    item = ItemResult("a", score=1.0, hidden=("wrong",) * 8, n_hidden=8)
    assert item_score(item, Scheme(hidden=0.5)) == 0.5
    assert item_score(item, Scheme(hidden=1.0)) == 0.0
    assert item_score(item, Scheme(hidden=0.0)) == 1.0


def test_who_handed_in_nothing_has_nothing() -> None:
    marked = mark("ada", _NAMES, None, Scheme(by_hand={"essay": 2}))
    assert marked.points == 0
    assert marked.open == ()


def test_what_people_mark_is_open_until_they_have() -> None:
    result = _result(ItemResult("a", "by_hand", text="because"), ItemResult("b", score=1.0))
    scheme = Scheme(points={"a": 5}, by_hand={"essay": 2})
    marked = mark("ada", ("a", "b"), result, scheme)
    assert marked.open == ("a", "essay")
    assert marked.points == 1.0
    marked = mark("ada", ("a", "b"), result, scheme, by_hand={"a": 4.5, "essay": 2})
    assert marked.open == ()
    assert marked.points == 7.5


def test_points_by_hand_never_exceed_the_worth() -> None:
    result = _result(ItemResult("a", "by_hand"))
    assert mark("ada", ("a",), result, Scheme(), by_hand={"a": 99.0}).points == 1.0


def test_lateness_takes_its_part() -> None:
    result = _result(ItemResult("a", score=1.0))
    assert mark("ada", ("a",), result, Scheme(penalty_per_day=0.25), days_late=2).points == 0.5
    assert mark("ada", ("a",), result, Scheme(days=3), days_late=4).points == 0.0


@given(st.floats(0, 1), st.integers(0, 8), st.floats(0, 1), st.booleans())
def test_a_score_is_a_part(score: float, wrong: int, hidden: float, partial: bool) -> None:
    item = ItemResult("a", score=score, hidden=("x",) * wrong, n_hidden=8)
    assert 0 <= item_score(item, Scheme(hidden=hidden, partial=partial)) <= 1 + 1e-12


@pytest.mark.parametrize("status", ["missing", "failed", "by_hand"])
def test_only_what_was_graded_scores(status: str) -> None:
    assert item_score(ItemResult("a", status, score=1.0), Scheme()) == 0.0
