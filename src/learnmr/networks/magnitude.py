"""The instructive failure beside the DFT network: a dense network asked for the magnitude of the spectrum.

``|DFT(s)|`` is not linear in ``s`` and does not depend on its phase, so no set of weights is the answer; a layer of
rectifiers can only patch it together from flat pieces, one for every frequency and phase it was shown. It comes out
roughly right on the grid of frequencies it was trained on, and wrong between. The linear network with a complex target
(:mod:`learnmr.networks.dft`) has an exact answer, finds it, and the magnitude is then one more line of code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from ..physics.synthesis import simulate_lines
from ..signals import LineEstimates
from .dense import DenseNetwork, apply_dense_network, train_dense_network
from .dft import relative_error
from .training_loop import Progress

__all__ = [
    "MagnitudeNetwork",
    "draw_grid_fids",
    "magnitude_spectrum",
    "spectrum_scores",
    "train_magnitude_network",
]

#: lowest and highest frequency in cycles per sample: 50 and 1000 Hz at 4 kHz
_BAND = (0.0125, 0.25)
#: T2* in seconds
_T2_STAR_S = (0.1, 4.0)
_AMPLITUDE = (1.0, 10.0)


@dataclass(frozen=True, eq=False)
class MagnitudeNetwork:
    """A trained magnitude network and how well it does.

    Parameters
    ----------
    network : DenseNetwork
        Weights and history.
    n_points : int
        Samples of one channel in; half as many bins out.
    relative_error : float
        ``|network - |FFT|| / |FFT|`` over the held-out FIDs, which lie on the frequencies of the training grid.
    relative_error_between : float
        The same over fresh FIDs with frequencies and T2* anywhere between: what a spectrometer would send.
    peak_bin_within_one : float
        Part of the held-out FIDs whose highest bin is right within one.
    median_peak_height : float
        Median of the network's height in the true highest bin, over the true height.
    """

    network: DenseNetwork
    n_points: int
    relative_error: float
    relative_error_between: float
    peak_bin_within_one: float
    median_peak_height: float


def draw_grid_fids(
    *,
    n_points: int = 4000,
    duration_s: float = 1.0,
    n_frequencies: int = 50,
    n_decays: int = 25,
    noise_sd: float = 0.1,
    seed: int,
    on_grid: bool = True,
) -> tuple[NDArray[np.complexfloating], LineEstimates]:
    """FIDs ``A exp(i (2 pi f t + phi)) exp(-t / T2*)`` over a grid of frequencies and decays.

    Parameters
    ----------
    n_points : int
        Samples per FID.
    duration_s : float
        Acquisition time, in seconds.
    n_frequencies, n_decays : int
        Frequencies 0.0125..0.25 cycles per sample (50..1000 Hz for the defaults), T2* 0.1..4 s.
    noise_sd : float
        Standard deviation of the noise of one channel, mean zero.
    seed : int
        Decides amplitudes (1..10), phases and noise.
    on_grid : bool
        False draws as many FIDs anywhere within the limits of the grid.

    Returns
    -------
    samples : numpy.ndarray of complex, shape (n_frequencies * n_decays, n_points)
        The samples; the imaginary part is the one channel ``A sin(2 pi f t + phi) exp(-t / T2*)``.
    truth : LineEstimates
        Frequency, full width ``1 / (pi T2*)``, amplitude and phase.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Examples
    --------
    >>> samples, truth = draw_grid_fids(n_points=64, n_frequencies=5, n_decays=2, seed=1)
    >>> samples.shape, truth.frequency_hz.min()
    ((10, 64), np.float64(0.8))
    """
    if not (n_frequencies >= 1 and n_decays >= 1):
        raise ValueError(f"n_frequencies and n_decays must be >= 1, got {n_frequencies!r} and {n_decays!r}")
    if not duration_s > 0:
        raise ValueError(f"duration_s must be > 0 s, got {duration_s!r}")
    generator = np.random.default_rng(seed)
    n_fids = n_frequencies * n_decays
    dwell_s = duration_s / n_points
    if on_grid:
        frequency_hz = np.repeat(np.linspace(*_BAND, n_frequencies) / dwell_s, n_decays)
        t2_star_s = np.tile(np.linspace(*_T2_STAR_S, n_decays), n_frequencies)
    else:
        frequency_hz = generator.uniform(*_BAND, n_fids) / dwell_s
        t2_star_s = generator.uniform(*_T2_STAR_S, n_fids)
    truth = LineEstimates(
        frequency_hz,
        1 / (math.pi * t2_star_s),
        generator.uniform(*_AMPLITUDE, n_fids),
        generator.uniform(-math.pi, math.pi, n_fids),
    )
    samples = simulate_lines(
        truth.frequency_hz,
        truth.fwhm_hz,
        truth.amplitude,
        truth.phase_rad,
        n_points=n_points,
        dwell_s=dwell_s,
        noise_sd=noise_sd,
        seed=generator,
        dtype=np.complex128,
    )
    return samples, truth


def magnitude_spectrum(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Magnitude of the DFT of one-channel samples (..., n), positive frequencies only: (..., n // 2)."""
    values = np.abs(scipy.fft.rfft(samples, axis=-1))[..., : samples.shape[-1] // 2]
    return np.asarray(values, dtype=float)


def train_magnitude_network(
    n_points: int = 256,
    *,
    seed: int,
    n_frequencies: int = 50,
    n_decays: int = 25,
    noise_sd: float = 0.1,
    n_epochs: int = 60,
    learning_rate: float = 0.1,
    momentum: float = 0.9,
    l1: float = 1e-6,
    patience: int | None = 10,
    progress: Progress | None = None,
) -> MagnitudeNetwork:
    """Train the dense network FID -> ``|FFT|``: n_points -> n_points rectifiers -> n_points / 2.

    Parameters
    ----------
    n_points : int
        Samples of one channel.
    seed : int
        Decides everything that is random.
    n_frequencies, n_decays, noise_sd
        The data, see :func:`draw_grid_fids`.
    n_epochs, learning_rate, momentum, l1, patience, progress
        The training, see :func:`~learnmr.networks.dense.train_dense_network`.

    Returns
    -------
    MagnitudeNetwork
        The network and its scores.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Why it fails: the magnitude is a cone, not a plane. It has a kink at zero in every bin and keeps its value when the
    phase of the FID turns, while every piece of a rectifier network is linear in the FID. Compare
    ``relative_error_between`` with the 4e-7 of the linear network.
    """
    samples, between = (
        draw_grid_fids(
            n_points=n_points,
            n_frequencies=n_frequencies,
            n_decays=n_decays,
            noise_sd=noise_sd,
            seed=seed + place,
            on_grid=place == 0,
        )[0].imag
        for place in (0, 1)
    )
    network = train_dense_network(
        samples,
        magnitude_spectrum(samples),
        hidden=[n_points],
        seed=seed,
        n_epochs=n_epochs,
        learning_rate=learning_rate,
        momentum=momentum,
        l1=l1,
        patience=patience,
        progress=progress,
    )
    return MagnitudeNetwork(network, n_points, **spectrum_scores(network, samples[network.held_out], between))


def spectrum_scores(
    network: DenseNetwork, held_out: NDArray[np.floating], between: NDArray[np.floating]
) -> dict[str, float]:
    """How well a network gives magnitude spectra.

    Parameters
    ----------
    network : DenseNetwork
        Takes samples (n, n_points), answers magnitudes (n, n_points // 2).
    held_out, between : numpy.ndarray, shape (n, n_points)
        Unseen FIDs on the grid of the training data, and anywhere.

    Returns
    -------
    dict of str to float
        The four scores of :class:`MagnitudeNetwork`.
    """
    exact = magnitude_spectrum(held_out)
    answer = apply_dense_network(network, held_out)
    rows, peaks = np.arange(len(exact)), exact.argmax(axis=1)
    return {
        "relative_error": relative_error(answer, exact),
        "relative_error_between": relative_error(apply_dense_network(network, between), magnitude_spectrum(between)),
        "peak_bin_within_one": float(np.mean(np.abs(answer.argmax(axis=1) - peaks) <= 1)),
        "median_peak_height": float(np.median(answer[rows, peaks] / exact[rows, peaks])),
    }
