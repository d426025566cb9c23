"""Questions with options to choose from, and with steps to put in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from ..misconceptions import MISCONCEPTIONS
from .question import LETTERS, Grade, Option, Parameters, Question, Variant
from .streams import HashStream

__all__ = ["ChoiceQuestion", "OrderQuestion"]


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
