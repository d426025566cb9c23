"""The recipe of the published module that learnmr sets out to beat, retrained at its own size, and ours beside it.

Written from a description of the recipe only. Data: FIDs of one channel, ``A sin(2 pi f t + phi) exp(-t / T2*)``,
50 frequencies from 50 to 1000 Hz times 25 T2* from 0.1 to 4 s, amplitude 1 to 10, random phase, Gaussian noise; 4000
samples over 1 s; 5 % held out. Exercise 1: one layer of 4000 rectifiers between the FID and the 2000 bins of its
magnitude spectrum. Exercise 2: five layers between the FID and (frequency, amplitude, width) of a Lorentzian fitted to
the magnitude spectrum by ``curve_fit``.

What the description leaves open is chosen here: inputs and targets are divided by one number each (so the frequency
rules the squared error of Exercise 2, as with targets in Hz), step sizes come from a short search, the noise has mean
zero, every random number is seeded. Figures published for the original need not be met; those of the fit it learns from
are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..classical import least_squares, magnitude_fit
from ..evaluation.estimators import Estimator, estimate_all
from ..networks.backend import backend_name
from ..networks.dense import apply_dense_network, train_dense_network
from ..networks.dft import apply_dft_network, relative_error, train_dft
from ..networks.magnitude import draw_grid_fids, magnitude_spectrum, spectrum_scores
from ..signals import FID, LineEstimates

__all__ = ["run_original"]

_DURATION_S = 1.0
_NOISE_SD = 0.1
#: our DFT network is trained at this size at most: its cost grows with the square
_DFT_POINTS = 256
#: size of the data and longest training, at the original's size and for a first look
_SIZES: dict[str, dict[str, int]] = {
    "full": {"n_points": 4000, "n_frequencies": 50, "n_decays": 25, "epochs_1": 120, "epochs_2": 300},
    "quick": {"n_points": 256, "n_frequencies": 50, "n_decays": 25, "epochs_1": 30, "epochs_2": 60},
}

Progress = Callable[[str, int, int, float], None]


def run_original(
    *,
    quick: bool = False,
    seed: int = 1,
    n_epochs: int | None = None,
    estimators: Mapping[str, Estimator] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train both networks of the original module and ours, and judge all on the same held-out FIDs.

    Parameters
    ----------
    quick : bool
        256 samples instead of 4000 and fewer epochs: seconds instead of the better part of an hour.
    seed : int
        Of everything random.
    n_epochs : int, optional
        Longest training of both networks. Default: 120 and 300 (quick: 30 and 60).
    estimators : mapping of str to Estimator, optional
        Further estimators judged beside Exercise 2, e.g. ``{"decompose": learnmr.decompose}``.
    progress : callable, optional
        Called with (name of the training, finished steps, all steps, loss).

    Returns
    -------
    dict
        ``size`` (what was run), ``exercise1`` (``relative_error, relative_error_between, peak_bin_within_one,
        median_peak_height, train_s, parameters, epochs``, and ``dft_network`` beside it), ``exercise2`` (the errors
        of the network against the truth and against the fit it learns from, and ``beside``: the same errors of the
        fit itself, of complex least squares and of ``estimators``).

    Raises
    ------
    ValueError
        If n_epochs is not positive.

    Notes
    -----
    Estimators see the FID in quadrature, as a spectrometer records it, with the same noise per channel; the original's
    networks and its fit see the one channel they are made for.
    """
    if n_epochs is not None and not n_epochs >= 1:
        raise ValueError(f"n_epochs must be >= 1, got {n_epochs!r}")
    size = dict(_SIZES["quick" if quick else "full"])
    if n_epochs is not None:
        size |= {"epochs_1": n_epochs, "epochs_2": n_epochs}
    samples, truth = _draw(size, seed, on_grid=True)
    between, _ = _draw(size, seed + 1, on_grid=False)
    return {
        "size": {**size, "fids": len(samples), "quick": quick, "seed": seed, "noise_sd": _NOISE_SD},
        "backend": backend_name(),
        "exercise1": _exercise_1(samples.imag, between.imag, seed, size["epochs_1"], _named(progress, "exercise 1"))
        | {"dft_network": _dft_beside(min(size["n_points"], _DFT_POINTS), seed, _named(progress, "DFT network"))},
        "exercise2": _exercise_2(
            samples, truth, seed, size["epochs_2"], estimators or {}, _named(progress, "exercise 2")
        ),
    }


def _draw(size: Mapping[str, int], seed: int, *, on_grid: bool) -> tuple[NDArray[np.complexfloating], LineEstimates]:
    """The data of one size."""
    return draw_grid_fids(
        n_points=size["n_points"],
        duration_s=_DURATION_S,
        n_frequencies=size["n_frequencies"],
        n_decays=size["n_decays"],
        noise_sd=_NOISE_SD,
        seed=seed,
        on_grid=on_grid,
    )


def _exercise_1(
    samples: NDArray[np.floating],
    between: NDArray[np.floating],
    seed: int,
    n_epochs: int,
    progress: Callable[[int, int, float], None] | None,
) -> dict[str, Any]:
    """FID -> magnitude spectrum through one layer of rectifiers."""
    network = train_dense_network(
        samples,
        magnitude_spectrum(samples),
        hidden=[samples.shape[1]],
        seed=seed,
        n_epochs=n_epochs,
        learning_rate=0.1,
        momentum=0.9,
        l1=1e-6 * 256 / samples.shape[1],
        patience=10,
        progress=progress,
    )
    return {
        **spectrum_scores(network, samples[network.held_out], between),
        "train_s": network.train_s,
        "parameters": network.n_parameters,
        "epochs": len(network.history["loss"]),
        "loss": network.history["loss"],
        "val_loss": network.history["val_loss"],
    }


def _dft_beside(n_points: int, seed: int, progress: Callable[[int, int, float], None] | None) -> dict[str, Any]:
    """The linear network trained on white probes, asked for the same magnitudes, on the grid and between."""
    network = train_dft(n_points, seed=seed, progress=progress)
    errors = {}
    size = {**_SIZES["full"], "n_points": n_points}
    for name, on_grid in (("relative_error", True), ("relative_error_between", False)):
        samples = _draw(size, seed + 1, on_grid=on_grid)[0].imag
        answer = np.abs(apply_dft_network(network, samples))[:, : n_points // 2]
        errors[name] = relative_error(answer, magnitude_spectrum(samples))
    return {"points": n_points, **errors, "train_s": network.train_s, "parameters": network.weights.size}


def _exercise_2(
    samples: NDArray[np.complexfloating],
    truth: LineEstimates,
    seed: int,
    n_epochs: int,
    estimators: Mapping[str, Estimator],
    progress: Callable[[int, int, float], None] | None,
) -> dict[str, Any]:
    """FID -> (frequency, amplitude, width), learned from a Lorentzian fitted to the magnitude spectrum."""
    dwell_s = _DURATION_S / samples.shape[1]
    one_channel = samples.imag
    fit, fitted = estimate_all(magnitude_fit, FID(one_channel.astype(complex), dwell_s))
    data, labels, true = one_channel[fitted], _columns(fit[fitted]), truth[fitted]
    network = train_dense_network(
        data,
        labels,
        hidden=[samples.shape[1] // 2**power for power in range(1, 6)],
        seed=seed,
        n_epochs=n_epochs,
        learning_rate=0.01,
        momentum=0.9,
        progress=progress,
    )
    held_out = network.held_out
    answer = apply_dense_network(network, data[held_out]).astype(float)
    against_fit = np.abs(answer / labels[held_out] - 1)
    quadrature = FID(samples[fitted][held_out], dwell_s)
    beside: dict[str, Any] = {"magnitude_fit": _errors(labels[held_out], true[held_out])}
    for name, estimator in {"least_squares": least_squares, **estimators}.items():
        found_lines, found = estimate_all(estimator, quadrature)
        beside[name] = _errors(_columns(found_lines[found]), true[held_out][found]) | {"found": int(found.sum())}
    return {
        **_errors(answer, true[held_out]),
        "amplitude_error_against_fit": float(np.median(against_fit[:, 1])),
        "width_error_against_fit": float(np.median(against_fit[:, 2])),
        "train_s": network.train_s,
        "parameters": network.n_parameters,
        "epochs": len(network.history["loss"]),
        "held_out": len(held_out),
        "without_fit": int(np.sum(~fitted)),
        "loss": network.history["loss"],
        "val_loss": network.history["val_loss"],
        "beside": beside,
    }


def _columns(lines: LineEstimates) -> NDArray[np.float64]:
    """Frequency, amplitude and full width of each line, (n, 3)."""
    return np.stack([lines.frequency_hz, lines.amplitude, lines.fwhm_hz], axis=1)


def _errors(answer: NDArray[np.float64], truth: LineEstimates) -> dict[str, float | None]:
    """Errors of (frequency, amplitude, full width) against the truth."""
    if not len(answer):
        names = ("frequency_error_hz", "frequency_error_mean_hz", "amplitude_error", "width_error", "width_ratio")
        return dict.fromkeys(names)
    exact = _columns(truth)
    off_hz = np.abs(answer[:, 0] - exact[:, 0])
    ratio = answer[:, 1:] / exact[:, 1:]
    return {
        "frequency_error_hz": float(np.median(off_hz)),
        "frequency_error_mean_hz": float(np.mean(off_hz)),
        "amplitude_error": float(np.median(np.abs(ratio[:, 0] - 1))),
        "width_error": float(np.median(np.abs(ratio[:, 1] - 1))),
        "width_ratio": float(np.median(ratio[:, 1])),
    }


def _named(progress: Progress | None, name: str) -> Callable[[int, int, float], None] | None:
    """The progress of one of several trainings."""
    return None if progress is None else lambda *state: progress(name, *state)
