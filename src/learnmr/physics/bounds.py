r"""The Cramér-Rao bound: no unbiased estimator of a line can scatter less.

For one line ``A exp(i phi) exp(2 pi i f t - R t)`` in complex white noise of standard deviation ``sigma`` per channel,
sampled at ``t_n = n dt``, with ``q = exp(-2 R dt)``, ``S_k = sum_n t_n^k q^n``, ``D = S_0 S_2 - S_1^2`` and
``rho = A^2 / (2 sigma^2)``:

.. math::
    \operatorname{var} f = \frac{S_0}{8\pi^2\rho D},\quad
    \operatorname{var} \mathrm{FWHM} = 4 \operatorname{var} f,\quad
    \frac{\operatorname{var} A}{A^2} = \operatorname{var}\varphi = \frac{S_2}{2\rho D}

(FWHM = R / pi). For several lines the bound is the diagonal of the inverse Fisher matrix. Columns stand in the order
of ``signals.LINE_FIELDS``. Source: Kay, Fundamentals of Statistical Signal Processing I (1993), chapters 3 and 15.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..signals import Resonance, ResonanceTable

__all__ = ["amplitude_for_snr", "cramer_rao", "cramer_rao_line", "decay_sums", "geometric_sums", "line_snr"]


def decay_sums(
    decay_per_point: ArrayLike, n_points: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The sums ``S_k = sum_n n^k exp(-decay n)`` for k = 0, 1, 2 and n = 0 ... n_points - 1.

    Parameters
    ----------
    decay_per_point : array_like, shape (batch,)
        Decay exponent per point, >= 0 (for the energy of a line: ``2 R dt = 2 pi FWHM dt``).
    n_points : array_like of int, shape (batch,) or scalar
        Number of points.

    Returns
    -------
    tuple of 3 numpy.ndarray, shape (batch,)
        ``S_0, S_1, S_2``, times counted in points, to about ten digits.

    Raises
    ------
    ValueError
        If a decay is negative or a number of points smaller than 1.

    Examples
    --------
    >>> [float(s[0]) for s in decay_sums([0.0], 5)]
    [5.0, 10.0, 30.0]
    """
    x, n = np.broadcast_arrays(np.atleast_1d(np.asarray(decay_per_point, float)), np.asarray(n_points, float))
    _refuse(x >= 0, "decay_per_point must be >= 0", x)
    _refuse(n >= 1, "n_points must be >= 1", n)
    s0, s1, s2 = geometric_sums(-x, n)
    # what is left of the digits is about eps / (x n)^3: sum term by term where the decay is slower than this
    for i in np.flatnonzero(x * n < 0.02):
        k = np.arange(n[i])
        terms = np.exp(-x[i] * k)
        s0[i], s1[i], s2[i] = terms.sum(), (k * terms).sum(), (k * k * terms).sum()
    return s0, s1, s2


def geometric_sums(
    rates: NDArray[Any], n_points: NDArray[np.float64] | int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The closed forms of ``S_k = sum_n n^k exp(rate n)``, n = 0 ... n_points - 1, for real or complex rates.

    Parameters
    ----------
    rates : numpy.ndarray of float or complex, any shape
        Rates per point, real part <= 0.
    n_points : int or numpy.ndarray in the shape of rates
        Number of points.

    Returns
    -------
    tuple of 3 numpy.ndarray
        ``S_0, S_1, S_2``, each in the shape and type of rates. About ``eps / |rate n|^3`` of the digits are lost where
        a sum hardly decays or turns; at rate 0 there is no number.

    Examples
    --------
    >>> import numpy as np
    >>> [round(float(s[0]), 6) for s in geometric_sums(np.log([0.5]), 3)]  # 1 + 1/2 + 1/4 and so on
    [1.75, 1.0, 1.5]
    """
    # by powers of gap = 1 - exp(rate): as powers of exp(rate) they would lose the square of n in digits
    n, gap = n_points, -np.expm1(rates)
    lost, last = -np.expm1(rates * n), np.exp(rates * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        s0 = lost / gap
        s1 = (lost - gap * (1 + (n - 1) * last)) / gap**2
        s2 = (2 * lost - gap * (3 + (2 * n - 3) * last) + gap**2 * (1 - (n - 1) ** 2 * last)) / gap**3
    return s0, s1, s2


def _refuse(allowed: NDArray[np.bool_], rule: str, values: ArrayLike) -> None:
    """Raise the ValueError of a rule with the first value that breaks it."""
    if not np.all(allowed):
        raise ValueError(f"{rule}, got {float(np.broadcast_to(values, allowed.shape)[~allowed][0])!r}")


def cramer_rao_line(
    fwhm_hz: ArrayLike, amplitude: ArrayLike, *, n_points: ArrayLike, dwell_s: ArrayLike, noise_sd: ArrayLike
) -> NDArray[np.float64]:
    """Smallest standard deviations that an unbiased estimator of one line can have.

    Parameters
    ----------
    fwhm_hz, amplitude : array_like, shape (batch,)
        Width (> 0 Hz) and amplitude (> 0) of the line of each FID.
    n_points : array_like of int, shape (batch,) or scalar
        Number of complex samples.
    dwell_s : array_like, shape (batch,) or scalar
        Time between two samples, in seconds.
    noise_sd : array_like, shape (batch,) or scalar
        Standard deviation of one channel.

    Returns
    -------
    numpy.ndarray, shape (batch, 4)
        Standard deviations of frequency_hz, fwhm_hz, amplitude (absolute) and phase_rad.

    Raises
    ------
    ValueError
        If a width, amplitude or dwell time is not positive, a noise negative, or there are fewer than 2 points.

    Examples
    --------
    >>> bound = cramer_rao_line([2.0], [1.0], n_points=4096, dwell_s=1e-3, noise_sd=0.1)
    >>> bool(abs(bound[0, 1] / bound[0, 0] - 2) < 1e-12)  # sd FWHM = 2 sd f
    True
    """
    fwhm_hz, amplitude = np.atleast_1d(np.asarray(fwhm_hz, float)), np.atleast_1d(np.asarray(amplitude, float))
    dwell_s, noise_sd = np.asarray(dwell_s, float), np.asarray(noise_sd, float)
    _refuse(fwhm_hz > 0, "fwhm_hz must be > 0 Hz", fwhm_hz)
    _refuse(amplitude > 0, "amplitude must be > 0", amplitude)
    _refuse(np.asarray(n_points) >= 2, "n_points must be >= 2", n_points)
    _refuse(dwell_s > 0, "dwell_s must be > 0 s", dwell_s)
    _refuse(noise_sd >= 0, "noise_sd must be >= 0", noise_sd)
    s0, s1, s2 = decay_sums(2 * np.pi * fwhm_hz * dwell_s, n_points)
    determinant = s0 * s2 - s1**2
    noise = noise_sd / amplitude  # 1 / sqrt(2 rho)
    frequency_sd = noise * np.sqrt(s0 / determinant) / (2 * np.pi * dwell_s)
    phase_sd = noise * np.sqrt(s2 / determinant)
    return np.stack(np.broadcast_arrays(frequency_sd, 2 * frequency_sd, amplitude * phase_sd, phase_sd), axis=-1)


def cramer_rao(
    lines: ResonanceTable | Iterable[Resonance], *, n_points: int, dwell_s: float, noise_sd: float
) -> NDArray[np.float64]:
    """The bound of several lines of one FID together: overlap inflates it.

    Parameters
    ----------
    lines : ResonanceTable or iterable of Resonance
        The true lines (Gaussian parts are not taken into account).
    n_points : int
        Number of complex samples.
    dwell_s : float
        Time between two samples, in seconds.
    noise_sd : float
        Standard deviation of one channel.

    Returns
    -------
    numpy.ndarray, shape (n_lines, 4)
        Standard deviations of frequency_hz, fwhm_hz, amplitude and phase_rad.

    Raises
    ------
    ValueError
        If an amplitude is not positive, lines coincide, or there are more parameters than numbers in the FID.

    Notes
    -----
    Fisher matrix ``F = Re(J^H J) / noise_sd^2`` with the columns ``2 pi i t s``, ``-pi t s``, ``s / A``, ``i s`` of
    each line ``s``; the bound is the root of the diagonal of its inverse.

    Examples
    --------
    >>> pair = [Resonance(0.0, 1.0), Resonance(1.26, 1.0)]
    >>> alone = cramer_rao(pair[:1], n_points=1600, dwell_s=1e-3, noise_sd=0.1)
    >>> together = cramer_rao(pair, n_points=1600, dwell_s=1e-3, noise_sd=0.1)
    >>> round(float(together[0, 0] / alone[0, 0]), 1)
    1.6
    """
    lines = list(lines)
    if 4 * len(lines) > 2 * n_points:
        raise ValueError(f"n_points must be at least twice the number of lines, {len(lines)}, got {n_points!r}")
    if not lines:
        return np.empty((0, 4))
    times_s = np.arange(n_points) * dwell_s
    columns = []
    for line in lines:
        if not line.amplitude > 0:
            raise ValueError(f"amplitude must be > 0, got {line.amplitude!r}")
        unit = np.exp(1j * line.phase_rad + (2j * np.pi * line.frequency_hz - np.pi * line.fwhm_hz) * times_s)
        signal = line.amplitude * unit
        columns += [2j * np.pi * times_s * signal, -np.pi * times_s * signal, unit, 1j * signal]
    jacobian = np.stack(columns, axis=1)  # (n_points, 4 n_lines)
    fisher = (jacobian.conj().T @ jacobian).real
    scale = np.sqrt(np.diag(fisher))
    unit = fisher / np.outer(scale, scale)
    # condition of the Fisher matrix is the square of that of the Jacobian: beyond this no digit of the inverse is right
    if not np.linalg.cond(unit) < 1e14:
        raise ValueError(f"lines must differ: {n_points} points cannot tell some of these {len(lines)} apart")
    inverse = np.linalg.inv(unit)
    return (noise_sd * np.sqrt(np.diag(inverse)) / scale).reshape(len(lines), 4)


def line_snr(
    fwhm_hz: ArrayLike, amplitude: ArrayLike, *, n_points: ArrayLike, dwell_s: ArrayLike, noise_sd: ArrayLike
) -> NDArray[np.float64]:
    """Matched-filter signal-to-noise ratio of a line over the whole FID, ``A sqrt(S_0) / noise_sd``, shape (batch,).

    Examples
    --------
    >>> float(line_snr([0.0], [1.0], n_points=100, dwell_s=1e-3, noise_sd=0.1)[0])
    100.0
    """
    energy = decay_sums(2 * np.pi * np.asarray(fwhm_hz, float) * np.asarray(dwell_s, float), n_points)[0]
    return np.asarray(amplitude, float) * np.sqrt(energy) / np.asarray(noise_sd, float)


def amplitude_for_snr(
    snr: ArrayLike, fwhm_hz: ArrayLike, *, n_points: ArrayLike, dwell_s: ArrayLike, noise_sd: ArrayLike
) -> NDArray[np.float64]:
    """The amplitude that gives a line a matched-filter signal-to-noise ratio, shape (batch,)."""
    return np.asarray(snr, float) / line_snr(fwhm_hz, 1.0, n_points=n_points, dwell_s=dwell_s, noise_sd=noise_sd)
