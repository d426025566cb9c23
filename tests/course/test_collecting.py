"""Handing in: kept in a grading run, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import learnmr
from learnmr.course.collecting import collect
from learnmr.course.grading import serving
from learnmr.course.grading.codec import decode
from learnmr.course.grading.serving import Desk


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A grading run, with a desk of its own."""
    monkeypatch.setenv("LEARNMR_GRADING", "1")
    monkeypatch.setattr(serving, "DESK", Desk())
    return serving.DESK


def _kept(desk: Desk, name: str) -> Any:
    return decode(*desk.answers[name], lambda where, payload: (where, payload))


def test_outside_a_grading_run_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    learnmr.hand_in("q1", 1.0)
    assert capsys.readouterr().out == "handed in: q1\n"
    assert serving.DESK.answers == {}


def test_the_last_answer_counts_and_every_check_hands_in(desk: Desk) -> None:
    learnmr.hand_in("q1", 1.0)
    learnmr.hand_in("q1", "2 Hz")
    learnmr.check("m0.example.width", 6.0)
    assert _kept(desk, "q1") == "2 Hz"
    assert _kept(desk, "m0.example.width") == 6.0


def test_data_is_kept_as_it_was_when_it_was_handed_in(desk: Desk) -> None:
    values = np.zeros(3)
    collect("a", values)
    values[:] = 1
    assert np.array_equal(_kept(desk, "a"), np.zeros(3))


def test_functions_and_networks_stay_where_they_are(desk: Desk) -> None:
    collect("a", len)
    assert _kept(desk, "a") == ("there", [0, "builtin_function_or_method", True])
    assert desk.objects == [len]


def test_what_cannot_be_handed_in_is_said_and_nothing_is_raised(desk: Desk) -> None:
    loop: list[Any] = []
    loop.append(loop)
    collect("a", loop, key="k")
    assert desk.notes["a"]["key"] == "k"
    assert "deep" in str(desk.notes["a"]["problem"])
    assert "a" not in desk.answers


def test_after_the_notebook_nothing_changes_any_more(desk: Desk) -> None:
    desk.frozen = True
    collect("a", 1.0)
    assert desk.answers == {}


def test_a_name_must_be_a_label() -> None:
    for name in ("", 3, None, "x" * 200):
        with pytest.raises(ValueError, match="label of a question"):
            learnmr.hand_in(name, 1)  # type: ignore[arg-type]
