"""A Lorentzian fitted to the magnitude spectrum: the way many scripts go, kept as the instructive failure.

Neither is a magnitude line a Lorentzian (it is the square root of one, ``sqrt(3)`` times as wide) nor does a decay that
is cut off before it has died away have one (its line is as wide as the bin). The width comes out too large by up to a
factor of ten, the phase is lost, and no error bar tells.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
import scipy
from numpy.typing import NDArray

from ..signals import FID, ResonanceTable, spectrum
from .per_fid import over_array

__all__ = ["magnitude_fit"]

#: a peak must rise above this multiple of the median magnitude
_HEIGHT_OVER_MEDIAN = 6.0
#: and above this part of the highest point
_HEIGHT_OVER_MAXIMUM = 0.5


@over_array
def magnitude_fit(fid: FID) -> ResonanceTable:
    r"""Peaks of the magnitude spectrum, each fitted with a Lorentzian by ``scipy.optimize.curve_fit``.

    Parameters
    ----------
    fid : FID
        One FID or an array. An FID of one channel (imaginary part zero) is searched at positive frequencies only.

    Returns
    -------
    ResonanceTable
        The fitted lines, strongest first; empty where no peak stands out or no fit converges. The width is the full
        width ``2 gamma`` of the Lorentzian, the amplitude its area times 2 (height x pi x width), the phase that of
        the spectrum at the nearest bin; error bars are those of ``curve_fit``, of the wrong model.

    Notes
    -----
    Model ``height gamma^2 / ((f - f0)^2 + gamma^2)`` on ``|S(f)|``, gamma the half width at half maximum. Peaks are
    sought above half of the maximum and six times the median.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> fid = simulate_fid([Resonance(100.2, 0.2)], n_points=1000, dwell_s=1e-3, noise_sd=0.01, seed=1)
    >>> table = magnitude_fit(fid)
    >>> bool(table.fwhm_hz[0] > 4 * 0.2)
    True
    """
    shown = spectrum(fid)
    one_channel = not fid.samples.imag.any()
    kept = shown.frequency_hz >= 0 if one_channel else np.ones(shown.n_bins, bool)
    frequency_hz, values = shown.frequency_hz[kept], shown.values[kept].astype(np.complex128)
    magnitude = np.abs(values)
    least = max(_HEIGHT_OVER_MEDIAN * float(np.median(magnitude)), _HEIGHT_OVER_MAXIMUM * float(magnitude.max()))
    peaks = scipy.signal.find_peaks(magnitude, height=least)[0] if magnitude.any() else np.zeros(0, int)
    rows = []
    for peak in peaks[np.argsort(magnitude[peaks])[::-1]]:
        row = _fitted(frequency_hz, magnitude, int(peak), shown.bin_hz)
        if row is not None:
            rows.append((*row[:3], float(np.angle(values[peak])), *row[3:], math.nan))
    columns = np.array(rows, dtype=float).reshape(-1, 8).T
    if one_channel:
        # half of a real signal's amplitude lies at the mirrored frequency; a sine is the imaginary part
        columns[[2, 6]] *= 2
        columns[3] = np.angle(1j * np.exp(1j * columns[3]))
    return ResonanceTable(
        *columns, spectrometer_mhz=fid.spectrometer_mhz, carrier_ppm=fid.carrier_ppm, nucleus=fid.nucleus
    )


def _lorentzian(
    frequency_hz: NDArray[np.float64], centre_hz: float, half_width_hz: float, height: float
) -> NDArray[np.float64]:
    """A Lorentzian of given height; half_width_hz is the half width at half maximum."""
    return height * half_width_hz**2 / ((frequency_hz - centre_hz) ** 2 + half_width_hz**2)


def _fitted(
    frequency_hz: NDArray[np.float64], magnitude: NDArray[np.float64], peak: int, bin_hz: float
) -> tuple[float, float, float, float, float, float] | None:
    """Frequency, width, amplitude and their deviations of one peak; None where the fit fails."""
    start = (frequency_hz[peak], bin_hz, magnitude[peak])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.optimize.OptimizeWarning)
        try:
            (centre_hz, half_hz, height), covariance = scipy.optimize.curve_fit(
                _lorentzian, frequency_hz, magnitude, p0=start, maxfev=2000
            )
        except RuntimeError:
            return None
    half_hz = abs(half_hz)
    if not (np.isfinite([centre_hz, half_hz, height]).all() and height > 0):
        return None
    deviations = np.sqrt(np.diag(covariance))
    amplitude = math.pi * 2 * half_hz * height
    amplitude_sd = amplitude * math.hypot(deviations[1] / half_hz, deviations[2] / height) if half_hz > 0 else math.nan
    tidy = [float(d) if math.isfinite(d) else math.nan for d in (deviations[0], 2 * deviations[1], amplitude_sd)]
    return float(centre_hz), float(2 * half_hz), float(amplitude), tidy[0], tidy[1], tidy[2]
