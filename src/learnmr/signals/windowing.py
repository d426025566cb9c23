"""Windows over the decay: apodisation and zero filling. What is multiplied here widens or narrows the lines there."""

from __future__ import annotations

import math

import numpy as np

from .arrays import positive
from .fids import FID

__all__ = ["apodise", "matched_filter", "zero_fill"]


def apodise(fid: FID, *, exponential_hz: float = 0.0, gaussian_hz: float = 0.0, cosine_power: int = 0) -> FID:
    r"""Multiply the decay by a window that starts at 1, so that amplitudes at t = 0 stay what they are.

    Parameters
    ----------
    fid : FID
        One FID or an array.
    exponential_hz : float
        Added to the full width at half maximum of every Lorentzian line. Negative narrows the lines (and raises the
        noise), which together with ``gaussian_hz`` turns Lorentzian lines into Gaussian ones.
    gaussian_hz : float
        Full width at half maximum of the Gaussian that every line is convolved with, >= 0.
    cosine_power : int
        Power of a quarter cosine that reaches 0 one dwell time after the last sample; 1 or 2 removes the
        wiggles of a truncated decay.

    Returns
    -------
    FID
        A new FID; the given one is not touched.

    Raises
    ------
    ValueError
        If a width is not finite, ``gaussian_hz`` is negative or ``cosine_power`` is not an integer >= 0.

    Notes
    -----
    ``w(t) = exp(-pi e t) exp(-(pi g t)^2 / (4 ln 2)) cos(pi t / (2 T))^p`` with widths e and g, power p and the
    acquisition time T.

    Examples
    --------
    >>> fid = FID([1.0, 1.0, 1.0], dwell_s=0.1)
    >>> apodise(fid, exponential_hz=1.0).samples.real.round(3)
    array([1.   , 0.73 , 0.533])
    """
    if not math.isfinite(exponential_hz):
        raise ValueError(f"exponential_hz must be finite, got {exponential_hz!r}")
    if not (gaussian_hz >= 0 and math.isfinite(gaussian_hz)):
        raise ValueError(f"gaussian_hz must be >= 0 Hz, got {gaussian_hz!r}")
    if not (cosine_power >= 0 and int(cosine_power) == cosine_power):
        raise ValueError(f"cosine_power must be an integer >= 0, got {cosine_power!r}")
    times_s = fid.times_s
    with np.errstate(over="ignore"):  # an overflow is reported below, by name
        window = np.exp(
            -math.pi * exponential_hz * times_s - (math.pi * gaussian_hz * times_s) ** 2 / (4 * math.log(2))
        )
    if not np.all(np.isfinite(window)):
        raise ValueError(f"exponential_hz must not make the window overflow, got {exponential_hz!r}")
    window *= np.cos(0.5 * math.pi * times_s / fid.acquisition_s) ** int(cosine_power)  # (n_points,)
    return fid.with_samples((fid.samples * window).astype(fid.samples.dtype))


def matched_filter(fid: FID, fwhm_hz: float) -> FID:
    """Apodise with the decay of the line itself, which gives the highest peak over noise a window can give.

    Parameters
    ----------
    fid : FID
        One FID or an array.
    fwhm_hz : float
        Full width at half maximum of the line that is looked for, > 0.

    Returns
    -------
    FID
        A new FID. Its lines of that width are twice as wide.

    Raises
    ------
    ValueError
        If ``fwhm_hz`` is not > 0.

    Notes
    -----
    The peak over the noise of its bin, both at the exact frequency, becomes ``A sqrt(S0) / noise_sd`` with
    ``S0 = sum exp(-2 pi fwhm t_n)``: the signal-to-noise ratio as learnmr defines it.

    Examples
    --------
    >>> matched_filter(FID([1.0, 1.0], dwell_s=0.1), 1.0).samples.real.round(2)
    array([1.  , 0.73])
    """
    return apodise(fid, exponential_hz=positive(fwhm_hz, "fwhm_hz", "Hz"))


def zero_fill(fid: FID, n_points: int | None = None, *, factor: float | None = None) -> FID:
    """Append zeros to the decay, which interpolates the spectrum and adds no information.

    Parameters
    ----------
    fid : FID
        One FID or an array.
    n_points : int, optional
        Number of points afterwards, at least as many as now.
    factor : float, optional
        Instead of ``n_points``: how many times as many points, >= 1.

    Returns
    -------
    FID
        A new, longer FID.

    Raises
    ------
    ValueError
        If neither or both are given, or the FID would become shorter.

    Examples
    --------
    >>> zero_fill(FID([1.0, 0.5], dwell_s=0.1), factor=2).samples.real
    array([1. , 0.5, 0. , 0. ])
    """
    if (n_points is None) == (factor is None):
        raise ValueError(
            f"exactly one of n_points and factor must be given, got n_points={n_points!r}, factor={factor!r}"
        )
    if factor is not None:
        if not (factor >= 1 and math.isfinite(factor)):
            raise ValueError(f"factor must be >= 1, got {factor!r}")
        n_points = round(fid.n_points * factor)
    if n_points is None or int(n_points) != n_points or n_points < fid.n_points:
        raise ValueError(f"n_points must be an integer >= {fid.n_points}, the points there are, got {n_points!r}")
    zeros = np.zeros((*fid.samples.shape[:-1], int(n_points) - fid.n_points), fid.samples.dtype)
    return fid.with_samples(np.concatenate([fid.samples, zeros], axis=-1))
