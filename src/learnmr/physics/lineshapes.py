r"""Line shapes over frequency: Lorentzian, Gaussian, Voigt and pseudo-Voigt of unit area, and complex lines.

Every width is a full width at half maximum (FWHM) in Hz. A shape of unit area times the amplitude at t = 0 and one half
is the real part of a phased spectrum (the other half of the area is the constant that halving the first point removes).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "complex_lorentzian",
    "complex_voigt",
    "gaussian",
    "lorentzian",
    "magnitude_lorentzian",
    "pseudo_voigt",
    "pseudo_voigt_parameters",
    "voigt",
    "voigt_fwhm",
]

#: FWHM of a Gaussian over its standard deviation
_FWHM_OVER_SD = 2 * math.sqrt(2 * math.log(2))


def lorentzian(frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float) -> NDArray[np.float64]:
    r"""Lorentzian of unit area: the absorption line of an exponential decay with ``T2* = 1 / (pi fwhm)``.

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position of the maximum, in Hz.
    fwhm_hz : float
        Full width at half maximum, in Hz.

    Returns
    -------
    numpy.ndarray
        Density in 1/Hz, in the shape of frequency_hz.

    Raises
    ------
    ValueError
        If the width is not positive.

    Notes
    -----
    ``(gamma / pi) / ((f - f0)^2 + gamma^2)`` with the half width ``gamma = fwhm / 2``.

    Examples
    --------
    >>> lorentzian([-1.0, 0.0, 1.0], 0.0, 2.0) * math.pi
    array([0.5, 1. , 0.5])
    """
    half_hz = _width(fwhm_hz, "fwhm_hz") / 2
    return _real(half_hz / math.pi / (_offset(frequency_hz, centre_hz) ** 2 + half_hz**2))


def gaussian(frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float) -> NDArray[np.float64]:
    r"""Gaussian of unit area: the absorption line of a decay ``exp(-(pi fwhm t)^2 / (4 ln 2))``.

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position of the maximum, in Hz.
    fwhm_hz : float
        Full width at half maximum, in Hz; 2.3548 standard deviations.

    Returns
    -------
    numpy.ndarray
        Density in 1/Hz, in the shape of frequency_hz.

    Raises
    ------
    ValueError
        If the width is not positive.

    Examples
    --------
    >>> shape = gaussian([-1.0, 0.0, 1.0], 0.0, 2.0)
    >>> (shape / shape[1]).round(6)
    array([0.5, 1. , 0.5])
    """
    sd_hz = _width(fwhm_hz, "fwhm_hz") / _FWHM_OVER_SD
    return _real(np.exp(-0.5 * (_offset(frequency_hz, centre_hz) / sd_hz) ** 2) / (sd_hz * math.sqrt(2 * math.pi)))


def voigt(frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float, gaussian_fwhm_hz: float) -> NDArray[np.float64]:
    """Voigt line of unit area: a Lorentzian convolved with a Gaussian.

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position of the maximum, in Hz.
    fwhm_hz, gaussian_fwhm_hz : float
        Full widths at half maximum of the Lorentzian and of the Gaussian; one of them may be 0.

    Returns
    -------
    numpy.ndarray
        Density in 1/Hz, in the shape of frequency_hz.

    Raises
    ------
    ValueError
        If a width is negative or both are 0.

    Examples
    --------
    >>> bool(np.allclose(voigt([0.0, 3.0], 1.0, 2.0, 0.0), lorentzian([0.0, 3.0], 1.0, 2.0)))
    True
    """
    lorentz_hz, gauss_hz = _two_widths(fwhm_hz, gaussian_fwhm_hz)
    return _real(
        scipy.special.voigt_profile(_offset(frequency_hz, centre_hz), gauss_hz / _FWHM_OVER_SD, lorentz_hz / 2)
    )


def voigt_fwhm(fwhm_hz: float, gaussian_fwhm_hz: float) -> float:
    r"""Full width at half maximum of a Voigt line, to 0.02 per cent.

    Parameters
    ----------
    fwhm_hz, gaussian_fwhm_hz : float
        Full widths of the Lorentzian and of the Gaussian, in Hz.

    Returns
    -------
    float
        Full width in Hz.

    Notes
    -----
    ``0.5346 L + sqrt(0.2166 L^2 + G^2)``.

    References
    ----------
    J. J. Olivero, R. L. Longbothum, J. Quant. Spectrosc. Radiat. Transf. 17 (1977) 233-236.

    Examples
    --------
    >>> round(voigt_fwhm(1.0, 1.0), 4)
    1.6376
    """
    lorentz_hz, gauss_hz = _two_widths(fwhm_hz, gaussian_fwhm_hz)
    return 0.5346 * lorentz_hz + math.sqrt(0.2166 * lorentz_hz**2 + gauss_hz**2)


def pseudo_voigt(
    frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float, lorentzian_fraction: float
) -> NDArray[np.float64]:
    """Weighted sum of a Lorentzian and a Gaussian of one and the same width, unit area.

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position of the maximum, in Hz.
    fwhm_hz : float
        Full width at half maximum of both parts, hence of the sum.
    lorentzian_fraction : float
        Part of the area that is Lorentzian, 0 to 1.

    Returns
    -------
    numpy.ndarray
        Density in 1/Hz, in the shape of frequency_hz.

    Raises
    ------
    ValueError
        If the width is not positive or the fraction not between 0 and 1.

    Examples
    --------
    >>> shape = pseudo_voigt([-1.0, 0.0, 1.0], 0.0, 2.0, 0.3)
    >>> (shape / shape[1]).round(6)
    array([0.5, 1. , 0.5])
    """
    if not 0 <= lorentzian_fraction <= 1:
        raise ValueError(f"lorentzian_fraction must be from 0 to 1, got {lorentzian_fraction!r}")
    return lorentzian_fraction * lorentzian(frequency_hz, centre_hz, fwhm_hz) + (1 - lorentzian_fraction) * gaussian(
        frequency_hz, centre_hz, fwhm_hz
    )


def pseudo_voigt_parameters(fwhm_hz: float, gaussian_fwhm_hz: float) -> tuple[float, float]:
    r"""Width and Lorentzian fraction of the pseudo-Voigt that comes closest to a Voigt line.

    Parameters
    ----------
    fwhm_hz, gaussian_fwhm_hz : float
        Full widths of the Lorentzian and of the Gaussian, in Hz.

    Returns
    -------
    fwhm_hz, lorentzian_fraction : float
        For :func:`pseudo_voigt`; the shapes differ by about one per cent of the maximum.

    Notes
    -----
    ``W^5 = G^5 + 2.69269 G^4 L + 2.42843 G^3 L^2 + 4.47163 G^2 L^3 + 0.07842 G L^4 + L^5`` and
    ``1.36603 x - 0.47719 x^2 + 0.11116 x^3`` with ``x = L / W``.

    References
    ----------
    P. Thompson, D. E. Cox, J. B. Hastings, J. Appl. Cryst. 20 (1987) 79-83.

    Examples
    --------
    >>> [round(v, 3) for v in pseudo_voigt_parameters(1.0, 0.0)]
    [1.0, 1.0]
    """
    lorentz_hz, gauss_hz = _two_widths(fwhm_hz, gaussian_fwhm_hz)
    coefficients = (1.0, 2.69269, 2.42843, 4.47163, 0.07842, 1.0)
    powers = [gauss_hz ** (5 - k) * lorentz_hz**k for k in range(6)]
    width_hz = sum(c * p for c, p in zip(coefficients, powers, strict=True)) ** 0.2
    x = lorentz_hz / width_hz
    return width_hz, min(1.0, 1.36603 * x - 0.47719 * x**2 + 0.11116 * x**3)


def complex_lorentzian(frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float) -> NDArray[np.complex128]:
    r"""Complex line: absorption (real part, unit area) and dispersion (imaginary part).

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position, in Hz.
    fwhm_hz : float
        Full width at half maximum of the absorption, in Hz.

    Returns
    -------
    numpy.ndarray of complex
        Twice the one-sided Fourier integral of ``exp(2 pi i f0 t - pi fwhm t)``, in 1/Hz.

    Raises
    ------
    ValueError
        If the width is not positive.

    Notes
    -----
    ``2 int_0^inf exp(-z t) dt = 2 / z`` with ``z = pi fwhm + 2 pi i (f - f0)``. With the kernel ``exp(-2 pi i f t)``
    the dispersion is negative above the line.

    Examples
    --------
    >>> complex_lorentzian([0.0, 1.0], 0.0, 2.0).round(4)
    array([0.3183+0.j    , 0.1592-0.1592j])
    """
    z = math.pi * _width(fwhm_hz, "fwhm_hz") + 2j * math.pi * _offset(frequency_hz, centre_hz)
    return np.asarray(2 / z, dtype=np.complex128)


def complex_voigt(
    frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float, gaussian_fwhm_hz: float
) -> NDArray[np.complex128]:
    r"""Complex Voigt line: absorption (real part, unit area) and dispersion (imaginary part).

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position, in Hz.
    fwhm_hz, gaussian_fwhm_hz : float
        Full widths of the Lorentzian and of the Gaussian. A Gaussian width of 0 gives :func:`complex_lorentzian`.

    Returns
    -------
    numpy.ndarray of complex
        Twice the one-sided Fourier integral of the decay, in 1/Hz.

    Raises
    ------
    ValueError
        If a width is negative or both are 0.

    Notes
    -----
    The Faddeeva function: ``conj(w(z)) / (sd sqrt(2 pi))``, ``z = ((f - f0) + i fwhm / 2) / (sd sqrt 2)``.

    Examples
    --------
    >>> bool(np.allclose(complex_voigt([0.0, 3.0], 1.0, 2.0, 1.5).real, voigt([0.0, 3.0], 1.0, 2.0, 1.5)))
    True
    """
    lorentz_hz, gauss_hz = _two_widths(fwhm_hz, gaussian_fwhm_hz)
    if gauss_hz == 0:
        return complex_lorentzian(frequency_hz, centre_hz, lorentz_hz)
    sd_hz = gauss_hz / _FWHM_OVER_SD
    z = (_offset(frequency_hz, centre_hz) + 0.5j * lorentz_hz) / (sd_hz * math.sqrt(2))
    return np.asarray(np.conj(scipy.special.wofz(z)) / (sd_hz * math.sqrt(2 * math.pi)), dtype=np.complex128)


def magnitude_lorentzian(frequency_hz: ArrayLike, centre_hz: float, fwhm_hz: float) -> NDArray[np.float64]:
    r"""Magnitude of a complex Lorentzian: no Lorentzian, ``sqrt(3)`` times as wide, and of infinite area.

    Parameters
    ----------
    frequency_hz : array_like
        Where, in Hz.
    centre_hz : float
        Position of the maximum, in Hz.
    fwhm_hz : float
        Full width at half maximum of the absorption line, in Hz.

    Returns
    -------
    numpy.ndarray
        In 1/Hz, in the shape of frequency_hz; as high as the absorption line.

    Raises
    ------
    ValueError
        If the width is not positive.

    Examples
    --------
    >>> shape = magnitude_lorentzian([0.0, math.sqrt(3)], 0.0, 2.0)
    >>> round(float(shape[1] / shape[0]), 6)
    0.5
    """
    return np.abs(complex_lorentzian(frequency_hz, centre_hz, fwhm_hz))


def _offset(frequency_hz: ArrayLike, centre_hz: float) -> NDArray[np.float64]:
    """Distance from the centre as an array."""
    return np.asarray(np.asarray(frequency_hz, dtype=float) - centre_hz)


def _width(width_hz: float, name: str) -> float:
    """A positive width, or an error."""
    if not (width_hz > 0 and math.isfinite(width_hz)):
        raise ValueError(f"{name} must be > 0 Hz, got {width_hz!r}")
    return float(width_hz)


def _two_widths(fwhm_hz: float, gaussian_fwhm_hz: float) -> tuple[float, float]:
    """Two widths >= 0 of which one is positive, or an error."""
    for name, value in (("fwhm_hz", fwhm_hz), ("gaussian_fwhm_hz", gaussian_fwhm_hz)):
        if not (value >= 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be >= 0 Hz, got {value!r}")
    if fwhm_hz == 0 and gaussian_fwhm_hz == 0:
        raise ValueError("fwhm_hz or gaussian_fwhm_hz must be > 0 Hz, got 0 for both")
    return float(fwhm_hz), float(gaussian_fwhm_hz)


def _real(values: Any) -> NDArray[np.float64]:
    """Real values as an array."""
    return np.asarray(values, dtype=np.float64)
