"""DOCX: the same bytes every time, readable back, escaped, without the key."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from learnmr.course.exams.documents import paper_docx
from learnmr.course.exams.drawing import Paper, draw_paper
from learnmr.course.exams.images import images_of
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.specs import ExamSpec

from .conftest import SECRET

pypandoc = pytest.importorskip("pypandoc", reason="needs learnmr[exams]")


@pytest.fixture
def paper(spec: ExamSpec) -> Paper:
    return draw_paper(spec, Student("s1 & <b>", "Zoë", large_print_pt=20), SECRET)


@pytest.fixture
def document(paper: Paper) -> bytes:
    return paper_docx(paper, images_of(paper))


def test_two_runs_give_the_same_bytes_with_fixed_dates(paper: Paper, document: bytes) -> None:
    assert paper_docx(paper, images_of(paper)) == document
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_text_and_options_come_back_and_the_key_does_not(paper: Paper, document: bytes, tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    path.write_bytes(document)
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--to=plain", "--wrap=none", str(path)], capture_output=True, check=True
    )
    text = re.sub(r"\s+", " ", done.stdout.decode())
    for entry in paper.entries:
        shown = [entry.variant.text, *(option.text for option in entry.variant.options)]
        for piece in shown:
            assert re.sub(r"\s+", " ", piece).strip() in text
        assert entry.variant.explanation not in text
    assert "CANARY" not in text


def test_every_part_is_xml_on_a4_with_large_letters_and_page_numbers(document: bytes) -> None:
    etree = pytest.importorskip("lxml.etree")
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
    assert b'<w:pgSz w:w="11906" w:h="16838"/>' in parts["word/document.xml"]
    assert b'<w:sz w:val="40"/>' in parts["word/styles.xml"]  # half points
    assert b" NUMPAGES " in parts["word/footer1.xml"]
    assert b"s1 &amp; &lt;b&gt;" in parts["word/header1.xml"]


def test_pictures_are_described_once_and_questions_are_kept_together(paper: Paper, document: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        body = archive.read("word/document.xml").decode()
    descriptions = [text for text in re.findall(r'descr="([^"]*)"', body) if text]
    assert descriptions == [image.alt for image in images_of(paper).values()]
    assert body.count("<w:keepNext/>") > 3 * len(paper.entries)
