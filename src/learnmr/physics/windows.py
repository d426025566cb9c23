r"""The dimensionless window: one line seen in bins of its own DFT, the same for every spectrometer.

Frequency is measured in bins of the DFT without zero filling, width in bins (``FWHM * acquisition time``). With
``z = 2 pi i (offset - k) - pi width`` a damped exponential of amplitude 1 has in bin ``k`` the value

.. math::
    \frac{1}{N}\left(\frac{e^{z} - 1}{e^{z/N} - 1} - \frac12\right) \;\to\; \frac{e^{z} - 1}{z} \quad (N \to \infty)

(first sample halved). Dwell time, field, amplitude and phase have left; of the number of points N only a residue is
left, ``-e^z / (2N)``. Bins beyond the spectrum (N smaller than the window) hold 0. White noise of standard deviation
sigma per channel has in these units the standard deviation ``sigma / (A sqrt(N))``.

All windows of lines near the centre, and their derivatives, lie within about ten directions of the space of windows
(:func:`window_basis`): projecting on those keeps what a window knows about its line and drops most of its noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .bounds import decay_sums

__all__ = ["LineDraws", "draw_lines", "line_in_bins", "window_basis", "window_bins"]

#: fewer complex points hardly hold the four parameters of a line
_FEWEST_POINTS = 6


def line_in_bins(
    offset_bins: ArrayLike, width_bins: ArrayLike, bins: ArrayLike, n_points: ArrayLike
) -> NDArray[np.complex128]:
    """Exact DFT of a damped exponential of amplitude 1 and phase 0, divided by N, first sample halved.

    Parameters
    ----------
    offset_bins, width_bins : array_like, shape (batch,)
        Position of the line from bin 0, and its full width at half maximum, in bins.
    bins : array_like of int, shape (n_bins,)
        The bins wanted.
    n_points : array_like of int, shape (batch,) or scalar
        Number of points of the FID.

    Returns
    -------
    numpy.ndarray of complex, shape (batch, n_bins)
        The spectrum of each line.

    Examples
    --------
    >>> abs(line_in_bins([0.0], [1e-9], [0, 1], 64)).round(3)  # an undamped line on bin 0, less its halved sample
    array([[0.992, 0.008]])
    """
    exponent = 2j * np.pi * np.asarray(offset_bins, float) - np.pi * np.asarray(width_bins, float)  # (batch,)
    size = np.broadcast_to(np.asarray(n_points), exponent.shape)
    sizes, place = np.unique(size, return_inverse=True)
    # e^z does not depend on the bin, and e^{z/N} is a product of a factor per line and a factor per (N, bin)
    turns = np.exp(-2j * np.pi * np.asarray(bins, float) / sizes[:, None])  # (n_sizes, n_bins)
    ratio = np.exp(exponent / size)[:, None] * turns[place.reshape(-1)]  # (batch, n_bins)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.expm1(exponent)[:, None] / (ratio - 1.0)
    np.copyto(values, size[:, None], where=ratio == 1.0)
    values -= 0.5
    values /= size[:, None]
    return values


def window_bins(half_width: int) -> NDArray[np.int64]:
    """The bins of a window, from -half_width to half_width, shape (2 half_width + 1,)."""
    if not half_width >= 1:
        raise ValueError(f"half_width must be >= 1 bin, got {half_width!r}")
    return np.arange(-half_width, half_width + 1)


def _inside(bins: NDArray[np.int64], n_points: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which bins of a window are bins of a spectrum of N points, shape (batch, n_bins)."""
    return (bins >= -(n_points // 2)[:, None]) & (bins < (n_points - n_points // 2)[:, None])


def _line_and_slope(
    offset_bins: NDArray[np.float64], width_bins: NDArray[np.float64], bins: NDArray[np.int64]
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The window ``(e^z - 1) / z`` of many points and its derivative by ``z``, each (batch, n_bins)."""
    z = 2j * np.pi * (offset_bins[:, None] - bins) - np.pi * width_bins[:, None]
    end = np.exp(2j * np.pi * offset_bins - np.pi * width_bins)[:, None]
    return (end - 1) / z, (end * (z - 1) + 1) / z**2


def window_basis(
    half_width: int, n_directions: int, *, width_range: tuple[float, float], seed: int = 0
) -> NDArray[np.complex128]:
    """Orthonormal directions that hold all windows of lines near the centre, and their derivatives.

    Parameters
    ----------
    half_width : int
        Bins of the window on either side of its centre.
    n_directions : int
        How many directions to keep, the strongest first.
    width_range : tuple of float
        Smallest and largest width of the lines, in bins, > 0.
    seed : int
        Seed of the lines drawn.

    Returns
    -------
    numpy.ndarray of complex, shape (2 half_width + 1, n_directions)
        Columns are orthonormal; the first has a real positive sum, so that it stands up like a line in phase.

    Notes
    -----
    Singular vectors of many normalised windows and slopes. By the Fisher matrix, 9 directions of a window of +-64
    bins lose less than 0.2 % of the standard deviations that the window itself allows, for widths 0.1 ... 9 bins.

    Examples
    --------
    >>> basis = window_basis(16, 6, width_range=(0.1, 4.0))
    >>> bool(np.allclose(basis.conj().T @ basis, np.eye(6)))
    True
    """
    if not 1 <= n_directions <= 2 * half_width + 1:
        raise ValueError(f"n_directions must be from 1 to the {2 * half_width + 1} bins, got {n_directions!r}")
    _check_range("width_range", width_range)
    rng = np.random.default_rng(seed)
    width = _log_uniform(rng, width_range, 4000)
    # a broad line is found less precisely: its window may sit some bins off its centre
    offset = rng.uniform(-0.6, 0.6, width.size) * np.maximum(1.0, width / 4)
    windows = np.concatenate(_line_and_slope(offset, width, window_bins(half_width)))
    windows /= np.linalg.norm(windows, axis=1, keepdims=True)
    directions = np.linalg.svd(windows, full_matrices=False)[2][:n_directions].T
    turn = directions.sum(axis=0)
    return directions * (np.abs(turn) / turn)


def _check_range(name: str, limits: tuple[float, float]) -> None:
    """Refuse a range that does not ascend from above 0."""
    if not 0 < limits[0] < limits[1]:
        raise ValueError(f"{name} must ascend and be > 0, got {limits!r}")


def _log_uniform(rng: np.random.Generator, limits: tuple[float, float], size: int) -> NDArray[np.float64]:
    """Numbers uniform in the logarithm."""
    low, high = np.log(limits)
    return np.exp(rng.uniform(float(low), float(high), size))


@dataclass(frozen=True, eq=False)
class LineDraws:
    """Lines drawn at random, seen through windows: what a network learns from.

    Parameters
    ----------
    projections : numpy.ndarray of complex, shape (batch, n_directions)
        Noisy windows, amplitude 1 and phase 0, projected on the basis.
    noise : numpy.ndarray, shape (batch,)
        Standard deviation of one channel of each projection, as it would be estimated from the same data.
    n_points : numpy.ndarray of int, shape (batch,)
        Points of the FIDs.
    truth : numpy.ndarray, shape (batch, 4)
        Offset and width in bins, amplitude (1) and phase (0).
    attainable : numpy.ndarray, shape (batch, 4)
        The truth plus the error that the noise of this very window forces on an efficient estimator
        (``J^+ noise``, to first order).
    bound : numpy.ndarray, shape (batch, 4)
        Cramér-Rao bound of the full FID, same columns.
    """

    projections: NDArray[np.complex128]
    noise: NDArray[np.float64]
    n_points: NDArray[np.int64]
    truth: NDArray[np.float64]
    attainable: NDArray[np.float64]
    bound: NDArray[np.float64]


def draw_lines(
    rng: np.random.Generator,
    batch: int,
    basis: NDArray[np.complexfloating],
    *,
    width_range: tuple[float, float] = (0.04, 9.0),
    snr_range: tuple[float, float] = (8.0, 1000.0),
    points_range: tuple[int, int] = (24, 65536),
    n_sizes: int = 16,
) -> LineDraws:
    """Draw noisy windows in closed form: no FID is made and no FFT is done.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of all randomness.
    batch : int
        Number of windows.
    basis : numpy.ndarray of complex, shape (n_bins, n_directions)
        Orthonormal columns of :func:`window_basis`; n_bins is odd.
    width_range : tuple of float
        Widths in bins, drawn uniform in the logarithm.
    snr_range : tuple of float
        Matched-filter signal-to-noise ratios of the whole FID, uniform in the logarithm.
    points_range : tuple of int
        Numbers of points, uniform in the logarithm.
    n_sizes : int
        Different numbers of points in one batch (few make the drawing fast).

    Returns
    -------
    LineDraws
        Windows in the basis, truth, attainable estimate and bound.

    Raises
    ------
    ValueError
        If a range does not ascend from above 0, the basis has an even number of bins, or an FID could be shorter
        than half a dozen points.

    Notes
    -----
    The window's centre is the bin nearest to the line plus a scatter of 1.2 bounds of the frequency, which is what a
    matched filter does at the signal-to-noise ratio of each line.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> draws = draw_lines(rng, 64, window_basis(32, 8, width_range=(0.04, 9.0)))
    >>> draws.projections.shape, draws.bound.shape
    ((64, 8), (64, 4))
    """
    if basis.ndim != 2 or basis.shape[0] % 2 == 0:
        raise ValueError(f"basis must have shape (odd number of bins, n_directions), got {basis.shape}")
    for name, limits in (("width_range", width_range), ("snr_range", snr_range), ("points_range", points_range)):
        _check_range(name, limits)
    if not points_range[0] >= _FEWEST_POINTS:
        raise ValueError(f"points_range must start at {_FEWEST_POINTS} points or more, got {points_range!r}")
    bins = window_bins(basis.shape[0] // 2)
    width = _log_uniform(rng, width_range, batch)
    snr = _log_uniform(rng, snr_range, batch)
    sizes = np.round(_log_uniform(rng, points_range, n_sizes)).astype(int)
    n_points = np.repeat(sizes, -(-batch // n_sizes))[:batch]
    s0, s1, s2 = decay_sums(2 * np.pi * width / n_points, n_points)
    determinant = s0 * s2 - s1**2
    noise_of_sample = np.sqrt(s0) / snr  # standard deviation per channel, amplitude 1
    offset_bound = noise_of_sample * np.sqrt(s0 / determinant) * n_points / (2 * np.pi)
    phase_bound = noise_of_sample * np.sqrt(s2 / determinant)
    bound = np.stack([offset_bound, 2 * offset_bound, phase_bound, phase_bound], axis=1)
    offset = rng.uniform(-0.5, 0.5, batch) + 1.2 * offset_bound * rng.standard_normal(batch)

    inside = _inside(bins, n_points)
    project = basis.astype(np.complex128)
    exact = (line_in_bins(offset, width, bins, n_points) * inside) @ project.conj()  # (batch, n_directions)
    slope = (_line_and_slope(offset, width, bins)[1] * inside) @ project.conj()
    noise = noise_of_sample / np.sqrt(n_points)
    deviations = _correlated_noise(rng, inside, project) * noise[:, None]
    attainable = _efficient_errors(exact, slope, deviations)
    truth = np.stack([offset, width, np.ones(batch), np.zeros(batch)], axis=1)
    # what is left of the window outside the basis tells the noise, with 2 degrees of freedom per direction
    freedom = 2 * np.maximum(inside.sum(axis=1) - basis.shape[1], 4)
    seen = noise * np.sqrt(rng.chisquare(freedom) / freedom)
    return LineDraws(exact + deviations, seen, n_points, truth, truth + attainable, bound)


def _correlated_noise(
    rng: np.random.Generator, inside: NDArray[np.bool_], basis: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """White noise of unit standard deviation per channel, projected: white again where the whole window is inside."""
    batch, n_directions = inside.shape[0], basis.shape[1]
    noise = rng.standard_normal((batch, 2 * n_directions)).view(np.complex128)
    cut = np.flatnonzero(~inside.all(axis=1))
    if cut.size:
        full = rng.standard_normal((cut.size, 2 * inside.shape[1])).view(np.complex128)
        noise[cut] = (full * inside[cut]) @ basis.conj()
    return noise


def _efficient_errors(
    line: NDArray[np.complex128], slope: NDArray[np.complex128], noise: NDArray[np.complex128]
) -> NDArray[np.float64]:
    """Errors ``J^+ noise`` of offset, width, amplitude and phase, shape (batch, 4)."""
    jacobian = np.stack([2j * np.pi * slope, -np.pi * slope, line, 1j * line], axis=1)  # (batch, 4, n_directions)
    real = np.concatenate([jacobian.real, jacobian.imag], axis=2)
    target = np.concatenate([noise.real, noise.imag], axis=1)[:, :, None]
    scale = np.linalg.norm(real, axis=2)
    real /= scale[:, :, None]
    normal = real @ real.transpose(0, 2, 1)
    return np.linalg.solve(normal, real @ target)[:, :, 0] / scale
