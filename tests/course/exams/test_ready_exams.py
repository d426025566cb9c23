"""The exams that come with the course: they fit their time, ask what they should, and give nothing away."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from learnmr.course.exams.drawing import draw_paper, draw_variants
from learnmr.course.exams.give_aways import check_give_aways, shown_answers
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.sheets import paper_html
from learnmr.course.exams.specs import read_spec

from .conftest import SECRET

FOLDER = Path(__file__).parents[3] / "course" / "exams"
READY = sorted(path.stem for path in FOLDER.glob("*.toml"))


def test_two_exams_are_ready_and_a_retake_of_each() -> None:
    assert READY == ["module1", "module1-retake", "modules12", "modules12-retake"]


@pytest.mark.parametrize("name", READY)
def test_marks_and_minutes_fit_and_nothing_is_given_away(name: str) -> None:
    spec = read_spec(FOLDER / f"{name}.toml")
    assert spec.minutes == (50 if name.startswith("module1") else 100)
    assert 0.75 * spec.minutes <= spec.working_minutes <= 0.92 * spec.minutes
    check_give_aways(spec)
    assert spec.together == frozenset()


@pytest.mark.parametrize("name", READY)
def test_kinds_and_difficulties_are_mixed_and_recasting_is_asked_for(name: str) -> None:
    items = read_spec(FOLDER / f"{name}.toml").items
    kinds = Counter(item.question.kind for item in items)
    assert {"numeric", "choice", "order"} <= set(kinds)
    assert kinds["train"] == 0  # nothing that cannot be answered on paper
    assert {item.question.difficulty for item in items} == {1, 2, 3}
    assert sum(item.question.recasts for item in items) >= 2
    if name.startswith("modules12"):
        assert kinds["essay"] >= 1
        assert kinds["code"] >= 1
        modules = {item.question.slug.split(".")[0] for item in items}
        assert modules == {"m1", "m2"}


@pytest.mark.parametrize("name", ["module1", "modules12"])
def test_a_retake_asks_for_the_same_with_other_questions(name: str) -> None:
    first, second = (read_spec(FOLDER / f"{stem}.toml") for stem in (name, f"{name}-retake"))
    assert (first.marks, first.minutes, first.sections) == (second.marks, second.minutes, second.sections)
    assert abs(first.working_minutes - second.working_minutes) <= 0.06 * first.minutes
    again = [
        (one.question, other.question)
        for one in first.items
        for other in second.items
        if one.question.slug == other.question.slug
    ]
    assert all(one.kind == "essay" for one, _ in again)
    assert len(again) <= 1
    goals = [{item.question.goal for item in spec.items} for spec in (first, second)]
    assert len(goals[0] & goals[1]) >= 0.75 * len(goals[0])


@pytest.mark.parametrize("name", READY)
def test_in_60_papers_no_answer_is_shown_beyond_chance(name: str) -> None:
    """A number with its unit may stand elsewhere on a paper by chance; no pair of questions does it often."""
    spec = read_spec(FOLDER / f"{name}.toml")
    shown: Counter[tuple[str, str]] = Counter()
    for number in range(60):
        shown.update(shown_answers(draw_variants(spec, f"s{number}", SECRET)))
    assert all(count <= 12 for count in shown.values()), shown


@pytest.mark.parametrize("name", READY)
def test_no_paper_holds_its_key_and_none_is_like_another(name: str) -> None:
    spec = read_spec(FOLDER / f"{name}.toml")
    pages = []
    for number in range(8):
        paper = draw_paper(spec, Student(f"s{number}"), SECRET)
        page = paper_html(paper, {})
        for entry in paper.entries:
            assert entry.variant.explanation not in page
            if entry.variant.question.kind in ("essay", "code", "train"):
                assert entry.variant.key not in page
        pages.append(tuple(entry.variant.text for entry in paper.entries))
    assert all(one != other for one, other in pairwise(sorted(pages)))
