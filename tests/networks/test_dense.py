"""Dense networks on a fixed data set: learn, stop early, hold out, answer in NumPy as Keras does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.networks import dense
from learnmr.networks.dense import apply_dense_network, train_dense_network


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    inputs = np.random.default_rng(1).standard_normal((300, 5)) * 20
    return inputs, np.stack([np.abs(inputs[:, 0]), 1000 * inputs[:, 1]], axis=1)


def train(data: tuple[np.ndarray, np.ndarray], **more: Any) -> dense.DenseNetwork:
    return train_dense_network(*data, **{"hidden": [32], "seed": 2, "n_epochs": 40, **more})


def test_a_network_learns_columns_of_very_different_size(data: tuple[np.ndarray, np.ndarray]) -> None:
    network = train(data, scale_targets="columns", learning_rate=0.05)
    answer = apply_dense_network(network, data[0])[network.held_out]
    wanted = data[1][network.held_out]
    assert np.all(np.sqrt(np.mean((answer - wanted) ** 2, axis=0)) < 0.2 * np.sqrt(np.mean(wanted**2, axis=0)))
    assert network.history["loss"].shape == network.history["val_loss"].shape == (40,)
    assert network.n_parameters == 5 * 32 + 32 + 32 * 2 + 2
    assert network.held_out.size == 15


def test_the_numpy_answer_is_that_of_keras(data: tuple[np.ndarray, np.ndarray]) -> None:
    for activation in dense.ACTIVATIONS:
        network = train(data, activation=activation, n_epochs=1, hidden=[8, 6])
        rebuilt = dense._build(dense.import_keras(), 5, [8, 6, 2], activation, 0.0, 2)
        rebuilt.set_weights(network.weights)
        scaled = (data[0] / network.input_scale).astype(np.float32)
        assert np.allclose(
            rebuilt.predict_on_batch(scaled), apply_dense_network(network, data[0]) / network.target_scale, atol=1e-5
        )


def test_the_same_seed_gives_the_same_bits(data: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = (train(data, n_epochs=3) for _ in range(2))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first.weights, second.weights, strict=True))


def test_training_stops_when_the_loss_no_longer_falls(data: tuple[np.ndarray, np.ndarray]) -> None:
    # a penalty this large leaves nothing to learn
    network = train(data, l1=10.0, learning_rate=1e-3, rate_decay=0.5, n_epochs=200, patience=3)
    assert len(network.history["loss"]) < 200
    assert len(network.history["val_loss"]) == len(network.history["loss"])


def test_held_out_samples_are_not_trained_on(data: tuple[np.ndarray, np.ndarray]) -> None:
    network = train(data, n_epochs=2)
    poisoned = data[1].copy()
    poisoned[network.held_out] = -7e9
    again = train((data[0], poisoned), n_epochs=2)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(network.weights, again.weights, strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": "swash"}, "activation must be one of linear, relu, tanh, got 'swash'"),
        ({"scale_targets": "rows"}, "scale_targets must be all or columns, got 'rows'"),
        ({"learning_rate": -0.1}, r"learning_rate must be > 0, got -0\.1"),
        ({"l1": -1.0}, r"l1 must be >= 0, got -1\.0"),
        ({"n_epochs": 0}, "n_epochs must be >= 1, got 0"),
        ({"patience": 0}, "patience must be >= 1 or None, got 0"),
        ({"held_out_fraction": 0.0}, r"held_out_fraction must leave samples on both sides of 300, got 0\.0"),
    ],
)
def test_refusals_name_the_value(change: dict[str, Any], message: str, data: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(ValueError, match=message):
        train(data, **change)


def test_wrong_shapes_are_refused(data: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="inputs and targets must be"):
        train((data[0], data[1][:-1]))
    with pytest.raises(ValueError, match=r"inputs must have shape \(n, 5\), got \(2, 4\)"):
        apply_dense_network(train(data, n_epochs=1), np.ones((2, 4)))
