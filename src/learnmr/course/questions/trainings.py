"""Train and report: a network and the log of its trials, graded on the method as well as on the result."""

from __future__ import annotations

import json
import math
import warnings
from abc import abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..misconceptions import MISCONCEPTIONS
from ..trials import TrialLog
from .coding import does_not_hold
from .question import Grade, Option, Parameters, Question, Variant
from .streams import HashStream

if TYPE_CHECKING:
    from ..exercises import Property

__all__ = ["TrainQuestion", "rows_of"]


class TrainQuestion(Question):
    """The answer is ``{"network": …, "trials": …}``: an object with ``predict``, and a log of what was tried.

    ``solve`` trains the reference, which takes seconds; ``stand_in`` makes a cheap answer that passes, for tests, and
    ``distractors`` cheap answers that do not. A wrong path is recognised by the pattern of what holds and what does
    not. The seed of the fresh data is a parameter that no text shows, ``fresh_seed``: drawn from the secret of the
    course, nobody knows it before the exam is graded.

    Class attributes
    ----------------
    method_share : float
        Part of the marks that the method earns; the rest is for the result.
    measured : str
        What ``measure`` gives, in words.
    failures, runs : int
        How many of how many seeded trainings of the reference missed the threshold, as measured.
    """

    kind: ClassVar[str] = "train"
    method_share: ClassVar[float] = 0.5
    measured: ClassVar[str] = "the error of the network"
    failures: ClassVar[int]
    runs: ClassVar[int]

    @abstractmethod
    def stub(self, parameters: Parameters) -> str:
        """Code that makes the data, and an empty place for the answer."""

    @abstractmethod
    def method(self, parameters: Parameters) -> tuple[Property, ...]:
        """What holds for a good log; each is asked of the rows, a list of dictionaries."""

    @abstractmethod
    def measure(self, parameters: Parameters, network: Any, seed: int) -> float:
        """The error of a network on fresh data; only its ``predict`` is called."""

    @abstractmethod
    def threshold(self, parameters: Parameters) -> float:
        """The largest error that earns the marks of the result."""

    @abstractmethod
    def stand_in(self, parameters: Parameters) -> dict[str, Any]:
        """An answer that passes and costs nothing."""

    def options(self, parameters: Parameters, stream: HashStream) -> tuple[Option, ...]:
        """None: the answer is made."""
        return ()

    def grade(self, variant: Variant, answer: Any) -> Grade:
        """Marks for method and for result; else the misconception with the same pattern."""
        if not isinstance(answer, Mapping) or not {"network", "trials"} <= set(answer):
            return Grade(0.0, 'the answer must be {"network": …, "trials": …}', valid=False)
        parameters = variant.parameters
        pattern, reasons = self._judge(parameters, answer)
        *method, result = pattern
        score = self.method_share * sum(method) / len(method) + (1.0 - self.method_share) * result
        if all(pattern):
            return Grade(1.0, f"method and result hold ({len(pattern)} checks)")
        patterns = _patterns(self, json.dumps(dict(parameters), sort_keys=True))
        name = next((name for name, wrong in patterns.items() if wrong == pattern), None)
        message = f"does not hold: {'; '.join(reasons)}"
        return Grade(score, f"{message}. {MISCONCEPTIONS[name]}" if name else message, name)

    def key(self, variant: Variant) -> str:
        """The mark scheme in words."""
        checks = self.method(variant.parameters)
        share = self.method_share * self.marks / len(checks)
        lines = [f"[{share:.3g}] {check.label}" for check in checks]
        result = (1.0 - self.method_share) * self.marks
        lines.append(
            f"[{result:.3g}] on fresh data {self.measured} is at most "
            f"{self.threshold(variant.parameters):.3g} "
            f"({self.failures} of {self.runs} seeded trainings of the reference missed it)"
        )
        return "\n".join(lines)

    def confusions(self, parameters: Parameters) -> list[str]:
        """No method, or no seed for the fresh data."""
        reasons = [] if self.method(parameters) else ["method must have at least one property"]
        return reasons if "fresh_seed" in parameters else [*reasons, "parameters must hold fresh_seed"]

    def _judge(self, parameters: Parameters, answer: Mapping[str, Any]) -> tuple[tuple[bool, ...], list[str]]:
        """What holds, method before result, and what is to be said about what does not."""
        pattern, reasons = [], []
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                rows, unreadable = rows_of(answer["trials"]), ""
            except ValueError as error:
                rows, unreadable = [], str(error)
            for check in self.method(parameters):
                why = unreadable or does_not_hold(check.holds, rows)
                pattern.append(why is None)
                if why is not None:
                    reasons.append(check.label + (f" ({why})" if why else ""))
            allowed = self.threshold(parameters)
            label = f"on fresh data {self.measured} is at most {allowed:.3g}"
            why = does_not_hold(lambda network: self._result(parameters, network), answer["network"])
            pattern.append(why is None)
            if why is not None:
                reasons.append(f"{label} ({why})")
        return tuple(pattern), reasons

    def _result(self, parameters: Parameters, network: Any) -> bool | str:
        """Whether the error on fresh data is small enough."""
        try:
            error = float(self.measure(parameters, network, int(parameters["fresh_seed"])))
        except NotImplementedError:
            return "not written yet"
        if math.isfinite(error) and error <= self.threshold(parameters):
            return True
        return f"it is {error:.3g}"


@lru_cache(maxsize=8)
def _patterns(question: TrainQuestion, parameters: str) -> dict[str, tuple[bool, ...]]:
    """What holds of the answer of each wrong path; judged once while the answers to a variant are graded."""
    drawn = json.loads(parameters)
    return {name: question._judge(drawn, wrong)[0] for name, wrong in question.distractors(drawn).items()}


def rows_of(trials: Any) -> list[dict[str, Any]]:
    """The rows of a log of trials, as plain dictionaries: settings, scores, seconds and note side by side.

    Parameters
    ----------
    trials : TrialLog, list of mappings, or pandas.DataFrame
        What was handed in.

    Returns
    -------
    list of dict
        One a trial, without what is missing.

    Raises
    ------
    ValueError
        If it is no log, or has more than 10 000 rows.

    Examples
    --------
    >>> log = TrialLog(minimise="val_loss")
    >>> _ = log.add({"rate": 0.1}, {"val_loss": 0.5})
    >>> rows_of(log), rows_of([{"rate": 0.1}])
    ([{'rate': 0.1, 'val_loss': 0.5}], [{'rate': 0.1}])
    """
    if isinstance(trials, TrialLog) or hasattr(trials, "to_frame"):
        trials = trials.to_frame()
    if hasattr(trials, "to_dict") and not isinstance(trials, Mapping):
        trials = trials.to_dict("records")
    if not isinstance(trials, list | tuple) or not all(isinstance(row, Mapping) for row in trials):
        raise ValueError(f"trials must be a TrialLog or a list of dictionaries, got {type(trials).__name__}")
    if len(trials) > 10_000:
        raise ValueError(f"trials must have at most 10000 rows, got {len(trials)}")
    return [{str(key): value for key, value in row.items() if not _missing(value)} for row in trials]


def _missing(value: Any) -> bool:
    """An empty cell of a table, or the score of a training that diverged."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
