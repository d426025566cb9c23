"""An exam from its specification to marks, in the real sandbox: one question of each kind that a sheet can hold."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from learnmr.bench.hostile_submissions import notebook
from learnmr.course.exams.making import make_exam
from learnmr.course.exams.pseudonyms import pseudonym
from learnmr.course.exams.saved import load_exam
from learnmr.course.grading.assignments import read_assignment
from learnmr.course.grading.examining import Patience
from learnmr.course.grading.grading import grade_class
from learnmr.course.grading.results import read_result
from learnmr.isolation import Sandbox

_SECRET = b"a secret of the course 0123456789"
_QUESTIONS = ("m1.signals.q_alias", "m1.signals.q_steps", "m1.signals.q_code_peak", "m1.parameters.q_essay_recast")
_PEAK = """
def peak_hz(samples, dwell_s):
    axis_hz = np.fft.fftfreq(len(samples), dwell_s)
    return float(axis_hz[np.argmax(np.abs(np.fft.fft(samples)))])
"""


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    """A folder with an exam of four questions for Ada and Bo."""
    (tmp_path / "spec.toml").write_text(_spec(), encoding="utf-8")
    (tmp_path / "roster.csv").write_text("student,name\nada,Ada\nbo,Bo\n", encoding="utf-8")
    make_exam(tmp_path / "spec.toml", tmp_path / "roster.csv", tmp_path / "exam", secret=_SECRET, forms=("notebook",))
    return tmp_path / "exam"


def _spec() -> str:
    items = "".join(f'[[questions]]\nquestion = "{slug}"\n' for slug in _QUESTIONS)
    return f'exam = "try"\ntitle = "A try"\nminutes = 60\nmarks = 16\n{items}'


def _answers(student: str, exam: Path, **other: str) -> bytes:
    variants = load_exam(exam).variants(student)
    lines = {
        "q1": repr(variants["q1"].key),
        "q2": repr(variants["q2"].key),
        "q3": "peak_hz",
        "q4": repr("A good label is one that is known, and <b>not</b> fitted."),
    } | other
    cells = [f"learnmr.hand_in('{label}', {answer})" for label, answer in lines.items()]
    return notebook("import numpy as np\nimport learnmr", _PEAK, *cells)


@pytest.mark.slow
def test_an_exam_is_graded_with_everybodys_own_numbers(tmp_path: Path, exam: Path, sandbox: Sandbox) -> None:
    spied = "__import__('learnmr.course.questions.bank.m1_signals', fromlist=['QUESTIONS'])"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_bytes(_answers("ada", exam))
    (tmp_path / "in" / "bo.ipynb").write_bytes(_answers("bo", exam, q1=spied, q2="''"))
    graded = grade_class(
        tmp_path / "in",
        str(exam),
        tmp_path / "roster.csv",
        tmp_path / "out",
        patience=Patience(notebook_s=120.0, ask_s=60.0, runs=1),
    )
    found = {entry.student: {mark.name: mark.points for mark in entry.marks} for entry in graded.marked}
    worth = {mark.name: mark.worth for mark in graded.marked[0].marks}
    assert found["ada"] == {"q1": worth["q1"], "q2": worth["q2"], "q3": worth["q3"], "q4": None}
    assert found["bo"] == {"q1": 0.0, "q2": 0.0, "q3": worth["q3"], "q4": None}
    result = read_result(tmp_path / "out" / "results" / "bo.json")
    assert result is not None
    assert any(name in ("ModuleNotFoundError", "ImportError") for _, name, _ in result.errors)  # the bank is not there
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "by_hand.csv").read_text(encoding="utf-8"))))
    assert [(row["student"], row["item"], row["points"]) for row in rows] == [("ada", "q4", ""), ("bo", "q4", "")]
    assert "<b>not</b>" in rows[0]["answer"]


def test_papers_with_codes_need_the_secret(tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(_spec(), encoding="utf-8")
    (tmp_path / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    make_exam(
        tmp_path / "spec.toml",
        tmp_path / "roster.csv",
        tmp_path / "exam",
        secret=_SECRET,
        forms=("notebook",),
        pseudonyms=True,
    )
    assignment: Any = read_assignment(str(tmp_path / "exam"))
    from learnmr.course.exams.rosters import Student

    with pytest.raises(ValueError, match="needs the secret file"):
        assignment.variants_of(Student("ada"), None)
    code = pseudonym(_SECRET, exam="try", student="ada")
    assert assignment.variants_of(Student("ada"), _SECRET) == load_exam(tmp_path / "exam").students[code]
    assert assignment.variants_of(Student("nobody"), _SECRET) is None
