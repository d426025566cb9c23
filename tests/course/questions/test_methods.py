"""What a log says about the method: honest logs pass, each usual gap is seen."""

from __future__ import annotations

from typing import Any

import pytest

from learnmr.course.questions.methods import (
    baseline_stated,
    best_repeated,
    one_at_a_time,
    rate_searched,
    settings_of,
    test_used_once,
)

LINEAR = {"model": "linear", "val_loss": 0.5}


def run(loss: float, *, seed: int = 1, **settings: Any) -> dict[str, Any]:
    """A row of a log."""
    return {"model": "network", **settings, "seed": seed, "val_loss": loss}


GOOD = [
    LINEAR,
    run(0.30, nodes=8, rate=0.01),
    run(0.25, nodes=16, rate=0.01),
    run(0.20, nodes=16, rate=0.003),
    run(0.21, nodes=16, rate=0.003, seed=2),
    {**run(0.19, nodes=16, rate=0.003, seed=3), "test_loss": 0.2},
]


@pytest.mark.parametrize("check", [baseline_stated(), one_at_a_time(), best_repeated(), test_used_once()])
def test_an_honest_log_holds_and_an_empty_one_does_not(check: Any) -> None:
    assert check.holds(GOOD) is True
    for nothing in ([], [{}], [{"val_loss": "?"}]):
        assert check.holds(nothing) is not True


def test_a_baseline_needs_its_loss() -> None:
    assert "no row with model" in baseline_stated().holds(GOOD[1:])
    assert "no row with model" in baseline_stated().holds([{"model": "linear"}, *GOOD[1:]])


def test_two_changes_at_once_are_seen_in_any_order_of_keys() -> None:
    assert one_at_a_time().holds([*GOOD, run(0.4, rate=0.5, nodes=99)]) == "two settings were changed at once"
    assert one_at_a_time().holds([*GOOD, run(0.4, rate=0.5, nodes=16)]) is True
    assert one_at_a_time().holds(GOOD[:3]).startswith("there are 2 different configurations, 3")


def test_the_best_by_its_mean_must_be_repeated_not_the_luckiest_run() -> None:
    lucky = [*GOOD, run(0.01, nodes=32, rate=0.003)]
    assert "was trained from 1 seeds" in best_repeated().holds(lucky)
    unlucky = [*lucky, run(0.9, nodes=32, rate=0.003, seed=2)]
    assert best_repeated().holds(unlucky) is True
    diverged = [*lucky, {"model": "network", "nodes": 32, "rate": 0.003, "seed": 2, "val_loss": float("nan")}]
    assert best_repeated().holds(diverged) is True  # a configuration that diverges is not the best


def test_the_test_data_are_for_the_chosen_configuration_only() -> None:
    assert "2 configurations have a test_loss" in test_used_once().holds(
        [*GOOD[:2], {**GOOD[2], "test_loss": 1}, *GOOD[3:]]
    )
    other = [*GOOD[:5], {**GOOD[1], "test_loss": 0.3}, {k: v for k, v in GOOD[5].items() if k != "test_loss"}]
    assert "has not the smallest mean val_loss" in test_used_once().holds(other)
    assert test_used_once().holds(GOOD[:5]) == "no row has a test_loss"


def test_rates_are_searched_over_decades_with_the_best_inside() -> None:
    losses = {1e-4: 0.5, 1e-3: 0.3, 3e-3: 0.2, 1e-2: 0.25, 1e-1: 0.9}
    rows = [run(loss, rate=rate, nodes=16) for rate, loss in losses.items()]
    assert rate_searched().holds(rows) is True
    assert rate_searched().holds(rows[2:] + rows[2:]).startswith("3 rates were tried")
    assert (
        rate_searched().holds([*rows[:4], run(0.1, rate=1e-1, nodes=16)])
        == "the best rate is the last one of the range"
    )
    near = [run(loss, rate=0.001 * (i + 1), nodes=16) for i, loss in enumerate(losses.values())]
    assert rate_searched().holds(near) == "the rates lie too near each other"
    mixed = [*rows[:3], *[{**row, "nodes": 32} for row in rows[3:]]]
    assert rate_searched().holds(mixed).startswith("3 rates were tried")


def test_numbers_as_text_are_the_same_setting() -> None:
    assert settings_of({"rate": "0.010", "layers": "two", "note": "x"}) == settings_of({"layers": "Two", "rate": 1e-2})
