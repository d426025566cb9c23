"""Papers as notebooks: valid, without solutions, run from end to end, answers handed in."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

import learnmr
from learnmr.course.exams.drawing import Paper, draw_paper
from learnmr.course.exams.exam_notebooks import markdown_text, paper_notebook
from learnmr.course.exams.images import images_of
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.specs import ExamSpec

from .conftest import SECRET


@pytest.fixture
def paper(spec: ExamSpec) -> Paper:
    return draw_paper(spec, Student("s1", "Zoë <b>"), SECRET)


def test_it_is_a_valid_notebook_with_the_same_bytes_every_time(paper: Paper) -> None:
    nbformat = pytest.importorskip("nbformat")
    text = paper_notebook(paper, images_of(paper))
    assert text == paper_notebook(paper, images_of(paper))
    nbformat.validate(json.loads(text))
    assert json.loads(text)["metadata"]["learnmr"] == {"exam": "try", "student": "s1", "title": "Try: A & <B>"}


def test_every_answer_cell_ends_in_handing_in(paper: Paper) -> None:
    cells = json.loads(paper_notebook(paper, {}))["cells"]
    last = ["".join(cell["source"]).splitlines()[-1] for cell in cells if cell["cell_type"] == "code"][1:]
    assert [re.fullmatch(r'learnmr\.hand_in\("(q\d+)", \w+\)', line)[1] for line in last] == [
        entry.label for entry in paper.entries
    ]


def test_all_cells_run_and_answers_are_handed_in(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: dict[str, Any] = {}
    monkeypatch.setattr(learnmr, "hand_in", handed.__setitem__, raising=False)
    names: dict[str, Any] = {}
    for cell in json.loads(paper_notebook(paper, {}))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "cell", "exec"), names)
    assert list(handed) == [entry.label for entry in paper.entries]
    for entry in paper.entries:
        grade = entry.variant.grade(handed[entry.label])
        assert grade.score == 0
        assert not grade.valid


def test_nothing_of_the_key_is_in_it(paper: Paper) -> None:
    text = paper_notebook(paper, images_of(paper))
    assert "CANARY" not in text
    for entry in paper.entries:
        assert entry.variant.explanation not in text
        assert json.dumps(entry.variant.explanation, ensure_ascii=False)[1:-1] not in text


def test_signs_of_markdown_are_text_again_after_rendering(paper: Paper) -> None:
    pypandoc = pytest.importorskip("pypandoc")
    shown = "5 * 3 < x_1 & $y$ `c` #1 [a](b) ~~d~~ <script>"
    back = pypandoc.convert_text(markdown_text(shown), "plain", format="commonmark_x", extra_args=["--wrap=none"])
    assert back.strip() == shown


def test_figures_are_attached_to_their_cells(paper: Paper) -> None:
    cells = json.loads(paper_notebook(paper, images_of(paper)))["cells"]
    attached = [cell for cell in cells if "attachments" in cell]
    assert [list(cell["attachments"]) for cell in attached] == [["q4.png"]]
    assert "](attachment:q4.png)" in "".join(attached[0]["source"])


def test_a_training_question_is_given_its_data_and_an_empty_place() -> None:
    from learnmr.course.exams.drawing import Entry
    from learnmr.course.exams.exam_notebooks import _answer
    from learnmr.course.questions import all_questions, draw_variant, self_study_key

    training = [question for question in all_questions() if question.kind == "train"]
    if not training:
        pytest.skip("the bank has no question to train yet")
    for question in training:
        source = _answer(Entry(1, "q1", draw_variant(question, self_study_key("x", 1)), 1.0, ""))
        assert source.endswith('learnmr.hand_in("q1", answer_1)')
        compile(source, "cell", "exec")
    assert np is not None
