"""The small network of training questions: its gradients, its baseline, its refusals."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.course.questions.small_networks import (
    least_squares_network,
    root_mean_square_error,
    train_small_network,
)


def test_the_baseline_is_that_of_numpy() -> None:
    rng = np.random.default_rng(1)
    inputs, targets = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    columns = np.column_stack([inputs, np.ones(50)])
    expected = columns @ np.linalg.lstsq(columns, targets, rcond=None)[0]
    assert np.allclose(least_squares_network(inputs, targets).predict(inputs), expected)


def test_a_training_is_reproducible_and_beats_the_line_on_a_curve() -> None:
    x = np.linspace(-1, 1, 200)[:, None]
    networks = [train_small_network(x, x**2, nodes=8, rate=0.02, epochs=100, seed=seed) for seed in (3, 3, 4)]
    assert np.array_equal(networks[0].weights[0], networks[1].weights[0])
    assert not np.array_equal(networks[0].weights[0], networks[2].weights[0])
    line = least_squares_network(x, x**2)
    assert root_mean_square_error(networks[0], x, x**2) < 0.3 * root_mean_square_error(line, x, x**2)


def test_the_first_step_of_adam_goes_down_the_numerical_gradient() -> None:
    rng = np.random.default_rng(2)
    x, y, h = rng.normal(size=(20, 3)), rng.normal(size=(20, 1)), 1e-6
    start = train_small_network(x, y, nodes=4, rate=1e-12, epochs=1, seed=5, batch=20)
    moved = train_small_network(x, y, nodes=4, rate=1e-3, epochs=1, seed=5, batch=20)
    for before, after in zip(start.weights, moved.weights, strict=True):
        for place in np.ndindex(before.shape):
            losses = []
            for change in (-h, h):
                before[place] += change
                losses.append(root_mean_square_error(start, x, y) ** 2)
                before[place] -= change
            slope = (losses[1] - losses[0]) / (2 * h)
            assert after[place] - before[place] == pytest.approx(-1e-3 * np.sign(slope), rel=1e-2)


def test_settings_that_cannot_train_are_refused() -> None:
    for settings in ({"rate": 0.0}, {"nodes": 0}, {"epochs": 0}):
        with pytest.raises(ValueError, match="rate must be > 0 and nodes, epochs, batch >= 1, got"):
            train_small_network([[1.0]], [[1.0]], **{"nodes": 2, "rate": 0.1, "epochs": 1, "seed": 1} | settings)
