"""Questions that are answered by a function: graded by properties and against the reference at fresh arguments."""

from __future__ import annotations

import hashlib
import json
import warnings
from abc import abstractmethod
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..misconceptions import MISCONCEPTIONS
from .question import Grade, Option, Parameters, Question, Variant
from .streams import HashStream

if TYPE_CHECKING:  # exercises draw personal numbers from the streams of this package
    from ..exercises import Property

__all__ = ["CodeQuestion", "does_not_hold"]

_FRESH = "it agrees with the reference at fresh arguments"


class CodeQuestion(Question):
    """The answer is a function. ``solve`` gives the reference, ``distractors`` functions that are wrong.

    The score is the part of the properties that hold, the comparison with the reference at fresh arguments being one
    of them; where that one fails, it is at most one half. Arguments and results are numbers, arrays, lists of them:
    whoever grades may send them into a sandbox and get them back as data.

    Class attributes
    ----------------
    function : str
        Name of the function.
    n_fresh : int
        At how many fresh arguments it is compared.
    relative_tolerance : float
        Of the comparison, relative to the largest value of the result.
    """

    kind: ClassVar[str] = "code"
    function: ClassVar[str]
    n_fresh: ClassVar[int] = 4
    relative_tolerance: ClassVar[float] = 1e-6

    @abstractmethod
    def stub(self, parameters: Parameters) -> str:
        """The line ``def …:`` and the docstring, without a body."""

    @abstractmethod
    def properties(self, parameters: Parameters) -> tuple[Property, ...]:
        """What holds for a right function: physical identities before single values."""

    @abstractmethod
    def fresh(self, parameters: Parameters, stream: HashStream) -> tuple[Any, ...]:
        """Arguments at which the answer is compared with the reference."""

    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """None: the answer is written."""
        return ()

    def arguments(self, parameters: Parameters) -> list[tuple[Any, ...]]:
        """All fresh arguments: the same for the same parameters."""
        return _arguments(self, json.dumps(dict(parameters), sort_keys=True))

    def grade(self, variant: Variant, answer: Any) -> Grade:
        """The part of the properties that hold; else the misconception that gives the same values."""
        if not callable(answer):
            return Grade(0.0, f"the answer must be the function {self.function}", valid=False)
        parameters = variant.parameters
        checks = [(check.label, check.holds) for check in self.properties(parameters)]
        checks.append((_FRESH, lambda function: self._agrees(parameters, function)))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                failed = [(label, why) for label, holds in checks if (why := does_not_hold(holds, answer)) is not None]
            except NotImplementedError:
                return Grade(0.0, f"{self.function} is not written yet", valid=False)
            if not failed:
                return Grade(1.0, f"all {len(checks)} checks hold")
            score = 1.0 - len(failed) / len(checks)
            if failed[-1][0] == _FRESH:
                score = min(score, 0.5)
            name = self._recognise(parameters, answer)
        label, why = failed[0]
        message = f"{len(checks) - len(failed)} of {len(checks)} checks hold; does not hold: {label}"
        message += f" ({why})" if why else ""
        return Grade(score, f"{message}. {MISCONCEPTIONS[name]}" if name else message, name)

    def key(self, variant: Variant) -> str:
        """The mark scheme in words."""
        labels = [check.label for check in self.properties(variant.parameters)] + [_FRESH]
        return (
            f"A function {self.function}; each of these {len(labels)} counts the same, and at most half of the marks "
            f"are given where the last one fails: {'; '.join(labels)}."
        )

    def confusions(self, parameters: Parameters) -> list[str]:
        """Fewer than two properties."""
        return [] if len(self.properties(parameters)) >= 2 else ["properties must be at least two"]

    def _agrees(self, parameters: Parameters, function: Callable[..., Any]) -> bool | str:
        """Whether the function gives what the reference gives, everywhere."""
        reference = self.solve(parameters)
        arguments = self.arguments(parameters)
        wrong = sum(not self._alike(function, reference, one) for one in arguments)
        return True if not wrong else f"another value at {wrong} of {len(arguments)} arguments"

    def _recognise(self, parameters: Parameters, function: Callable[..., Any]) -> str | None:
        """The misconception whose function gives the same values, everywhere."""
        arguments = self.arguments(parameters)
        for name, wrong in self.distractors(parameters).items():
            try:
                if all(self._alike(function, wrong, one) for one in arguments):
                    return name
            except (Exception, SystemExit):  # the answer fails where the wrong function does not
                continue
        return None

    def _alike(self, function: Callable[..., Any], other: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
        """Whether two functions give the same for their own copies of the arguments."""
        expected = np.asarray(other(*map(_copy, arguments)), dtype=complex)
        given = np.asarray(function(*map(_copy, arguments)), dtype=complex)
        if given.shape != expected.shape or not np.all(np.isfinite(given)):
            return False
        scale = float(np.max(np.abs(expected), initial=0.0))
        return bool(np.all(np.abs(given - expected) <= self.relative_tolerance * scale))


def does_not_hold(holds: Callable[[Any], bool | str], answer: Any) -> str | None:
    """None where something holds of an answer; else why not, empty where there is nothing to say.

    Raises
    ------
    NotImplementedError
        If the answer raises it: it is not written yet.
    """
    try:
        verdict = holds(answer)
    except NotImplementedError:
        raise
    except SystemExit:
        return "the code calls exit"
    except Exception as error:  # whatever a student's code raises
        return f"{type(error).__name__}: {str(error)[:200]}"
    if isinstance(verdict, str):
        return verdict
    return None if verdict else ""


@lru_cache(maxsize=8)
def _arguments(question: CodeQuestion, parameters: str) -> list[tuple[Any, ...]]:
    """Fresh arguments, drawn once while the answers to a variant are graded; nobody is handed them but as copies."""
    key = hashlib.sha256(f"learnmr fresh arguments {question.slug} {parameters}".encode()).digest()
    stream = HashStream(key)
    return [question.fresh(json.loads(parameters), stream) for _ in range(question.n_fresh)]


def _copy(item: Any) -> Any:
    """Arrays and lists are handed over as copies."""
    return item.copy() if isinstance(item, np.ndarray | list | dict) else item
