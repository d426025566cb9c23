"""States of trainings: saved whole, resumed bit for bit, refused where they do not fit."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from learnmr.networks.training_state import (
    TrainingState,
    capture_state,
    load_state,
    restore_state,
    save_state,
    step_generator,
    write_history,
)

BACKENDS = [
    pytest.param(name, marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed"))
    for name in ("tensorflow", "jax")
]

# A network with a hidden layer, Adam (momenta, step counter) and a learning rate that changes with the step
TRAINING = """
import os, signal, sys
import numpy as np
from learnmr.networks.backend import import_keras
from learnmr.networks.training_loop import train_network
from learnmr.networks.training_state import variable_values

keras = import_keras()
assert keras.backend.backend() == os.environ["KERAS_BACKEND"]

def train(state_path=None, kill_at=None):
    network = keras.Sequential([keras.Input((48,))])
    for seed, (size, activation) in enumerate([(64, "gelu"), (3, None)]):
        start = keras.initializers.GlorotUniform(seed=seed)
        network.add(keras.layers.Dense(size, activation, kernel_initializer=start))
    network.compile(optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-2, 60)), loss="mse")

    def draw(generator, step):
        inputs = generator.standard_normal((600, 48)).astype("float32")
        return inputs, np.tanh(inputs[:, :3])

    def progress(step, n_steps, loss):
        if step == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    history = train_network(
        network, draw, n_steps=60, seed=5, recipe={}, state_path=state_path, save_every_s=0, progress=progress
    )
    return history["loss"], *variable_values(network)

def write(result, path):
    np.savez(path, **{f"a{i}": values for i, values in enumerate(result)})
"""


def run(code: str, backend: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the training script in a process of its own."""
    environment = {**os.environ, "KERAS_BACKEND": backend}
    return subprocess.run(
        [sys.executable, "-c", TRAINING + code],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture
def state() -> TrainingState:
    return TrainingState(
        step=7,
        seed=3,
        recipe={"points": 8, "rate": 0.1},
        weights=(np.arange(6, dtype=np.float32).reshape(2, 3), np.array([1, 2], np.uint32)),
        optimizer=(np.array(7), np.array(0.1, np.float32)),
        history={"loss": np.array([1.0, 0.1 + 0.2]), "val_loss": np.array([0.5])},
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_killed_training_resumes_to_the_same_bits(backend: str, tmp_path: Path) -> None:
    killed = run("write(train(), 'straight.npz'); train('state.npz', kill_at=37)", backend, tmp_path)
    assert killed.returncode == -9, killed.stderr
    assert load_state(tmp_path / "state.npz").step == 36
    resumed = run("write(train('state.npz'), 'resumed.npz')", backend, tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    with np.load(tmp_path / "straight.npz") as straight, np.load(tmp_path / "resumed.npz") as again:
        assert straight["a0"].shape == (60,)
        assert straight["a0"][-1] < straight["a0"][0]
        for name in straight:
            assert straight[name].tobytes() == again[name].tobytes()


def test_a_state_survives_the_file_bit_for_bit(state: TrainingState, tmp_path: Path) -> None:
    save_state(tmp_path / "state.npz", state)
    again = load_state(tmp_path / "state.npz")
    assert (again.step, again.seed, again.recipe) == (state.step, state.seed, state.recipe)
    for ours, theirs in ((state.weights, again.weights), (state.optimizer, again.optimizer)):
        assert [a.dtype for a in ours] == [a.dtype for a in theirs]
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert {k: v.tolist() for k, v in again.history.items()} == {k: v.tolist() for k, v in state.history.items()}
    assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]


def test_an_interrupted_write_leaves_the_old_state(
    state: TrainingState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_state(tmp_path / "state.npz", state)

    def half(path: Path, **arrays: object) -> None:
        Path(path).write_bytes(b"PK half a file")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(OSError, match="disk full"):
        save_state(tmp_path / "state.npz", state)
    monkeypatch.undo()
    assert load_state(tmp_path / "state.npz").step == 7
    assert len(list(tmp_path.iterdir())) == 1


def test_a_state_does_not_share_memory_with_its_source() -> None:
    source = np.ones(3)
    state = TrainingState(0, 0, {}, (source,), (), {"loss": source})
    source[:] = 5
    assert state.weights[0].tolist() == state.history["loss"].tolist() == [1, 1, 1]
    assert not state.weights[0].flags.writeable


def test_each_step_draws_its_own_numbers() -> None:
    first = [step_generator(1, step).random() for step in range(100)]
    assert first == [step_generator(1, step).random() for step in range(100)]
    assert len({*first, *(step_generator(2, step).random() for step in range(100))}) == 200


class Variable:
    """As much of a Keras variable as restoring needs."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape

    def assign(self, value: np.ndarray) -> None:
        self.value = value


class Holder:
    """A network or an optimizer with variables."""

    def __init__(self, *shapes: tuple[int, ...]) -> None:
        self.variables = [Variable(shape) for shape in shapes]


def test_restoring_refuses_another_recipe_or_seed_or_shape(state: TrainingState) -> None:
    network, optimizer = Holder((2, 3), (2,)), Holder((), ())
    restore_state(state, network, optimizer, recipe={"points": 8, "rate": 0.1}, seed=3)
    assert network.variables[0].value.tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ValueError, match=r"rate is 0\.1 there and 0\.2 here"):
        restore_state(state, network, optimizer, recipe={"points": 8, "rate": 0.2}, seed=3)
    with pytest.raises(ValueError, match="seed is 3 there and 4 here"):
        restore_state(state, network, optimizer, recipe={"points": 8, "rate": 0.1}, seed=4)
    with pytest.raises(ValueError, match="network must have the shapes"):
        restore_state(state, Holder((2, 2), (2,)), optimizer, recipe={"points": 8, "rate": 0.1}, seed=3)


@pytest.mark.parametrize("damage", ["truncated", "text", "pickle", "empty", "other archive", "wrong head"])
def test_a_damaged_state_is_refused_without_running_code(damage: str, state: TrainingState, tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    save_state(path, state)
    whole = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "text":
        path.write_text("not an archive")
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other archive":
        np.savez(path, a=np.ones(3))
    elif damage == "wrong head":
        np.savez(path, head=np.array(json.dumps(["format"])))
    else:
        path.write_bytes(pickle.dumps({"step": 1}))
    with pytest.raises(ValueError, match="not a whole learnmr training state"):
        load_state(path)


def test_refusals_name_the_value(state: TrainingState, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.npz, got .*state\.h5"):
        save_state(tmp_path / "state.h5", state)
    with pytest.raises(ValueError, match="step must be >= 0, got -1"):
        TrainingState(-1, 0, {}, (), (), {})
    with pytest.raises(ValueError, match=r"weights\[0\] must hold real numbers, got dtype object"):
        TrainingState(0, 0, {}, (np.array([None]),), (), {})
    with pytest.raises(ValueError, match=r"\.json or \.csv, got .*history\.txt"):
        write_history({"loss": [1.0]}, tmp_path / "history.txt")
    with pytest.raises(FileNotFoundError):
        load_state(tmp_path / "absent.npz")


def test_history_is_written_as_json_and_csv(tmp_path: Path) -> None:
    history = {"loss": np.array([1.0, 0.30000000000000004, np.nan]), "val_loss": np.array([0.5])}
    assert json.loads(write_history(history, tmp_path / "h.json"))["loss"] == [1.0, 0.30000000000000004, None]
    write_history(history, tmp_path / "h.csv")
    rows = (tmp_path / "h.csv").read_text().splitlines()
    assert rows == ["loss,val_loss", "1.0,0.5", "0.30000000000000004,", "nan,"]


def test_a_captured_state_does_not_change_while_training_goes_on() -> None:
    keras = pytest.importorskip("keras")
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.SGD(0.1, momentum=0.5)
    optimizer.build(network.trainable_variables)
    before = capture_state(network, optimizer, step=0, seed=0, recipe={}, history={})
    kernel = before.weights[0].copy()
    network.variables[0].assign(kernel + 1)
    assert np.array_equal(before.weights[0], kernel)
    assert len(before.optimizer) == 4  # step counter, learning rate, two momenta
