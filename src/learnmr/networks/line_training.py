r"""Training the line network: every batch is fresh, every error is counted in Cramér-Rao bounds.

Two choices make a network of 40 000 parameters reach the bound in minutes:

- The target of a noisy window is not the truth but what an efficient estimator would make of this very noise,
  ``truth + J^+ noise``. It has the same mean, but the part of the error that nobody can avoid no longer shakes the
  gradient; what is left of the loss is what can still be learned. Short trainings (150 steps) show no gain from it.
- Muon (Jordan et al. 2024) orthogonalises each weight matrix's step. Which combination of inputs is free of noise is
  a matter of weak directions of the loss. In a prototype of 6000 steps Muon ended at most 5 % above the bound, Adam 6
  to 57 % (one seed, one learning rate each; Adam was not tuned).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..physics import LineDraws, draw_lines, window_basis
from .backend import backend_name, import_keras
from .line_network import LineNetwork, line_features
from .training_loop import train_network
from .training_state import step_generator

__all__ = ["LineRecipe", "build_line_network", "loss_in_bounds", "train_line_network"]


@dataclass(frozen=True)
class LineRecipe:
    """All that decides a training of the line network, beside backend and seed.

    Parameters
    ----------
    n_steps, batch : int
        Number of steps, fresh windows in each.
    learning_rate : float
        Of the first step; falls to ``final_fraction`` of it along half a cosine.
    final_fraction : float
        See above.
    optimizer : str
        ``"muon"`` or ``"adam"``.
    layers : tuple of int
        Units of the hidden layers.
    half_width, n_directions : int
        The window, in bins on either side, and the directions it is projected on.
    width_range, snr_range, points_range : tuple
        Lines drawn, see :func:`learnmr.physics.draw_lines`.
    attainable_targets : bool
        Learn from ``truth + J^+ noise`` (see the module) instead of from the truth.
    """

    n_steps: int = 6000
    batch: int = 512
    learning_rate: float = 0.01
    final_fraction: float = 0.002
    optimizer: str = "muon"
    layers: tuple[int, ...] = (128, 128, 128)
    half_width: int = 64
    n_directions: int = 9
    width_range: tuple[float, float] = (0.04, 9.0)
    snr_range: tuple[float, float] = (8.0, 1000.0)
    points_range: tuple[int, int] = (24, 65536)
    attainable_targets: bool = True

    def __post_init__(self) -> None:
        for name in ("n_steps", "batch", "learning_rate", "half_width", "n_directions"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be > 0, got {getattr(self, name)!r}")
        if self.optimizer not in _OPTIMIZERS:
            raise ValueError(f"optimizer must be one of {', '.join(_OPTIMIZERS)}, got {self.optimizer!r}")


_OPTIMIZERS: dict[str, Callable[[Any, Any], Any]] = {
    "adam": lambda keras, rate: keras.optimizers.Adam(rate),
    "muon": lambda keras, rate: keras.optimizers.Muon(rate),
}


def build_line_network(recipe: LineRecipe, seed: int) -> Any:
    """The Keras model, compiled: dense layers with SiLU, four linear outputs.

    Parameters
    ----------
    recipe : LineRecipe
        Sizes and optimizer.
    seed : int
        Seed of the first weights.

    Returns
    -------
    keras.Model
        Inputs (batch, 2 n_directions), outputs (batch, 4).
    """
    keras = import_keras()
    inputs = keras.Input((2 * recipe.n_directions,))
    hidden = inputs
    for layer, units in enumerate(recipe.layers):
        start = keras.initializers.GlorotUniform(seed=seed + layer)
        hidden = keras.layers.Dense(units, activation="silu", kernel_initializer=start)(hidden)
    start = keras.initializers.GlorotUniform(seed=seed + len(recipe.layers))
    outputs = keras.layers.Dense(4, kernel_initializer=start)(hidden)
    network = keras.Model(inputs, outputs, name="line_network")
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, recipe.n_steps, alpha=recipe.final_fraction)
    network.compile(optimizer=_OPTIMIZERS[recipe.optimizer](keras, rate), loss=loss_in_bounds)
    return network


def loss_in_bounds(targets: Any, outputs: Any) -> Any:
    """Robust loss ``9 log(1 + r^2 / 9)`` of the four errors ``r``, each in units of its Cramér-Rao bound.

    Parameters
    ----------
    targets : tensor, shape (batch, 9)
        Wanted offset, width, logarithm of the amplitude and phase, relative to the first projection; 1 / bound of
        the four; attainable relative amplitude.
    outputs : tensor, shape (batch, 4)
        The network's outputs.

    Returns
    -------
    scalar tensor
        Mean over the batch and the four parameters.
    """
    ops = import_keras().ops
    turn = outputs[:, 3] - targets[:, 3]
    turn = turn - 2 * np.pi * ops.round(turn / (2 * np.pi))
    errors = ops.stack(
        [
            outputs[:, 0] - targets[:, 0],
            ops.softplus(outputs[:, 1]) - targets[:, 1],
            ops.exp(outputs[:, 2] - targets[:, 2]) - targets[:, 8],
            turn,
        ],
        axis=1,
    )
    ratios = errors * targets[:, 4:8]
    return ops.mean(9.0 * ops.log1p(ops.square(ratios) / 9.0))


def train_line_network(
    recipe: LineRecipe | None = None,
    *,
    seed: int = 1,
    state_path: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int, float], None] | None = None,
    validate_every: int = 250,
) -> tuple[LineNetwork, dict[str, NDArray[np.float64]]]:
    """Train the line network; the shipped one is ``train_line_network()``.

    Parameters
    ----------
    recipe : LineRecipe, optional
        What to train. Default: the recipe of the shipped network.
    seed : int
        Seed of weights and data.
    state_path : path-like, optional
        Where the training saves its state and goes on from.
    progress : callable, optional
        Called with (finished steps, all steps, loss).
    validate_every : int
        Steps between two values of ``val_loss``, on lines never trained on.

    Returns
    -------
    LineNetwork
        For NumPy.
    dict of str to numpy.ndarray
        ``loss`` of each step and ``val_loss``.

    Raises
    ------
    learnmr.installation.MissingExtraError
        If Keras or its backend is not installed.
    """
    recipe = LineRecipe() if recipe is None else recipe
    precise = window_basis(recipe.half_width, recipe.n_directions, width_range=recipe.width_range, seed=seed)
    basis: NDArray[np.complex64] = precise.astype(np.complex64)
    network = build_line_network(recipe, seed)

    def draw(rng: np.random.Generator, batch: int) -> LineDraws:
        return draw_lines(
            rng,
            batch,
            basis,
            width_range=recipe.width_range,
            snr_range=recipe.snr_range,
            points_range=recipe.points_range,
        )

    # steps count from 0, so the generators of scales and validation can never be those of a step
    scales = _scales(draw(step_generator(seed, 2**40), 4096))
    locked_away = _inputs_and_targets(draw(step_generator(seed, 2**40 + 1), 4096), scales, recipe)
    history = train_network(
        network,
        lambda rng, _: _inputs_and_targets(draw(rng, recipe.batch), scales, recipe),
        n_steps=recipe.n_steps,
        seed=seed,
        recipe=asdict(recipe),
        state_path=state_path,
        progress=progress,
        validate=lambda model: float(model.test_on_batch(*locked_away)),
        validate_every=validate_every,
    )
    dense = [layer for layer in network.layers if layer.weights]
    kernels, biases = zip(*([np.array(weight) for weight in layer.get_weights()] for layer in dense), strict=True)
    about = {**asdict(recipe), "seed": seed, "backend": backend_name(), "command": "learnmr train line"}
    return LineNetwork(basis, scales, tuple(kernels), tuple(biases), about), history


def _scales(draws: LineDraws) -> NDArray[np.float32]:
    """Size of each relative projection, but never so small that its noise would drown the others."""
    relative = draws.projections[:, 1:] / draws.projections[:, :1]
    return np.maximum(np.sqrt(np.mean(np.abs(relative) ** 2, axis=0) / 2), 0.15).astype(np.float32)


def _inputs_and_targets(
    draws: LineDraws, scales: NDArray[np.float32], recipe: LineRecipe
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A batch for Keras."""
    features = line_features(draws.projections, draws.noise, draws.n_points, scales)
    first = draws.projections[:, 0]
    wanted = draws.attainable if recipe.attainable_targets else draws.truth
    outputs = [wanted[:, 0], wanted[:, 1], -np.log(np.abs(first)), wanted[:, 3] - np.angle(first)]
    return features, np.column_stack([*outputs, 1.0 / draws.bound, wanted[:, 2]]).astype(np.float32)
