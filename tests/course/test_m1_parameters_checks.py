"""The functions that the lesson Learning the parameters and its checks share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import examine
from learnmr.course.checks.m1_parameters import (
    FEW_SEED,
    N_FEW,
    RECAST_OPTIONS,
    draw_windows,
    error_in_bounds,
    label_factor,
    misfit,
    rate_law,
)
from learnmr.course.exercises import find_exercise
from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.physics import simulate_fid
from learnmr.signals import Resonance


def _check(answer: Any) -> Any:
    exercise = find_exercise("m1.parameters.cure")
    assert exercise is not None
    return examine(exercise, answer)


def _linear(inputs: np.ndarray, targets: np.ndarray) -> Any:
    """The best network without activations."""
    weights = np.linalg.lstsq(np.column_stack([inputs, np.ones(len(inputs))]), targets, rcond=None)[0]
    return lambda fresh: np.column_stack([fresh, np.ones(len(fresh))]) @ weights


def test_windows_are_repeatable_and_another_seed_gives_others() -> None:
    first, again, other = draw_windows(50, 1), draw_windows(50, 1), draw_windows(50, 2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    assert np.all(np.abs(first[1][:, 0]) < 1.0)
    assert np.all((np.exp(first[1][:, 1]) > 0.29) & (np.exp(first[1][:, 1]) < 4.01))


def test_bound_of_the_windows_is_that_of_a_long_decay() -> None:
    """For a decay seen to its end sd(width) / width is 2 / SNR: the limit of the sums in physics.bounds."""
    _, targets, bounds = draw_windows(4000, 3)
    broad = np.exp(targets[:, 1]) > 3.5
    assert np.allclose(bounds[broad, 1], 2 / 30.0, rtol=0.03)


def test_the_best_linear_network_fails_and_is_told_why() -> None:
    network = _linear(*draw_windows(4000, 5)[:2])
    assert error_in_bounds(network) > 1.5
    assert MISCONCEPTIONS["activation_forgotten"] in str(_check(network))


def test_a_network_that_remembers_its_windows_is_told_so() -> None:
    inputs, targets, _ = draw_windows(N_FEW, FEW_SEED)

    def nearest(fresh: np.ndarray) -> np.ndarray:
        return targets[np.argmin(np.linalg.norm(fresh[:, None] - inputs, axis=2), axis=1)]

    assert MISCONCEPTIONS["training_loss_monitored"] in str(_check(nearest))


def test_answers_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(2000, 2\), got \(2000, 4\)"):
        error_in_bounds(lambda inputs: np.zeros((len(inputs), 4)))


def test_a_label_of_a_truncated_decay_is_much_too_wide_and_never_right() -> None:
    def factor(t2_star_s: float) -> float:
        line = Resonance(110.0, 1 / (np.pi * t2_star_s))
        return label_factor(simulate_fid([line], n_points=1000, dwell_s=1e-3, noise_sd=0.005, seed=5), t2_star_s)

    assert factor(3.0) > 4 > factor(0.05) > np.sqrt(3)


def test_misfit_of_noise_is_one_and_rate_is_found() -> None:
    rng = np.random.default_rng(2)
    noise = 0.2 * rng.standard_normal((40_000, 2)) @ [1, 1j]
    assert misfit(noise, 0.2, 4) == pytest.approx(1, abs=0.02)
    times_s = np.linspace(0, 3000, 30)
    rate, rate_sd = rate_law(times_s, 2 + 5 * np.exp(-times_s / 500), np.full(30, 0.1))
    assert rate == pytest.approx(1 / 500, rel=1e-6)
    assert 0 < rate_sd < rate


def test_every_option_of_the_recast_that_is_not_chosen_has_an_objection() -> None:
    exercise = find_exercise("m1.parameters.recast")
    assert exercise is not None
    right = exercise.right()
    for part, options in RECAST_OPTIONS.items():
        for option in options:
            result = examine(exercise, right | {part: option})
            wrong = [one for one in result.properties if not one.passed]
            assert bool(wrong) == (option != right[part])
            assert all(one.message for one in wrong)
