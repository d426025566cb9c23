"""Every question in every form: what is printed, what is in the key and what is graded agree; no form holds the key."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path

import pytest

from learnmr.course.exams.documents import paper_docx
from learnmr.course.exams.drawing import Paper, draw_paper
from learnmr.course.exams.exam_notebooks import paper_notebook
from learnmr.course.exams.keys import key_html
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.sheets import paper_html
from learnmr.course.exams.specs import ExamSpec

from .conftest import SECRET

STUDENTS = ("s1", "s2", "s3")
BY_MACHINE = ("numeric", "choice", "order")


@pytest.fixture(scope="module")
def papers(whole_bank: ExamSpec) -> list[Paper]:
    return [draw_paper(whole_bank, Student(name), SECRET) for name in STUDENTS]


def plain(text: str) -> str:
    """Words without the spaces between them."""
    return re.sub(r"\s+", "", text)


def sections(page: str) -> list[str]:
    """The questions of a paper or key, as plain text."""
    found = re.findall(r"<section[^>]*>(.*?)</section>", page, re.DOTALL)
    return [plain(html.unescape(re.sub(r"<[^>]+>", " ", block))) for block in found]


def test_paper_and_key_agree_for_every_question(papers: list[Paper]) -> None:
    for paper in papers:
        printed, keyed = sections(paper_html(paper, {})), sections(key_html(paper))
        for entry, on_paper, in_key in zip(paper.entries, printed, keyed, strict=True):
            variant, slug = entry.variant, entry.variant.question.slug
            assert plain(variant.text) in on_paper, slug
            assert plain(variant.text) in in_key, slug
            for letter, option in zip("ABCDEFGHIJ", variant.options, strict=False):
                assert plain(letter + option.text) in on_paper, slug
            assert plain(variant.explanation) in in_key, slug
            assert plain(variant.explanation) not in on_paper, slug
            if variant.question.kind in BY_MACHINE:
                assert f"Answer:{plain(variant.key)}" in in_key, slug
                assert variant.grade(variant.key).right, slug
                assert not re.search(rf"Answer:{re.escape(plain(variant.key))}", on_paper), slug
            else:
                assert plain(variant.key) not in on_paper, slug


def test_every_cell_of_every_notebook_is_code_and_holds_no_key(papers: list[Paper]) -> None:
    for paper in papers:
        text = paper_notebook(paper, {})
        cells = json.loads(text)["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                compile("".join(cell["source"]), "cell", "exec")
        for entry in paper.entries:
            assert json.dumps(entry.variant.explanation, ensure_ascii=False)[1:-1] not in text
        assert len(cells) == 3 + 2 * len(paper.entries)


def test_every_question_comes_back_from_a_document(papers: list[Paper], tmp_path: Path) -> None:
    pypandoc = pytest.importorskip("pypandoc", reason="needs learnmr[exams]")
    path = tmp_path / "paper.docx"
    path.write_bytes(paper_docx(papers[0], {}))
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--to=plain", "--wrap=none", str(path)], capture_output=True, check=True
    )
    text = plain(done.stdout.decode())
    for entry in papers[0].entries:
        for piece in (entry.variant.text, *(option.text for option in entry.variant.options)):
            assert plain(piece) in text, entry.variant.question.slug
        assert plain(entry.variant.explanation) not in text, entry.variant.question.slug
