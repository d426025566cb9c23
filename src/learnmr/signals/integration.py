"""Integrals over regions of a phased spectrum, in units of amplitude, with their standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import read_only
from .noise import bin_noise_sd
from .spectra import Spectrum

__all__ = ["Integrals", "integrate"]


@dataclass(frozen=True, eq=False)
class Integrals:
    """Integrals of one spectrum, or of an array of them, over regions.

    Parameters
    ----------
    low_hz, high_hz : array_like, shape (n_regions,)
        Limits of the regions, offsets from the carrier.
    amplitude : array_like, shape (n_regions,) or (n_fids, n_regions)
        Twice the area under the real part, which is the sum of the amplitudes at t = 0 of the lines in the region.
    amplitude_sd : array_like, same shape
        Standard deviation from the noise.
    """

    low_hz: NDArray[np.float64]
    high_hz: NDArray[np.float64]
    amplitude: NDArray[np.float64]
    amplitude_sd: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name, ndim in (("low_hz", (1,)), ("high_hz", (1,)), ("amplitude", (1, 2)), ("amplitude_sd", (1, 2))):
            object.__setattr__(self, name, read_only(getattr(self, name), name, ndim=ndim))

    def __len__(self) -> int:
        return int(self.low_hz.size)


def integrate(
    spectrum: Spectrum,
    low_hz: ArrayLike,
    high_hz: ArrayLike,
    *,
    noise_sd: ArrayLike | None = None,
    n_points: int | None = None,
) -> Integrals:
    r"""Integrate the real part of a phased spectrum over regions.

    Parameters
    ----------
    spectrum : Spectrum
        One phased spectrum or an array, whose first sample was halved (as :func:`spectrum` does).
    low_hz, high_hz : float or array_like, shape (n_regions,)
        Limits of the regions; a bin belongs to a region when its centre does.
    noise_sd : float or array_like, shape (n_fids,), optional
        Standard deviation of one channel of the FID before apodisation. Default: measured in the spectrum, which is
        right only where the FID was not apodised.
    n_points : int, optional
        Points of the FID before zero filling. Default: as many as bins.

    Returns
    -------
    Integrals
        Twice the area, because the area under the real part of a line is half of its amplitude (see
        :mod:`learnmr.signals.spectra`), and its standard deviation.

    Raises
    ------
    ValueError
        If limits are not finite or not ordered, or a region holds no bin.

    Notes
    -----
    A region from f - W/2 to f + W/2 around a Lorentzian line holds ``(2/pi) atan(W / fwhm)`` of its amplitude:
    94 % at ten widths. With bins ``f_k`` of width b, dwell time d and noise ``sigma``, the variance is
    ``(2 b d sigma)^2 sum_n w_n^2 |sum_k exp(-2 pi i f_k t_n)|^2``, where ``w_0`` is 1/2 and the other ``w_n`` are 1;
    for an apodised FID this is an upper limit.

    Examples
    --------
    >>> from learnmr.signals import FID, spectrum
    >>> fid = FID(3.0 * np.exp(-20 * np.arange(1000) * 1e-3), dwell_s=1e-3)
    >>> integrate(spectrum(fid), -500.0, 500.0).amplitude.round(3)
    array([3.])
    """
    low = read_only(np.atleast_1d(low_hz), "low_hz")
    high = read_only(np.atleast_1d(high_hz), "high_hz")
    if low.shape != high.shape:
        raise ValueError(f"low_hz and high_hz must have the same length, got {low.size} and {high.size}")
    if not np.all(low < high):
        raise ValueError(f"low_hz must be < high_hz, got {low[~(low < high)][0]!r} and {high[~(low < high)][0]!r}")
    inside = (spectrum.frequency_hz >= low[:, None]) & (spectrum.frequency_hz <= high[:, None])  # (n_regions, n_bins)
    if not np.all(inside.any(axis=-1)):
        empty = int(np.flatnonzero(~inside.any(axis=-1))[0])
        raise ValueError(f"low_hz to high_hz must hold at least one bin, got {low[empty]!r} to {high[empty]!r}")
    amplitude = 2 * spectrum.bin_hz * (spectrum.values.real @ inside.T)  # (..., n_regions)

    n_points = spectrum.n_bins if n_points is None else n_points
    dwell_s = 1 / (spectrum.n_bins * spectrum.bin_hz)
    if noise_sd is None:
        noise_sd = bin_noise_sd(spectrum, n_points=n_points) / (dwell_s * np.sqrt(n_points - 0.75))
    # what the sum over a region weighs each sample of the decay with
    weights = np.abs(np.fft.ifft(inside, axis=-1))[:, :n_points] * spectrum.n_bins  # (n_regions, n_points)
    weights[:, 0] *= 0.5
    gain = 2 * spectrum.bin_hz * dwell_s * np.sqrt(np.sum(weights**2, axis=-1))  # (n_regions,)
    amplitude_sd = np.broadcast_to(np.asarray(noise_sd, float)[..., None] * gain, amplitude.shape)
    return Integrals(low, high, np.asarray(amplitude, np.float64), amplitude_sd)
