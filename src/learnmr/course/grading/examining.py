"""Marking one submission: run it in the sandbox, ask for each answer, examine it out here.

A submission that dies in the middle of one exercise (an endless loop that cannot be interrupted, a crash of the
interpreter) is run again for the exercises after it, so that one broken answer costs one exercise.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...isolation import Limits, Sandbox
from ...isolation.environment import PACKAGE
from ..checking import examine
from ..exercises import Exercise, fresh_problems
from ..personal import SELF_STUDY
from ..questions.contract import Grade, Variant
from ..questions.streams import HashStream, exam_key
from .results import ItemResult, Result
from .sessions import Answers, Run, SubmissionOverError, open_session

__all__ = ["N_FRESH", "Patience", "Work", "examine_submission", "exercise_item", "question_item"]

N_FRESH = 8
_LONGEST_TEXT, _LONGEST_SHORT = 50_000, 2_000
_SHORT = frozenset({"numeric", "choice", "order"})
#: an exam is graded without its bank in sight
_BANK = PACKAGE / "course" / "questions" / "bank"


@dataclass(frozen=True)
class Patience:
    """How long a submission is waited for.

    Parameters
    ----------
    notebook_s, cell_s, call_s, ask_s : float
        For the notebook, one cell, one call of a function, all questions together, in seconds.
    runs : int
        How often it is run, should it die.
    """

    notebook_s: float = 300.0
    cell_s: float = 60.0
    call_s: float = 10.0
    ask_s: float = 180.0
    runs: int = 3

    @property
    def whole_s(self) -> float:
        """The longest that one submission can take."""
        return self.runs * (self.notebook_s + self.ask_s + 120.0)


@dataclass(frozen=True)
class Work:
    """What is asked of a submission.

    Parameters
    ----------
    exercises : sequence of Exercise
        Of a homework.
    variants : mapping of str to Variant
        Of an exam, by label.
    key : str
        The student's key of personal numbers.
    fresh_key : bytes
        Decides the fresh arguments of hidden checks.
    """

    exercises: Sequence[Exercise] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    key: str = SELF_STUDY
    fresh_key: bytes = bytes(32)

    def items(self) -> list[tuple[str, Callable[[Answers], ItemResult]]]:
        """Name of each, and how it is examined."""
        looks: list[tuple[str, Callable[[Answers], ItemResult]]] = []
        for label, variant in self.variants.items():
            looks.append((label, partial(question_item, label, variant)))
        for exercise in self.exercises:
            looks.append((exercise.slug, partial(exercise_item, exercise, key=self.key, fresh_key=self.fresh_key)))
        return looks


def examine_submission(
    folder: Path,
    work: Work,
    *,
    student: str,
    fingerprint: str,
    limits: Limits | None = None,
    patience: Patience | None = None,
    sandbox: Sandbox | None = None,
) -> Result:
    """Run a submission and find out what holds of its answers.

    Parameters
    ----------
    folder : pathlib.Path
        From :func:`~learnmr.course.grading.submissions.stage`.
    work : Work
        What is asked.
    student, fingerprint : str
        Go into the result.
    limits : Limits, optional
        What it may use; its time is that of ``patience``.
    patience : Patience, optional
        How long it is waited for.
    sandbox : Sandbox, optional
        Default: that of this machine.

    Returns
    -------
    Result
        Never raises for what a submission does.

    Raises
    ------
    SandboxMissingError
        If there is no sandbox.
    """
    patience, started_s = patience or Patience(), time.monotonic()
    limits = Limits(**(vars(limits or Limits()) | {"time_s": patience.notebook_s}))
    masked = (_BANK,) if work.variants and _BANK.is_dir() else ()
    waiting = work.items()
    items: list[ItemResult] = []
    runs: list[Run] = []
    claimed: dict[str, str | None] = {}
    while waiting and len(runs) < patience.runs:
        with ExitStack() as stack:
            answers = stack.enter_context(
                open_session(
                    folder,
                    limits=limits,
                    sandbox=sandbox,
                    cell_s=patience.cell_s,
                    call_s=patience.call_s,
                    ask_s=patience.ask_s,
                    masked=masked,
                )
            )
            runs.append(answers.run)
            claimed |= dict(answers.keys)
            if not answers.alive:
                break
            while waiting and answers.alive:
                name, look = waiting.pop(0)
                items.append(_look(name, look, answers))
    problem = next((run.problem for run in runs if run.problem), "")
    items += [
        ItemResult(name, "failed" if len(runs) > 1 else "missing", message=_why_missing(problem)) for name, _ in waiting
    ]
    first = runs[0]
    return Result(
        student,
        fingerprint,
        tuple(items),
        problem,
        first.cells,
        first.errors,
        round(time.monotonic() - started_s, 2),
        tuple(_key_notes(work, claimed)),
        extra={"runs": len(runs)},
    )


def exercise_item(exercise: Exercise, answers: Answers, *, key: str, fresh_key: bytes) -> ItemResult:
    """What holds of an answer to an exercise: its public properties, and its hidden fresh arguments."""
    if exercise.slug not in answers:
        return ItemResult(exercise.slug, "missing", message="never handed in", read=exercise.read)
    answer = answers.get(exercise.slug)
    checked = examine(exercise, answer, key=key)
    if not checked.properties:
        return ItemResult(exercise.slug, "missing", message=checked.message, read=exercise.read)
    hidden: tuple[str, ...] | None = None
    if exercise.fresh is not None and answers.alive:
        stream = HashStream(exam_key(fresh_key, exam="hidden checks", question=exercise.slug, student=""))
        hidden = tuple(fresh_problems(exercise, answer, stream, n=N_FRESH, key=key))
        if hidden and len(hidden) < N_FRESH and not hidden[0].startswith("fresh arguments"):
            hidden *= N_FRESH  # one sentence that goes for all: not written, no function
    elif exercise.fresh is not None:
        hidden = ("could not be asked",) * N_FRESH
    properties = tuple((one.label, one.passed, one.message[:300]) for one in checked.properties)
    return ItemResult(
        exercise.slug,
        "graded",
        checked.score,
        checked.message,
        properties,
        hidden,
        N_FRESH if hidden is not None else 0,
        checked.misconception,
        exercise.read,
    )


def question_item(label: str, variant: Variant, answers: Answers) -> ItemResult:
    """The grade of an answer to a question of an exam."""
    question = variant.question.slug
    if label not in answers:
        return ItemResult(label, "missing", message="never handed in", question=question)
    answer = answers.get(label)
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return ItemResult(label, "missing", message="not answered", question=question)
    if isinstance(answer, str) and len(answer) > _LONGEST_SHORT and variant.question.kind in _SHORT:
        return ItemResult(label, message=f"the answer must have at most {_LONGEST_SHORT} characters", question=question)
    grade = variant.grade(answer)
    if not isinstance(grade, Grade) or not 0 <= float(grade.score) <= 1:
        raise ValueError(f"a grade must be from 0 to 1, {question} gave {grade!r}")
    if grade.by_hand:
        text = str(answer)[:_LONGEST_TEXT]
        return ItemResult(label, "by_hand", message=grade.message, text=text, question=question)
    return ItemResult(
        label, "graded", float(grade.score), grade.message, misconception=grade.misconception, question=question
    )


def _look(name: str, look: Callable[[Answers], ItemResult], answers: Answers) -> ItemResult:
    """What was found, whatever the submission does meanwhile."""
    try:
        item = look(answers)
    except SubmissionOverError as error:
        return ItemResult(name, "failed", message=f"the submission ended while it was asked: {error}")
    except MemoryError:
        return ItemResult(name, "failed", message="the answer is too large to be examined")
    except Exception as error:
        return ItemResult(name, "failed", message=f"{type(error).__name__}: {str(error)[:300]}")
    return item if math.isfinite(item.score) else ItemResult(name, "failed", message="its score is no number")


def _why_missing(problem: str) -> str:
    return f"could not be asked: {problem}" if problem else "could not be asked: the submission ended before"


def _key_notes(work: Work, claimed: Mapping[str, str | None]) -> list[str]:
    """Personal exercises that were checked with somebody else's numbers, as the submission itself tells."""
    personal = {one.slug for one in work.exercises if one.personal}
    other = sorted({key for slug, key in claimed.items() if slug in personal and key not in (None, work.key)}, key=str)
    return [f"worked with the key {key!r:.70}, which is not this student's" for key in other]
