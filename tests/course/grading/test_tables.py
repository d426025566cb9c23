"""Tables: safe in a spreadsheet, and read back where people fill them in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from learnmr.course.exams.rosters import Student
from learnmr.course.grading.assignments import read_assignment
from learnmr.course.grading.marking import mark
from learnmr.course.grading.results import ItemResult, Result
from learnmr.course.grading.schemes import Scheme
from learnmr.course.grading.tables import by_hand_table, grades_table, read_by_hand, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "  =1", "\r=1", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")


def test_numbers_and_names_stay_as_they_are() -> None:
    assert safe_cell(1.5) == 1.5
    assert safe_cell("Zoë-Ann = ok") == "Zoë-Ann = ok"
    assert safe_cell("a\x00\x1bb") == "ab"


def test_everybody_has_a_line(roster: list[Student]) -> None:
    result = Result("s17", "f", (ItemResult("a", score=1.0),))
    marked = [mark(one.student, ("a",), result if one.student == "s17" else None, Scheme()) for one in roster]
    rows = list(csv.DictReader(io.StringIO(grades_table(roster, marked, {"s17": ["=cmd()"]}))))
    assert [(row["student"], row["points"], row["handed_in"]) for row in rows] == [
        ("s17", "1.0", "yes"),
        ("s18", "0.0", "no"),
        ("s177", "0.0", "no"),
    ]
    assert rows[0]["notes"] == "'=cmd()"


def test_points_filled_in_come_back(tmp_path: Path, roster: list[Student]) -> None:
    result = Result("s17", "f", (ItemResult("a", "by_hand", text="=because\nof it"),))
    marked = [mark(one.student, ("a",), result if one.student == "s17" else None, Scheme()) for one in roster]
    path = tmp_path / "by_hand.csv"
    text = by_hand_table(roster, marked, {}, read_assignment("m0.example"))
    path.write_text(text, encoding="utf-8")
    assert read_by_hand(path) == {}
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:4] == ["s17", "a", "1.0", ""]
    path.write_text(text.replace("s17,a,1.0,,", "s17,a,1.0,0.5,"), encoding="utf-8")
    assert read_by_hand(path) == {"s17": {"a": 0.5}}


@pytest.mark.parametrize("points", ["2", "-1", "nan", "many"])
def test_points_that_cannot_be_are_refused(tmp_path: Path, points: str) -> None:
    path = tmp_path / "by_hand.csv"
    path.write_text(f"student,item,worth,points,answer\ns17,a,1.0,{points},x\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"by_hand.csv, line 2: points must be from 0 to 1.0"):
        read_by_hand(path)


def test_semicolons_and_commas_of_other_countries_are_read(tmp_path: Path) -> None:
    path = tmp_path / "by_hand.csv"
    path.write_text("student;item;worth;points;answer\ns17;a;1,0;0,5;x\n", encoding="utf-8")
    assert read_by_hand(path) == {"s17": {"a": 0.5}}
