"""What every question is: parameters drawn, answers computed from them, grades given; and a variant for one student."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from .streams import HashStream

__all__ = [
    "LETTERS",
    "USES",
    "Grade",
    "Option",
    "Parameters",
    "Question",
    "Variant",
    "draw_variant",
    "plain_parameters",
    "variant_of",
]

LETTERS = "ABCDEFGHIJ"
#: where a question may be asked
USES = ("self-study", "exam")
_TRIES = 200

#: plain values by name, as JSON can hold them
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Grade:
    """What an answer is worth.

    Parameters
    ----------
    score : float
        From 0 to 1.
    message : str
        To the student; does not give the answer away.
    misconception : str or None
        The wrong path that leads to this very answer.
    valid : bool
        False where the answer could not be read at all.
    by_hand : bool
        True where a person must mark it with the rubric; the score then says nothing yet.
    """

    score: float
    message: str
    misconception: str | None = None
    valid: bool = True
    by_hand: bool = False

    @property
    def right(self) -> bool:
        """True for full marks."""
        return self.score >= 1.0


@dataclass(frozen=True)
class Option:
    """Something to choose or to put in order.

    Parameters
    ----------
    text : str
        What is shown.
    misconception : str or None
        Whom it attracts; None for the right option, and for steps to be ordered.
    """

    text: str
    misconception: str | None = None


class Question(ABC):
    """A question with parameters.

    Class attributes
    ----------------
    slug : str
        Permanent name, ``"m1.signals.q_alias"``; the first two words are the lesson.
    title : str
        A few words.
    goal : str
        The learning goal that it tests.
    marks, minutes : int
        For exams.
    difficulty : int
        1 recall, 2 application, 3 transfer.
    recasts : bool
        Whether it is about recasting a problem for learning.
    uses : tuple of str
        Where it may be asked: :data:`USES`, or one of them. A quiz shows those for self-study that can be graded at
        once, an exam is made of those for exams.
    kind : str
        ``numeric``, ``choice``, ``order``, ``essay``, ``code`` or ``train``.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    goal: ClassVar[str]
    marks: ClassVar[int] = 2
    minutes: ClassVar[int] = 3
    difficulty: ClassVar[int] = 2
    recasts: ClassVar[bool] = False
    uses: ClassVar[tuple[str, ...]] = ("self-study", "exam")
    kind: ClassVar[str]

    @property
    def lesson(self) -> str:
        """Slug of the lesson."""
        return self.slug.rpartition(".")[0]

    @abstractmethod
    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Draw the parameters: plain values, rounded as they are shown."""

    @abstractmethod
    def text(self, parameters: Parameters) -> str:
        """The question."""

    @abstractmethod
    def solve(self, parameters: Parameters) -> Any:
        """The right answer, from the shown numbers; a model answer of an essay, a reference function of code."""

    @abstractmethod
    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Misconception -> the answer that it leads to."""

    @abstractmethod
    def explain(self, parameters: Parameters) -> str:
        """The way to the answer, for the key and for self-study."""

    def figure(self, parameters: Parameters) -> Any | None:
        """A :class:`~learnmr.plots.Picture` where something is read off a plot, else None."""
        return None

    @abstractmethod
    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """What is shown to choose from, in the order shown; empty for open answers."""

    @abstractmethod
    def grade(self, variant: Variant, answer: Any) -> Grade:
        """Marks for an answer; never raises."""

    @abstractmethod
    def key(self, variant: Variant) -> str:
        """The answer as a key prints it."""

    @abstractmethod
    def confusions(self, parameters: Parameters) -> list[str]:
        """Why these parameters are unfit: answers not finite or too near each other. Empty where they are fit."""


@dataclass(frozen=True)
class Variant:
    """A question with its numbers: what one student sees.

    Parameters
    ----------
    question : Question
        The question.
    parameters : mapping
        Its parameters.
    options : tuple of Option
        In the order shown.
    """

    question: Question
    parameters: Parameters
    options: tuple[Option, ...] = field(default=())

    @property
    def text(self) -> str:
        """The question in words."""
        return self.question.text(self.parameters)

    @property
    def answer(self) -> Any:
        """The right answer, solved anew."""
        return self.question.solve(self.parameters)

    @property
    def key(self) -> str:
        """The right answer as a key prints it: ``"12.5 Hz"``, ``"B"``, ``"BADC"``."""
        return self.question.key(self)

    @property
    def explanation(self) -> str:
        """The way to the answer."""
        return self.question.explain(self.parameters)

    def figure(self) -> Any | None:
        """The figure, or None."""
        return self.question.figure(self.parameters)

    def grade(self, answer: Any) -> Grade:
        """Marks for an answer; a malformed one is worth nothing and raises nothing."""
        try:
            return self.question.grade(self, answer)
        except Exception as error:  # whatever a student hands in
            return Grade(0.0, f"the answer could not be read ({type(error).__name__})", valid=False)

    def to_dict(self) -> dict[str, Any]:
        """What is saved beside an exam: enough to make the same variant again with :func:`variant_of`."""
        return {
            "question": self.question.slug,
            "parameters": dict(self.parameters),
            "options": [option.text for option in self.options],
            "key": self.key,
        }


def draw_variant(question: Question, key: bytes) -> Variant:
    """Draw a variant of a question.

    Parameters
    ----------
    question : Question
        The question.
    key : bytes
        From :func:`~learnmr.course.questions.streams.exam_key` or ``self_study_key``.

    Returns
    -------
    Variant
        With parameters for which all answers are finite and apart: unfit ones are drawn again.

    Raises
    ------
    RuntimeError
        If no fit parameters were found: the question breaks the contract.
    """
    stream = HashStream(key)
    reasons: list[str] = []
    for _ in range(_TRIES):
        parameters = MappingProxyType(question.generate(stream))
        reasons = question.confusions(parameters)
        if not reasons:
            return Variant(question, parameters, question.options(parameters, stream))
    raise RuntimeError(f"{question.slug} must give fit parameters, {_TRIES} draws failed: {reasons}")


def variant_of(question: Question, saved: Mapping[str, Any]) -> Variant:
    """The variant that :meth:`Variant.to_dict` described.

    Raises
    ------
    ValueError
        If it is of another question, or the options are not those of these parameters.
    """
    if saved["question"] != question.slug:
        raise ValueError(f"saved must be a variant of {question.slug}, got {saved['question']!r}")
    parameters = MappingProxyType(dict(saved["parameters"]))
    made = {option.text: option for option in question.options(parameters, HashStream(bytes(32)))}
    if sorted(made) != sorted(saved["options"]):
        raise ValueError(f"saved options must be those of {question.slug}, got {list(saved['options'])}")
    return Variant(question, parameters, tuple(made[text] for text in saved["options"]))


def plain_parameters(parameters: Parameters) -> bool:
    """True where the parameters survive JSON unchanged: they are saved beside every exam."""
    try:
        return bool(json.loads(json.dumps(dict(parameters), allow_nan=False)) == dict(parameters))
    except (TypeError, ValueError):
        return False
