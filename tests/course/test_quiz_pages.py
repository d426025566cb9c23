"""Quizzes as static pages: nothing from elsewhere, and the script grades as Python does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from learnmr.course.questions import all_questions, draw_variant, self_study_key
from learnmr.course.questions.finding import TYPED_KINDS
from learnmr.course.quiz_pages import _data, quiz_assets, quiz_html

LESSONS = sorted({question.lesson for question in all_questions()})
SCRIPT = Path(__file__).parents[2] / "src" / "learnmr" / "course" / "quiz_assets" / "quiz.js"


class Elements(HTMLParser):
    """All elements with their attributes, and whether they are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("img", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_page_is_well_formed_works_offline_and_has_labels(lesson: str) -> None:
    page = quiz_html(lesson, n_variants=2)
    elements = Elements(page)
    assert elements.open == []
    assert not re.search(r"https?://|//cdn", page)
    assert all(attributes.get("alt") for tag, attributes in elements.found if tag == "img")
    identities = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(identities) == len(set(identities))
    n_questions = page.count('class="learnmr-question"')
    assert page.count("<label>") == page.count('role="status"') == n_questions


def test_the_script_and_style_stand_once() -> None:
    assert quiz_html("m1.dft", n_variants=1).count("<style>") == 1
    assert "<style>" not in quiz_html("m1.dft", n_variants=1, assets=False)
    assert "</script>" not in SCRIPT.read_text(encoding="utf-8")
    assert quiz_assets().count("<script>") == 1


def test_no_variants_are_refused() -> None:
    with pytest.raises(ValueError, match="n_variants must be >= 1, got 0"):
        quiz_html("m1.dft", n_variants=0)


def typed_answers(variant: Any) -> list[str]:
    """What somebody might type: right, wrong, with units, malformed."""
    question = variant.question
    answers = [variant.key, variant.key.lower(), "", "?", "1,500", "1e999", "ABC", "AB", "A", "B", "C", "-3", "0"]
    if question.kind == "numeric":
        numbers = [variant.answer, *question.distractors(variant.parameters).values()]
        answers += [f"{float(number):.6g}" for number in numbers]
        answers += [f"{float(variant.answer) * 1e-3!r} kHz", f"{float(variant.answer)!r} s", "2 x 10^3", "−1,5"]
    if question.kind == "order":
        answers += [question.letters(variant, steps) for steps in question.distractors(variant.parameters).values()]
        answers += [" ".join(variant.key), variant.key[::-1]]
    return answers


def test_the_script_grades_as_python_does() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    typed = [question for question in all_questions() if question.kind in TYPED_KINDS]
    variants = [draw_variant(question, self_study_key(question.slug, 4)) for question in typed]
    cases = [(variant, typed) for variant in variants for typed in typed_answers(variant)]
    data = {variant.question.slug: _data(variant) for variant in variants}
    program = (
        f"const {{grade}} = require({json.dumps(str(SCRIPT))});"
        "const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(cases.map(([one, typed]) => grade(one, typed))));"
    )
    payload = json.dumps([(data[variant.question.slug], typed) for variant, typed in cases])
    run = subprocess.run([node, "-e", program], input=payload, capture_output=True, text=True, check=True)
    for (variant, typed), (right, message) in zip(cases, json.loads(run.stdout), strict=True):
        grade = variant.grade(typed)
        assert grade.right == right, (variant.question.slug, typed, grade, message)
        if grade.valid:
            assert grade.message == message, (variant.question.slug, typed)
