"""``learnmr bench dft``: the learned Fourier transform, and beside it the two ways that fail and why."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.fft

from ..networks.backend import backend_name
from ..networks.dft import DFTNetwork, train_dft
from ..networks.magnitude import train_magnitude_network

__all__ = ["CURVE_LENGTH", "dft_results", "run_dft"]

#: a loss curve is thinned to at most so many values
CURVE_LENGTH = 60

_CONDITIONING = (
    "conditioning: FIDs of a band of frequencies leave most directions of the space nearly empty; the largest singular "
    "value of the data limits the step, the smallest sets the time, and steps grow with the square of their ratio"
)
_MAGNITUDE = (
    "the magnitude is not linear and does not see the phase: no weights are the answer, only a patchwork around the "
    "FIDs it was shown, right on the training grid at best and wrong between"
)


def run_dft(
    *,
    n_points: int = 256,
    seed: int = 1,
    optimizer: str = "sgd",
    n_steps: int = 60,
    failures: bool = True,
    magnitude_points: int = 256,
    magnitude_epochs: int = 60,
    progress: Callable[[str, int, int, float], None] | None = None,
) -> dict[str, Any]:
    """Train the DFT network and judge it on unseen FIDs; train the two failures beside it.

    Parameters
    ----------
    n_points : int
        Complex samples.
    seed : int
        Of everything random.
    optimizer, n_steps
        As in :func:`~learnmr.networks.dft.train_dft`.
    failures : bool
        Also train the same network on FIDs and the magnitude network.
    magnitude_points, magnitude_epochs : int
        Size and length of the magnitude network's training.
    progress : callable, optional
        Called with (name of the training, finished steps, all steps, loss).

    Returns
    -------
    dict
        ``points, optimizer, train_s, relative_error`` (unseen FIDs of all frequencies), more of the recipe, and with
        ``failures`` the entries ``trained_on_fids`` and ``magnitude_network``, each with its ``reason``.

    Examples
    --------
    >>> results = run_dft(n_points=16, failures=False)
    >>> results["points"], results["optimizer"], results["relative_error"] < 1e-6
    (16, 'sgd', True)
    """

    def report(name: str) -> Callable[[int, int, float], None] | None:
        return None if progress is None else lambda *state: progress(name, *state)

    white = train_dft(n_points, seed=seed, optimizer=optimizer, n_steps=n_steps, progress=report("white probes"))
    results: dict[str, Any] = {
        "points": n_points,
        "optimizer": optimizer,
        "backend": backend_name(),
        "seed": seed,
        **dft_results(white),
        "seconds_per_transform": _seconds_per_transform(white),
    }
    if failures:
        crawling = train_dft(
            n_points, seed=seed, optimizer=optimizer, n_steps=n_steps, probes="fids", progress=report("FIDs")
        )
        results["trained_on_fids"] = {**dft_results(crawling), "reason": _CONDITIONING}
        magnitude = train_magnitude_network(
            magnitude_points, seed=seed, n_epochs=magnitude_epochs, progress=report("magnitude")
        )
        results["magnitude_network"] = {
            "points": magnitude_points,
            "train_s": magnitude.network.train_s,
            "parameters": magnitude.network.n_parameters,
            "epochs": len(magnitude.network.history["loss"]),
            "relative_error": magnitude.relative_error,
            "relative_error_between": magnitude.relative_error_between,
            "peak_bin_within_one": magnitude.peak_bin_within_one,
            "median_peak_height": magnitude.median_peak_height,
            "reason": _MAGNITUDE,
        }
    return results


def dft_results(network: DFTNetwork) -> dict[str, Any]:
    """The numbers of one trained DFT network: errors, conditioning, loss curves.

    ``steps_at_most`` is what theory asks of plain gradient descent on one batch of the data to shrink the error of the
    poorest direction to 1e-6: ``condition_number^2 ln(1e6) / 1.6``. Fresh batches at every step need less where the
    eigenvalues differ by chance only (white probes).
    """
    thin = math.ceil(network.n_steps / CURVE_LENGTH)
    return {
        "train_s": network.train_s,
        "relative_error": network.relative_error,
        "relative_error_alike": network.relative_error_alike,
        "weight_error": network.weight_error,
        "steps": network.n_steps,
        "batch_size": network.batch_size,
        "learning_rate": network.learning_rate,
        "parameters": network.weights.size,
        "condition_number": network.condition_number,
        "steps_at_most": network.condition_number**2 * math.log(1e6) / 1.6,
        "loss": network.history["loss"][::thin],
        "val_loss": network.history["val_loss"][::thin],
    }


def _seconds_per_transform(network: DFTNetwork, *, batch: int = 256, repeats: int = 7) -> dict[str, float]:
    """Median time of one transform: the bare matrix product of the network beside the FFT, both in float32."""
    generator = np.random.default_rng(0)
    stacked = generator.standard_normal((batch, 2 * network.n_points), dtype=np.float32)
    samples = stacked.view(np.complex64)
    seconds: dict[str, float] = {}
    for name, transform in (
        ("network", lambda: stacked @ network.weights),
        ("fft", lambda: scipy.fft.fft(samples, axis=-1)),
    ):
        taken_s = []
        for _ in range(repeats + 1):
            started_s = time.perf_counter()
            transform()
            taken_s.append(time.perf_counter() - started_s)
        seconds[name] = float(np.median(taken_s[1:])) / batch  # the first call warms up
    return seconds
