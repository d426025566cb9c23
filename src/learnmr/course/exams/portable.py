"""A question as learning platforms know questions: what Moodle and Canvas are written from, and what is read back.

=========  =====================  ==========================================  =========================================
kind       of the bank's kinds    in Moodle                                   in Canvas (classic quizzes)
=========  =====================  ==========================================  =========================================
choice     choice                 multichoice, single                         multiple_choice_question
multiple   (none of the bank)     multichoice, several                        multiple_answers_question
numeric    numeric                numerical: tolerance, units, wrong answers  numerical_question: range, no units
order      order                  cloze: a drop-down for each place           matching_question: places and steps
essay      essay, code            essay: rubric for the grader, code stub     essay_question: rubric as feedback
upload     train                  essay with a file attached                  file_upload_question
=========  =====================  ==========================================  =========================================

An order is graded place by place on both platforms, not by pairs as learnmr does. Code is marked by hand there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..misconceptions import MISCONCEPTIONS
from ..questions.contract import (
    CodeQuestion,
    EssayQuestion,
    NumericQuestion,
    OrderQuestion,
    Variant,
)
from ..questions.quantities import UNITS
from .images import Image, image_of

__all__ = ["KINDS", "PortableGroup", "PortableNumber", "PortableOption", "PortableQuestion", "portable"]

KINDS = ("choice", "multiple", "numeric", "order", "essay", "upload")
#: characters that no file in XML may hold
_ILLEGAL = {chr(code) for code in range(32)} - {"\t", "\n", "\r"} | {"\ufffe", "\uffff"}


@dataclass(frozen=True)
class PortableOption:
    """Something to choose, or a step to be ordered.

    Parameters
    ----------
    text : str
        Plain text.
    fraction : float
        Part of the marks, from -1 to 1; 0 for a step.
    feedback : str
        To whoever chose it.
    """

    text: str
    fraction: float = 0.0
    feedback: str = ""


@dataclass(frozen=True)
class PortableNumber:
    """A number that an answer is compared with.

    Parameters
    ----------
    value, tolerance : float
        In the unit asked for.
    fraction : float
        Part of the marks: 1 for the right answer, 0 for a wrong one that has a name.
    feedback : str
        To whoever gave it.
    """

    value: float
    tolerance: float
    fraction: float = 1.0
    feedback: str = ""


@dataclass(frozen=True)
class PortableQuestion:
    """A question with its numbers, in plain text.

    Parameters
    ----------
    ident : str
        Unique in an export.
    title : str
        Title and number of the variant.
    kind : str
        One of :data:`KINDS`.
    text : str
        The question.
    how : str
        One sentence on the form of the answer.
    marks : float
        What it is worth.
    options : tuple of PortableOption
        In the order shown.
    order : tuple of int
        For an order: places in ``options``, right order.
    numbers : tuple of PortableNumber
        For a number: the right one first.
    units : tuple of (str, float)
        Unit -> how many of it make one of the unit asked for, which stands first.
    explanation : str
        The way, shown after the exam.
    for_marker : str
        How marks are given by hand.
    template : str
        What an answer begins with.
    image : Image or None
        The figure.
    """

    ident: str
    title: str
    kind: str
    text: str
    how: str
    marks: float
    options: tuple[PortableOption, ...] = ()
    order: tuple[int, ...] = ()
    numbers: tuple[PortableNumber, ...] = ()
    units: tuple[tuple[str, float], ...] = ()
    explanation: str = ""
    for_marker: str = ""
    template: str = ""
    image: Image | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        written = [self.title, self.text, self.explanation, self.for_marker, self.template]
        for text in (*written, *(option.text + option.feedback for option in self.options)):
            if _ILLEGAL & set(text):
                raise ValueError(f"text of {self.ident} must have no control characters, got {text[:60]!r}")


@dataclass(frozen=True)
class PortableGroup:
    """The variants of one question, from which a platform draws one.

    Parameters
    ----------
    label, title : str
        Of the question in the exam.
    marks : float
        What one variant is worth.
    variants : tuple of PortableQuestion
        At least one.
    """

    label: str
    title: str
    marks: float
    variants: tuple[PortableQuestion, ...]


def portable(variant: Variant, *, ident: str, title: str, marks: float) -> PortableQuestion:
    """A variant as platforms know it.

    Parameters
    ----------
    variant : Variant
        The question with its numbers.
    ident : str
        Unique in an export.
    title : str
        As the instructor sees it.
    marks : float
        What it is worth.

    Returns
    -------
    PortableQuestion
        A kind that is not known becomes an essay, marked by hand.
    """
    plain = PortableQuestion(
        ident, title, "essay", variant.text, "", marks, explanation=variant.explanation, image=image_of(variant)
    )
    return _KINDS.get(variant.question.kind, _unknown)(plain, variant)


def _choice(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """One option is right; the others say which misconception they are."""
    options = tuple(
        PortableOption(option.text, 1.0)
        if option.misconception is None
        else PortableOption(option.text, 0.0, MISCONCEPTIONS[option.misconception])
        for option in variant.options
    )
    return replace(plain, kind="choice", how="Choose one.", options=options)


def _numeric(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """The right number first: a platform takes the first that fits."""
    question = variant.question
    assert isinstance(question, NumericQuestion)
    right = float(variant.answer)
    numbers = [PortableNumber(right, question.tolerance(right))]
    numbers += [
        PortableNumber(float(wrong), question.tolerance(float(wrong)), 0.0, MISCONCEPTIONS[name])
        for name, wrong in question.distractors(variant.parameters).items()
    ]
    how = f"Give a number in {question.unit}." if question.unit else "Give a number."
    return replace(plain, kind="numeric", how=how, numbers=tuple(numbers), units=_units(question.unit))


def _units(unit: str) -> tuple[tuple[str, float], ...]:
    """The unit asked for, then the others that measure the same."""
    if not unit:
        return ()
    measures, factor = UNITS[unit]
    others = [(name, factor / other) for name, (what, other) in UNITS.items() if what == measures and name]
    return ((unit, 1.0), *((name, ratio) for name, ratio in others if name != unit))


def _order(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """Steps as shown, and their right order."""
    assert isinstance(variant.question, OrderQuestion)
    shown = [option.text for option in variant.options]
    order = tuple(shown.index(str(step)) for step in variant.answer)
    options = tuple(PortableOption(text) for text in shown)
    return replace(plain, kind="order", how="Choose the step for each place.", options=options, order=order)


def _essay(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """The rubric for the grader, in the marks of this exam."""
    question = variant.question
    assert isinstance(question, EssayQuestion)
    scale = plain.marks / question.marks
    lines = [f"[{item.marks * scale:g}] {item.text}" for item in question.rubric(variant.parameters)]
    lines.append(f"Model answer: {variant.answer}")
    return replace(plain, how="Answer in sentences.", for_marker="\n".join(lines))


def _code(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """The head of the function to begin with; the properties for the grader."""
    question = variant.question
    assert isinstance(question, CodeQuestion)
    return replace(
        plain,
        how="Write the function in Python.",
        for_marker=variant.key,
        template=question.stub(variant.parameters).rstrip(),
    )


def _train(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """A notebook is handed in."""
    return replace(plain, kind="upload", how="Hand in your notebook as a file.", for_marker=variant.key)


def _unknown(plain: PortableQuestion, variant: Variant) -> PortableQuestion:
    """A kind that a private bank has added."""
    return replace(plain, how="Write your answer.", for_marker=variant.key)


_KINDS: dict[str, Callable[[PortableQuestion, Variant], PortableQuestion]] = {
    "choice": _choice,
    "numeric": _numeric,
    "order": _order,
    "essay": _essay,
    "code": _code,
    "train": _train,
}
