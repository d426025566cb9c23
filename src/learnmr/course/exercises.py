"""The contract of an exercise that is checked, and the registry of all.

An exercise is data: properties that an answer must have (small functions that get the answer), mistakes that have a
name (each with the answer that somebody who makes it hands in), hints, and a way to make a right answer, which only
the tests use. ``checks/<lesson>.py`` registers those of one lesson; nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special
from numpy.typing import NDArray

from .lessons import SLUG
from .personal import SELF_STUDY
from .questions.streams import HashStream

__all__ = [
    "Exercise",
    "FalseFails",
    "Mistake",
    "Property",
    "Training",
    "alike",
    "all_exercises",
    "close",
    "exercises_of",
    "find_exercise",
    "fresh_problems",
    "lessons_with_checks",
    "outcome",
    "predictions",
    "register",
    "right_choice",
    "upper_limit_95",
]


@dataclass(frozen=True)
class Property:
    """Something that holds for a right answer.

    Parameters
    ----------
    label : str
        What holds, shown to the student: ``"a frequency inside the band stays where it is"``. It must not give the
        answer away.
    holds : callable
        ``holds(answer)`` returns True, or False, or a sentence that says what is wrong. It may raise: then the
        property does not hold, and the student reads the error. In a personal exercise: ``holds(answer, key=...)``.
    """

    label: str
    holds: Callable[..., bool | str]


@dataclass(frozen=True)
class Mistake:
    """A wrong path with a name.

    Parameters
    ----------
    name : str
        A key of :data:`~learnmr.course.misconceptions.MISCONCEPTIONS`, e.g. ``"hwhm_for_fwhm"``.
    wrong : callable
        ``wrong()`` makes the answer that this path leads to: of the same kind as a right one. In a personal
        exercise: ``wrong(key=...)``.
    """

    name: str
    wrong: Callable[..., Any]


@dataclass(frozen=True)
class Training:
    """How a check of a trained network was given its threshold.

    Parameters
    ----------
    train : callable
        ``train(seed)`` trains the network as the lesson's solution does.
    measure : callable
        ``measure(network)`` is the number that is compared, on fresh data from a seed of its own.
    threshold : float
        The check passes where the number is at most this.
    failures, runs : int
        How many of how many seeded trainings of the solution failed the check: what ``learnmr bench course
        --false-fail`` measured.
    """

    train: Callable[[int], Any]
    measure: Callable[[Any], float]
    threshold: float
    failures: int
    runs: int

    @property
    def upper_limit(self) -> float:
        """95 % upper limit of the probability that a right solution fails."""
        return upper_limit_95(self.failures, self.runs)


@dataclass(frozen=True)
class FalseFails:
    """What repeated seeded trainings of a solution gave.

    Parameters
    ----------
    slug : str
        The exercise.
    values : numpy.ndarray, shape (runs,)
        The number that is compared, of each training.
    threshold : float
        The threshold.
    """

    slug: str
    values: NDArray[np.float64]
    threshold: float

    @property
    def runs(self) -> int:
        """Number of trainings."""
        return int(self.values.size)

    @property
    def failures(self) -> int:
        """Number of trainings that the check would have failed."""
        return int(np.sum(~(self.values <= self.threshold)))


@dataclass(frozen=True)
class Exercise:
    """A checked exercise.

    Parameters
    ----------
    slug : str
        Permanent name, ``"m1.signals.alias"``.
    asks : str
        What to hand in, one sentence: ``"a function alias_hz(frequency_hz, bandwidth_hz)"``.
    properties : tuple of Property
        At least two; physical identities before recomputation.
    right : callable
        ``right()`` makes an answer that passes. Used by tests, benchmarks and hidden checks, never shown. In a
        personal exercise: ``right(key=...)``.
    mistakes : tuple of Mistake
        Wrong paths that are recognised.
    hints : tuple of str
        Shown one more after each failed attempt.
    probes : tuple of tuple
        Where an answer is a function: arguments on which it is compared with the mistakes.
    relative_tolerance : float
        Two answers that differ by less are the same mistake.
    read : str
        What to read again: ``"Lesson 1, Sampling"``.
    training : Training, optional
        For an exercise whose answer is a trained network.
    personal : bool
        Whether its numbers are drawn from the student's key (:mod:`learnmr.course.personal`): then ``holds``,
        ``right`` and ``wrong`` get the keyword ``key``.
    fresh : callable, optional
        For an exercise whose answer is a function: ``fresh(stream)`` draws arguments, on which a hidden check compares
        the answer with ``right()`` (:func:`fresh_problems`).

    Raises
    ------
    ValueError
        If the exercise breaks a rule.
    """

    slug: str
    asks: str
    properties: tuple[Property, ...]
    right: Callable[..., Any]
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[str, ...] = ()
    probes: tuple[tuple[Any, ...], ...] = ()
    relative_tolerance: float = 1e-3
    read: str = ""
    training: Training | None = None
    personal: bool = False
    fresh: Callable[[HashStream], tuple[Any, ...]] | None = None

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.slug):
            raise ValueError(f"slug must look like m1.signals.alias, got {self.slug!r}")
        if len(self.properties) < (1 if self.training else 2):
            raise ValueError(f"properties must be at least two, {self.slug} has {len(self.properties)}")
        from .misconceptions import MISCONCEPTIONS

        unknown = [mistake.name for mistake in self.mistakes if mistake.name not in MISCONCEPTIONS]
        if unknown:
            raise ValueError(f"mistakes must be named in MISCONCEPTIONS, {self.slug} has {unknown}")
        if self.training is not None and self.training.runs < 30:
            raise ValueError(f"training must rest on at least 30 runs, {self.slug} has {self.training.runs}")

    @property
    def lesson(self) -> str:
        """Slug of the lesson."""
        return self.slug.rpartition(".")[0]

    def keywords(self, key: str = SELF_STUDY) -> dict[str, str]:
        """What ``holds``, ``right`` and ``wrong`` get beside the answer: the key, in a personal exercise."""
        return {"key": key} if self.personal else {}


_REGISTRY: dict[str, Exercise] = {}


def register(exercise: Exercise) -> Exercise:
    """Make an exercise known to :func:`learnmr.check`.

    Raises
    ------
    ValueError
        If another exercise has the same slug.
    """
    known = _REGISTRY.setdefault(exercise.slug, exercise)
    if known is not exercise:
        raise ValueError(f"slug must be new, {exercise.slug!r} is registered already")
    return exercise


def find_exercise(slug: str) -> Exercise | None:
    """The exercise of this slug, None where there is none."""
    if slug not in _REGISTRY and isinstance(slug, str):
        module = ".".join(slug.split(".")[:2]).replace(".", "_")
        if module in _check_modules():
            importlib.import_module(f"{__package__}.checks.{module}")
    return _REGISTRY.get(slug)


def all_exercises() -> tuple[Exercise, ...]:
    """All exercises, sorted by slug."""
    for module in _check_modules():
        importlib.import_module(f"{__package__}.checks.{module}")
    return tuple(_REGISTRY[slug] for slug in sorted(_REGISTRY))


def exercises_of(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of one lesson in the order of its file, empty where it has none; imports no other's checks."""
    find_exercise(f"{lesson}.")
    return tuple(exercise for exercise in _REGISTRY.values() if exercise.lesson == lesson)


def lessons_with_checks() -> tuple[str, ...]:
    """Slugs of the lessons that have a file of checks."""
    return tuple(module.replace("_", ".", 1) for module in _check_modules())


def _check_modules() -> list[str]:
    from . import checks

    return sorted(module.name for module in pkgutil.iter_modules(checks.__path__))


def close(value: Any, expected: Any, *, relative: float = 1e-3, absolute: float = 0.0) -> bool:
    """True where all values agree: finite, of the same shape, ``|value - expected| <= absolute + relative |expected|``.

    Examples
    --------
    >>> close(3.1416, 3.14159), close(float("nan"), 1.0), close([1, 2], 1)
    (True, False, False)
    """
    try:
        got, wanted = np.asarray(value, dtype=complex), np.asarray(expected, dtype=complex)
    except (TypeError, ValueError):
        return False
    if got.shape != wanted.shape or not np.all(np.isfinite(got)):
        return False
    return bool(np.all(np.abs(got - wanted) <= absolute + relative * np.abs(wanted)))


def alike(answer: Any, wanted: Any, *, relative: float = 1e-3) -> bool:
    """Two answers of any plain kind agree: text, truth, numbers, or collections of them.

    Examples
    --------
    >>> alike({"a": 1.0001}, {"a": 1}), alike({"x", "y"}, {"y", "x"}), alike(1, "1"), alike(True, 1)
    (True, True, False, False)
    """
    if isinstance(wanted, str | bool) or isinstance(answer, str | bool):
        return type(answer) is type(wanted) and answer == wanted
    if isinstance(wanted, dict):
        same_keys = isinstance(answer, dict) and answer.keys() == wanted.keys()
        return same_keys and all(alike(answer[key], wanted[key], relative=relative) for key in wanted)
    if isinstance(wanted, set | frozenset):
        return isinstance(answer, set | frozenset) and answer == wanted
    if isinstance(wanted, list | tuple) and any(isinstance(item, str) for item in wanted):
        return isinstance(answer, list | tuple) and list(answer) == list(wanted)
    if isinstance(wanted, list | tuple) and any(np.ndim(item) for item in wanted):
        return len(answer) == len(wanted) and all(
            alike(one, other, relative=relative) for one, other in zip(answer, wanted, strict=True)
        )
    scale = float(np.max(np.abs(np.asarray(wanted, dtype=complex)), initial=0.0))
    return close(answer, wanted, relative=relative, absolute=relative * scale if math.isfinite(scale) else 0.0)


def outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """What a function gives for its own copies of the arguments."""
    return function(*(item.copy() if isinstance(item, np.ndarray) else item for item in arguments))


def fresh_problems(
    exercise: Exercise, answer: Any, stream: HashStream, *, n: int = 8, key: str = SELF_STUDY
) -> list[str]:
    """A hidden check: where a function answers otherwise than the right one, on arguments drawn afresh.

    Parameters
    ----------
    exercise : Exercise
        One with ``fresh``; of any other nothing is checked.
    answer : callable
        The student's function, or a stand-in that calls it elsewhere.
    stream : HashStream
        Draws the arguments; the grader keeps its key to itself.
    n : int
        How many arguments are drawn.
    key : str
        The student's key, in a personal exercise.

    Returns
    -------
    list of str
        A sentence for each argument that is answered wrongly; the right answer is not in it. Empty where all agree.

    Raises
    ------
    ValueError
        If n is less than 1.
    """
    if not n >= 1:
        raise ValueError(f"n must be >= 1, got {n!r}")
    if exercise.fresh is None:
        return []
    if not callable(answer):
        return [f"a function is expected, got {type(answer).__name__}"]
    right = exercise.right(**exercise.keywords(key))
    problems = []
    for number in range(1, n + 1):
        arguments = exercise.fresh(stream)
        wanted = outcome(right, arguments)
        where = f"fresh arguments {number} of {n}"
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                got = outcome(answer, arguments)
                agrees = alike(got, wanted, relative=exercise.relative_tolerance)
        except NotImplementedError:
            return ["not written yet"]
        except Exception as error:
            problems.append(f"{where}: {type(error).__name__}: {str(error)[:200]}")
            continue
        except SystemExit:
            return ["your code calls exit"]
        if not agrees:
            problems.append(f"{where}: another answer than the reference")
    return problems


def right_choice(
    part: str, options: Mapping[str, Sequence[str]], right: Mapping[str, str], objections: Mapping[str, str]
) -> Callable[..., bool | str]:
    """Judge one part of a recast problem: the property that the right option was chosen.

    Parameters
    ----------
    part : str
        The part, a key of the answer, of ``options`` and of ``right``.
    options : mapping of str to sequence of str
        What may be chosen for each part.
    right : mapping of str to str
        The right option of each part.
    objections : mapping of str to str
        What is wrong with each other option, without naming the right one.

    Returns
    -------
    callable
        For :class:`Property`: gets a dictionary of part -> option; with ``personal`` exercises also ``key``.

    Examples
    --------
    >>> holds = right_choice("labels", {"labels": ("fits", "truth")}, {"labels": "truth"}, {"fits": "fits are biased"})
    >>> holds({"labels": "truth"}), holds({"labels": "fits"})
    (True, 'fits are biased')
    """

    def holds(answer: Any, **_: Any) -> bool | str:
        choice = answer[part]
        if choice not in options[part]:
            return f'"{part}" must be one of the texts in OPTIONS'
        return choice == right[part] or objections[choice]

    return holds


def predictions(network: Any, inputs: NDArray[Any]) -> NDArray[Any]:
    """What a network, or a function, answers: only its ``predict`` is called, or it is called itself.

    Parameters
    ----------
    network : object with predict, or callable
        The student's network.
    inputs : numpy.ndarray, shape (n, ...)
        Fresh inputs. The network gets a copy.

    Returns
    -------
    numpy.ndarray, shape (n, ...)
        Its answers.

    Raises
    ------
    TypeError
        If it has no ``predict`` and cannot be called.
    ValueError
        If it does not give one finite answer for each input.
    """
    predict = getattr(network, "predict", network)
    if not callable(predict):
        raise TypeError(f"the answer must have a method predict, or be a function, got {type(network).__name__}")
    try:
        answers = np.asarray(predict(inputs.copy(), verbose=0))  # Keras draws a progress bar without it
    except TypeError:
        answers = np.asarray(predict(inputs.copy()))
    if answers.shape[:1] != inputs.shape[:1]:
        raise ValueError(f"predict must give one answer for each of {len(inputs)} inputs, got shape {answers.shape}")
    if not np.all(np.isfinite(answers)):
        raise ValueError("predict gave values that are not finite: did the training diverge?")
    return answers


def upper_limit_95(failures: int, runs: int) -> float:
    """Exact (Clopper-Pearson) one-sided 95 % upper limit of a probability after so many failures in so many runs.

    Raises
    ------
    ValueError
        If failures is not from 0 to runs.

    Examples
    --------
    >>> round(upper_limit_95(0, 30), 3)
    0.095
    """
    if not (runs >= 1 and 0 <= failures <= runs):
        raise ValueError(f"failures must be from 0 to runs, got {failures!r} of {runs!r}")
    if failures == runs:
        return 1.0
    return float(scipy.special.betaincinv(failures + 1, runs - failures, 0.95))
