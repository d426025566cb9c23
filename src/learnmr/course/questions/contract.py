"""The contract of a question: one object serves self-study, homework, exams, printed sheets and exports.

A question is a class. ``generate`` draws parameters from a :class:`~learnmr.course.questions.streams.HashStream` and
rounds them as they are shown; everything after is a pure function of these parameters: ``text``, ``solve``,
``distractors`` (each the answer to which a named misconception leads), ``figure``, ``explain``, ``grade``.
Subclass :class:`NumericQuestion`, :class:`ChoiceQuestion` or :class:`OrderQuestion`, put an object into ``QUESTIONS``
of a module of ``questions/bank``, and :func:`~learnmr.course.questions.stress.stress` says whether it keeps the
contract.

Texts are plain, with Unicode for symbols and no LaTeX: the same words go to a notebook, a page, a sheet and an LMS.
"""

from __future__ import annotations

import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from ..misconceptions import MISCONCEPTIONS
from .quantities import UNITS, parse_quantity
from .streams import HashStream

__all__ = [
    "LETTERS",
    "ChoiceQuestion",
    "Grade",
    "NumericQuestion",
    "Option",
    "OrderQuestion",
    "Question",
    "Variant",
    "draw_variant",
    "variant_of",
]

LETTERS = "ABCDEFGHIJ"
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
    """

    score: float
    message: str
    misconception: str | None = None
    valid: bool = True

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
    kind : str
        ``numeric``, ``choice``, ``order``, or what a subclass adds.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    goal: ClassVar[str]
    marks: ClassVar[int] = 2
    minutes: ClassVar[int] = 3
    difficulty: ClassVar[int] = 2
    recasts: ClassVar[bool] = False
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
        """The right answer, from the shown numbers."""

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


class NumericQuestion(Question):
    """The answer is one number with a unit.

    Class attributes
    ----------------
    unit : str
        A key of :data:`~learnmr.course.questions.quantities.UNITS`.
    relative_tolerance, absolute_tolerance : float
        The answer is right within the larger of both.
    digits : int
        Significant digits in the key.
    """

    kind: ClassVar[str] = "numeric"
    unit: ClassVar[str] = ""
    relative_tolerance: ClassVar[float] = 0.02
    absolute_tolerance: ClassVar[float] = 0.0
    digits: ClassVar[int] = 4

    def tolerance(self, value: float) -> float:
        """How far an answer may lie from a value, in the unit."""
        return max(self.absolute_tolerance, self.relative_tolerance * abs(value))

    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """None: the answer is typed."""
        return ()

    def grade(self, variant: Variant, answer: Any) -> Grade:
        """Right within the tolerance; else the misconception whose answer it is."""
        try:
            value = parse_quantity(answer, self.unit)
        except ValueError as error:
            return Grade(0.0, str(error), valid=False)
        right = float(variant.answer)
        if abs(value - right) <= self.tolerance(right):
            return Grade(1.0, "right")
        for name, wrong in self.distractors(variant.parameters).items():
            if abs(value - wrong) <= self.tolerance(wrong):
                return Grade(0.0, MISCONCEPTIONS[name], name)
        return Grade(0.0, "not this number")

    def key(self, variant: Variant) -> str:
        """The number and its unit."""
        return f"{float(variant.answer):.{self.digits}g} {self.unit}".strip()

    def confusions(self, parameters: Parameters) -> list[str]:
        """Answers that are not finite, or nearer than both tolerances together."""
        answers = {"right": float(self.solve(parameters))} | {
            name: float(value) for name, value in self.distractors(parameters).items()
        }
        reasons = [f"{name} is not finite" for name, value in answers.items() if not math.isfinite(value)]
        names = list(answers)
        for index, first in enumerate(names):
            for second in names[index + 1 :]:
                apart = abs(answers[first] - answers[second])
                if not apart > self.tolerance(answers[first]) + self.tolerance(answers[second]):
                    reasons.append(f"{first} and {second} are too near")
        return reasons


class ChoiceQuestion(Question):
    """One of several options is right; each of the others belongs to a misconception. ``solve`` gives the text."""

    kind: ClassVar[str] = "choice"

    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """Right and wrong options, shuffled."""
        wrong = [Option(str(text), name) for name, text in self.distractors(parameters).items()]
        return tuple(stream.shuffled([Option(str(self.solve(parameters))), *wrong]))

    def grade(self, variant: Variant, answer: Any) -> Grade:
        """The answer is a letter, or the text of an option."""
        chosen = _chosen(variant.options, answer)
        if chosen is None:
            letters = ", ".join(LETTERS[: len(variant.options)])
            return Grade(0.0, f"the answer must be one of {letters}", valid=False)
        if chosen.misconception is None:
            return Grade(1.0, "right")
        return Grade(0.0, MISCONCEPTIONS[chosen.misconception], chosen.misconception)

    def key(self, variant: Variant) -> str:
        """The letter."""
        right = next(index for index, option in enumerate(variant.options) if option.misconception is None)
        return LETTERS[right]

    def confusions(self, parameters: Parameters) -> list[str]:
        """Options that read the same."""
        texts = [str(self.solve(parameters)), *map(str, self.distractors(parameters).values())]
        return [] if len(set(texts)) == len(texts) else ["two options read the same"]


class OrderQuestion(Question):
    """Steps are put in order. ``solve`` gives the steps in the right order, ``distractors`` orders that are wrong."""

    kind: ClassVar[str] = "order"

    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """The steps, shuffled, but never in the right order already."""
        steps = [Option(str(step)) for step in self.solve(parameters)]
        while True:
            shown = stream.shuffled(steps)
            if shown != steps:
                return tuple(shown)

    def grade(self, variant: Variant, answer: Any) -> Grade:
        """Letters in order; part marks for the pairs of steps that stand in the right order, above one half."""
        given = self._steps(variant, answer)
        if given is None:
            letters = ", ".join(LETTERS[: len(variant.options)])
            return Grade(0.0, f"the answer must name each of {letters} once", valid=False)
        right = [str(step) for step in variant.answer]
        if given == right:
            return Grade(1.0, "right")
        places = [right.index(step) for step in given]
        n = len(places)
        in_order = sum(places[i] < places[j] for i in range(n) for j in range(i + 1, n)) / (n * (n - 1) / 2)
        score = min(0.9, max(0.0, 2 * in_order - 1))  # a random order is worth nothing
        for name, wrong in self.distractors(variant.parameters).items():
            if given == [str(step) for step in wrong]:
                return Grade(score, MISCONCEPTIONS[name], name)
        return Grade(score, "not in this order")

    def key(self, variant: Variant) -> str:
        """The letters in the right order."""
        return self.letters(variant, variant.answer)

    def letters(self, variant: Variant, steps: Sequence[Any]) -> str:
        """Letters of steps, as they are shown in this variant."""
        shown = [option.text for option in variant.options]
        return "".join(LETTERS[shown.index(str(step))] for step in steps)

    def confusions(self, parameters: Parameters) -> list[str]:
        """Steps that read the same, or orders that are not orders of the same steps."""
        right = [str(step) for step in self.solve(parameters)]
        reasons = [] if len(set(right)) == len(right) >= 3 else ["steps must be at least three, and differ"]
        for name, wrong in self.distractors(parameters).items():
            if sorted(map(str, wrong)) != sorted(right) or list(map(str, wrong)) == right:
                reasons.append(f"{name} must be another order of the same steps")
        return reasons

    def _steps(self, variant: Variant, answer: Any) -> list[str] | None:
        """The steps that the letters (or texts) name, None where they are not a whole order."""
        n = len(variant.options)
        if isinstance(answer, str):
            letters = re.sub(r"[\s,;>→-]", "", answer).upper()
            if sorted(letters) != sorted(LETTERS[:n]):
                return None
            return [variant.options[LETTERS.index(letter)].text for letter in letters]
        if isinstance(answer, list | tuple) and all(isinstance(item, str) for item in answer):
            if sorted(answer) == sorted(option.text for option in variant.options):
                return list(answer)
            return self._steps(variant, "".join(answer))
        return None


def _chosen(options: Sequence[Option], answer: Any) -> Option | None:
    """The option that a letter or a text names."""
    if not isinstance(answer, str):
        return None
    for option in options:
        if answer.strip() == option.text:
            return option
    letter = answer.strip().upper().rstrip(".)")
    if len(letter) == 1 and letter in LETTERS[: len(options)]:
        return options[LETTERS.index(letter)]
    return None


def plain_parameters(parameters: Parameters) -> bool:
    """True where the parameters survive JSON unchanged: they are saved beside every exam."""
    try:
        return bool(json.loads(json.dumps(dict(parameters), allow_nan=False)) == dict(parameters))
    except (TypeError, ValueError):
        return False


def check_unit(question: Question) -> bool:
    """True where the unit of a numeric question is known."""
    return not isinstance(question, NumericQuestion) or question.unit in UNITS
