"""Questions that are answered in words and marked by hand with a rubric."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from .question import Grade, Option, Parameters, Question, Variant
from .streams import HashStream

__all__ = ["EssayQuestion", "RubricItem"]


@dataclass(frozen=True)
class RubricItem:
    """A thought that earns marks.

    Parameters
    ----------
    text : str
        What the marker looks for, one sentence.
    marks : float
        What it is worth; halves are allowed.

    Raises
    ------
    ValueError
        If it is worth nothing.
    """

    text: str
    marks: float

    def __post_init__(self) -> None:
        if not self.marks > 0:
            raise ValueError(f"marks must be > 0, got {self.marks!r}")


class EssayQuestion(Question):
    """The answer is a short text. ``solve`` gives a model answer, ``rubric`` what earns marks.

    ``distractors`` may stay empty; where they are not, each is a passage that shows the misconception, for the marker.

    Class attributes
    ----------------
    words : int
        About how long an answer should be; said in the question and used for the space on a sheet.
    """

    kind: ClassVar[str] = "essay"
    words: ClassVar[int] = 120
    longest: ClassVar[int] = 50_000  # characters; more is no answer

    @abstractmethod
    def rubric(self, parameters: Parameters) -> tuple[RubricItem, ...]:
        """What earns marks; they sum to ``marks``."""

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """None: a text is not compared with anything."""
        return {}

    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """None: the answer is written."""
        return ()

    def grade(self, variant: Variant, answer: Any) -> Grade:
        """Any text waits for a person; anything else is no answer."""
        if not isinstance(answer, str) or not answer.strip():
            return Grade(0.0, "the answer must be a text in words", valid=False)
        if len(answer) > self.longest:
            return Grade(0.0, f"the answer must have at most {self.longest} characters", valid=False)
        return Grade(0.0, "marked by hand with the rubric", by_hand=True)

    def key(self, variant: Variant) -> str:
        """The rubric in words, then the model answer."""
        lines = [f"[{item.marks:g}] {item.text}" for item in self.rubric(variant.parameters)]
        return "\n".join([*lines, f"Model answer: {variant.answer}"])

    def confusions(self, parameters: Parameters) -> list[str]:
        """A rubric whose marks are not those of the question, or that has one item only."""
        items = self.rubric(parameters)
        reasons = [] if len(items) >= 2 else ["the rubric must have at least two items"]
        total = sum(item.marks for item in items)
        if abs(total - self.marks) > 1e-9:
            reasons.append(f"the rubric must sum to {self.marks} marks, got {total:g}")
        return reasons
