"""The noise of an FID, measured where no line is: in the fourth difference of its spectrum.

White noise stays white over the bins of the DFT without zero filling, and on those bins every line, truncated or not,
falls off as 1 / distance. A fourth difference over neighbouring bins therefore leaves the noise and removes the tails.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .fids import FID
from .spectra import Spectrum, spectrum

__all__ = ["bin_noise_sd", "noise_sd"]

_START_QUANTILE = 0.25  # bins that may be taken for signal-free before anything is known
_CLIP = 4.0  # in units of the mean power: keeps 98 % of the noise
_SMALLEST = 16  # points below which no quantile of the bins means anything


def noise_sd(fid: FID) -> NDArray[np.float64]:
    """Standard deviation of the noise of one channel (real or imaginary) of the samples.

    Parameters
    ----------
    fid : FID
        One FID or an array, at least 16 points, not apodised. Zeros that were appended are left out.

    Returns
    -------
    numpy.ndarray, shape () or (n_fids,)
        In the units of the samples.

    Raises
    ------
    ValueError
        If fewer than 16 points are not zero.

    Notes
    -----
    Assumes white noise. Filters of the receiver that cut the noise at the edges of the band do not matter as long as
    three quarters of the band are flat; lines may cover up to half of the bins. Relative standard deviation of the
    result: about ``0.9 / sqrt(n_points)``.

    Examples
    --------
    >>> generator = np.random.default_rng(1)
    >>> noise = generator.normal(size=(2, 4096)) * 0.5
    >>> f"{noise_sd(FID(noise[0] + 1j * noise[1], dwell_s=1e-3)):.1f}"
    '0.5'
    """
    used = np.flatnonzero(np.any(fid.samples.reshape(-1, fid.n_points) != 0, axis=0))
    n_points = int(used[-1]) + 1 if used.size else 0
    if n_points < _SMALLEST:
        raise ValueError(f"fid must have at least {_SMALLEST} points before its trailing zeros, got {n_points}")
    transformed = spectrum(fid.with_samples(fid.samples[..., :n_points]), halve_first=False)
    return bin_noise_sd(transformed) / (fid.dwell_s * math.sqrt(n_points))


def bin_noise_sd(spectrum: Spectrum, *, n_points: int | None = None) -> NDArray[np.float64]:
    """Standard deviation of the noise of one channel (real or imaginary) of the values of a spectrum.

    Parameters
    ----------
    spectrum : Spectrum
        One spectrum or an array, at least 16 bins, its FID not apodised.
    n_points : int, optional
        Points of the FID before zero filling. Default: as many as bins, no zero filling.

    Returns
    -------
    numpy.ndarray, shape () or (n_fids,)
        In the units of the values, amplitude x seconds.

    Raises
    ------
    ValueError
        If there are fewer than 16 bins, or ``n_points`` is not between 16 and the number of bins.

    Examples
    --------
    >>> generator = np.random.default_rng(1)
    >>> noise = generator.normal(size=(2, 4096))
    >>> f"{bin_noise_sd(Spectrum(noise[0] + 1j * noise[1], np.arange(4096.0))):.2f}"
    '1.00'
    """
    n_bins = spectrum.n_bins
    n_points = n_bins if n_points is None else n_points
    if not _SMALLEST <= n_points <= n_bins:
        raise ValueError(f"n_points must lie between {_SMALLEST} and the {n_bins} bins, got {n_points!r}")
    lag = round(n_bins / n_points)
    values = spectrum.values
    for _ in range(2):  # the DFT is periodic
        values = np.roll(values, lag, axis=-1) - 2 * values + np.roll(values, -lag, axis=-1)
    # neighbours of a zero-filled spectrum are correlated: the gain of the difference, sample by sample of the decay
    gain = np.mean((2 - 2 * np.cos(2 * np.pi * lag * np.arange(n_points) / n_bins)) ** 4)  # 70 without zero filling
    return np.sqrt(_mean_power_of_noise(np.abs(values) ** 2) / (2 * gain))


def _mean_power_of_noise(power: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Mean of exponentially distributed powers (..., n_bins) of which some are too large: clipped and corrected."""
    mean = -np.quantile(power, _START_QUANTILE, axis=-1, keepdims=True) / math.log(1 - _START_QUANTILE)
    kept_share = 1 - _CLIP * math.exp(-_CLIP) / (1 - math.exp(-_CLIP))  # mean of the clipped distribution
    for _ in range(30):
        kept = power <= _CLIP * mean
        clipped = np.sum(power * kept, axis=-1, keepdims=True) / np.maximum(kept.sum(axis=-1, keepdims=True), 1)
        updated = clipped / kept_share
        if np.allclose(updated, mean, rtol=1e-6, atol=0.0):
            break
        mean = updated
    return np.asarray(mean[..., 0], np.float64)
