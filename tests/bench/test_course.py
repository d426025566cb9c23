"""The rate at which a right network fails its check is measured, not asserted."""

from __future__ import annotations

import pytest

from learnmr.bench.course import false_fail_results, measure_false_fails


def test_the_example_holds_what_it_states() -> None:
    told: list[str] = []
    (row,) = false_fail_results(["m0.example.sine"], runs=40, tell=told.append)["exercises"]
    assert (row["failures"], row["runs"]) == (row["stated_failures"], row["stated_runs"]) == (0, 40)
    assert row["upper_limit_95"] == pytest.approx(0.072)
    assert row["median"] < row["largest"] < row["threshold"]
    assert len(told) == 40


def test_exercises_without_a_network_are_refused() -> None:
    with pytest.raises(ValueError, match=r"with a trained network \(.*m0\.example\.sine.*\), got 'm0\.example\.width'"):
        measure_false_fails("m0.example.width")
    with pytest.raises(ValueError, match="runs must be >= 1, got 0"):
        measure_false_fails("m0.example.sine", runs=0)
