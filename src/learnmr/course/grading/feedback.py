"""A student's page: points, what holds and what does not, the wrong path by its name, what to read again.

No answer is on it, and nothing of anybody else.
"""

from __future__ import annotations

from ..exams.rosters import Student
from ..misconceptions import MISCONCEPTIONS
from .assignments import Assignment
from .marking import Mark, Marked
from .pages import heading, listing, page, paragraph, plain, table
from .schemes import Scheme

__all__ = ["feedback_page"]


def feedback_page(student: Student, marked: Marked, assignment: Assignment, scheme: Scheme) -> str:
    """The feedback of one student as a self-contained page.

    Parameters
    ----------
    student : Student
        Whose.
    marked : Marked
        Points.
    assignment : Assignment
        What was graded.
    scheme : Scheme
        For the words about lateness and hidden checks.

    Returns
    -------
    str
        HTML.
    """
    who = student.name or student.student
    body = [heading(f"{assignment.title}: {who}", 1)]
    total = f"{marked.points:g} of {marked.worth:g} points"
    body.append(
        paragraph(total + (f", {_count(len(marked.open), 'answer')} still to be marked by hand" if marked.open else ""))
    )
    body += _summary(marked, scheme)
    rows = [
        (
            assignment.shown(entry.name) if entry.item is not None else entry.name,
            "open" if entry.points is None else f"{entry.points:g}",
            f"{entry.worth:g}",
            _in_short(entry, marked),
        )
        for entry in marked.marks
    ]
    body.append(table("Points", ["", "points", "of", "what was found"], rows, words=(3,)))
    for entry in marked.marks:
        if entry.item is not None:
            body += _details(entry, assignment, scheme)
    if marked.result is not None and marked.result.errors:
        body.append(heading("Cells that stopped with an error"))
        body.append(
            listing(
                f"code cell {cell + 1}: <strong>{plain(name)}</strong> {plain(message)}"
                for cell, name, message in marked.result.errors[:20]
            )
        )
    return page(f"{assignment.title}: {who}", body)


def _summary(marked: Marked, scheme: Scheme) -> list[str]:
    """What goes for the whole submission."""
    told = []
    if marked.result is None:
        told.append(paragraph("Nothing was handed in, or nothing that could be matched to you.", "box warn"))
    elif marked.result.problem:
        told.append(paragraph(f"Something went wrong: {marked.result.problem}.", "box warn"))
    if marked.days_late and marked.result is not None:
        told.append(
            paragraph(f"{_count(marked.days_late, 'day')} late: {100 * marked.factor:g} % of the points count.", "box")
        )
    return told


def _count(number: int, what: str) -> str:
    """A number of things."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _in_short(entry: Mark, marked: Marked) -> str:
    """One line in the table."""
    item = entry.item
    if item is None:
        return "nothing handed in" if marked.result is None else "marked by hand"
    if item.status == "by_hand":
        return "marked by hand" if entry.points is not None else "handed in, to be marked by hand"
    return item.message if item.status in ("missing", "failed") else item.message.partition(";")[0]


def _details(entry: Mark, assignment: Assignment, scheme: Scheme) -> list[str]:
    """What holds of one answer, and the way on."""
    item = entry.item
    assert item is not None
    if item.status == "missing" and not item.properties:
        return []
    body = [heading(assignment.shown(entry.name))]
    if item.status == "failed":
        body.append(paragraph(item.message, "box warn"))
    if item.properties:
        body.append(
            listing(
                f'<span class="mark {"yes" if passed else "no"}">{"holds" if passed else "does not hold"}</span> '
                f"{plain(label)}" + (f" ({plain(message)})" if message else "")
                for label, passed, message in item.properties
            )
        )
    elif item.status == "graded":
        body.append(paragraph(item.message))
    if item.hidden is not None and item.n_hidden:
        right = item.n_hidden - len(item.hidden)
        share = f"; they are worth {100 * scheme.hidden:g} % of the points"
        body.append(paragraph(f"Fresh arguments: {right} of {item.n_hidden} answered rightly{share}."))
    if item.misconception and item.misconception in MISCONCEPTIONS:
        body.append(paragraph(f"It looks like this: {MISCONCEPTIONS[item.misconception]}", "box"))
    if item.read and (entry.points is None or entry.points < entry.worth):
        body.append(paragraph(f"Read again: {item.read}"))
    return body
