"""``learnmr.quiz("m1.signals")``: the self-study questions of a lesson, to answer in a notebook or in plain Python.

With ipywidgets every question has a field and a button. Without them the questions are shown, and
``quiz.answer(1, "12.5 Hz")`` grades an answer. New numbers come with another seed.
"""

from __future__ import annotations

import html
import importlib.util
import os
from dataclasses import dataclass
from typing import Any

from ..installation import import_extra
from .questions.contract import LETTERS, Grade, NumericQuestion, OrderQuestion, Variant, draw_variant
from .questions.finding import quiz_questions
from .questions.streams import self_study_key
from .records import note_attempt

__all__ = ["Quiz", "how_to_answer", "quiz"]


@dataclass(frozen=True, eq=False)
class Quiz:
    """The questions of a lesson with their numbers.

    Parameters
    ----------
    lesson : str
        Slug of the lesson.
    seed : int
        Decides the numbers.
    variants : tuple of Variant
        The questions, numbered from 1.
    """

    lesson: str
    seed: int
    variants: tuple[Variant, ...]

    def answer(self, number: int, answer: Any) -> Grade:
        """Grade an answer and note it in the local record.

        Parameters
        ----------
        number : int
            Number of the question, from 1.
        answer : object
            A number or text with a unit, a letter, or letters in order.

        Returns
        -------
        Grade
            Score, message, named misconception.

        Raises
        ------
        ValueError
            If there is no such question.
        """
        variant = self._variant(number)
        grade = variant.grade(answer)
        if grade.valid:
            note_attempt(variant.question.slug, score=grade.score, passed=grade.right)
        return grade

    def explain(self, number: int) -> str:
        """The way to the answer of a question."""
        variant = self._variant(number)
        return f"{variant.key}. {variant.explanation}"

    def _variant(self, number: int) -> Variant:
        if not 1 <= number <= len(self.variants):
            raise ValueError(f"number must be from 1 to {len(self.variants)}, got {number!r}")
        return self.variants[number - 1]

    def __str__(self) -> str:
        blocks = []
        for number, variant in enumerate(self.variants, start=1):
            lines = [f"{number}. {variant.question.title}", variant.text]
            lines += [f"  {LETTERS[place]}  {option.text}" for place, option in enumerate(variant.options)]
            picture = variant.figure()
            if picture is not None:
                lines.append(f"  [figure: {picture.description}]")
            blocks.append("\n".join([*lines, f"  {how_to_answer(variant)}: quiz.answer({number}, ...)"]))
        return "\n\n".join(blocks)

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **keywords: Any) -> dict[str, Any]:
        """What a notebook shows: fields and buttons where ipywidgets are there, else the questions alone."""
        bundle: dict[str, Any] = {"text/plain": str(self), "text/html": self._repr_html_()}
        if not os.environ.get("LEARNMR_STATIC") and importlib.util.find_spec("ipywidgets") is not None:
            bundle = {**_panel(self)._repr_mimebundle_(), **bundle}
        return bundle

    def _repr_html_(self) -> str:
        """The questions, and each answer folded away."""
        return "".join(
            f"{_question_html(variant, number)}<p>{html.escape(how_to_answer(variant))}: "
            f"<code>quiz.answer({number}, ...)</code></p><details><summary>Answer</summary>"
            f"<p>{html.escape(self.explain(number))}</p></details>"
            for number, variant in enumerate(self.variants, start=1)
        )


def quiz(lesson: str, *, seed: int = 1) -> Quiz:
    """Self-study questions of a lesson.

    Parameters
    ----------
    lesson : str
        Slug of the lesson, e.g. ``"m1.signals"``.
    seed : int
        Another seed gives other numbers.

    Returns
    -------
    Quiz
        Shows itself in a notebook; ``answer(number, answer)`` grades.

    Raises
    ------
    ValueError
        If there are no questions on the lesson.

    Examples
    --------
    >>> questions = quiz("m1.signals", seed=1)
    >>> questions.answer(1, "no idea").score
    0.0
    """
    variants = tuple(draw_variant(question, self_study_key(question.slug, seed)) for question in quiz_questions(lesson))
    return Quiz(lesson, int(seed), variants)


def how_to_answer(variant: Variant) -> str:
    """One phrase on the form of the answer."""
    question = variant.question
    if isinstance(question, NumericQuestion):
        return f"a number in {question.unit}" if question.unit else "a number"
    if isinstance(question, OrderQuestion):
        return f"the letters A to {LETTERS[len(variant.options) - 1]} in order"
    return f"a letter, A to {LETTERS[len(variant.options) - 1]}"


def _question_html(variant: Variant, number: int) -> str:
    """Title, text, figure and options of a question."""
    from ..plots.pictures import to_html

    picture = variant.figure()
    options = "".join(
        f"<br><b>{LETTERS[place]}</b> {html.escape(option.text)}" for place, option in enumerate(variant.options)
    )
    figure = "" if picture is None else f"<p>{to_html(picture, dpi=80)}</p>"
    title = html.escape(variant.question.title)
    return f"<p><b>{number}. {title}</b><br>{html.escape(variant.text)}{options}</p>{figure}"


def _panel(shown: Quiz) -> Any:
    """All questions with fields and buttons, and a button for other numbers."""
    widgets = import_extra("ipywidgets", extra="course")
    box = widgets.VBox()
    again = widgets.Button(description="other numbers")
    current = shown

    def fill() -> None:
        rows = [_row(widgets, current, number, variant) for number, variant in enumerate(current.variants, start=1)]
        box.children = (*rows, again)

    def redraw(_: Any) -> None:
        nonlocal current
        current = quiz(current.lesson, seed=current.seed + 1)
        fill()

    again.on_click(redraw)
    fill()
    return box


def _row(widgets: Any, current: Quiz, number: int, variant: Variant) -> Any:
    """One question."""
    field = widgets.Text(placeholder=how_to_answer(variant), layout=widgets.Layout(width="24em", max_width="100%"))
    button = widgets.Button(description="check")
    reveal = widgets.Button(description="show the answer")
    verdict = widgets.HTML()

    def check(_: Any) -> None:
        grade = current.answer(number, field.value)
        colour = "#00664B" if grade.right else "#A03C00"
        verdict.value = f'<span style="color:{colour}">{html.escape(grade.message)}</span>'

    def show(_: Any) -> None:
        verdict.value = html.escape(current.explain(number))

    button.on_click(check)
    reveal.on_click(show)
    return widgets.VBox([widgets.HTML(_question_html(variant, number)), widgets.HBox([field, button, reveal]), verdict])
