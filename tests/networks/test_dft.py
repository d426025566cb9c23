"""The DFT network: exact from white probes, hopeless from FIDs, and its weights are the sinusoids."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.linalg

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.networks.dft import (
    PROBES,
    DFTNetwork,
    apply_dft_network,
    build_dft_network,
    dft_network_spectrum,
    relative_error,
    train_dft,
    weights_as_matrix,
)
from learnmr.networks.training_state import load_state, variable_values
from learnmr.signals import FID, spectrum

N = 64


@pytest.fixture(scope="module")
def learned() -> DFTNetwork:
    return train_dft(N, seed=3)


@pytest.fixture(scope="module")
def crawling() -> DFTNetwork:
    return train_dft(N, seed=3, probes="fids")


@pytest.mark.slow
def test_256_points_are_learned_to_one_in_a_million_by_plain_gradient_descent() -> None:
    network = train_dft(256, seed=1)
    assert network.optimizer == "sgd"
    assert network.relative_error < 1e-6
    assert network.weight_error < 1e-6


def test_the_weights_are_the_sinusoids(learned: DFTNetwork) -> None:
    assert relative_error(weights_as_matrix(learned), scipy.linalg.dft(N)) < 1e-6
    assert learned.weight_error < 1e-6


def test_fresh_data_of_any_kind_are_transformed_as_by_the_fft(learned: DFTNetwork, rng: np.random.Generator) -> None:
    decays = np.exp(2j * np.pi * np.outer(rng.uniform(-0.5, 0.5, 50), np.arange(N)) - np.arange(N) / 20)
    steps = np.repeat(rng.standard_normal((20, 2)) + 1j, N // 2, axis=1)
    for samples in (decays, steps, rng.standard_normal((50, N)), np.eye(N)):
        assert relative_error(apply_dft_network(learned, samples), scipy.fft.fft(samples)) < 1e-6


def test_the_network_is_linear_over_the_complex_numbers(learned: DFTNetwork, rng: np.random.Generator) -> None:
    x, y = rng.standard_normal((2, N)) + 1j * rng.standard_normal((2, N))
    whole = apply_dft_network(learned, (2 - 3j) * x + 1j * y)
    assert relative_error(
        (2 - 3j) * apply_dft_network(learned, x) + 1j * apply_dft_network(learned, y), whole
    ) == pytest.approx(0, abs=1e-6)


def test_parseval_holds_for_the_learned_transform(learned: DFTNetwork, rng: np.random.Generator) -> None:
    samples = rng.standard_normal(N) + 1j * rng.standard_normal(N)
    energy = np.sum(np.abs(apply_dft_network(learned, samples)) ** 2, dtype=float) / N
    assert energy == pytest.approx(np.sum(np.abs(samples) ** 2), rel=1e-6)


def test_the_loss_falls_geometrically_as_theory_says(learned: DFTNetwork) -> None:
    rate, inputs, batch = learned.learning_rate, 2 * N, learned.batch_size
    factor = 1 - 2 * rate + rate**2 * (1 + (inputs + 1) / batch)
    loss = learned.history["loss"]
    assert loss[10] / loss[2] == pytest.approx(factor**8, rel=0.5)


def test_white_probes_are_well_conditioned_as_random_matrix_theory_says(learned: DFTNetwork) -> None:
    # Marchenko and Pastur: singular values within 1 -+ sqrt(inputs / batch) = 1 -+ 1/2
    assert learned.singular_values[0] == pytest.approx(1.5, abs=0.05)
    assert learned.singular_values[-1] == pytest.approx(0.5, abs=0.05)
    assert learned.condition_number == pytest.approx(3.0, abs=0.3)


def test_the_same_network_trained_on_fids_is_orders_of_magnitude_worse(
    learned: DFTNetwork, crawling: DFTNetwork
) -> None:
    assert crawling.n_steps == learned.n_steps
    assert crawling.relative_error > 1e5 * learned.relative_error
    assert crawling.relative_error_alike > 1e3 * learned.relative_error_alike
    assert crawling.condition_number > 30 * learned.condition_number
    # it crawls: the last half of the steps gains little
    assert crawling.history["val_loss"][-1] > 0.8 * crawling.history["val_loss"][30]


def test_validation_loss_is_the_relative_error_squared(learned: DFTNetwork, crawling: DFTNetwork) -> None:
    for network in (learned, crawling):
        assert np.sqrt(network.history["val_loss"][-1] / N) == pytest.approx(network.relative_error, rel=0.1)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(learned: DFTNetwork) -> None:
    again, other = train_dft(N, seed=3), train_dft(N, seed=4)
    assert again.weights.tobytes() == learned.weights.tobytes()
    assert again.history["loss"].tobytes() == learned.history["loss"].tobytes()
    assert other.weights.tobytes() != learned.weights.tobytes()
    assert other.relative_error < 1e-6


def test_no_two_steps_see_the_same_data() -> None:
    for draw in PROBES.values():
        seen = {draw(np.random.default_rng([1, step]), 4, 8).tobytes() for step in range(20)}
        assert len(seen) == 20


def test_a_stopped_training_resumes_to_the_same_bits(tmp_path: Path) -> None:
    whole = train_dft(16, seed=5, n_steps=30)

    def stop(step: int, n_steps: int, loss: float) -> None:
        if step == 11:
            raise KeyboardInterrupt

    options: dict[str, Any] = {"seed": 5, "n_steps": 30, "state_path": tmp_path / "dft.npz"}
    with pytest.raises(KeyboardInterrupt):
        train_dft(16, **options, progress=stop)
    assert load_state(tmp_path / "dft.npz").step == 11
    assert train_dft(16, **options).weights.tobytes() == whole.weights.tobytes()


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_other_optimizers_learn_too(optimizer: str) -> None:
    network = train_dft(8, seed=1, optimizer=optimizer, n_steps=100)
    assert network.history["loss"][-1] < network.history["loss"][0]


def test_the_network_spectrum_lies_on_that_of_the_fft(learned: DFTNetwork, rng: np.random.Generator) -> None:
    fid = FID(rng.standard_normal((3, N)) + 1j * rng.standard_normal((3, N)), dwell_s=1e-3, spectrometer_mhz=100.0)
    drawn, exact = dft_network_spectrum(learned, fid), spectrum(fid)
    assert np.array_equal(drawn.frequency_hz, exact.frequency_hz)
    assert drawn.spectrometer_mhz == 100.0
    assert relative_error(drawn.values, exact.values) < 1e-6


def test_an_untrained_keras_network_has_a_matrix_too() -> None:
    network = build_dft_network(4, seed=1)
    kernel = variable_values(network)[0]
    assert network.count_params() == 64
    assert np.array_equal(weights_as_matrix(network), weights_as_matrix(kernel))


def test_keras_and_numpy_give_the_same_output(rng: np.random.Generator) -> None:
    network = build_dft_network(9, seed=2)
    inputs = rng.standard_normal((5, 18)).astype(np.float32)
    matrix = weights_as_matrix(network)
    assert matrix.shape == (9, 9)
    assert np.allclose(network.predict_on_batch(inputs), inputs @ variable_values(network)[0] * 3, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "seed must be in .*, got -1"),
        ({"probes": "pink"}, "probes must be one of white, fids, got 'pink'"),
        ({"optimizer": "lbfgs"}, "optimizer must be one of sgd, momentum, adam, got 'lbfgs'"),
        ({"learning_rate": 0.0}, r"learning_rate must be > 0, got 0\.0"),
        ({"batch_size": 0}, "batch_size must be >= 1, got 0"),
        ({"n_unseen": 0}, "n_unseen must be >= 1, got 0"),
        ({"n_points": 0}, "n_points must be an integer >= 1, got 0"),
    ],
)
def test_refusals_name_the_value(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train_dft(**{"n_points": 4, "seed": 1, **change})


def test_a_step_beyond_the_stability_limit_is_an_error() -> None:
    with pytest.raises(FloatingPointError, match="smaller learning_rate"):
        train_dft(4, seed=1, learning_rate=100.0, n_steps=200)


def test_wrong_sizes_are_refused(learned: DFTNetwork) -> None:
    with pytest.raises(ValueError, match=rf"samples must have {N} points .* got shape \(3,\)"):
        apply_dft_network(learned, np.ones(3))
    with pytest.raises(ValueError, match=r"square kernel of even size, got shape \(3, 3\)"):
        weights_as_matrix(np.ones((3, 3)))
    with pytest.raises(ValueError, match="exact must not be zero"):
        relative_error(np.ones(2), np.zeros(2))


@pytest.mark.slow
@pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
def test_jax_learns_the_dft_too() -> None:
    code = (
        "import json\n"
        "from learnmr.networks.backend import backend_name\n"
        "from learnmr.networks.dft import train_dft\n"
        "a, b = train_dft(64, seed=3), train_dft(64, seed=3)\n"
        "c = train_dft(64, seed=3, probes='fids')\n"
        "same = a.weights.tobytes() == b.weights.tobytes()\n"
        "print(json.dumps([backend_name(), a.relative_error, a.weight_error, same, c.relative_error]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    backend, error, weight_error, same, crawling = json.loads(done.stdout)
    assert (backend, same) == ("jax", True)
    assert max(error, weight_error) < 1e-6 < 0.1 < crawling
