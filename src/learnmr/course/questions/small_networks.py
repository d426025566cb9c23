"""A dense network with one hidden layer in plain NumPy: the reference of questions that ask for a training.

Keras is not needed to grade, to stress or to measure a threshold; students may train with whatever they like.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["SmallNetwork", "least_squares_network", "root_mean_square_error", "train_small_network"]

_BETAS, _EPSILON = (0.9, 0.999), 1e-8


@dataclass(frozen=True, eq=False)
class SmallNetwork:
    """Inputs, a hidden layer with tanh, linear outputs; without a hidden layer one linear layer.

    Parameters
    ----------
    weights : tuple of numpy.ndarray
        ``W1 (n_in, nodes), b1 (nodes,), W2 (nodes, n_out), b2 (n_out,)``, or ``W (n_in, n_out), b (n_out,)``.
    """

    weights: tuple[NDArray[np.float64], ...]

    def predict(self, inputs: ArrayLike) -> NDArray[np.float64]:
        """Answers, shape (n, n_out), to inputs, shape (n, n_in)."""
        values = np.asarray(inputs, dtype=float)
        if len(self.weights) == 4:
            values = np.tanh(values @ self.weights[0] + self.weights[1])
        return values @ self.weights[-2] + self.weights[-1]


def train_small_network(
    inputs: ArrayLike, targets: ArrayLike, *, nodes: int, rate: float, epochs: int, seed: int, batch: int = 64
) -> SmallNetwork:
    """Train with Adam on the mean squared error.

    Parameters
    ----------
    inputs : array_like, shape (n, n_in)
        Training inputs.
    targets : array_like, shape (n, n_out)
        Training targets.
    nodes : int
        Nodes of the hidden layer.
    rate : float
        Learning rate, constant.
    epochs : int
        Passes through the data, in a new order each.
    seed : int
        Of the first weights (Glorot, uniform) and of the orders.
    batch : int
        Samples of a step.

    Returns
    -------
    SmallNetwork
        The weights after the last step.

    Raises
    ------
    ValueError
        If rate is not positive, or nodes, epochs or batch is less than 1.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 200)[:, None]
    >>> network = train_small_network(x, x**2, nodes=8, rate=0.02, epochs=200, seed=1)
    >>> bool(root_mean_square_error(network, x, x**2) < 0.05)
    True
    """
    if not (rate > 0 and min(nodes, epochs, batch) >= 1):
        raise ValueError(f"rate must be > 0 and nodes, epochs, batch >= 1, got {(rate, nodes, epochs, batch)}")
    x, y = np.asarray(inputs, dtype=float), np.asarray(targets, dtype=float)
    rng = np.random.default_rng(seed)
    sizes = (x.shape[1], nodes, y.shape[1])
    limits = [np.sqrt(6 / (a + b)) for a, b in pairwise(sizes)]
    weights = [
        rng.uniform(-limits[0], limits[0], sizes[:2]),
        np.zeros(nodes),
        rng.uniform(-limits[1], limits[1], sizes[1:]),
        np.zeros(sizes[2]),
    ]
    means, squares = ([np.zeros_like(weight) for weight in weights] for _ in range(2))
    step = 0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            hidden = np.tanh(x[chosen] @ weights[0] + weights[1])  # (batch, nodes)
            slope = 2 * (hidden @ weights[2] + weights[3] - y[chosen]) / y[chosen].size  # (batch, n_out)
            back = (slope @ weights[2].T) * (1 - hidden**2)  # (batch, nodes)
            step += 1
            gradients = (x[chosen].T @ back, back.sum(0), hidden.T @ slope, slope.sum(0))
            for i, gradient in enumerate(gradients):
                means[i] += (1 - _BETAS[0]) * (gradient - means[i])
                squares[i] += (1 - _BETAS[1]) * (gradient**2 - squares[i])
                corrected = means[i] / (1 - _BETAS[0] ** step)
                weights[i] -= rate * corrected / (np.sqrt(squares[i] / (1 - _BETAS[1] ** step)) + _EPSILON)
    return SmallNetwork(tuple(weights))


def least_squares_network(inputs: ArrayLike, targets: ArrayLike) -> SmallNetwork:
    """The best single linear layer, without training: the baseline.

    Examples
    --------
    >>> network = least_squares_network([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])
    >>> bool(np.allclose(network.predict([[3.0]]), 7.0))
    True
    """
    x, y = np.asarray(inputs, dtype=float), np.asarray(targets, dtype=float)
    mean_x, mean_y = x.mean(axis=0), y.mean(axis=0)
    centred = x - mean_x
    weights = np.linalg.solve(centred.T @ centred, centred.T @ (y - mean_y))  # normal equations: noisy inputs allow it
    return SmallNetwork((weights, mean_y - mean_x @ weights))


def root_mean_square_error(network: SmallNetwork, inputs: ArrayLike, targets: ArrayLike) -> float:
    """Root of the mean square of the differences."""
    return float(np.sqrt(np.mean((network.predict(inputs) - np.asarray(targets)) ** 2)))
