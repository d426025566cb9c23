"""A class from a folder to tables and pages, in the real sandbox: resumed, marked again, and nobody harmed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from learnmr.bench.hostile_submissions import honest_notebook, notebook
from learnmr.course.grading import grading
from learnmr.course.grading.examining import Patience
from learnmr.course.grading.grading import Graded, grade_class, remark_class
from learnmr.course.grading.results import read_result, write_result
from learnmr.course.grading.schemes import Scheme
from learnmr.isolation import Sandbox, SandboxMissingError
from learnmr.isolation.environment import PACKAGE

_PATIENCE = Patience(notebook_s=120.0, cell_s=20.0, call_s=10.0, ask_s=60.0, runs=1)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> tuple[Path, Graded]:
    """Ada is right, Zoë is half right and stops with an error, Bo hands in half a file; Cy nothing."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "roster.csv").write_text("student,name\nada,Ada\nzoe,Zoë <b>\nbo,Bo\ncy,Cy\n", encoding="utf-8")
    (folder / "in").mkdir()
    half = json.loads(honest_notebook((True, False, True)))["cells"]
    stops = notebook(*(cell["source"] for cell in half), "raise RuntimeError('<script>alert(1)</script>')")
    for name, data in (("ada", honest_notebook()), ("zoe", stops), ("bo", b'{"cells": [')):
        (folder / "in" / f"{name}_hw.ipynb").write_bytes(data)
    return folder, _grade(folder)


def _grade(folder: Path, **keywords: Any) -> Graded:
    return grade_class(
        folder / "in", "m0.example", folder / "roster.csv", folder / "out", jobs=2, patience=_PATIENCE, **keywords
    )


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "out" / "grades.csv").read_text(encoding="utf-8")
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def test_everybody_has_the_points_that_were_earned(graded: tuple[Path, Graded]) -> None:
    folder, result = graded
    rows = _rows(folder)
    assert (result.ran, result.kept, result.deaths) == (3, 0, 0)
    assert [rows[name]["points"] for name in ("ada", "bo", "cy")] == ["3.0", "0.0", "0.0"]
    assert 2.0 < float(rows["zoe"]["points"]) < 3.0
    assert [rows[name]["handed_in"] for name in ("ada", "bo", "cy")] == ["yes", "yes", "no"]
    assert "cannot be read" in rows["bo"]["notes"]


def test_the_wrong_path_is_named_and_hidden_checks_count(graded: tuple[Path, Graded]) -> None:
    folder, _ = graded
    result = read_result(folder / "out" / "results" / "zoe.json")
    assert result is not None
    alias = result.item("m0.example.alias")
    assert alias is not None
    assert alias.misconception == "unfolded"
    assert alias.n_hidden == 8
    assert alias.hidden


def test_pages_show_what_students_wrote_as_text(graded: tuple[Path, Graded]) -> None:
    folder, _ = graded
    page = (folder / "out" / "feedback" / "zoe.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Zoë &lt;b&gt;" in page
    assert 'lang="en"' in page
    assert "Read again: Lesson 0, Sampling" in page
    everybody = (folder / "out" / "class.html").read_text(encoding="utf-8")
    assert everybody.count("<img alt=") == 2
    assert "http" not in everybody.replace("http-equiv", "")
    assert "Nothing handed in" in everybody


def test_what_has_a_result_is_not_run_again(graded: tuple[Path, Graded]) -> None:
    folder, _ = graded
    again = _grade(folder)
    assert (again.ran, again.kept) == (0, 3)


def test_a_killed_run_goes_on_where_it_stopped(graded: tuple[Path, Graded], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, before = graded
    (folder / "out" / "results" / "ada.json").unlink()
    asked: list[str] = []
    kept = grading.examine_all

    def interrupted(tasks: Any, **keywords: Any) -> int:
        asked.extend(task["student"] for task in tasks)
        return kept(tasks, **keywords)

    monkeypatch.setattr(grading, "examine_all", interrupted)
    again = _grade(folder)
    assert asked == ["ada"]
    assert [entry.points for entry in again.marked] == [entry.points for entry in before.marked]


def test_marking_again_with_another_scheme_runs_nothing(
    graded: tuple[Path, Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = graded
    monkeypatch.setattr(grading, "examine_all", lambda *a, **k: pytest.fail("something was run"))
    scheme = Scheme(points={"m0.example.alias": 10.0}, by_hand={"discussion": 5.0}, partial=False)
    remarked = remark_class(folder / "in", "m0.example", folder / "roster.csv", folder / "out", scheme=scheme)
    assert _rows(folder)["ada"]["points"] == "12.0"
    assert remarked.open == 3
    table = folder / "out" / "by_hand.csv"
    text = table.read_text(encoding="utf-8")
    assert "ada,discussion,5.0,," in text
    table.write_text(text.replace("ada,discussion,5.0,,", "ada,discussion,5.0,4.5,"), encoding="utf-8")
    remarked = remark_class(folder / "in", "m0.example", folder / "roster.csv", folder / "out", scheme=scheme)
    assert _rows(folder)["ada"]["points"] == "16.5"
    assert "ada,discussion,5.0,4.5," in table.read_text(encoding="utf-8")
    table.unlink()


def test_a_failure_of_grading_itself_is_tried_again(graded: tuple[Path, Graded]) -> None:
    folder, _ = graded
    path = folder / "out" / "results" / "bo.json"
    result = read_result(path)
    assert result is not None
    write_result(type(result)(result.student, result.fingerprint, problem="the grader died", final=False), path)
    assert _grade(folder).ran == 1


def test_without_a_sandbox_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str | None = None) -> None:
        raise SandboxMissingError("no sandbox works on this machine")

    monkeypatch.setattr(grading, "find_sandbox", missing)
    (tmp_path / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    with pytest.raises(SandboxMissingError):
        _grade(tmp_path)
    assert not (tmp_path / "out").exists()


def test_marking_again_needs_a_first_time(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    with pytest.raises(ValueError, match="nothing was graded here before"):
        remark_class(tmp_path / "in", "m0.example", tmp_path / "roster.csv", tmp_path / "out")


def test_an_unknown_assignment_is_refused(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"assignment must be one of .*m0.example.*, got 'm9.nowhere'"):
        grade_class(tmp_path, "m9.nowhere", tmp_path / "roster.csv", tmp_path / "out")


def test_nothing_of_the_course_may_lie_where_submissions_can_read(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"must not lie in .*, which every submission can read"):
        grade_class(PACKAGE, "m0.example", tmp_path / "roster.csv", tmp_path / "out")
