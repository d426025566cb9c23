"""The training loop: stops between steps, resumes, and never repeats the order of an epoch."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.networks.backend import import_keras
from learnmr.networks.training_loop import epochs, train_network
from learnmr.networks.training_state import load_state, variable_values


def small_network(learning_rate: float = 0.05) -> Any:
    keras = import_keras()
    start = keras.initializers.GlorotUniform(seed=1)
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer=start)])
    network.compile(optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9), loss="mse", jit_compile=False)
    return network


def draw(generator: np.random.Generator, step: int) -> tuple[np.ndarray, np.ndarray]:
    inputs = generator.standard_normal((16, 3)).astype(np.float32)
    return inputs, inputs.sum(axis=1, keepdims=True)


def options(**more: Any) -> dict[str, Any]:
    return {"n_steps": 20, "seed": 2, "recipe": {"size": 3}, **more}


def test_training_lowers_the_loss_and_reports_every_step() -> None:
    seen: list[tuple[int, int, float]] = []
    history = train_network(
        small_network(), draw, **options(progress=lambda *report: seen.append(report), validate=lambda network: 1.5)
    )
    assert [step for step, _, _ in seen] == list(range(1, 21))
    assert history["loss"].tolist() == [loss for _, _, loss in seen]
    assert history["loss"][-5:].mean() < 0.5 * history["loss"][:5].mean()
    assert history["val_loss"].tolist() == [1.5] * 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send itself SIGINT alone")
@pytest.mark.parametrize("asks", [lambda: os.kill(os.getpid(), signal.SIGINT), signal.default_int_handler])
def test_an_interrupt_saves_the_state_and_resuming_ends_in_the_same_bits(
    asks: Callable[..., Any], tmp_path: Path
) -> None:
    straight = small_network()
    whole = train_network(straight, draw, **options())
    state_path = tmp_path / "state.npz"

    def interrupt(step: int, n_steps: int, loss: float) -> None:
        if step == 8:
            asks(*([signal.SIGINT, None] if asks is signal.default_int_handler else []))

    with pytest.raises(KeyboardInterrupt):
        train_network(small_network(), draw, **options(state_path=state_path, save_every_s=1e9, progress=interrupt))
    assert load_state(state_path).step == 8
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed = small_network()
    again = train_network(resumed, draw, **options(state_path=state_path))
    assert again["loss"].tobytes() == whole["loss"].tobytes()
    for ours, theirs in zip(variable_values(straight), variable_values(resumed), strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_an_interrupt_inside_a_step_keeps_the_last_whole_state(tmp_path: Path) -> None:
    state_path = tmp_path / "state.npz"

    def validate(network: Any) -> float:
        if network.optimizer.iterations == 5:
            raise KeyboardInterrupt
        return 1.0

    with pytest.raises(KeyboardInterrupt):
        train_network(small_network(), draw, **options(state_path=state_path, save_every_s=0, validate=validate))
    state = load_state(state_path)
    assert (state.step, len(state.history["loss"]), len(state.history["val_loss"])) == (4, 4, 4)


def test_a_finished_training_is_not_trained_again(tmp_path: Path) -> None:
    first, second = small_network(), small_network()
    history = train_network(first, draw, **options(state_path=tmp_path / "state.npz"))
    again = train_network(second, None, **options(state_path=tmp_path / "state.npz"))  # type: ignore[arg-type]
    assert again["loss"].tobytes() == history["loss"].tobytes()
    assert np.array_equal(variable_values(first)[0], variable_values(second)[0])


def test_a_state_of_another_training_is_refused(tmp_path: Path) -> None:
    train_network(small_network(), draw, **options(state_path=tmp_path / "state.npz"))
    for change in ({"seed": 3}, {"n_steps": 30}, {"recipe": {"size": 4}}):
        with pytest.raises(ValueError, match=next(iter(change.get("recipe", change)))):
            train_network(small_network(), draw, **options(state_path=tmp_path / "state.npz", **change))


def test_a_stop_rule_ends_the_training() -> None:
    history = train_network(small_network(), draw, **options(stop=lambda seen: len(seen["loss"]) == 6))
    assert len(history["loss"]) == 6


def test_divergence_is_an_error_and_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(FloatingPointError, match="smaller learning_rate"):
        train_network(small_network(1e30), draw, **options(state_path=tmp_path / "state.npz"))
    assert not list(tmp_path.iterdir())


def test_every_epoch_sees_all_samples_in_a_new_order() -> None:
    draw_batch, steps_per_epoch = epochs(np.arange(50), -np.arange(50), batch_size=16, seed=4)
    assert steps_per_epoch == 4
    generator = np.random.default_rng(0)
    orders = []
    for epoch in range(5):
        batches = [draw_batch(generator, epoch * steps_per_epoch + step) for step in range(steps_per_epoch)]
        assert all(np.array_equal(inputs, -targets) for inputs, targets in batches)
        orders.append(tuple(np.concatenate([inputs for inputs, _ in batches]).tolist()))
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len(set(orders)) == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_steps": 0}, "n_steps must be >= 1, got 0"),
        ({"validate_every": 0}, "validate_every must be >= 1, got 0"),
        ({"save_every_s": -1.0}, r"save_every_s must be >= 0 s, got -1\.0"),
    ],
)
def test_refusals_name_the_value(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train_network(small_network(), draw, **options(**change))


def test_epochs_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match=r"batch_size must be in 1\.\.3, got 4"):
        epochs(np.ones(3), np.ones(3), batch_size=4, seed=0)
    with pytest.raises(ValueError, match="targets must be as many as inputs, 3, got 2"):
        epochs(np.ones(3), np.ones(2), batch_size=1, seed=0)
