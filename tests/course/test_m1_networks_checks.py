"""The functions that the lesson Networks and its checks share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import examine
from learnmr.course.checks.m1_networks import (
    NOISE_SD,
    RECAST_OPTIONS,
    TIMES_MS,
    clip,
    critical_momentum,
    draw_decays,
    error_in_bounds,
    gradients,
    log_t2_bound,
    numerical_gradients,
    pulled,
    shuffled,
    silu,
    softmax,
    some_gradients,
    split_by_tube,
    two_layers,
)
from learnmr.course.exercises import find_exercise
from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.physics import cramer_rao_line


def _check(name: str, answer: Any) -> Any:
    exercise = find_exercise(f"m1.networks.{name}")
    assert exercise is not None
    return examine(exercise, answer)


def _least_squares(decays: np.ndarray) -> np.ndarray:
    """The best exponential on a fine grid; the amplitude is free."""
    grid_ms = np.exp(np.linspace(np.log(2.5), np.log(100), 1200))
    curves = np.exp(-TIMES_MS / grid_ms[:, None])
    curves /= np.linalg.norm(curves, axis=1, keepdims=True)
    return np.log(grid_ms[np.argmax(decays @ curves.T, axis=1)] / 16)


def test_decays_are_repeatable_and_another_seed_gives_others() -> None:
    first, again, other = draw_decays(50, 1), draw_decays(50, 1), draw_decays(50, 2)
    assert all(np.array_equal(first[part], again[part]) for part in range(3))
    assert not np.array_equal(first[0], other[0])
    assert np.all((16 * np.exp(first[1]) > 4.99) & (16 * np.exp(first[1]) < 50.01))


def test_bound_is_that_of_the_width_of_a_complex_line() -> None:
    """One channel at the carrier loses frequency and phase, which in two channels carry no news of the width."""
    t2_ms, amplitude = np.array([5.0, 16.0, 50.0]), np.array([0.5, 1.0, 2.0])
    width_hz = 1 / (np.pi * 1e-3 * t2_ms)
    line = cramer_rao_line(width_hz, amplitude, n_points=32, dwell_s=2e-3, noise_sd=NOISE_SD)
    assert log_t2_bound(t2_ms, amplitude) == pytest.approx(line[:, 1] / width_hz, rel=1e-9)


def test_least_squares_meets_the_bound() -> None:
    assert error_in_bounds(_least_squares) == pytest.approx(1.0, abs=0.03)


def test_the_best_linear_network_fails_and_is_told_why() -> None:
    decays, targets, _ = draw_decays(6000, 5)
    weights = np.linalg.lstsq(np.column_stack([decays, np.ones(len(decays))]), targets, rcond=None)[0]

    def linear(fresh: np.ndarray) -> np.ndarray:
        return np.asarray(np.column_stack([fresh, np.ones(len(fresh))]) @ weights)

    assert error_in_bounds(linear) > 5
    assert MISCONCEPTIONS["activation_forgotten"] in str(_check("reader", linear))


def test_a_fit_passes_for_a_network_since_only_its_answers_count() -> None:
    assert _check("reader", _least_squares).passed


def test_answers_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(4000, 1\), got \(4000, 2\)"):
        error_in_bounds(lambda decays: np.zeros((len(decays), 2)))


def test_a_split_shares_no_tube_and_loses_no_record() -> None:
    tubes = np.random.default_rng(1).integers(0, 50, 400)
    sets = split_by_tube(tubes, 3)
    assert np.array_equal(np.sort(np.concatenate(sets)), np.arange(400))
    assert not set(tubes[sets[0]]) & set(tubes[sets[2]])


def test_a_split_by_scan_is_told_how_many_tubes_are_shared() -> None:
    def by_scan(tubes: np.ndarray, seed: int) -> list[np.ndarray]:
        return np.split(np.random.default_rng([seed, 9]).permutation(len(tubes)), [240, 320])

    assert "of 100 tubes are in more than one set" in str(_check("split", by_scan))


@pytest.mark.parametrize("sizes", [(5, 4, 2), (3, 7, 1), (2, 2, 5)])
def test_back_propagation_is_the_numerical_derivative(sizes: tuple[int, int, int]) -> None:
    parts = two_layers(11, 9, sizes)
    numeric = numerical_gradients(parts)
    for name, gradient in gradients(*parts).items():
        assert gradient == pytest.approx(numeric[name], abs=1e-7)


def test_silu_lies_between_relu_and_nothing_and_softmax_of_two_is_a_sigmoid() -> None:
    z = np.linspace(-20, 20, 401)
    values, slopes = silu(z)
    assert np.all((values <= np.maximum(z, 0)) & (values >= -0.2785))
    assert slopes == pytest.approx(np.gradient(values, z), abs=2e-3)
    assert softmax(np.column_stack([0 * z, z]))[:, 1] == pytest.approx(1 / (1 + np.exp(-z)))


@pytest.mark.parametrize(("rate", "curvature"), [(0.1, 1.0), (0.02, 2.5), (0.9, 1.0)])
def test_critical_momentum_makes_both_roots_one(rate: float, curvature: float) -> None:
    momentum = critical_momentum(rate, curvature)
    assert (1 + momentum - rate * curvature) ** 2 - 4 * momentum == pytest.approx(0, abs=1e-12)


def test_clipping_is_repeatable_and_never_lengthens() -> None:
    given = some_gradients(7.0)
    once = clip(given, 2.0)
    assert sum(np.sum(one**2) for one in once.values()) == pytest.approx(4.0)
    assert all(clip(once, 2.0 + 1e-9)[name] == pytest.approx(one) for name, one in once.items())


def test_a_penalty_pulls_toward_zero_and_never_through() -> None:
    rng = np.random.default_rng(4)
    for optimum, curvature, l1, l2 in rng.uniform([-2, 0.1, 0, 0], [2, 3, 2, 2], (200, 4)):
        weight = pulled(optimum, curvature, l1, l2)
        grid = np.linspace(-2.5, 2.5, 5001)
        cost = curvature / 2 * (grid - optimum) ** 2 + l1 * np.abs(grid) + l2 * grid**2
        assert weight == pytest.approx(grid[np.argmin(cost)], abs=1.1e-3)
        assert abs(weight) <= abs(optimum)
        assert weight * optimum >= 0


def test_each_epoch_shows_everything_once_in_another_order() -> None:
    pytest.importorskip("keras", reason="batches for Keras need the extra [train] or [jax]")
    batches = shuffled(np.arange(10), np.arange(10), batch_size=4, seed=1)
    orders = []
    for _ in range(3):
        orders.append(np.concatenate([batches[number][0] for number in range(len(batches))]).tolist())
        batches.on_epoch_end()
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert orders[0] != orders[1] != orders[2]


def test_every_option_of_the_recast_that_is_not_chosen_has_an_objection() -> None:
    exercise = find_exercise("m1.networks.recast")
    assert exercise is not None
    right = exercise.right()
    for part, options in RECAST_OPTIONS.items():
        for option in options:
            wrong = [one for one in examine(exercise, right | {part: option}).properties if not one.passed]
            assert bool(wrong) == (option != right[part])
            assert all(one.message for one in wrong)
