"""Keys agree with what is graded; mark schemes name goals, rules, rubrics."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from learnmr.course.exams.drawing import Paper, draw_paper
from learnmr.course.exams.keys import answers_csv, key_html, mark_scheme_html
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.specs import ExamSpec
from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.course.questions.contract import NumericQuestion

from .conftest import SECRET


@pytest.fixture
def papers(spec: ExamSpec) -> list[Paper]:
    return [draw_paper(spec, Student(name), SECRET) for name in ("s1", "=cmd|' /C calc'!A0")]


def blocks_of(page: str) -> list[str]:
    return [html.unescape(block) for block in re.findall(r"<section>(.*?)</section>", page, re.DOTALL)]


def test_a_key_has_answer_way_and_every_misconception(papers: list[Paper]) -> None:
    for entry, block in zip(papers[0].entries, blocks_of(key_html(papers[0])), strict=True):
        assert entry.variant.explanation in block
        for name in entry.variant.question.distractors(entry.variant.parameters):
            assert name in block
            assert MISCONCEPTIONS[name] in block
        if entry.variant.question.kind not in ("essay", "code"):
            assert f"Answer: {entry.variant.key}" in block


def test_the_range_of_a_key_is_what_is_graded_right(papers: list[Paper]) -> None:
    checked = 0
    for entry, block in zip(papers[0].entries, blocks_of(key_html(papers[0])), strict=True):
        question = entry.variant.question
        if not isinstance(question, NumericQuestion):
            continue
        low, high = (float(text) for text in re.search(r"Right from (\S+) to (\S+) ", block).groups())  # type: ignore[union-attr]
        inside, outside = 0.01 * (high - low), 0.03 * (high - low)
        assert entry.variant.grade(low + inside).right
        assert entry.variant.grade(high - inside).right
        assert not entry.variant.grade(low - outside).right
        assert not entry.variant.grade(high + outside).right
        checked += 1
    assert checked == 3


def test_the_wrong_answers_of_a_key_are_graded_as_it_says(papers: list[Paper]) -> None:
    for entry, block in zip(papers[0].entries, blocks_of(key_html(papers[0])), strict=True):
        if entry.variant.question.kind in ("essay", "code"):
            continue
        rows = re.findall(r"<tr><td>(.*?)</td><td>(\w+)</td>", block, re.DOTALL)
        assert rows
        for answer, name in rows:
            given = answer[0] if entry.variant.question.kind == "choice" else answer
            assert entry.variant.grade(given).misconception == name


def test_a_rubric_is_scaled_to_the_marks_of_the_exam(spec: ExamSpec) -> None:
    from dataclasses import replace

    essay = spec.items[-1]
    halved = replace(spec, items=(replace(essay, marks=essay.marks / 2),))
    page = key_html(draw_paper(halved, Student("s1"), SECRET))
    assert re.findall(r"<tr><td>([\d.]+)</td>", page) == ["1.5", "0.5"]


def test_a_mark_scheme_has_goals_rules_and_everybodys_answers(spec: ExamSpec, papers: list[Paper]) -> None:
    page = html.unescape(mark_scheme_html(spec, papers))
    for item in spec.items:
        assert item.question.goal in page
        assert item.question.slug in page
    for paper in papers:
        for entry in paper.entries:
            if entry.variant.question.kind not in ("essay", "code"):
                assert f"<td>{entry.variant.key}</td>" in page
    assert "CANARY rubric" in page


def test_the_table_of_answers_is_no_formula_anywhere(papers: list[Paper]) -> None:
    rows = list(csv.DictReader(io.StringIO(answers_csv(papers))))
    assert len(rows) == sum(len(paper.entries) for paper in papers)
    assert {row["student"] for row in rows} == {"s1", "'=cmd|' /C calc'!A0"}
    for row, entry in zip(rows, papers[0].entries, strict=False):
        assert row["question"] == entry.variant.question.slug
        if row["value"]:
            assert float(row["value"]) == entry.variant.answer
            assert entry.variant.grade(float(row["value"]) + 0.9 * float(row["tolerance"])).right
