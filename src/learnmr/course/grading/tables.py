"""Tables for the learning platform and for people who mark: CSV that no spreadsheet takes for a program."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..exams.rosters import Student
from .assignments import Assignment
from .marking import Marked

__all__ = ["by_hand_table", "grades_table", "read_by_hand", "safe_cell"]

#: what makes a spreadsheet calculate: OWASP, CSV Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HAND_COLUMNS = ("student", "item", "worth", "points", "answer")
_LONGEST = 30_000  # a cell of a spreadsheet ends at 32 767


def safe_cell(value: Any) -> Any:
    r"""A cell that is text to every spreadsheet: an apostrophe before what would be a formula. Numbers stay numbers.

    Examples
    --------
    >>> safe_cell('=HYPERLINK("http://x")'), safe_cell(-1.5), safe_cell("Ada")
    ('\'=HYPERLINK("http://x")', -1.5, 'Ada')
    """
    if not isinstance(value, str):
        return value
    text = "".join(letter for letter in value if letter in "\n\t" or letter.isprintable())[:_LONGEST]
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def grades_table(roster: Sequence[Student], marked: Sequence[Marked], notes: Mapping[str, Sequence[str]]) -> str:
    """Points of everybody, one student a line; what is still open is left empty."""
    names = [entry.name for entry in marked[0].marks] if marked else []
    rows: list[list[Any]] = [
        ["student", "name", "email", "points", "worth", "percent", "handed_in", "days_late", "open", *names, "notes"]
    ]
    for student, entry in zip(roster, marked, strict=True):
        percent = round(100 * entry.points / entry.worth, 1) if entry.worth else 0.0
        rows.append(
            [
                student.student,
                student.name,
                student.email,
                entry.points,
                entry.worth,
                percent,
                "no" if entry.result is None else "yes",
                entry.days_late,
                len(entry.open),
                *("" if one.points is None else one.points for one in entry.marks),
                "; ".join(notes.get(student.student, ())),
            ]
        )
    return _csv(rows)


def by_hand_table(
    roster: Sequence[Student],
    marked: Sequence[Marked],
    given: Mapping[str, Mapping[str, float]],
    assignment: Assignment,
) -> str:
    """What people mark: fill in the column ``points``. Empty where there is nothing."""
    rows: list[list[Any]] = []
    for entry in marked:
        for one in entry.marks:
            by_people = one.item is None and one.name not in assignment.names
            if entry.result is None or not (by_people or (one.item is not None and one.item.status == "by_hand")):
                continue
            points = given.get(entry.student, {}).get(one.name, "")
            text = one.item.text if one.item is not None else ""
            rows.append([entry.student, one.name, one.worth, points, text])
    return _csv([list(_HAND_COLUMNS), *rows]) if rows else ""


def read_by_hand(path: Path) -> dict[str, dict[str, float]]:
    """Points that people have filled in: student -> item -> points.

    Raises
    ------
    ValueError
        If a line cannot be read; the message names file, line and rule.
    """
    given: dict[str, dict[str, float]] = {}
    if not path.exists():
        return given
    text = path.read_text(encoding="utf-8-sig")
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    if not {"student", "item", "points"} <= set(reader.fieldnames or ()):
        raise ValueError(f"{path}, line 1: columns must hold student, item, points, got {reader.fieldnames!r}")
    for row in reader:
        filled = (row["points"] or "").strip().replace(",", ".")
        if not filled:
            continue
        try:
            points, worth = float(filled), float((row.get("worth") or "inf").replace(",", "."))
        except ValueError:
            points = worth = math.nan
        if not 0 <= points <= worth:
            where = f"{path}, line {reader.line_num}"
            raise ValueError(f"{where}: points must be from 0 to {row.get('worth')}, got {row['points']!r}")
        student = row["student"]
        given.setdefault(student[1:] if student[:1] == "'" and student[1:2] in "=+-@" else student, {})[row["item"]] = (
            points
        )
    return given


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return file.getvalue().replace("\r\n", "\n")
