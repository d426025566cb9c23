"""From what was found to points: pure arithmetic on results, a scheme, and what people have marked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .results import ItemResult, Result
from .schemes import Scheme

__all__ = ["Mark", "Marked", "item_score", "mark"]


@dataclass(frozen=True)
class Mark:
    """Points of one exercise or question.

    Parameters
    ----------
    name : str
        Slug or label.
    points : float or None
        None where people have yet to mark it.
    worth : float
        Full points.
    item : ItemResult or None
        What was found; None for what only people see.
    """

    name: str
    points: float | None
    worth: float
    item: ItemResult | None = None


@dataclass(frozen=True)
class Marked:
    """Points of one student.

    Parameters
    ----------
    student : str
        Identity.
    marks : tuple of Mark
        One an exercise or question.
    days_late : int
        Days after the deadline.
    factor : float
        What lateness leaves of the points.
    result : Result or None
        What was found; None where nothing was handed in.
    digits : int
        Decimals.
    """

    student: str
    marks: tuple[Mark, ...]
    days_late: int = 0
    factor: float = 1.0
    result: Result | None = None
    digits: int = 2

    @property
    def worth(self) -> float:
        """Full points."""
        return sum(entry.worth for entry in self.marks)

    @property
    def points(self) -> float:
        """Points so far, lateness counted."""
        return round(self.factor * sum(entry.points or 0.0 for entry in self.marks), self.digits)

    @property
    def open(self) -> tuple[str, ...]:
        """What people have yet to mark."""
        return tuple(entry.name for entry in self.marks if entry.points is None)


def mark(
    student: str,
    names: Sequence[str],
    result: Result | None,
    scheme: Scheme,
    *,
    by_hand: Mapping[str, float] | None = None,
    days_late: int = 0,
) -> Marked:
    """Points of a student.

    Parameters
    ----------
    student : str
        Identity.
    names : sequence of str
        Exercises or labels, in order.
    result : Result or None
        What was found; None where nothing was handed in.
    scheme : Scheme
        What it is worth.
    by_hand : mapping of str to float, optional
        Points that people gave, by name.
    days_late : int
        Days after the deadline.
    """
    given = dict(by_hand or {})
    marks = []
    for name in names:
        worth = scheme.worth(name)
        item = None if result is None else result.item(name)
        if name in given:
            points: float | None = min(max(given[name], 0.0), worth)
        elif item is not None and item.status == "by_hand":
            points = None
        else:
            points = round(worth * (item_score(item, scheme) if item else 0.0), scheme.digits)
        marks.append(Mark(name, points, worth, item))
    for name, worth in scheme.by_hand.items():
        points = 0.0 if result is None else min(max(given[name], 0.0), worth) if name in given else None
        marks.append(Mark(name, points, worth))
    factor = scheme.late_factor(days_late)
    return Marked(student, tuple(marks), days_late, factor, result, scheme.digits)


def item_score(item: ItemResult, scheme: Scheme) -> float:
    """Part of the points of an item, from 0 to 1.

    Examples
    --------
    >>> half_hidden = ItemResult("a", score=1.0, hidden=("wrong",) * 4, n_hidden=8)
    >>> item_score(half_hidden, Scheme()), item_score(half_hidden, Scheme(partial=False))
    (0.75, 0.0)
    """
    if item.status != "graded":
        return 0.0
    score = item.score
    if item.hidden is not None and item.n_hidden:
        right = 1.0 - min(1.0, len(item.hidden) / item.n_hidden)
        score = (1.0 - scheme.hidden) * score + scheme.hidden * right
    return score if scheme.partial or score >= 1.0 else 0.0
