"""Workers: whatever happens to one costs one submission."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from learnmr.course.grading.examining import Patience
from learnmr.course.grading.pool import examine_all
from learnmr.course.grading.results import Result
from learnmr.isolation import Limits


def _task(student: str, folder: Path, **other: Any) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "student": student,
        "fingerprint": "f",
        "sandbox": "a sandbox that does not exist",
        "limits": asdict(Limits()),
        "patience": asdict(Patience()),
        "exercises": [],
        "variants": {},
        "bank": None,
        "key": "self-study",
        "fresh_key": bytes(32).hex(),
    } | other


def test_an_error_of_grading_is_a_result_that_is_not_final(tmp_path: Path) -> None:
    results: list[Result] = []
    deaths = examine_all([_task("ada", tmp_path), _task("bo", tmp_path)], jobs=1, time_s=60.0, done=results.append)
    assert deaths == 0
    assert [result.student for result in results] == ["ada", "bo"]
    assert all(not result.final and "sandbox must be one of" in result.problem for result in results)


def test_a_worker_that_takes_too_long_is_replaced(tmp_path: Path) -> None:
    results: list[Result] = []
    deaths = examine_all([_task("ada", tmp_path), _task("bo", tmp_path)], jobs=2, time_s=0.01, done=results.append)
    assert deaths == 2
    assert sorted(result.student for result in results) == ["ada", "bo"]
    assert all(not result.final and "died, or took too long" in result.problem for result in results)


def test_an_error_of_whoever_listens_is_passed_on(tmp_path: Path) -> None:
    def full(result: Result) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        examine_all([_task("ada", tmp_path)], jobs=1, time_s=60.0, done=full)
