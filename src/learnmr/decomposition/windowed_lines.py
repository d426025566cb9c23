"""Lines read from windows of a spectrum by the network: for batches of one line and for crowded spectra."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..networks import LineNetwork
from ..physics import window_bins

__all__ = ["WindowedLines", "beyond", "cut", "energy", "lines_in_windows"]


@dataclass(frozen=True, eq=False)
class WindowedLines:
    """What the network reads from windows.

    Parameters
    ----------
    parameters : numpy.ndarray, shape (rows, 4)
        Offset from the window's centre and width in bins, amplitude, phase in radians.
    unexplained : numpy.ndarray, shape (rows,)
        Energy of the window outside the directions of the network: noise.
    n_free : int
        Complex degrees of freedom of that energy.
    """

    parameters: NDArray[np.float64]
    unexplained: NDArray[np.float64]
    n_free: int


def cut(
    spectra: NDArray[np.complexfloating],
    centre: NDArray[np.int64],
    half_width: int,
    rows: NDArray[np.int64] | None = None,
) -> NDArray[np.complexfloating]:
    """Windows around each row's centre, the spectrum being periodic.

    Parameters
    ----------
    spectra : numpy.ndarray of complex, shape (rows, n_points)
        C-contiguous.
    centre : numpy.ndarray of int, shape (rows,)
        Bin of each window's centre, 0 ... n_points - 1.
    half_width : int
        Bins on either side.
    rows : numpy.ndarray of int, optional
        Only these rows.

    Returns
    -------
    numpy.ndarray of complex, shape (rows, 2 half_width + 1)
        A copy.

    Examples
    --------
    >>> cut(np.arange(6)[None] + 0j, np.array([0]), 1).real
    array([[5., 0., 1.]])
    """
    n_points = spectra.shape[1]
    n_bins = 2 * half_width + 1
    rows = np.arange(spectra.shape[0]) if rows is None else rows
    centre = centre[rows]
    flat = spectra.reshape(-1)
    if flat.size < n_bins:
        windows = np.empty((rows.size, n_bins), spectra.dtype)
        over_the_edge = np.arange(rows.size)
    else:
        # whole windows are copied at once; those that leave their row are cut again below
        every = np.lib.stride_tricks.as_strided(
            flat, (flat.size - n_bins + 1, n_bins), 2 * flat.strides, writeable=False
        )
        windows = every[np.clip(centre - half_width + n_points * rows, 0, flat.size - n_bins)]
        over_the_edge = np.flatnonzero((centre < half_width) | (centre + half_width >= n_points))
    places = (centre[over_the_edge, None] + window_bins(half_width)) % n_points
    windows[over_the_edge] = spectra[rows[over_the_edge, None], places]
    return windows


def lines_in_windows(windows: NDArray[np.complexfloating], n_points: int, network: LineNetwork) -> WindowedLines:
    """One line per window, by the network.

    Parameters
    ----------
    windows : numpy.ndarray of complex, shape (rows, 2 half_width + 1)
        Bins of unnormalised DFTs, first sample halved. Bins beyond the spectrum are set to 0 here.
    n_points : int
        Points of the FIDs.
    network : LineNetwork
        The network.

    Returns
    -------
    WindowedLines
        Parameters and what is left for the noise. A window of zeros has amplitude 0.
    """
    outside = beyond(network.half_width, n_points)
    if outside is not None:
        windows[:, outside] = 0
    projections = windows @ network.basis.conj()  # (rows, n_directions)
    unexplained = np.maximum(energy(windows) - energy(projections), 0)
    silent = projections[:, 0] == 0
    projections[silent] = 1.0
    n_inside = windows.shape[1] - (0 if outside is None else int(np.count_nonzero(outside)))
    n_free = max(n_inside - projections.shape[1], 1)
    noise = np.sqrt(unexplained / (2 * n_free))
    parameters = network.predict(projections / n_points, noise / n_points, n_points)
    parameters[silent, 2] = 0.0
    return WindowedLines(parameters, unexplained, n_free)


def energy(values: NDArray[np.complexfloating]) -> NDArray[np.float64]:
    """Sum of squares of each row, shape (rows,)."""
    real = values.view(values.real.dtype)
    return np.einsum("rk,rk->r", real, real).astype(np.float64)


@lru_cache(maxsize=64)
def beyond(half_width: int, n_points: int) -> NDArray[np.bool_] | None:
    """Which bins of a window lie outside a spectrum of N points; None where none does."""
    bins = window_bins(half_width)
    outside = (bins < -(n_points // 2)) | (bins >= n_points - n_points // 2)
    return outside if outside.any() else None
