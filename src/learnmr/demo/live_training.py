"""A small line network trained on the spot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..networks import LineNetwork
from ..networks.line_training import LineRecipe, train_line_network

__all__ = ["LiveTraining", "train_live"]

#: a sixth of the shipped network's steps on half its batch
_RECIPE = LineRecipe(n_steps=1000, batch=256)
_QUICK = LineRecipe(n_steps=60, batch=128, layers=(32, 32), optimizer="adam", half_width=16, n_directions=5)


@dataclass(frozen=True, eq=False)
class LiveTraining:
    """A network, its history and how long it took.

    Parameters
    ----------
    network : LineNetwork
        The network.
    history : dict of str to numpy.ndarray
        ``epoch`` (the step), ``loss`` (mean over the steps since the last one) and ``val_loss``.
    n_steps : int
        Steps taken.
    train_s : float
        Seconds.
    """

    network: LineNetwork
    history: dict[str, Any]
    n_steps: int
    train_s: float


def train_live(
    *, seed: int, quick: bool = False, progress: Callable[[int, int, float], None] | None = None
) -> LiveTraining:
    """Train a line network in about twenty seconds.

    Parameters
    ----------
    seed : int
        Seed of weights and data.
    quick : bool
        A token training, for tests.
    progress : callable, optional
        Called with (finished steps, all steps, loss).

    Returns
    -------
    LiveTraining
        The network and its history.
    """
    recipe = _QUICK if quick else _RECIPE
    every = recipe.n_steps // 20
    started_s = time.perf_counter()
    network, history = train_line_network(recipe, seed=seed, progress=progress, validate_every=every)
    train_s = time.perf_counter() - started_s
    means = history["loss"].reshape(-1, every).mean(axis=1)
    steps = every * np.arange(1, means.size + 1)
    return LiveTraining(
        network, {"epoch": steps, "loss": means, "val_loss": history["val_loss"]}, recipe.n_steps, train_s
    )
