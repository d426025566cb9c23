"""Questions whose answer is one number with a unit."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..misconceptions import MISCONCEPTIONS
from .quantities import parse_quantity
from .question import Grade, Option, Parameters, Question, Variant
from .streams import HashStream

__all__ = ["NumericQuestion"]


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
