"""The strongest line of an FID read off its spectrum, in three degrees of care, without any fit.

``fft_peak`` takes the highest bin as it is, ``interpolated_peak`` solves for the line from the highest bin and its
neighbour, ``matched_peak`` compares decays of several widths with the FID and keeps the best: the coarse maximum of
the likelihood, and the safest start for a fit.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from ..signals import FID, LineEstimates, ResonanceTable
from .inner_products import exponential_sums, line_rates, projections
from .per_fid import over_array

__all__ = ["fft_peak", "interpolated_peak", "matched_lines", "matched_peak"]

#: widths in bins that the matched filter tries, a factor of 2 apart: wide enough a net for Gauss-Newton to converge
_MATCHED_WIDTHS_BINS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
#: an interpolated width below this many bins is noise; a decaying line has a positive width
_SMALLEST_WIDTH_BINS = 0.02


@over_array
def fft_peak(fid: FID) -> ResonanceTable:
    """The highest bin of the magnitude spectrum.

    Parameters
    ----------
    fid : FID
        One FID or an array.

    Returns
    -------
    ResonanceTable
        One line per FID, none for an FID of zeros. The frequency is that of the bin; the width is that of the peak
        at ``1/sqrt(2)`` of its height, in whole bins (a magnitude line falls to this at half of the maximum of the
        absorption line); amplitude and phase follow from them. No error bars.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> fid = simulate_fid([Resonance(100.2, 4.0)], n_points=1000, dwell_s=1e-3)
    >>> float(fft_peak(fid).frequency_hz[0])
    100.0
    """
    values, place = _spectrum_peak(fid)
    if values is None:
        return _no_line(fid)
    high = np.abs(values) >= np.abs(values[place]) / math.sqrt(2)
    left = right = 0
    while left < fid.n_points // 2 and high[place - left - 1]:
        left += 1
    while right < fid.n_points // 2 and high[(place + right + 1) % fid.n_points]:
        right += 1
    frequency_hz = _bin_frequency_hz(place, fid)
    return _line_at(fid, frequency_hz, (left + right + 1) * fid.bin_hz)


@over_array
def interpolated_peak(fid: FID) -> ResonanceTable:
    r"""The line through the highest bin of the spectrum and the higher one of its neighbours.

    Parameters
    ----------
    fid : FID
        One FID or an array.

    Returns
    -------
    ResonanceTable
        One line per FID, none for an FID of zeros. No error bars. Exact for one line without noise; wasteful with
        noise where the line is broader than a bin, since it looks at two bins only.

    Notes
    -----
    The DFT of ``c q^n`` is ``c (q^N - 1) / (q w^{-k} - 1)`` with ``w = exp(2 pi i / N)``: the numerator is the same in
    all bins, so the ratio of two of them gives the complex pole q in closed form (Bertocco's method).

    References
    ----------
    M. Bertocco, C. Offelli, D. Petri, IEEE Trans. Instrum. Meas. 43 (1994) 245-250.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> fid = simulate_fid([Resonance(100.2, 0.7)], n_points=1000, dwell_s=1e-3)
    >>> table = interpolated_peak(fid)
    >>> round(float(table.frequency_hz[0]), 9), round(float(table.fwhm_hz[0]), 9)
    (100.2, 0.7)
    """
    values, place = _spectrum_peak(fid)
    if values is None:
        return _no_line(fid)
    n_points = fid.n_points
    side = 1 if abs(values[(place + 1) % n_points]) >= abs(values[place - 1]) else -1
    ratio = values[(place + side) % n_points] / values[place]
    # measured from the highest bin, so that the logarithm below cannot wrap
    turn = np.exp(-2j * math.pi * side / n_points)
    denominator = ratio * turn - 1
    pole = (ratio - 1) / denominator if denominator != 0 else 0j
    rate = np.log(pole) * n_points if pole != 0 else complex(-math.pi * n_points)
    width_bins = max(-rate.real / math.pi, _SMALLEST_WIDTH_BINS)
    offset_bins = float(np.clip(rate.imag / (2 * math.pi), -1.0, 1.0))
    frequency_hz = _bin_frequency_hz(place, fid) + offset_bins * fid.bin_hz
    return _line_at(fid, frequency_hz, width_bins * fid.bin_hz)


@over_array
def matched_peak(fid: FID) -> ResonanceTable:
    """The strongest line as a bank of matched filters sees it, see :func:`matched_lines`.

    Parameters
    ----------
    fid : FID
        One FID or an array.

    Returns
    -------
    ResonanceTable
        One line per FID, none for an FID of zeros. No error bars.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> fid = simulate_fid([Resonance(100.2, 8.0)], n_points=1000, dwell_s=1e-3, noise_sd=0.3, seed=1)
    >>> abs(float(matched_peak(fid).frequency_hz[0]) - 100.2) < 2.0
    True
    """
    if not fid.samples.any():
        return _no_line(fid)
    line = matched_lines(fid.samples[None], fid.dwell_s)
    return _line_at(fid, float(line.frequency_hz[0]), float(line.fwhm_hz[0]))


def matched_lines(samples: NDArray[np.complexfloating], dwell_s: float) -> LineEstimates:
    r"""Coarse maximum of the likelihood of one line per FID: the best of a grid of frequencies and widths.

    Parameters
    ----------
    samples : numpy.ndarray of complex, shape (batch, n_points)
        One-line FIDs.
    dwell_s : float
        Time between two samples, in seconds.

    Returns
    -------
    LineEstimates, length batch
        Frequency within about half a bin (or a fraction of the width), width within a factor of about 1.5. No error
        bars.

    Notes
    -----
    For a given decay ``e = exp(-pi fwhm t)`` the likelihood is highest where ``|FFT(e s)|^2 / sum e^2`` is; eight
    widths a factor of 2 apart, on a spectrum zero-filled to twice its length.

    Examples
    --------
    >>> import numpy as np
    >>> decay = np.exp((2j * np.pi * 100.2 - np.pi * 2.0) * np.arange(1000) * 1e-3)
    >>> matched_lines(decay[None], 1e-3).fwhm_hz
    array([2.])
    """
    samples = np.asarray(samples)
    n_fids, n_points = samples.shape
    steps = np.arange(n_points)
    best = np.full(n_fids, -1.0)
    place = np.zeros(n_fids, int)
    width_bins = np.ones(n_fids)
    n_bins = 2 * scipy.fft.next_fast_len(n_points)
    for width in _MATCHED_WIDTHS_BINS:
        decay = np.exp(-math.pi * width * steps / n_points)
        filtered = scipy.fft.fft(samples * decay.astype(samples.real.dtype), n=n_bins, axis=-1)
        energy = (filtered.real**2 + filtered.imag**2) / np.sum(decay**2)  # (n_fids, n_bins)
        peaks = energy.argmax(axis=-1)
        heights = energy[np.arange(n_fids), peaks]
        better = heights > best
        best[better], place[better], width_bins[better] = heights[better], peaks[better], width
    frequency_hz = scipy.fft.fftfreq(n_bins, dwell_s)[place]
    fwhm_hz = width_bins / (n_points * dwell_s)
    rates = line_rates(frequency_hz, fwhm_hz, dwell_s)
    amplitudes = projections(samples, rates[:, None])[0][:, 0] / exponential_sums(2 * rates.real, n_points)[0]
    return LineEstimates(frequency_hz, fwhm_hz, np.abs(amplitudes), np.angle(amplitudes))


def _spectrum_peak(fid: FID) -> tuple[NDArray[np.complex128] | None, int]:
    """The plain DFT (no halved first point: the pole formula needs the whole sum) and its highest bin."""
    values = scipy.fft.fft(fid.samples.astype(np.complex128))
    place = int(np.abs(values).argmax())
    return (values, place) if values[place] != 0 else (None, 0)


def _bin_frequency_hz(place: int, fid: FID) -> float:
    """Frequency of a bin of the plain DFT."""
    return float(scipy.fft.fftfreq(fid.n_points, fid.dwell_s)[place])


def _line_at(fid: FID, frequency_hz: float, fwhm_hz: float) -> ResonanceTable:
    """The line of this frequency and width that fits the FID best, without error bars."""
    rate = line_rates(np.array([frequency_hz]), np.array([fwhm_hz]), fid.dwell_s)
    projection = projections(fid.samples[None], rate[None])[0][0]
    amplitude = projection / exponential_sums(2 * rate.real, fid.n_points)[0]
    return ResonanceTable(
        np.array([frequency_hz]),
        np.array([fwhm_hz]),
        np.abs(amplitude),
        np.angle(amplitude),
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
    )


def _no_line(fid: FID) -> ResonanceTable:
    """The empty table of an FID."""
    none = np.zeros(0)
    return ResonanceTable(
        none, none, none, none, spectrometer_mhz=fid.spectrometer_mhz, carrier_ppm=fid.carrier_ppm, nucleus=fid.nucleus
    )
