"""The phase of a spectrum: taken away by hand, or found from the lines themselves.

A correction of order 0 is one angle for all lines. One of order 1 grows with frequency like the phase that a delay
before the first sample leaves behind, and is given as that delay: ``2 pi first_order_s (f - pivot_hz)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from .noise import bin_noise_sd
from .spectra import Spectrum

__all__ = ["PhaseCorrection", "automatic_phase", "phase"]

_MAX_PEAKS = 60
_PEAK_OVER_NOISE = 6.0
_PEAK_OVER_HIGHEST = 0.03
_FLANK = 10.0  # bins down to this part of the peak, five widths from a Lorentzian line, are judged
_COHERENCE = 0.1  # weight of the coherence beside the negative area: decides where noise hides the negative area
_CANDIDATES = 5
_ROUNDS = 3  # phase, baseline, phase again
_N_BLOCKS = 16  # each many widths of a line; a roll that missing samples leave has a few periods at most
_PREFERENCE = 0.05  # for the smaller of two delays, in units of the agreement of all lines
_RAYLEIGH = 1 / math.sqrt(2 * math.log(2))  # standard deviation of one channel over the median of the magnitude
_DELAY_IN_DWELLS = (
    10.0  # dead times are a few dwell times; the group delay of digital filters is removed by the readers
)


@dataclass(frozen=True)
class PhaseCorrection:
    """The phase ``zero_order_rad + 2 pi first_order_s (f - pivot_hz)`` that a spectrum had, and that was taken away.

    Parameters
    ----------
    zero_order_rad : float
        Phase at the pivot.
    first_order_s : float
        Delay between t = 0 of the decay and its first sample, in seconds.
    pivot_hz : float
        Frequency at which the first order vanishes.

    Examples
    --------
    >>> round(PhaseCorrection(0.5, 1e-3).at(100.0), 4)
    1.1283
    """

    zero_order_rad: float = 0.0
    first_order_s: float = 0.0
    pivot_hz: float = 0.0

    def __post_init__(self) -> None:
        for name in ("zero_order_rad", "first_order_s", "pivot_hz"):
            value = float(getattr(self, name))
            if not math.isfinite(value):
                raise ValueError(f"{name} must be finite, got {value!r}")
            object.__setattr__(self, name, value)

    def at(self, frequency_hz: Any) -> Any:
        """The phase at a frequency, or at an array of them, in radians."""
        return self.zero_order_rad + 2 * math.pi * self.first_order_s * (frequency_hz - self.pivot_hz)


def phase(
    spectrum: Spectrum, zero_order_rad: float = 0.0, first_order_s: float = 0.0, *, pivot_hz: float = 0.0
) -> Spectrum:
    """Take a phase away from a spectrum.

    Parameters
    ----------
    spectrum : Spectrum
        One spectrum or an array.
    zero_order_rad : float
        Phase of the lines at the pivot, in radians.
    first_order_s : float
        Delay before the first sample, in seconds; ``2 pi first_order_s`` is the slope of the phase over frequency.
    pivot_hz : float
        Frequency at which the first order vanishes.

    Returns
    -------
    Spectrum
        A new spectrum with values ``S(f) exp(-i (zero_order_rad + 2 pi first_order_s (f - pivot_hz)))``.

    Raises
    ------
    ValueError
        If a value is not finite.

    Examples
    --------
    >>> turned = Spectrum([1j, 2j, 1j], [-1.0, 0.0, 1.0])
    >>> phase(turned, np.pi / 2).values.real.round(6)
    array([1., 2., 1.])
    """
    correction = PhaseCorrection(zero_order_rad, first_order_s, pivot_hz)
    turn = np.exp(-1j * correction.at(spectrum.frequency_hz))  # (n_bins,)
    return spectrum.with_values((spectrum.values * turn).astype(spectrum.values.dtype))


def automatic_phase(
    spectrum: Spectrum, *, order: int = 0, max_delay_s: float | None = None
) -> tuple[Spectrum, PhaseCorrection]:
    r"""Find the phase that makes the lines of a spectrum positive absorption lines, and take it away.

    Parameters
    ----------
    spectrum : Spectrum
        One spectrum, or an array that shares its phase: the correction is found on the mean.
    order : {0, 1}
        0: one angle. 1: an angle and a delay.
    max_delay_s : float, optional
        Largest delay that is looked for, of either sign. Default: ten dwell times.

    Returns
    -------
    Spectrum
        The phased spectrum.
    PhaseCorrection
        What was taken away. Zero where no line stands above the noise; its delay is zero where fewer than two lines do,
        since one line does not determine it.

    Raises
    ------
    ValueError
        If ``order`` is neither 0 nor 1, or ``max_delay_s`` is not > 0.

    Notes
    -----
    Each line has the angle of the square root of the sum of ``S^2`` around its peak, for the square of the Lorentzian
    integrates to a positive number. The delay is the maximum of the periodogram of these angles; the smallest one
    where several fit, as for evenly spaced lines. Both are then refined on the bins near the peaks: absorption is
    nowhere negative, dispersion is, so the area of the negative bins over that of all is made as small as can be.
    Lines must be positive and must have decayed within the acquisition time (or be apodised).

    Examples
    --------
    >>> from learnmr.signals import FID, spectrum
    >>> times_s = np.arange(2048) * 1e-3
    >>> decay = np.exp(0.7j + (2j * np.pi * 100 - 8) * times_s)
    >>> _, correction = automatic_phase(spectrum(FID(decay, dwell_s=1e-3)))
    >>> round(correction.zero_order_rad, 1)
    0.7
    """
    if order not in (0, 1):
        raise ValueError(f"order must be 0 or 1, got {order!r}")
    dwell_s = 1 / (spectrum.n_bins * spectrum.bin_hz)
    limit_s = _DELAY_IN_DWELLS * dwell_s if max_delay_s is None else float(max_delay_s)
    if not (limit_s > 0 and math.isfinite(limit_s)):
        raise ValueError(f"max_delay_s must be > 0 s, got {max_delay_s!r}")
    values = np.atleast_2d(spectrum.values).mean(axis=0).astype(np.complex128)
    # the differences of bins miss the noise of apodised spectra, the median sees tails as well: the larger one is safe
    noise = max(
        float(bin_noise_sd(Spectrum(values, spectrum.frequency_hz))), _RAYLEIGH * float(np.median(np.abs(values)))
    )
    roll = np.zeros(values.size, np.complex128)
    for _ in range(_ROUNDS):
        correction = _found_phase(values - roll, spectrum.frequency_hz, noise, order, limit_s)
        turn = np.exp(1j * correction.at(spectrum.frequency_hz))
        roll = _roll((values / turn).real) * turn
    return phase(
        spectrum, correction.zero_order_rad, correction.first_order_s, pivot_hz=correction.pivot_hz
    ), correction


def _found_phase(
    values: NDArray[np.complex128], frequency_hz: NDArray[np.float64], noise: float, order: int, limit_s: float
) -> PhaseCorrection:
    """The correction for one spectrum (n_bins,) with noise of standard deviation ``noise`` per channel."""
    magnitude = np.abs(values)
    threshold = max(_PEAK_OVER_NOISE * noise, _PEAK_OVER_HIGHEST * float(magnitude.max()))
    peaks, found = scipy.signal.find_peaks(np.pad(magnitude, 1), height=threshold, prominence=threshold / 2)
    peaks = peaks[found["prominences"] > found["peak_heights"] / 2] - 1
    peaks = peaks[np.argsort(magnitude[peaks])[::-1][:_MAX_PEAKS]]
    if peaks.size == 0:
        return PhaseCorrection()
    pivot_hz = float(frequency_hz[peaks[0]])
    angles = np.array([_angle_of_peak(values, magnitude, int(peak)) for peak in peaks])
    weights, distances_hz = magnitude[peaks] ** 2, frequency_hz[peaks] - pivot_hz  # as the variance of an angle
    free_delay = order == 1 and peaks.size > 1
    delays_s = _candidate_delays(angles, weights, distances_hz, limit_s) if free_delay else [0.0]

    near = np.zeros(values.size, bool)
    for peak in peaks:
        low, high = _flanks(magnitude, int(peak), max(3 * noise, magnitude[peak] / _FLANK))
        near[low:high] = True
    bins, near_hz = values[near], frequency_hz[near]
    powers = np.abs(bins) ** 2

    def correction(parameters: NDArray[np.float64]) -> PhaseCorrection:
        delay_s = float(parameters[1]) * scale_s if free_delay else 0.0
        return PhaseCorrection(math.remainder(float(parameters[0]), 2 * math.pi), delay_s, pivot_hz)

    def cost(parameters: NDArray[np.float64]) -> float:
        """Negative area over whole area after the correction, and the lack of coherence."""
        tried = correction(parameters)
        if abs(tried.first_order_s) > limit_s:
            return math.inf
        turned = bins * np.exp(-1j * tried.at(near_hz))
        negative = -np.sum(np.minimum(turned.real, 0)) / np.sum(np.abs(turned.real))
        return float(negative - _COHERENCE * np.sum((turned**2).real) / np.sum(powers))

    # a simplex whose sides turn the phase by similar angles
    scale_s = 1 / (2 * np.pi * float(np.std(distances_hz))) if free_delay else 1.0
    choices = []
    for delay_s in delays_s:
        turned = angles - 2 * np.pi * delay_s * distances_hz
        start = np.array([np.angle(np.sum(weights * np.exp(1j * turned)))] + [delay_s / scale_s] * free_delay)
        simplex = np.vstack([start, start + 0.1 * np.eye(start.size)])
        options = {"initial_simplex": simplex, "xatol": 1e-4, "fatol": 1e-9}
        found = scipy.optimize.minimize(cost, start, method="Nelder-Mead", options=options)
        choices.append((found.fun + _PREFERENCE * abs(delay_s) / limit_s, correction(found.x)))
    return min(choices, key=lambda choice: choice[0])[1]


def _roll(real: NDArray[np.float64]) -> NDArray[np.float64]:
    """What missing or spoilt first samples leave under the lines: medians of blocks of bins, joined by straight lines.

    Only absorption may be judged so: its tails fall off as 1 / distance^2, those of dispersion move the medians.
    """
    if real.size < 64 * _N_BLOCKS:
        return np.zeros_like(real)
    edges = np.linspace(0, real.size, _N_BLOCKS + 1).astype(int)
    medians = [np.median(real[first:last]) for first, last in pairwise(edges)]
    return np.interp(np.arange(real.size), (edges[:-1] + edges[1:]) / 2, medians)


def _flanks(magnitude: NDArray[np.float64], peak: int, floor: float) -> tuple[int, int]:
    """First bin, and the one after the last, of the region around a peak that stands above a floor."""
    below = np.flatnonzero(magnitude <= floor)
    right = int(np.searchsorted(below, peak))
    return (
        int(below[right - 1]) + 1 if right > 0 else 0,
        int(below[right]) if right < below.size else magnitude.size,
    )


def _angle_of_peak(values: NDArray[np.complex128], magnitude: NDArray[np.float64], peak: int) -> float:
    """Phase of the line whose magnitude peaks at a bin, from its bins above half of the peak."""
    low, high = _flanks(magnitude, peak, magnitude[peak] / 2)
    region = values[low:high]
    angle = 0.5 * float(np.angle(np.sum(region**2)))
    return angle if np.sum((region * np.exp(-1j * angle)).real) > 0 else angle + math.pi


def _candidate_delays(
    angles: NDArray[np.float64], weights: NDArray[np.float64], distances_hz: NDArray[np.float64], limit_s: float
) -> list[float]:
    """Delays at which the angles of the lines agree, best first, the smaller one where they agree equally well."""
    count = max(20, math.ceil(limit_s * 20 * float(np.ptp(distances_hz))))
    delays_s = np.arange(-count, count + 1) * (limit_s / count)
    agreement = np.abs(np.exp(1j * (angles - 2 * np.pi * np.outer(delays_s, distances_hz))) @ weights) / weights.sum()
    maxima = scipy.signal.find_peaks(np.pad(agreement, 1))[0] - 1
    score = agreement[maxima] - _PREFERENCE * np.abs(delays_s[maxima]) / limit_s
    chosen = [i for i in np.argsort(score)[::-1][:_CANDIDATES] if score[i] > score.max() - _PREFERENCE]
    return [float(delays_s[maxima[i]]) for i in chosen]
