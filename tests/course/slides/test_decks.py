"""What of a lesson stands on its slides, and what never does."""

from __future__ import annotations

import base64
import io
from typing import Any

from matplotlib.figure import Figure

from learnmr.course.slides.assets import Assets
from learnmr.course.slides.decks import Deck, deck_of
from learnmr.course.slides.pages import screen_page, sheets_page

TABLE: dict[str, Any] = {
    "output_type": "execute_result",
    "metadata": {},
    "data": {"text/html": "<div><table><tr><td>1</td></tr></table></div>"},
}
ASSETS = Assets("/* reveal */ '</script><!--'", "/* css */", "/* notes */", "/* mathjax */")


def png(width: float, height: float) -> str:
    """A picture, base64."""
    stream = io.BytesIO()
    Figure(figsize=(width, height), dpi=50).savefig(stream, format="png")
    return base64.b64encode(stream.getvalue()).decode()


def text(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": [source]}


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = (), exercise: str = "") -> dict[str, Any]:
    described: dict[str, Any] = {"tags": list(tags)}
    if exercise:
        described["learnmr"] = {"exercise": exercise}
    return {"cell_type": "code", "metadata": described, "source": [source], "outputs": list(outputs)}


def figure(width: float = 6, height: float = 4) -> dict[str, Any]:
    data = {"image/png": png(width, height), "text/plain": "a <line>"}
    return {"output_type": "display_data", "data": data, "metadata": {"image/png": {"alt": "a <line> & its width"}}}


def said(sentence: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/markdown": sentence}, "metadata": {}}


def deck(*cells: dict[str, Any], **keywords: Any) -> Deck:
    about = {"lesson": "m0.a", "number": "1", "title": "Lines & widths", "minutes": 20}
    header = text("# Lesson 1 · Lines\n\nbadge")
    return deck_of({"metadata": {"learnmr": about}, "cells": [header, *cells]}, **keywords)


def test_text_needs_its_tag_and_figures_do_not() -> None:
    made = deck(
        text("**Goals.** See lines.", "slide"),
        text("## Widths\nProse for readers."),
        code("secret = 1", said("The width is **2 Hz**."), figure()),
    )
    assert [(slide.kind, slide.title) for slide in made.slides] == [("text", "Goals"), ("figure", "Widths")]
    assert made.slides[1].text == "The width is **2 Hz**."
    page = screen_page(made, ASSETS)
    assert "secret" not in page
    assert "Prose for readers" not in page
    assert 'alt="a &lt;line&gt; &amp; its width"' in page


def test_an_exercise_shows_its_task_and_its_head_and_never_its_solution() -> None:
    solution = 'def width(t2):\n    """In Hz."""\n    # --- solution: exercise 1.1 (canary-0) ---\n    return 1 / t2\n'
    made = deck(
        text("Prose.\n\n## Exercise 1.1: how wide?\nGive the width."),
        code(solution, said("never shown"), exercise="m0.a.width"),
        text("The answer is given here.", "solution"),
    )
    (slide,) = made.slides
    assert (slide.kind, slide.title, slide.text) == ("exercise", "Exercise 1.1: how wide?", "Give the width.")
    assert slide.code == 'def width(t2):\n    """In Hz."""'
    page = screen_page(made, ASSETS)
    assert not [word for word in ("1 / t2", "never shown", "The answer is", "canary") if word in page]


def test_what_is_printed_to_choose_from_stands_on_the_slide_of_its_exercise() -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": "output:\n    a\n    b\n"}
    made = deck(text("## Exercise 1.2: recast\nChoose."), code("print(OPTIONS)", printed))
    assert made.slides[0].code == "output:\n    a\n    b"


def test_answers_of_the_instructor_are_there_only_when_asked_for() -> None:
    cells = (text("## Think\n1. Why?", "slide"), text("**Model answer.** Because.", "instructor"), text("x", "exam"))
    assert "Because" not in screen_page(deck(*cells), ASSETS)
    with_notes = screen_page(deck(*cells, instructor_notes=True), ASSETS)
    assert '<aside class="notes"><p><strong>Model answer.</strong> Because.</p>' in with_notes
    assert "Because" not in sheets_page(deck(*cells, instructor_notes=True), ASSETS)


def test_a_short_text_stands_above_a_figure_and_a_long_one_does_not() -> None:
    cell = text("## Sampling\nWatch the dots.", "slide")
    (wide,) = deck(cell, code("", figure(9, 3))).slides
    assert (wide.kind, wide.lead) == ("figure", "Watch the dots.")
    long = text("## Sampling\n" + "Watch the dots, all of them. " * 20, "slide")
    assert [slide.kind for slide in deck(long, code("", figure(6, 6))).slides] == ["text", "figure"]


def test_a_high_figure_has_its_text_beside_it() -> None:
    made = deck(text("## Weights\nRead them.", "slide"), code("", figure(6, 6), said("Exact to **1e-7**.")))
    assert made.slides[0].tall
    page = screen_page(made, ASSETS)
    assert '<section class="slide figure tall">' in page
    assert '</figure><div class="lead"><p>Read them.</p>\n<p>Exact to' in page


def test_a_table_has_its_text_above_and_its_numbers_below() -> None:
    (slide,) = deck(text("## Trials\nFour of them.", "slide"), code("", TABLE, said("The best is **2**."))).slides
    assert (slide.kind, slide.lead, slide.text) == ("table", "Four of them.", "The best is **2**.")


def test_text_that_is_too_long_is_condensed_and_goes_to_the_notes_in_full() -> None:
    long = "This is **the point**. " + "There is more to say about it. " * 60
    slide = deck(text(f"## Much\n{long}", "slide")).slides[0]
    assert slide.text == "This is **the point**."
    assert slide.notes == (long.strip(),)


def test_tables_of_trials_are_slides_and_other_html_is_not() -> None:
    quiz = {"output_type": "execute_result", "metadata": {}, "data": {"text/html": "<script>quiz</script>"}}
    (slide,) = deck(code("", TABLE, quiz)).slides
    assert (slide.kind, slide.table) == ("table", "<table><tr><td>1</td></tr></table>")


def test_a_page_is_one_file_whose_scripts_cannot_end_early_and_html_in_text_is_not_obeyed() -> None:
    page = screen_page(deck(text("## A\n<img src=x onerror=alert(1)> $a<b$", "slide")), ASSETS)
    assert "'<\\/script><\\!--'" in page
    assert "<img src=x" not in page
    assert "\\(a&lt;b\\)" in page
    assert page.count("<script>") == page.count("</script>")
    assert not [address for address in ("http://", "https://") if address in page]


def test_sheets_are_numbered_to_the_last() -> None:
    page = sheets_page(deck(text("## A\ntext", "slide"), text("## B\ntext", "slide")), ASSETS)
    assert [f"{number} / 3" in page for number in (1, 2, 3)] == [True, True, True]
    assert page.count('<section class="slide') == 3
