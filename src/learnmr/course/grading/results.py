"""What grading a submission found, before points: properties, hidden checks, answers for people. Kept as JSON.

One file a submission, written whole. Nothing in it depends on the scheme of points, so that a changed scheme needs no
new run; what it does depend on is hashed into its fingerprint, so that a killed run goes on where it stopped and only
what has changed is run again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...writing import write_text

__all__ = ["ItemResult", "Result", "read_result", "write_result"]

_SCHEMA = "learnmr.grading/1"


@dataclass(frozen=True)
class ItemResult:
    """What was found about one exercise or question.

    Parameters
    ----------
    name : str
        Slug or label.
    status : str
        ``graded``; ``missing``: never handed in; ``failed``: could not be asked to the end; ``by_hand``: for people.
    score : float
        Public part, from 0 to 1: properties that hold, or the grade of a question.
    message : str
        For the student.
    properties : tuple of (str, bool, str)
        Label, whether it holds, what is wrong.
    hidden : tuple of str, or None
        What is wrong on fresh arguments; None where there are no hidden checks.
    n_hidden : int
        How many fresh arguments.
    misconception : str or None
        Name of the wrong path.
    read : str
        What to read again.
    text : str
        The answer, where people mark it.
    question : str
        Slug of the question, for the statistics of an exam; empty for an exercise.
    """

    name: str
    status: str = "graded"
    score: float = 0.0
    message: str = ""
    properties: tuple[tuple[str, bool, str], ...] = ()
    hidden: tuple[str, ...] | None = None
    n_hidden: int = 0
    misconception: str | None = None
    read: str = ""
    text: str = ""
    question: str = ""


@dataclass(frozen=True)
class Result:
    """What was found about one submission.

    Parameters
    ----------
    student : str
        Identity.
    fingerprint : str
        Of everything that decides what is found.
    items : tuple of ItemResult
        Exercises or questions, in order.
    problem : str
        Why there are no answers, or not all.
    cells : int
        Code cells that were run.
    errors : tuple of (int, str, str)
        Errors of cells.
    seconds : float
        Of the whole grading.
    notes : tuple of str
        For the examiner, not for the student.
    final : bool
        False where grading itself failed: it is tried again in the next run.
    """

    student: str
    fingerprint: str
    items: tuple[ItemResult, ...] = ()
    problem: str = ""
    cells: int = 0
    errors: tuple[tuple[int, str, str], ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    final: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)

    def item(self, name: str) -> ItemResult | None:
        """What was found about one exercise or question."""
        return next((item for item in self.items if item.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"schema": _SCHEMA, **asdict(self)}


def result_of(document: Mapping[str, Any]) -> Result:
    """A result of what :meth:`Result.to_dict` gave.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        if document["schema"] != _SCHEMA:
            raise ValueError(f"schema must be {_SCHEMA!r}, got {document['schema']!r}")
        items = tuple(
            ItemResult(
                **(
                    item
                    | {
                        "score": _part(item["score"]),
                        "properties": tuple((str(a), bool(b), str(c)) for a, b, c in item["properties"]),
                        "hidden": None if item["hidden"] is None else tuple(map(str, item["hidden"])),
                    }
                )
            )
            for item in document["items"]
        )
        kept = {name: value for name, value in document.items() if name not in ("schema", "items", "errors", "notes")}
        errors = tuple((int(cell), str(name), str(said)) for cell, name, said in document["errors"])
        return Result(**kept, items=items, errors=errors, notes=tuple(map(str, document["notes"])))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a result must be as it was written, got {type(error).__name__}: {error}") from error


def write_result(result: Result, path: Path) -> None:
    """Write a result, whole or not at all."""
    write_text(json.dumps(result.to_dict(), indent=1, allow_nan=False) + "\n", path)


def read_result(path: Path) -> Result | None:
    """A result, or None where there is none that can be read: then it is found again."""
    try:
        return result_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _part(value: Any) -> float:
    """A number from 0 to 1."""
    number = float(value)
    if not (math.isfinite(number) and 0 <= number <= 1):
        raise ValueError(f"a score must be from 0 to 1, got {value!r}")
    return number
