"""Printed papers: nothing of the key in them, everything escaped, everything needed there."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from learnmr.course.exams.answer_spaces import space_for
from learnmr.course.exams.drawing import Entry, Paper, draw_paper
from learnmr.course.exams.images import images_of
from learnmr.course.exams.rosters import Student
from learnmr.course.exams.sheets import paper_html
from learnmr.course.exams.specs import ExamSpec

from .conftest import SECRET


class Structure(HTMLParser):
    """Elements and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.stack: list[str] = []
        self.words: list[str] = []
        self.alts: list[str | None] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        if tag == "img":
            self.alts.append(dict(attributes)["alt"])
        elif tag not in ("meta", "br"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.words.append(data)


@pytest.fixture
def paper(spec: ExamSpec) -> Paper:
    return draw_paper(spec, Student('../"x"; } <script>', "O'Neil <b>"), SECRET)


def structure_of(page: str) -> Structure:
    read = Structure()
    read.feed(page)
    assert read.stack == []
    return read


def test_text_options_and_figures_are_there_and_are_text_only(paper: Paper) -> None:
    page = paper_html(paper, images_of(paper))
    read = structure_of(page)
    words = re.sub(r"\s+", " ", " ".join(read.words))
    for entry in paper.entries:
        shown = [entry.variant.text, entry.variant.question.title, *(option.text for option in entry.variant.options)]
        assert all(re.sub(r"\s+", " ", text).strip() in words for text in shown)
    assert not {"script", "i", "b"} & set(read.opened) - {"b"}
    assert read.opened.count("b") == sum(len(entry.variant.options) for entry in paper.entries)
    assert read.alts == [entry.variant.figure().description for entry in paper.entries if entry.variant.figure()]


def test_an_identity_cannot_leave_the_style_sheet(paper: Paper) -> None:
    style = paper_html(paper, {}).split("<style>")[1].split("</style>")[0]
    assert "<" not in style
    shown = re.search(r'@top-right \{ content: "([^"]*)"', style)
    assert shown is not None
    decoded = re.sub(r"\\([0-9a-f]{6})", lambda match: chr(int(match[1], 16)), shown[1])
    assert decoded == paper.who


def test_nothing_of_the_key_is_in_a_paper(paper: Paper) -> None:
    """What two papers have apart from texts, options, code and figures is the same, so it cannot hold an answer."""
    page = paper_html(paper, images_of(paper))
    assert "CANARY" not in page
    for entry in paper.entries:
        assert html.escape(entry.variant.explanation) not in page


def test_the_frame_of_a_question_depends_on_its_kind_alone(spec: ExamSpec) -> None:
    def frames(student: str) -> list[str]:
        paper = draw_paper(spec, Student(student), SECRET)
        page = paper_html(paper, {})
        for entry in paper.entries:
            page = page.replace(f">{html.escape(entry.variant.text.split(chr(10))[0])}", ">text")
            for option in sorted(entry.variant.options, key=lambda option: -len(option.text)):
                page = page.replace(f"<span>{html.escape(option.text)}</span>", "<span>option</span>")
        return re.findall(r'<section class="question".*?</section>', page, re.DOTALL)

    assert len(frames("s1")) == len(spec.items)
    assert frames("s1") == frames("s2")


def test_a_student_more_changes_no_byte_and_a_question_more_only_itself(spec: ExamSpec) -> None:
    def blocks(some: ExamSpec) -> dict[str, str]:
        page = paper_html(draw_paper(some, Student("s1"), SECRET), {})
        found = re.findall(r'<section class="question" id="q\d+">(.*?)</section>', page, re.DOTALL)
        unnumbered = [re.sub(r"<h3><span>\d+\. ", "", block) for block in found]
        return {item.question.slug: block for item, block in zip(some.items, unnumbered, strict=True)}

    fewer = replace(spec, items=(*spec.items[:3], *spec.items[4:]))
    all_blocks = blocks(spec)
    assert blocks(fewer) == {item.question.slug: all_blocks[item.question.slug] for item in fewer.items}


def test_large_print_has_larger_letters_lines_and_figures(spec: ExamSpec) -> None:
    normal, large = (draw_paper(spec, Student("s1", large_print_pt=size), SECRET) for size in (None, 24.0))
    assert "html { font-size: 11pt; }" in paper_html(normal, {})
    assert "html { font-size: 24pt; }" in paper_html(large, {})
    small_image, large_image = (images_of(paper)["q4"] for paper in (normal, large))
    assert small_image.png != large_image.png
    assert large_image.width_in == pytest.approx(small_image.width_in)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("q1", {"unit": "Hz"}),
        ("q2", {"how": "Tick one of A to C."}),
        ("q3", {"places": 5}),
        ("q8", {"unit": ""}),
        ("q9", {"lines": 14}),
    ],
)
def test_the_kind_decides_the_space(label: str, expected: dict[str, object], paper: Paper) -> None:
    entry: Entry = next(entry for entry in paper.entries if entry.label == label)
    space = space_for(entry.variant)
    assert {name: getattr(space, name) for name in expected} == expected


def test_code_is_given_to_be_completed(paper: Paper) -> None:
    entry = next(entry for entry in paper.entries if entry.variant.question.kind == "code")
    space = space_for(entry.variant)
    assert space.code.startswith("def ")
    assert space.lines >= 6
    assert f"<pre>{html.escape(space.code)}</pre>" in paper_html(paper, {})
