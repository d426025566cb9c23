"""``learnmr.check(id, answer)``: says what holds, what does not, and which wrong path it looks like.

It works from the wheel alone, never raises at a student, and never mutates or keeps the answer. Nothing is sent
anywhere; the attempt is noted in the local record (:mod:`learnmr.course.records`).
"""

from __future__ import annotations

import difflib
import html
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .collecting import collect
from .exercises import Exercise, Mistake, Property, alike, all_exercises, find_exercise, outcome
from .misconceptions import MISCONCEPTIONS
from .personal import SELF_STUDY, check_key
from .records import note_attempt

__all__ = ["CheckResult", "PropertyResult", "check", "examine", "recognise"]


@dataclass(frozen=True)
class PropertyResult:
    """Whether one property holds.

    Parameters
    ----------
    label : str
        The property.
    passed : bool
        Whether it holds.
    message : str
        What is wrong; empty where it holds.
    """

    label: str
    passed: bool
    message: str = ""


@dataclass(frozen=True)
class CheckResult:
    """What a check found; shows itself in a notebook.

    Parameters
    ----------
    slug : str
        The exercise.
    properties : tuple of PropertyResult
        Each public check.
    message : str
        One line: ``"public checks passed (4/4)"``.
    misconception : str or None
        Name of the wrong path that gives this very answer.
    hint : str or None
        The next hint.
    read : str
        What to read again.
    """

    slug: str
    properties: tuple[PropertyResult, ...]
    message: str
    misconception: str | None = None
    hint: str | None = None
    read: str = field(default="", repr=False)

    @property
    def passed(self) -> bool:
        """True where every public check passed, and there was at least one."""
        return bool(self.properties) and all(result.passed for result in self.properties)

    @property
    def score(self) -> float:
        """Part of the public checks that passed, from 0 to 1."""
        return sum(result.passed for result in self.properties) / max(1, len(self.properties))

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return "\n".join(text for _, text in self._lines())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """Simple HTML: no script, no style sheet, no LaTeX, which Colab would not typeset."""
        colour = "#00664B" if self.passed else "#A03C00"
        rows = [
            f"<b>{html.escape(text)}</b>" if kind == "title" else html.escape(text).replace("  ", "&nbsp;&nbsp;")
            for kind, text in self._lines()
        ]
        return f'<div style="border-left:4px solid {colour};padding-left:0.8em">{"<br>".join(rows)}</div>'

    def _lines(self) -> list[tuple[str, str]]:
        lines = [("title", f"{self.slug}: {self.message}")]
        for result in self.properties:
            mark = "holds" if result.passed else "does not hold"
            lines.append(("property", f"  {mark}: {result.label}" + (f" ({result.message})" if result.message else "")))
        if self.misconception:
            lines.append(("misconception", f"  Looks like: {MISCONCEPTIONS[self.misconception]}"))
        if self.hint:
            lines.append(("hint", f"  Hint: {self.hint}"))
        if self.read and not self.passed:
            lines.append(("read", f"  Read again: {self.read}"))
        return lines


def check(slug: str, answer: Any = None, *, key: str = SELF_STUDY) -> CheckResult:
    """Check an answer to an exercise of the course.

    Parameters
    ----------
    slug : str
        The exercise, e.g. ``"m1.signals.alias"``.
    answer : object
        What the exercise asks for: a number, an array, a function, a network. It is not changed.
    key : str
        In homework: ``KEY`` of the notebook, from which the numbers of the exercise were drawn.

    Returns
    -------
    CheckResult
        Score, message, named misconception, next hint. A student's error is reported in it, never raised.

    Examples
    --------
    >>> check("m1.nowhere.nothing", 1.0).passed
    False
    """
    collect(slug, answer, key=key)
    try:
        exercise = find_exercise(slug)
    except Exception as error:  # a check that cannot be loaded must not stop the lesson
        return CheckResult(str(slug), (), f"the check could not be loaded ({type(error).__name__}: {error})")
    if exercise is None:
        near = difflib.get_close_matches(str(slug), [known.slug for known in all_exercises()], n=1)
        return CheckResult(
            str(slug), (), "there is no such exercise" + (f"; did you mean {near[0]!r}?" if near else "")
        )
    try:
        check_key(key)
    except ValueError as error:
        return CheckResult(exercise.slug, (), str(error))
    result = examine(exercise, answer, key=key)
    record = note_attempt(exercise.slug, score=result.score, passed=result.passed, started=bool(result.properties))
    if result.passed or not result.properties or not exercise.hints:
        return result
    step = min(max(record.failed_since_passed, 1), len(exercise.hints)) - 1
    label = f"({step + 1} of {len(exercise.hints)}) " if len(exercise.hints) > 1 else ""
    return CheckResult(
        result.slug,
        result.properties,
        result.message,
        result.misconception,
        label + exercise.hints[step],
        exercise.read,
    )


def examine(exercise: Exercise, answer: Any, *, key: str = SELF_STUDY) -> CheckResult:
    """Check an answer without noting the attempt and without hints: the pure part of :func:`check`."""
    keywords = exercise.keywords(key)
    if answer is None or answer is Ellipsis:
        return CheckResult(exercise.slug, (), f"not answered yet; hand in {exercise.asks}")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        results = []
        for one in exercise.properties:
            passed, message, written = _try_property(one, answer, keywords)
            if not written:
                return CheckResult(exercise.slug, (), f"not written yet; hand in {exercise.asks}")
            results.append(PropertyResult(one.label, passed, message))
        if all(result.passed for result in results):
            n = len(results)
            return CheckResult(exercise.slug, tuple(results), f"public checks passed ({n}/{n})", read=exercise.read)
        misconception = recognise(exercise, answer, key=key)
    count = sum(result.passed for result in results)
    return CheckResult(
        exercise.slug,
        tuple(results),
        f"public checks passed ({count}/{len(results)}); hand in {exercise.asks}",
        misconception,
        read=exercise.read,
    )


def recognise(exercise: Exercise, answer: Any, *, key: str = SELF_STUDY) -> str | None:
    """Name of the first mistake that leads to this answer, None where none does."""
    for mistake in exercise.mistakes:
        if _same_answer(exercise, answer, mistake, exercise.keywords(key)):
            return mistake.name
    return None


def _try_property(one: Property, answer: Any, keywords: dict[str, str]) -> tuple[bool, str, bool]:
    """Whether it holds, what is wrong, and whether the answer is written at all."""
    try:
        verdict = one.holds(answer, **keywords)
    except NotImplementedError:
        return False, "", False
    except (KeyboardInterrupt, SystemExit) as error:
        if isinstance(error, KeyboardInterrupt):
            raise  # the student stopped it
        return False, "your code calls exit", True
    except Exception as error:
        return False, f"{type(error).__name__}: {str(error)[:200]}", True
    if isinstance(verdict, str):
        return False, verdict, True
    return bool(verdict), "", True


def _same_answer(exercise: Exercise, answer: Any, mistake: Mistake, keywords: dict[str, str]) -> bool:
    """True where the answer is the one that the mistake leads to."""
    try:
        wrong = mistake.wrong(**keywords)
        if not callable(wrong):
            return alike(answer, wrong, relative=exercise.relative_tolerance)
        if not exercise.probes or not callable(answer):
            return False
        return all(
            alike(outcome(answer, probe), outcome(wrong, probe), relative=exercise.relative_tolerance)
            for probe in exercise.probes
        )
    except Exception:  # an answer of another kind is not this mistake
        return False
