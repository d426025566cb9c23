"""The spectrum, and the one Fourier transform of the project.

Kernel ``exp(-2 pi i f t)``, unnormalised, times the dwell time. The first sample is halved (trapezoid rule of the
one-sided integral), which removes the constant offset ``dwell * s(0) / 2`` that a plain FFT leaves under the spectrum.
The area under the real part of a phased line is then half of its amplitude at t = 0: the other half sits in the
offset that was removed. (Without halving the sum over all bins is the whole amplitude.)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from .arrays import ArrayAxis, read_only
from .fids import FID

__all__ = ["Spectrum", "spectrum"]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A complex spectrum over an ascending frequency axis.

    Parameters
    ----------
    values : array_like of complex, shape (n_bins,) or (n_fids, n_bins)
        Spectral density in amplitude x seconds.
    frequency_hz : array_like, shape (n_bins,)
        Offset from the carrier, ascending, positive toward higher ppm.
    spectrometer_mhz, carrier_ppm, nucleus, axis
        As in :class:`FID`.

    Raises
    ------
    ValueError
        If the shapes do not fit or the frequency axis does not ascend.

    Examples
    --------
    >>> import numpy as np
    >>> spectrum(FID(np.ones(4), dwell_s=0.25)).frequency_hz
    array([-2., -1.,  0.,  1.])
    """

    values: NDArray[np.complexfloating]
    frequency_hz: NDArray[np.float64]
    spectrometer_mhz: float | None = field(default=None, kw_only=True)
    carrier_ppm: float | None = field(default=None, kw_only=True)
    nucleus: str | None = field(default=None, kw_only=True)
    axis: ArrayAxis | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        dtype = np.complex64 if getattr(self.values, "dtype", None) == np.complex64 else np.complex128
        values = read_only(self.values, "values", dtype=dtype, ndim=(1, 2))
        frequency_hz = read_only(self.frequency_hz, "frequency_hz")
        if values.shape[-1] != frequency_hz.size:
            raise ValueError(
                f"frequency_hz must have one value per bin: values have shape {values.shape}, "
                f"frequency_hz has {frequency_hz.size}"
            )
        if frequency_hz.size < 2 or not np.all(np.diff(frequency_hz) > 0):
            raise ValueError("frequency_hz must ascend and have at least 2 values")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "frequency_hz", frequency_hz)

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return int(self.frequency_hz.size)

    @property
    def bin_hz(self) -> float:
        """Distance of two bins, in Hz."""
        return float((self.frequency_hz[-1] - self.frequency_hz[0]) / (self.n_bins - 1))

    @property
    def shift_ppm(self) -> NDArray[np.float64] | None:
        """Chemical shift of each bin in ppm, None where field or carrier are unknown."""
        if self.spectrometer_mhz is None or self.carrier_ppm is None:
            return None
        return self.carrier_ppm + self.frequency_hz / self.spectrometer_mhz

    def with_values(self, values: NDArray[np.complexfloating]) -> Spectrum:
        """The same axis with other values."""
        return replace(self, values=values)


def spectrum(fid: FID, *, n_bins: int | None = None, halve_first: bool = True) -> Spectrum:
    r"""Fourier transform of an FID: ``S(f) = dwell * sum_n s_n exp(-2 pi i f t_n)``.

    Parameters
    ----------
    fid : FID
        One FID or an array.
    n_bins : int, optional
        Number of bins; more than the points of the FID means zero filling. Default: no zero filling.
    halve_first : bool
        Halve the first sample before the sum (trapezoid rule), so that no constant offset remains.

    Returns
    -------
    Spectrum
        Values of shape (n_bins,) or (n_fids, n_bins), frequency ascending from -bandwidth/2.

    Raises
    ------
    ValueError
        If n_bins is smaller than the number of points.

    Notes
    -----
    Zero filling interpolates and adds no information: the Cramér-Rao bound does not change.

    Examples
    --------
    >>> import numpy as np
    >>> fid = FID(np.exp(-20 * np.arange(1000) * 1e-3), dwell_s=1e-3)
    >>> s = spectrum(fid)
    >>> round(float((s.values.real * s.bin_hz).sum()), 3)  # half of the amplitude 1 at t = 0
    0.5
    """
    n_bins = fid.n_points if n_bins is None else int(n_bins)
    if n_bins < fid.n_points:
        raise ValueError(f"n_bins must be at least the number of points {fid.n_points}, got {n_bins}")
    samples = fid.samples
    if halve_first:
        samples = samples.copy()
        samples[..., 0] *= 0.5
    values = scipy.fft.fftshift(scipy.fft.fft(samples, n=n_bins, axis=-1), axes=-1)
    values *= fid.dwell_s  # (..., n_bins)
    frequency_hz = scipy.fft.fftshift(scipy.fft.fftfreq(n_bins, fid.dwell_s))
    return Spectrum(
        values,
        frequency_hz,
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
        axis=fid.axis,
    )
