"""Statistics of a class: how hard each exercise was, how well it tells students apart, which wrong paths were taken.

Difficulty is the mean part of the points. Discrimination is the correlation of an exercise with the sum of all others
(corrected item-total correlation: P. H. Henrysson, Psychometrika 28, 211 (1963)). Both are told only of those who
handed something in, and discrimination only where there are at least ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...plots import COLOURS, Picture, house_style
from ..exams.rosters import Student
from ..misconceptions import MISCONCEPTIONS
from .assignments import Assignment
from .marking import Marked
from .pages import figure, heading, listing, page, paragraph, plain, table
from .submissions import Found

__all__ = ["ItemStatistics", "class_page", "item_statistics"]

_FEWEST = 10


@dataclass(frozen=True)
class ItemStatistics:
    """How an exercise did.

    Parameters
    ----------
    name : str
        Slug or label.
    difficulty : float
        Mean part of the points, from 0 (nobody) to 1 (everybody); NaN without students.
    discrimination : float or None
        Correlation with the sum of the others; None where there are too few students, or all did alike.
    missing : int
        How many never handed it in.
    misconceptions : tuple of (str, int)
        Wrong paths and how many took them, the most common first.
    """

    name: str
    difficulty: float
    discrimination: float | None
    missing: int
    misconceptions: tuple[tuple[str, int], ...]


def item_statistics(marked: Sequence[Marked]) -> tuple[ItemStatistics, ...]:
    """Statistics of every exercise, of those who handed something in; what is still open counts for nobody."""
    handed = [entry for entry in marked if entry.result is not None]
    if not handed:
        return ()
    parts = _parts(handed)
    statistics = []
    for column, entry in enumerate(handed[0].marks):
        items = [one.marks[column].item for one in handed]
        wrong = Counter(item.misconception for item in items if item is not None and item.misconception)
        statistics.append(
            ItemStatistics(
                entry.name,
                float(np.nanmean(parts[:, column])) if np.any(np.isfinite(parts[:, column])) else float("nan"),
                _discrimination(parts, column),
                sum(item is not None and item.status == "missing" for item in items),
                tuple((str(name), count) for name, count in wrong.most_common()),
            )
        )
    return tuple(statistics)


def class_page(
    roster: Sequence[Student],
    marked: Sequence[Marked],
    assignment: Assignment,
    found: Found,
    notes: Mapping[str, Sequence[str]],
) -> str:
    """The page of a class as self-contained HTML, for the instructor only."""
    handed = [entry for entry in marked if entry.result is not None]
    body = [heading(f"{assignment.title}: the class", 1)]
    body.append(paragraph(f"{len(handed)} of {len(roster)} handed in."))
    if handed:
        points = np.array([entry.points for entry in handed])
        worth = handed[0].worth
        spread = float(np.std(points, ddof=1)) if len(points) > 1 else 0.0
        body.append(
            paragraph(
                f"Points of {worth:g}: mean {np.mean(points):.3g}, median {np.median(points):.3g}, standard deviation "
                f"{spread:.2g}, from {np.min(points):g} to {np.max(points):g}."
            )
        )
        open_items = sum(len(entry.open) for entry in handed)
        if open_items:
            body.append(paragraph(f"{open_items} answers are still open: by_hand.csv. Points above lack them.", "box"))
        statistics = item_statistics(marked)
        body.append(figure(_histogram(points, worth), "Points of those who handed in."))
        body.append(figure(_items(statistics), "How hard each exercise was."))
        body.append(_table(statistics, assignment))
        body += _wrong_paths(statistics, assignment)
    body += _organisation(marked, found, notes)
    return page(f"{assignment.title}: the class", body)


def _parts(handed: Sequence[Marked]) -> NDArray[np.float64]:
    """Part of the points, (students, items); NaN where it is open or worth nothing."""
    return np.array(
        [
            [np.nan if one.points is None or not one.worth else one.points / one.worth for one in entry.marks]
            for entry in handed
        ]
    )


def _discrimination(parts: NDArray[np.float64], column: int) -> float | None:
    """Correlation with the rest of the score."""
    complete = parts[np.all(np.isfinite(parts), axis=1)]
    if len(complete) < _FEWEST or parts.shape[1] < 2:
        return None
    own, rest = complete[:, column], np.delete(complete, column, axis=1).sum(axis=1)
    if np.std(own) < 1e-12 or np.std(rest) < 1e-12:
        return None
    return float(np.corrcoef(own, rest)[0, 1])


@house_style()
def _histogram(points: NDArray[np.float64], worth: float) -> Picture:
    """How many have how many points."""
    edges = np.linspace(0, max(worth, 1e-9), 11)
    counts, _ = np.histogram(np.clip(points, 0, worth), edges)
    picture = Picture(
        f"Histogram of the points of {len(points)} students, of {worth:g}. From low to high, in ten equal steps: "
        + ", ".join(map(str, counts))
        + ".",
        figsize=(7.5, 2.8),
    )
    axes = picture.subplots()
    axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=COLOURS[0], edgecolor="white")
    axes.set(xlabel="points", ylabel="students", xlim=(0, edges[-1]))
    axes.set_yticks(range(0, int(counts.max()) + 2, max(1, int(counts.max()) // 5)))
    return picture


@house_style()
def _items(statistics: Sequence[ItemStatistics]) -> Picture:
    """Mean part of the points of each item."""
    names = [one.name.rpartition(".")[2] for one in statistics]
    values = [one.difficulty for one in statistics]
    told = ", ".join(f"{name} {100 * value:.0f} %" for name, value in zip(names, values, strict=True))
    picture = Picture(f"Mean part of the points by exercise: {told}.", figsize=(7.5, 0.8 + 0.32 * len(names)))
    axes = picture.subplots()
    axes.barh(names, [100 * value for value in values], color=COLOURS[0])
    axes.set(xlabel="mean part of the points / %", xlim=(0, 100))
    axes.invert_yaxis()
    return picture


def _table(statistics: Sequence[ItemStatistics], assignment: Assignment) -> str:
    rows = [
        (
            assignment.shown(one.name) if one.name in assignment.names else one.name,
            "-" if np.isnan(one.difficulty) else f"{100 * one.difficulty:.0f} %",
            "-" if one.discrimination is None else f"{one.discrimination:+.2f}",
            one.missing,
        )
        for one in statistics
    ]
    return table(
        "Exercises: discrimination below 0.2 does not tell the strong from the weak; below 0, look at the exercise.",
        ["", "mean part", "discrimination", "never handed in"],
        rows,
    )


def _wrong_paths(statistics: Sequence[ItemStatistics], assignment: Assignment) -> list[str]:
    entries = [
        f"<strong>{count}</strong> in {plain(one.name)}: {plain(MISCONCEPTIONS.get(name, name))}"
        for one in statistics
        for name, count in one.misconceptions[:3]
    ]
    return [heading("Common misconceptions"), listing(entries)] if entries else []


def _organisation(marked: Sequence[Marked], found: Found, notes: Mapping[str, Sequence[str]]) -> list[str]:
    """Who is missing, what could not be matched, what to look at."""
    body = []
    if found.missing:
        body += [heading("Nothing handed in"), paragraph(", ".join(found.missing))]
    if found.problems:
        body += [heading("Not matched, or passed over"), listing(plain(problem) for problem in found.problems[:200])]
    noted = [f"<strong>{plain(name)}</strong>: {plain('; '.join(said))}" for name, said in notes.items() if said]
    if noted:
        body += [heading("For the examiner to look at"), listing(noted)]
    failed = [entry.student for entry in marked if entry.result is not None and not entry.result.final]
    if failed:
        body.append(paragraph(f"Grading itself failed and is tried again next time: {', '.join(failed)}", "box warn"))
    return body
