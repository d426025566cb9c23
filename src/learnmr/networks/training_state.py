"""The state of a training: written whole or not at all, so that a killed training goes on as if nothing had happened.

A state is all that decides the rest of a training: the step, the seed, the recipe, every variable of the network and
of its optimizer (momenta, step counter), and the history so far. The data of step ``i`` are drawn from
:func:`step_generator`, a generator of its own for each step, so no random state has to be kept.
The file is a plain ``.npz`` archive of numbers and text, read with ``allow_pickle=False``: opening one runs no code.
"""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..writing import replacing, write_text

__all__ = [
    "TrainingState",
    "capture_state",
    "load_state",
    "restore_state",
    "save_state",
    "step_generator",
    "variable_values",
    "write_history",
]

_FORMAT = "learnmr training state 1"
_KINDS = "biuf"


@dataclass(frozen=True, eq=False)
class TrainingState:
    """Everything that decides the rest of a training.

    Parameters
    ----------
    step : int
        Number of finished steps.
    seed : int
        Seed of the training.
    recipe : mapping
        What was asked for (sizes, optimizer, learning rate, backend, ...): anything JSON can hold. Resuming with
        another recipe is refused.
    weights : tuple of numpy.ndarray
        All variables of the network, in its order (trainable or not, seed states of dropout included).
    optimizer : tuple of numpy.ndarray
        All variables of the optimizer: step counter, learning rate, momenta.
    history : mapping of str to numpy.ndarray, shape (n,) each
        What was recorded so far, e.g. ``{"loss": ...}`` with one value per step.

    Raises
    ------
    ValueError
        If step or seed is negative, or a variable is not made of real numbers.
    """

    step: int
    seed: int
    recipe: Mapping[str, Any]
    weights: tuple[NDArray[Any], ...]
    optimizer: tuple[NDArray[Any], ...]
    history: Mapping[str, NDArray[np.float64]]

    def __post_init__(self) -> None:
        for name in ("step", "seed"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be >= 0, got {getattr(self, name)!r}")
        for name in ("weights", "optimizer"):
            arrays = tuple(np.array(value, copy=True) for value in getattr(self, name))
            for index, array in enumerate(arrays):
                if array.dtype.kind not in _KINDS:
                    raise ValueError(f"{name}[{index}] must hold real numbers, got dtype {array.dtype}")
                array.flags.writeable = False
            object.__setattr__(self, name, arrays)
        history = {name: np.array(values, dtype=float).reshape(-1) for name, values in self.history.items()}
        object.__setattr__(self, "history", history)
        object.__setattr__(self, "recipe", json.loads(json.dumps(dict(self.recipe))))


def step_generator(seed: int, step: int) -> np.random.Generator:
    """The random generator of one step of a training: the same whether or not the training was interrupted before.

    Examples
    --------
    >>> step_generator(1, 7).random() == step_generator(1, 7).random() != step_generator(1, 8).random()
    True
    """
    return np.random.default_rng([seed, step])


def variable_values(holder: Any) -> tuple[NDArray[Any], ...]:
    """Copies of all variables of a Keras network or optimizer, in its order.

    Keras' own ``get_weights`` warns under NumPy 2, which is an error in strict programs. And a copy it must be: JAX
    reuses the memory of a variable in the next step.
    """
    return tuple(np.asarray(variable).copy() for variable in holder.variables)


def capture_state(
    network: Any,
    optimizer: Any,
    *,
    step: int,
    seed: int,
    recipe: Mapping[str, Any],
    history: Mapping[str, Any],
) -> TrainingState:
    """Copy the variables of a Keras network and its built optimizer into a state.

    Parameters
    ----------
    network : keras.Model
        The network in training.
    optimizer : keras.optimizers.Optimizer
        Its optimizer, built (``optimizer.build(network.trainable_variables)``).
    step, seed, recipe, history
        As in :class:`TrainingState`.

    Returns
    -------
    TrainingState
        A copy: training on does not change it.
    """
    return TrainingState(
        step=step,
        seed=seed,
        recipe=recipe,
        weights=variable_values(network),
        optimizer=variable_values(optimizer),
        history=history,
    )


def restore_state(state: TrainingState, network: Any, optimizer: Any, *, recipe: Mapping[str, Any], seed: int) -> None:
    """Write a state into a Keras network and its built optimizer.

    Parameters
    ----------
    state : TrainingState
        Where the training stood.
    network : keras.Model
        A network of the same shape.
    optimizer : keras.optimizers.Optimizer
        Its optimizer, built.
    recipe, seed
        Recipe and seed of the training that wants to go on.

    Raises
    ------
    ValueError
        If the seed, the recipe or the shapes differ from those of the state: what would come out is neither
        training. The message names the first difference.
    """
    wanted = json.loads(json.dumps({"seed": seed, **recipe}))
    held = {"seed": state.seed, **state.recipe}
    for name in sorted(wanted.keys() | held.keys()):
        if wanted.get(name) != held.get(name):
            raise ValueError(
                f"recipe must be that of the saved training: {name} is {held.get(name)!r} there and "
                f"{wanted.get(name)!r} here; remove the file to start afresh"
            )
    for name, variables, arrays in (
        ("network", network.variables, state.weights),
        ("optimizer", optimizer.variables, state.optimizer),
    ):
        have, saved = [tuple(v.shape) for v in variables], [a.shape for a in arrays]
        if have != saved:
            raise ValueError(f"{name} must have the shapes of the saved training {saved}, got {have}")
    for variables, arrays in ((network.variables, state.weights), (optimizer.variables, state.optimizer)):
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)


def save_state(path: str | os.PathLike[str], state: TrainingState) -> None:
    """Write a state to an ``.npz`` file, whole or not at all.

    Parameters
    ----------
    path : path-like
        The file; its name must end in ``.npz``.
    state : TrainingState
        What to write.

    Raises
    ------
    ValueError
        If the name does not end in ``.npz``.

    Examples
    --------
    >>> import tempfile
    >>> state = TrainingState(3, 1, {"points": 8}, (np.eye(2),), (np.array(3),), {"loss": [2.0, 1.0, 0.5]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_state(f"{folder}/state.npz", state)
    ...     load_state(f"{folder}/state.npz").history["loss"]
    array([2. , 1. , 0.5])
    """
    if Path(path).suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {os.fspath(path)!r}")
    head = {
        "format": _FORMAT,
        "step": int(state.step),
        "seed": int(state.seed),
        "recipe": state.recipe,
        "weights": len(state.weights),
        "optimizer": len(state.optimizer),
        "history": list(state.history),
    }
    arrays: dict[str, Any] = {"head": np.array(json.dumps(head))}
    arrays |= {f"weights_{index}": array for index, array in enumerate(state.weights)}
    arrays |= {f"optimizer_{index}": array for index, array in enumerate(state.optimizer)}
    arrays |= {f"history_{index}": values for index, values in enumerate(state.history.values())}
    with replacing(path) as temporary:
        np.savez(temporary, **arrays)


def load_state(path: str | os.PathLike[str]) -> TrainingState:
    """Read a state that :func:`save_state` wrote.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    TrainingState
        The state, bit for bit.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a whole training state.
    """
    try:
        # opened here, since NumPy leaves the file open when the archive is damaged
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            head = json.loads(str(archive["head"]))
            if head["format"] != _FORMAT:
                raise ValueError(f"format {head['format']!r}")
            return TrainingState(
                step=int(head["step"]),
                seed=int(head["seed"]),
                recipe=head["recipe"],
                weights=tuple(archive[f"weights_{index}"] for index in range(int(head["weights"]))),
                optimizer=tuple(archive[f"optimizer_{index}"] for index in range(int(head["optimizer"]))),
                history={name: archive[f"history_{index}"] for index, name in enumerate(head["history"])},
            )
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        EOFError,
        MemoryError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError(f"{os.fspath(path)} is not a whole learnmr training state: {error}") from error


def write_history(history: Mapping[str, Any], path: str | os.PathLike[str]) -> str:
    """Write the history of a training as JSON or CSV, by the suffix of the file, whole or not at all.

    Parameters
    ----------
    history : mapping of str to array_like, shape (n,) each
        E.g. ``{"loss": ...}``. Columns may differ in length: shorter ones end in empty fields in CSV.
    path : path-like
        A name ending in ``.json`` or ``.csv``.

    Returns
    -------
    str
        What was written.

    Raises
    ------
    ValueError
        If the name ends otherwise.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_history({"loss": [2.0, 1.0]}, f"{folder}/history.csv"))
    loss
    2.0
    1.0
    """
    columns = {name: np.asarray(values, dtype=float).tolist() for name, values in history.items()}
    writers = {".json": _as_json, ".csv": _as_csv}
    suffix = Path(path).suffix
    if suffix not in writers:
        raise ValueError(f"path must end in {' or '.join(writers)}, got {os.fspath(path)!r}")
    return write_text(writers[suffix](columns), path)


def _as_json(columns: Mapping[str, list[float]]) -> str:
    """Columns as a JSON object; a loss that is not a number becomes null, since JSON knows no NaN."""
    clean = {name: [v if np.isfinite(v) else None for v in values] for name, values in columns.items()}
    return json.dumps(clean) + "\n"


def _as_csv(columns: Mapping[str, list[float]]) -> str:
    """Columns as CSV with a header line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in range(max((len(values) for values in columns.values()), default=0)):
        writer.writerow([values[row] if row < len(values) else "" for values in columns.values()])
    return text.getvalue()
