"""How an answer is given on paper: the kind of a question decides what is asked for and how much space it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..questions.contract import LETTERS, CodeQuestion, EssayQuestion, NumericQuestion, Variant

__all__ = ["AnswerSpace", "space_for"]

#: words that people write by hand on a line of 16 cm
_WORDS_A_LINE = 10


@dataclass(frozen=True)
class AnswerSpace:
    """What stands under a question.

    Parameters
    ----------
    how : str
        One sentence on the form of the answer.
    working_cm : float
        Empty space for working, in cm.
    lines : int
        Ruled lines.
    unit : str or None
        Unit behind a field for a number; None where no number is asked for.
    places : int
        Fields for letters in order.
    code : str
        What is given of a function, with the space for its body below.
    """

    how: str
    working_cm: float = 0.0
    lines: int = 0
    unit: str | None = None
    places: int = 0
    code: str = ""


def space_for(variant: Variant) -> AnswerSpace:
    """The space for the answer to a variant; kinds that a subclass adds get lines.

    Examples
    --------
    >>> from learnmr.course.questions import draw_variant, find_question, self_study_key
    >>> space_for(draw_variant(find_question("m1.signals.q_alias"), self_study_key("", 1))).unit
    'Hz'
    """
    return _SPACES.get(variant.question.kind, _lines)(variant)


def _numeric(variant: Variant) -> AnswerSpace:
    """Room for working that grows with the minutes, and a field."""
    question = variant.question
    assert isinstance(question, NumericQuestion)
    asked = f"Give a number in {question.unit}." if question.unit else "Give a number."
    return AnswerSpace(f"{asked} Show your working.", working_cm=1.0 + 0.7 * question.minutes, unit=question.unit)


def _choice(variant: Variant) -> AnswerSpace:
    """Boxes beside the options."""
    return AnswerSpace(f"Tick one of {LETTERS[0]} to {LETTERS[len(variant.options) - 1]}.")


def _order(variant: Variant) -> AnswerSpace:
    """A row of fields."""
    return AnswerSpace("Write the letters in order.", places=len(variant.options))


def _essay(variant: Variant) -> AnswerSpace:
    """Lines for as many words as are asked for, and some more."""
    question = variant.question
    assert isinstance(question, EssayQuestion)
    lines = -(-question.words // _WORDS_A_LINE) + 2
    return AnswerSpace("Answer in sentences.", lines=max(lines, 6))  # the question says how many words


def _code(variant: Variant) -> AnswerSpace:
    """The head of the function and lines for its body."""
    question = variant.question
    assert isinstance(question, CodeQuestion)
    return AnswerSpace("Write the body of the function.", lines=8, code=question.stub(variant.parameters).rstrip())


def _train(variant: Variant) -> AnswerSpace:
    """Nothing can be trained on paper."""
    return AnswerSpace("Answer this question in the notebook of this exam.")


def _lines(variant: Variant) -> AnswerSpace:
    """Lines."""
    return AnswerSpace("Write your answer here.", lines=8)


_SPACES: dict[str, Callable[[Variant], AnswerSpace]] = {
    "numeric": _numeric,
    "choice": _choice,
    "order": _order,
    "essay": _essay,
    "code": _code,
    "train": _train,
}
