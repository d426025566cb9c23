"""Running notebooks: what is counted, what is a fault, and that a notebook is stopped in time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from learnmr.bench.course import course_results, summarise, timings_table
from learnmr.bench.documents import document
from learnmr.course.building import build_course
from learnmr.course.execution import CellError, RunReport, execution_problems, run_course, run_notebook

pytest.importorskip("nbclient", reason="needs learnmr[course]")
pytest.importorskip("ipykernel", reason="needs learnmr[course]")


def report(**changes: object) -> RunReport:
    fields: dict[str, object] = {
        "lesson": "m0.a",
        "variant": "solution",
        "seconds": 1.0,
        "cells": 2,
        "exercises": ("m0.a.b",),
        "passed": ("m0.a.b",),
    }
    return RunReport(**(fields | changes))  # type: ignore[arg-type]


def test_a_student_notebook_may_fail_at_its_stubs_only() -> None:
    stub = CellError("abc", "NotImplementedError", "exercise 1.1", True)
    other = CellError("def", "NameError", "name 'x' is not defined", False)
    assert report(variant="student", passed=(), errors=(stub,)).problems == []
    assert report(variant="student", passed=(), errors=(stub, other)).problems == [
        "m0.a (student): cell def fails, but not at its stub: NameError: name 'x' is not defined"
    ]
    assert report(variant="student").problems == ["m0.a (student): the check m0.a.b passes on the stub"]


def test_a_solution_notebook_may_not_fail_at_all() -> None:
    assert report().problems == []
    assert "does not pass on the solution" in report(passed=()).problems[0]
    assert "fails: ValueError: no" in report(errors=(CellError("abc", "ValueError", "no", False),)).problems[0]
    assert "a number that no cell gives: 7.9" in report(unexplained=("7.9 (cell abc)",)).problems[0]
    assert "not finished after 1 s" in report(timed_out=True).problems[0]


def test_the_results_count_checks_on_stub_and_solution() -> None:
    results = summarise([report(variant="student", passed=()), report()])
    assert (results["checks"], results["checks_failing_on_stub"], results["checks_passing_on_solution"]) == (1, 1, 1)
    assert [run["id"] for run in results["lessons"]] == ["m0.a", "m0.a"]
    table = timings_table(document("learnmr bench course", results))
    assert "| m0.a | solution | 1.0 | 2 | 1 | 1 |" in table


@pytest.mark.slow
def test_the_example_course_runs_and_keeps_what_was_executed(
    example_course: Path, tmp_path: Path, record: Path
) -> None:
    told: list[str] = []
    results = course_results(example_course, build_folder=tmp_path / "build", tell=told.append)
    assert results["problems"] == []
    assert (results["checks"], results["checks_failing_on_stub"], results["checks_passing_on_solution"]) == (3, 3, 3)
    assert len(told) == 2
    assert not record.exists()  # the runner has a record of its own
    kept = tmp_path / "build" / "executed" / "solution" / "module0_example" / "00_example.ipynb"
    notebook = json.loads(kept.read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs)
    slow = next(cell for cell in notebook["cells"] if "slow" in cell["metadata"].get("tags", ()))
    assert slow["cell_type"] == "code"
    assert slow["outputs"] == []


@pytest.mark.slow
def test_wrong_answers_faults_and_unexplained_numbers_are_found_by_running(
    example_course: Path, tmp_path: Path
) -> None:
    source = example_course / "module0_example" / "00_example.py"
    text = source.read_text(encoding="utf-8")
    text = text.replace("width_hz = above[-1] - above[0]", "width_hz = (above[-1] - above[0]) / 2")
    text += "\n# %% [markdown]\n# The ratio is 7.93.\n\n# %%\nundefined_name\n"
    source.write_text(text, encoding="utf-8")
    (run,) = run_course(example_course, variants=("solution",), build_folder=tmp_path / "build")
    problems = "\n".join(execution_problems([run]))
    assert "the check m0.example.width does not pass on the solution" in problems
    assert "fails: NameError" in problems
    assert "a number that no cell gives: 7.93" in problems


@pytest.mark.slow
def test_an_endless_cell_is_stopped(example_course: Path) -> None:
    source = example_course / "module0_example" / "00_example.py"
    head = source.read_text(encoding="utf-8").split("# %% [markdown] tags")[0]
    source.write_text(head + "# %%\nwhile True:\n    pass\n", encoding="utf-8")
    path = build_course(example_course, variants=("student",))[0]
    run = run_notebook(path, time_limit_s=4.0)
    assert run.timed_out
    assert run.seconds < 20


def test_unknown_lessons_and_limits_are_refused(example_course: Path) -> None:
    with pytest.raises(ValueError, match=r"lessons must be among m0\.example, got \['m9\.x'\]"):
        run_course(example_course, lessons=("m9.x",))
    with pytest.raises(ValueError, match="time_limit_s must be > 0 s, got 0"):
        run_notebook("nothing.ipynb", time_limit_s=0)
