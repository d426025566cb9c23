"""``learnmr course grade`` and ``learnmr bench grading``: what reaches the library, exit codes, what is printed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import learnmr.bench.grading
from learnmr.course.grading import grading
from learnmr.course.grading.grading import Graded
from learnmr.course.grading.marking import mark
from learnmr.course.grading.results import ItemResult, Result
from learnmr.course.grading.schemes import Scheme
from learnmr.course.grading.submissions import Found
from learnmr.isolation import SandboxMissingError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Grading is not done; what it was asked for is noted."""
    noted: dict[str, Any] = {}
    marked = mark("ada", ("a",), Result("ada", "f", (ItemResult("a", score=1.0),)), Scheme())
    found = Found((), ("bo",), ("stranger.ipynb: fits nobody of the roster, or more than one",))

    def grade(*arguments: Any, **keywords: Any) -> Graded:
        noted["grade"] = (arguments, keywords)
        return Graded((marked, mark("bo", ("a",), None, Scheme())), found, 1, 0, 0, tmp_path)

    def remark(*arguments: Any, **keywords: Any) -> Graded:
        noted["remark"] = (arguments, keywords)
        return Graded((marked,), found, 0, 1, 0, tmp_path)

    monkeypatch.setattr(grading, "grade_class", grade)
    monkeypatch.setattr(grading, "remark_class", remark)
    return noted


def _arguments(tmp_path: Path, *more: object) -> tuple[object, ...]:
    roster = tmp_path / "roster.csv"
    return (
        "course",
        "grade",
        tmp_path,
        "--assignment",
        "m0.example",
        "--roster",
        roster,
        "--out",
        tmp_path / "out",
        *more,
    )


def test_a_class_is_told_in_one_line_and_strangers_on_the_side(run: Any, asked: dict[str, Any], tmp_path: Path) -> None:
    result = run(*_arguments(tmp_path, "--jobs", 3, "--minutes", 2, "--memory-mb", 1024))
    assert "1 of 2 students graded (1 run now, 0 as before)" in result.stdout
    assert "stranger.ipynb" in result.stderr
    keywords = asked["grade"][1]
    assert (keywords["jobs"], keywords["sandbox"], keywords["scheme"]) == (3, None, None)
    assert keywords["patience"].notebook_s == 120.0
    assert keywords["limits"].memory_bytes == 1024**3


def test_without_a_sandbox_it_refuses_and_says_how_to_get_one(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*arguments: Any, **keywords: Any) -> None:
        raise SandboxMissingError("no sandbox works on this machine: apt-get install bubblewrap")

    monkeypatch.setattr(grading, "grade_class", missing)
    assert "apt-get install bubblewrap" in run(*_arguments(tmp_path), code=1).stderr


def test_no_sandbox_says_what_that_means(run: Any, asked: dict[str, Any], tmp_path: Path) -> None:
    result = run(*_arguments(tmp_path, "--no-sandbox"))
    assert "WITHOUT A SANDBOX every submission runs with your own rights" in result.stderr
    assert asked["grade"][1]["sandbox"] == "none"


def test_marking_again_takes_a_scheme_and_runs_nothing(run: Any, asked: dict[str, Any], tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.toml"
    scheme.write_text('[points]\n"m0.example.width" = 3\n', encoding="utf-8")
    run(*_arguments(tmp_path, "--remark", scheme, "--deadline", "2026-12-01T12:00:00"))
    assert "grade" not in asked
    made = asked["remark"][1]["scheme"]
    assert made.worth("m0.example.width") == 3.0
    assert made.deadline == datetime(2026, 12, 1, 12)


def test_a_broken_scheme_is_a_wrong_argument(run: Any, asked: dict[str, Any], tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.toml"
    scheme.write_text("[points]\na = -1\n", encoding="utf-8")
    assert "points of a must be >= 0" in run(*_arguments(tmp_path, "--scheme", scheme), code=2).stderr


@pytest.mark.parametrize(("contained", "false_marks", "code"), [(2, 0, 0), (1, 0, 1), (2, 1, 1)])
def test_the_benchmark_fails_where_anything_got_anywhere(
    run: Any, strict: Any, monkeypatch: pytest.MonkeyPatch, contained: int, false_marks: int, code: int
) -> None:
    asked: list[Any] = []

    def fake(submissions: int, **keywords: Any) -> dict[str, Any]:
        asked.append((submissions, keywords["hostile"]))
        return {
            "submissions": submissions,
            "seconds": 1.0,
            "crashed_host": 0,
            "hostile_cases": 2,
            "hostile_contained": contained,
            "false_full_marks": false_marks,
            "cases": [{"case": "spy", "tries": "reads", "problems": [] if contained == 2 else ["a hidden word"]}],
        }

    monkeypatch.setattr(learnmr.bench.grading, "run_grading", fake)
    document = strict(run("bench", "grading", "--json", code=code).stdout)
    assert document["results"]["submissions"] == 24
    shown = run("bench", "grading", "--submissions", 3, "--no-attacks", code=code).stdout
    assert ("NOT CONTAINED: spy" in shown) == (contained < 2)
    assert asked == [(24, True), (3, False)]
