"""Quizzes as static HTML for the site: they work in the page, without a kernel, a server or a network.

Some variants of each question travel with the page, with the wrong answers and what they mean; a small script grades.
It says the same words as :meth:`~learnmr.course.questions.contract.Variant.grade`. Self-study has no secrets; an exam
must never be written in this way.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from .misconceptions import MISCONCEPTIONS
from .questions.contract import LETTERS, NumericQuestion, OrderQuestion, Question, Variant, draw_variant
from .questions.finding import quiz_questions
from .questions.quantities import UNITS
from .questions.streams import self_study_key
from .quizzes import how_to_answer

__all__ = ["quiz_assets", "quiz_html"]


def quiz_html(lesson: str, *, n_variants: int = 4, assets: bool = True) -> str:
    """A quiz as a fragment of HTML.

    Parameters
    ----------
    lesson : str
        Slug of the lesson.
    n_variants : int
        How many sets of numbers travel with the page.
    assets : bool
        Put the style and the script before it; needed once a page.

    Returns
    -------
    str
        HTML without any address.

    Raises
    ------
    ValueError
        If there are no questions on the lesson, or n_variants is less than 1.

    Examples
    --------
    >>> quiz_html("m1.dft", n_variants=1, assets=False)[:49]
    '<section class="learnmr-quiz" aria-label="Quiz: m'
    """
    if not n_variants >= 1:
        raise ValueError(f"n_variants must be >= 1, got {n_variants!r}")
    blocks = "".join(
        _block(question, number, n_variants) for number, question in enumerate(quiz_questions(lesson), start=1)
    )
    section = f'<section class="learnmr-quiz" aria-label="Quiz: {html.escape(lesson)}">{blocks}</section>\n'
    return (quiz_assets() if assets else "") + section


def quiz_assets() -> str:
    """The style and the script that a page with quizzes needs once."""
    folder = Path(__file__).parent / "quiz_assets"
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("quiz.css", "quiz.js"))
    return f"<style>\n{style}</style>\n<script>\n{script}</script>\n"


def _block(question: Question, number: int, n_variants: int) -> str:
    """One question: the first variant readable without a script, all of them as data."""
    variants = [draw_variant(question, self_study_key(question.slug, seed)) for seed in range(1, n_variants + 1)]
    # "</" inside a script element would end it
    data = json.dumps([_data(variant) for variant in variants], ensure_ascii=False, allow_nan=False).replace(
        "</", "<\\/"
    )
    name = html.escape(question.slug.replace(".", "-"))
    first = variants[0]
    options = "".join(f"<li>{html.escape(option.text)}</li>" for option in first.options)
    return f"""
<div class="learnmr-question" id="{name}">
<p class="learnmr-title">{number}. {html.escape(question.title)}</p>
<p class="learnmr-text">{html.escape(first.text)}</p>
<div class="learnmr-figure">{_figure(first)}</div>
<ol class="learnmr-options" type="A">{options}</ol>
<label>Your answer <span class="learnmr-how">({html.escape(how_to_answer(first))})</span>
<input type="text" autocomplete="off" aria-describedby="{name}-verdict"></label>
<button type="button" data-does="check">check</button>
<button type="button" data-does="explain">show the answer</button>
<button type="button" data-does="next">other numbers</button>
<p class="learnmr-verdict" id="{name}-verdict" role="status"></p>
<noscript><p>The buttons need JavaScript. Answer: {html.escape(f"{first.key}. {first.explanation}")}</p></noscript>
<script type="application/json">{data}</script>
</div>"""


def _figure(variant: Variant) -> str:
    """The figure as an image with its description, or nothing."""
    from ..plots.pictures import to_html

    picture = variant.figure()
    return "" if picture is None else to_html(picture, dpi=80)


def _data(variant: Variant) -> dict[str, Any]:
    """What the script needs to show and grade a variant."""
    question = variant.question
    made: dict[str, Any] = {
        "kind": question.kind,
        "text": variant.text,
        "options": [option.text for option in variant.options],
        "figure": _figure(variant),
        "key": variant.key,
        "explain": variant.explanation,
        "how": how_to_answer(variant),
    }
    distractors = question.distractors(variant.parameters)
    if isinstance(question, NumericQuestion):
        right = float(variant.answer)
        measures = UNITS[question.unit][0]
        made |= {
            "right": right,
            "tolerance": question.tolerance(right),
            "unit": question.unit,
            "units": {
                name: factor / UNITS[question.unit][1] for name, (what, factor) in UNITS.items() if what == measures
            },
            "wrong": [
                [float(value), question.tolerance(float(value)), MISCONCEPTIONS[name]]
                for name, value in distractors.items()
            ],
        }
    elif isinstance(question, OrderQuestion):
        made["wrong"] = [
            [question.letters(variant, steps), MISCONCEPTIONS[name]] for name, steps in distractors.items()
        ]
    else:
        made["wrong"] = [
            [LETTERS[place], MISCONCEPTIONS[option.misconception]]
            for place, option in enumerate(variant.options)
            if option.misconception is not None
        ]
    return made
