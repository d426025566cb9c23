"""Training the line network: the loss counts in bounds, runs repeat, a killed run goes on, NumPy agrees with Keras."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.networks import load_line_network
from learnmr.networks.backend import import_keras
from learnmr.networks.line_training import LineRecipe, build_line_network, loss_in_bounds, train_line_network
from learnmr.networks.training_state import load_state

SMALL = LineRecipe(n_steps=20, batch=64, layers=(16, 16), half_width=16, n_directions=6)

# SMALL in a process of its own, saved after every step
SCRIPT = """
import os, signal, sys
from functools import partial
from learnmr.networks import line_training, save_line_network
from learnmr.networks.line_training import LineRecipe, train_line_network

recipe = LineRecipe(n_steps=20, batch=64, layers=(16, 16), half_width=16, n_directions=6)
line_training.train_network = partial(line_training.train_network, save_every_s=0)

def train(name, state_path=None, kill_at=None):
    def progress(step, n_steps, loss):
        if step == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    network, _ = train_line_network(recipe, seed=3, state_path=state_path, progress=progress, validate_every=5)
    save_line_network(network, name)

"""


def run(code: str, folder: Path, backend: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT + code],
        cwd=folder,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def flat(network: Any) -> bytes:
    return b"".join(array.tobytes() for array in (network.basis, network.scales, *network.weights, *network.biases))


def targets(outputs: np.ndarray, bound: float) -> np.ndarray:
    """Targets that these outputs meet exactly, each with the same bound."""
    offset, width, log_amplitude, phase = outputs.T
    exact = [offset, np.logaddexp(0, width), log_amplitude, phase]
    return np.column_stack([*exact, np.full((outputs.shape[0], 4), 1 / bound), np.ones(outputs.shape[0])]).astype("f4")


def test_the_loss_is_zero_at_the_target_and_counts_errors_in_bounds() -> None:
    outputs = np.array([[0.2, 1.0, -0.3, 2.0]], np.float32)
    assert float(loss_in_bounds(targets(outputs, 0.01), outputs)) == pytest.approx(0, abs=1e-5)
    for column in (0, 3):
        moved = outputs.copy()
        moved[0, column] += 0.03  # three bounds
        assert float(loss_in_bounds(targets(outputs, 0.01), moved)) == pytest.approx(9 * np.log(2) / 4, rel=1e-3)


def test_the_loss_does_not_see_a_full_turn_of_the_phase() -> None:
    outputs = np.array([[0.2, 1.0, -0.3, 2.0]], np.float32)
    turned = outputs + np.array([0, 0, 0, 2 * np.pi], np.float32)
    assert float(loss_in_bounds(targets(outputs, 0.1), turned)) == pytest.approx(0, abs=1e-4)


def test_training_lowers_the_loss_repeats_and_runs_in_numpy_as_in_keras() -> None:
    keras = import_keras()
    # at low signal-to-noise ratios a few steps already show
    recipe = replace(SMALL, n_steps=60, snr_range=(8.0, 20.0), width_range=(0.3, 3.0))
    first, history = train_line_network(recipe, seed=2, validate_every=20)
    again, repeated = train_line_network(recipe, seed=2, validate_every=20)
    assert flat(first) == flat(again)
    np.testing.assert_array_equal(history["loss"], repeated["loss"])
    assert history["loss"].shape == (60,)
    assert history["val_loss"].shape == (3,)
    assert history["loss"][-10:].mean() < 0.7 * history["loss"][:10].mean()
    other, _ = train_line_network(replace(recipe, n_steps=2), seed=5)
    assert flat(other) != flat(first)
    # the Keras model with these weights says what NumPy says
    model = build_line_network(recipe, seed=0)
    dense = [layer for layer in model.layers if layer.weights]
    for layer, weight, bias in zip(dense, first.weights, first.biases, strict=True):
        layer.set_weights([weight, bias])
    features = np.random.default_rng(1).normal(size=(200, 12)).astype(np.float32)
    by_keras = keras.ops.convert_to_numpy(model(features))
    np.testing.assert_allclose(first.apply(features), by_keras, rtol=1e-5, atol=1e-5)


def test_the_recipe_is_kept_with_the_network() -> None:
    network, _ = train_line_network(replace(SMALL, n_steps=1, optimizer="adam"), seed=9)
    assert network.recipe["seed"] == 9
    assert network.recipe["optimizer"] == "adam"
    assert network.recipe["backend"] == os.environ.get("KERAS_BACKEND", network.recipe["backend"])


def test_a_state_of_another_recipe_is_refused(tmp_path: Path) -> None:
    train_line_network(replace(SMALL, n_steps=2), seed=1, state_path=tmp_path / "state.npz")
    with pytest.raises(ValueError, match="batch"):
        train_line_network(replace(SMALL, n_steps=2, batch=32), seed=1, state_path=tmp_path / "state.npz")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_steps": 0}, "n_steps must be > 0, got 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be > 0, got nan"),
        ({"optimizer": "sgd"}, "optimizer must be one of adam, muon, got 'sgd'"),
    ],
)
def test_a_recipe_refuses(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LineRecipe(**changed)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.skipif(find_spec("tensorflow") is None, reason="tensorflow is not installed")
def test_a_killed_training_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    killed = run("train('straight.npz'); train('killed.npz', 'state.npz', kill_at=13)", tmp_path, "tensorflow")
    assert killed.returncode == -9, killed.stderr
    assert not (tmp_path / "killed.npz").exists()
    assert load_state(tmp_path / "state.npz").step == 12
    resumed = run("train('resumed.npz', 'state.npz')", tmp_path, "tensorflow")
    assert resumed.returncode == 0, resumed.stderr
    assert flat(load_line_network(tmp_path / "straight.npz")) == flat(load_line_network(tmp_path / "resumed.npz"))


@pytest.mark.slow
@pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
def test_training_runs_on_jax(tmp_path: Path) -> None:
    done = run("train('line.npz')", tmp_path, "jax")
    assert (done.returncode, done.stderr) == (0, "")
    network = load_line_network(tmp_path / "line.npz")
    assert network.recipe["backend"] == "jax"
    assert np.all(np.isfinite(network.apply(np.ones((3, 12), np.float32))))
