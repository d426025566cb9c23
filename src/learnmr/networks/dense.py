"""Dense networks on a fixed data set, as introductory courses train them: layers, activation, L1, momentum, epochs.

The comparison for the networks of this project that know some physics. Inference is NumPy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .backend import import_keras
from .training_loop import Progress, epochs, train_network
from .training_state import variable_values

__all__ = ["ACTIVATIONS", "DenseNetwork", "apply_dense_network", "train_dense_network"]

#: name (as Keras calls it) -> the function
ACTIVATIONS: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "linear": lambda values: values,
    "relu": lambda values: np.maximum(values, np.float32(0)),
    "tanh": np.tanh,
}


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """A trained dense network.

    Parameters
    ----------
    weights : tuple of numpy.ndarray
        Kernel (n_in, n_out) and bias (n_out,) of each layer in turn.
    activation : str
        Of all layers but the last, which is linear.
    input_scale, target_scale : numpy.ndarray
        The network sees inputs divided by the one and answers in units of the other.
    held_out : numpy.ndarray of int
        Which samples of the data set it has not seen.
    history : mapping of str to numpy.ndarray, shape (n_epochs,)
        ``loss`` (with the L1 penalty, mean over the epoch) and ``val_loss`` (without, on the held-out samples).
    train_s : float
        Seconds of training.
    """

    weights: tuple[NDArray[np.float32], ...]
    activation: str
    input_scale: NDArray[np.float32]
    target_scale: NDArray[np.float32]
    held_out: NDArray[np.int64]
    history: Mapping[str, NDArray[np.float64]]
    train_s: float

    @property
    def n_parameters(self) -> int:
        """Number of trained numbers."""
        return sum(array.size for array in self.weights)


def train_dense_network(
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    hidden: Sequence[int],
    seed: int,
    n_epochs: int,
    activation: str = "relu",
    learning_rate: float = 0.01,
    momentum: float = 0.9,
    rate_decay: float = 0.99,
    l1: float = 0.0,
    batch_size: int = 32,
    patience: int | None = None,
    held_out_fraction: float = 0.05,
    scale_targets: str = "all",
    state_path: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> DenseNetwork:
    """Train a dense network on a fixed data set by stochastic gradient descent with momentum on the mean squared error.

    Parameters
    ----------
    inputs : array_like, shape (n, n_in)
        The data, divided by their root mean square before they enter.
    targets : array_like, shape (n, n_out)
        What the network shall answer.
    hidden : sequence of int
        Sizes of the hidden layers.
    seed : int
        Decides start, split and order.
    n_epochs : int
        Largest number of epochs.
    activation : str
        Name in :data:`ACTIVATIONS`.
    learning_rate, momentum : float
        Of the gradient descent.
    rate_decay : float
        Factor on the learning rate per epoch (exponential decay).
    l1 : float
        Weight of the sum of absolute kernel values in the loss.
    batch_size : int
        Samples a step.
    patience : int, optional
        Stop when the training loss has not fallen for so many epochs.
    held_out_fraction : float
        Part of the samples kept for validation.
    scale_targets : str
        ``"all"``: targets are divided by their root mean square; ``"columns"``: each column by its own.
    state_path, progress
        As in :func:`~learnmr.networks.training_loop.train_network`.

    Returns
    -------
    DenseNetwork
        The network after the last epoch.

    Raises
    ------
    ValueError
        If a parameter is out of its range or the shapes do not fit.
    FloatingPointError
        If the learning rate is too large.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((200, 4))
    >>> network = train_dense_network(x, x[:, :1] ** 2, hidden=[16], seed=1, n_epochs=20)
    >>> bool(network.history["loss"][-1] < network.history["loss"][0]), network.n_parameters
    (True, 97)
    """
    data, wanted = np.asarray(inputs, dtype=np.float32), np.asarray(targets, dtype=np.float32)
    if data.ndim != 2 or wanted.ndim != 2 or len(data) != len(wanted):
        raise ValueError(f"inputs and targets must be (n, n_in) and (n, n_out), got {data.shape} and {wanted.shape}")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    if scale_targets not in ("all", "columns"):
        raise ValueError(f"scale_targets must be all or columns, got {scale_targets!r}")
    for name, value, positive in (
        ("learning_rate", learning_rate, True),
        ("rate_decay", rate_decay, True),
        ("momentum", momentum, False),
        ("l1", l1, False),
    ):
        if not (value > 0 if positive else value >= 0):
            raise ValueError(f"{name} must be {'> 0' if positive else '>= 0'}, got {value!r}")
    if not n_epochs >= 1:
        raise ValueError(f"n_epochs must be >= 1, got {n_epochs!r}")
    if patience is not None and not patience >= 1:
        raise ValueError(f"patience must be >= 1 or None, got {patience!r}")
    n_held_out = round(held_out_fraction * len(data))
    if not 1 <= n_held_out < len(data):
        raise ValueError(
            f"held_out_fraction must leave samples on both sides of {len(data)}, got {held_out_fraction!r}"
        )

    order = np.random.default_rng([seed, 0, 1]).permutation(len(data))
    held_out, kept = np.sort(order[:n_held_out]), np.sort(order[n_held_out:])
    input_scale = _root_mean_square(data[kept], axis=None)
    target_scale = _root_mean_square(wanted[kept], axis=0 if scale_targets == "columns" else None)
    data, wanted = data / input_scale, wanted / target_scale
    draw_batch, steps_per_epoch = epochs(data[kept], wanted[kept], batch_size=batch_size, seed=seed)

    keras = import_keras()
    network = _build(keras, data.shape[1], [*hidden, wanted.shape[1]], activation, l1, seed)
    rate = keras.optimizers.schedules.ExponentialDecay(learning_rate, steps_per_epoch, rate_decay, staircase=True)
    network.compile(optimizer=keras.optimizers.SGD(rate, momentum=momentum), loss="mse")

    def validate(trained: Any) -> float:
        answer = _forward(variable_values(trained), activation, data[held_out])
        return float(np.mean((answer.astype(float) - wanted[held_out]) ** 2))

    def stalled(history: Mapping[str, list[float]]) -> bool:
        if patience is None or len(history["loss"]) % steps_per_epoch:
            return False
        means = _epoch_means(history["loss"], steps_per_epoch)
        return means.size > patience and bool(means[-patience:].min() >= means[:-patience].min())

    started_s = time.perf_counter()
    history = train_network(
        network,
        draw_batch,
        n_steps=n_epochs * steps_per_epoch,
        seed=seed,
        recipe={
            "network": "dense",
            "shape": list(data.shape),
            "layers": [*hidden, wanted.shape[1]],
            "activation": activation,
            "learning_rate": learning_rate,
            "momentum": momentum,
            "rate_decay": rate_decay,
            "l1": l1,
            "batch_size": batch_size,
            "patience": patience,
            "held_out_fraction": held_out_fraction,
            "scale_targets": scale_targets,
        },
        state_path=state_path,
        progress=progress,
        validate=validate,
        validate_every=steps_per_epoch,
        stop=stalled,
    )
    return DenseNetwork(
        weights=tuple(np.array(array, dtype=np.float32) for array in variable_values(network)),
        activation=activation,
        input_scale=input_scale,
        target_scale=target_scale,
        held_out=held_out,
        history={
            "loss": _epoch_means(history["loss"], steps_per_epoch),
            "val_loss": history["val_loss"],
        },
        train_s=time.perf_counter() - started_s,
    )


def apply_dense_network(network: DenseNetwork, inputs: ArrayLike) -> NDArray[np.float32]:
    """What the network answers; NumPy only.

    Parameters
    ----------
    network : DenseNetwork
        The trained network.
    inputs : array_like, shape (n, n_in)
        Data in the units of the training data.

    Returns
    -------
    numpy.ndarray of float32, shape (n, n_out)
        Answers in the units of the targets.

    Raises
    ------
    ValueError
        If the inputs have another size.
    """
    data = np.asarray(inputs, dtype=np.float32)
    if data.ndim != 2 or data.shape[1] != network.weights[0].shape[0]:
        raise ValueError(f"inputs must have shape (n, {network.weights[0].shape[0]}), got {data.shape}")
    return _forward(network.weights, network.activation, data / network.input_scale) * network.target_scale


def _build(keras: Any, n_inputs: int, layers: Sequence[int], activation: str, l1: float, seed: int) -> Any:
    """The Keras network: the last layer linear, every kernel with its own seed."""
    network = keras.Sequential([keras.Input((n_inputs,), dtype="float32")])
    for index, size in enumerate(layers):
        network.add(
            keras.layers.Dense(
                size,
                activation="linear" if index == len(layers) - 1 else activation,
                kernel_initializer=keras.initializers.GlorotUniform(seed=seed + index),
                kernel_regularizer=keras.regularizers.L1(l1) if l1 > 0 else None,
                dtype="float32",
            )
        )
    return network


def _forward(weights: Sequence[NDArray[Any]], activation: str, data: NDArray[np.float32]) -> NDArray[np.float32]:
    """The layers in turn."""
    for index in range(0, len(weights), 2):
        data = data @ weights[index] + weights[index + 1]  # (n, layer size)
        if index < len(weights) - 2:
            data = ACTIVATIONS[activation](data)
    return data


def _root_mean_square(values: NDArray[np.float32], *, axis: int | None) -> NDArray[np.float32]:
    """Root mean square; 1 where all values are zero."""
    size = np.sqrt(np.mean(values.astype(float) ** 2, axis=axis))
    return np.asarray(np.where(size > 0, size, 1.0), dtype=np.float32)


def _epoch_means(losses: Any, steps_per_epoch: int) -> NDArray[np.float64]:
    """Mean loss of each whole epoch."""
    whole = len(losses) // steps_per_epoch * steps_per_epoch
    return np.asarray(losses[:whole], dtype=float).reshape(-1, steps_per_epoch).mean(axis=1)
