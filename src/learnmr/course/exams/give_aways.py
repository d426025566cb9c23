"""Questions of an exam must not give each other's answers away.

Numbers of two questions are drawn apart, so what is given away is given by words: the right option of one stands in the
text of the other, its steps stand there in order, or a number with its unit does in most variants. Some variants of
each question are drawn with keys that everybody has; what shows in at least half of them is no chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..questions.contract import NumericQuestion, OrderQuestion, Question, Variant, draw_variant
from ..questions.streams import self_study_key
from .specs import ExamSpec

__all__ = ["check_give_aways", "give_aways", "gives_away", "shown_answers"]

_N_DRAWS = 12
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = r"[-−]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
#: words that say nothing
_IDLE = frozenset(
    (
        "the",
        "and",
        "for",
        "with",
        "that",
        "this",
        "which",
        "from",
        "are",
        "not",
        "its",
        "has",
        "have",
        "was",
        "than",
        "then",
        "when",
        "what",
        "how",
        "many",
        "one",
        "two",
        "all",
        "each",
        "only",
        "into",
        "more",
        "less",
        "same",
        "other",
        "their",
        "they",
        "them",
        "does",
        "will",
        "can",
        "may",
        "must",
        "after",
        "before",
        "over",
        "under",
        "between",
        "about",
    )
)


def check_give_aways(spec: ExamSpec) -> None:
    """Refuse an exam in which one question gives another away, unless the specification allows the pair.

    Raises
    ------
    ValueError
        If there is such a pair; the message names it and how to allow it.
    """
    for giver, taker in give_aways([item.question for item in spec.items]):
        if frozenset((giver, taker)) not in spec.together:
            raise ValueError(
                f"questions of an exam must not give each other away: {giver} shows the answer of {taker}; "
                "take another one, or allow the pair with [[allow_together]] and say why"
            )


def give_aways(questions: Sequence[Question], *, n_draws: int = _N_DRAWS) -> list[tuple[str, str]]:
    """Pairs of slugs: the first shows the answer of the second.

    Parameters
    ----------
    questions : sequence of Question
        Those of one exam.
    n_draws : int
        Variants of each that are looked at.

    Returns
    -------
    list of (str, str)
        Giver and taker.
    """
    drawn = [
        [draw_variant(question, self_study_key(question.slug, seed)) for seed in range(n_draws)]
        for question in questions
    ]
    seen = [[_seen(variant) for variant in variants] for variants in drawn]
    stands = [[_answer(variant) for variant in variants] for variants in drawn]
    found = []
    for giver, texts in zip(questions, seen, strict=True):
        for taker, answers in zip(questions, stands, strict=True):
            if giver is taker:
                continue
            shown = sum(answer(text) for text, answer in zip(texts, answers, strict=True))
            if 2 * shown >= n_draws:
                found.append((giver.slug, taker.slug))
    return found


def gives_away(giver: Variant, taker: Variant) -> bool:
    """Whether the text or an option of one variant shows the answer of another."""
    return _answer(taker)(_seen(giver))


def shown_answers(variants: Mapping[str, Variant]) -> list[tuple[str, str]]:
    """Pairs of labels on one paper: the first shows the answer of the second, be it by chance."""
    seen = {label: _seen(variant) for label, variant in variants.items()}
    stands = {label: _answer(variant) for label, variant in variants.items()}
    return [
        (giver, taker)
        for giver, text in seen.items()
        for taker, answer in stands.items()
        if giver != taker and answer(text)
    ]


@dataclass(frozen=True)
class _Seen:
    """What a student reads in a question: as it stands, and the words of each sentence."""

    text: str
    sentences: tuple[frozenset[str], ...]


def _seen(variant: Variant) -> _Seen:
    """Title, text and options."""
    text = "\n".join([variant.question.title, variant.text, *(option.text for option in variant.options)])
    return _Seen(text, tuple(frozenset(_words(sentence)) for sentence in re.split(r"[.?!:]\s|\n", text)))


def _answer(taker: Variant) -> Callable[[_Seen], bool]:
    """Whether the answer of a variant is to be seen somewhere."""
    question = taker.question
    if isinstance(question, NumericQuestion):
        return _number_stands(float(taker.answer), question)
    if isinstance(question, OrderQuestion):
        return _steps_stand([str(step) for step in taker.answer])
    return _option_stands(taker) if taker.options else lambda seen: False


def _number_stands(right: float, question: NumericQuestion) -> Callable[[_Seen], bool]:
    """A number with its unit; plain numbers are everywhere and tell nothing."""
    if not question.unit:
        return lambda seen: False
    pattern = re.compile(rf"({_NUMBER})\s*{re.escape(question.unit)}(?!\w)")
    tolerance = question.tolerance(right)

    def stands(seen: _Seen) -> bool:
        shown = (float(match[1].replace(",", ".").replace("−", "-")) for match in pattern.finditer(seen.text))
        return any(abs(number - right) <= tolerance for number in shown)

    return stands


def _steps_stand(steps: Sequence[str]) -> Callable[[_Seen], bool]:
    """At least three steps, in their order."""

    def stands(seen: _Seen) -> bool:
        places = [place for place in map(seen.text.find, steps) if place >= 0]
        return len(places) >= 3 and places == sorted(places)

    return stands


def _option_stands(taker: Variant) -> Callable[[_Seen], bool]:
    """The right option, or all words that only it has, in one sentence."""
    right = next(option.text for option in taker.options if option.misconception is None)
    wrong = {word for option in taker.options if option.misconception is not None for word in _words(option.text)}
    telling = _words(right) - wrong - _words(taker.text)

    def stands(seen: _Seen) -> bool:
        if len(right) > 15 and right.casefold() in seen.text.casefold():
            return True
        return len(telling) >= 2 and any(telling <= sentence for sentence in seen.sentences)

    return stands


def _words(text: str) -> set[str]:
    """Words that say something, without their endings."""
    return {re.sub(r"(?:es|s|ed|ing)$", "", word) for word in _WORD.findall(text.casefold()) if word not in _IDLE}
